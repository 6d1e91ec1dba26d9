"""The hall forum as a Django app: what it adds to the hooks of the kernel."""

from django.apps import AppConfig


class ForumConfig(AppConfig):
    name = "dugnad.forum"
    label = "forum"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from dugnad.forum import hooks  # noqa: F401 - importing it fills the hooks
