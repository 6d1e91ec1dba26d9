"""The hall care as a Django app: what it adds to the hooks of the kernel."""

from django.apps import AppConfig


class CareConfig(AppConfig):
    name = "dugnad.care"
    label = "care"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from dugnad.care import hooks  # noqa: F401 - importing it fills the hooks
        from dugnad.care.waves import hooks as waves  # noqa: F401 - the same for waves
