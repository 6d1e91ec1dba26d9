"""The hall groups as a Django app: what it adds to the hooks of the kernel."""

from django.apps import AppConfig


class GroupsConfig(AppConfig):
    name = "dugnad.groups"
    label = "groups"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from dugnad.groups import hooks  # noqa: F401 - importing it fills the hooks
