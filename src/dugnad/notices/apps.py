"""The hall notices as a Django app: what it adds to the hooks of the kernel."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "dugnad.notices"
    label = "notices"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from dugnad.notices import hooks  # noqa: F401 - importing it fills the hooks
