"""The kernel as a Django app."""

from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "dugnad.kernel"
    label = "kernel"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from dugnad.kernel import clock, files, formats, outbox, registry

        formats.use_zone(clock.place_zone)

        registry.daily_jobs.register("forget_sent_mail")(outbox.forget_sent)
        registry.daily_jobs.register("forget_loose_files")(files.forget_loose_files)
