"""The settings of a place in a process of its own: the house's, without styles to prepare and with a page that writes."""

from dugnad.site.settings import *  # noqa: F403

ROOT_URLCONF = "tests.site.place_urls"
STATICFILES_FINDERS: list[str] = []
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # noqa: F405
