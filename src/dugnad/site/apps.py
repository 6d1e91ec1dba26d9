"""The composition root as a Django app: the only place that knows all halls."""

from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "dugnad.site"
    label = "house_site"

    def ready(self) -> None:
        from dugnad.site import bridges, hooks  # noqa: F401 - importing them ties the halls together
