"""The hall people as a Django app: what it adds to the hooks of the kernel."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "dugnad.people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from dugnad.people import hooks  # noqa: F401 - importing it fills the hooks
