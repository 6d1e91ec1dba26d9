"""The doors of waves."""

from django.urls import URLPattern, path

from dugnad.care.waves import views
from dugnad.kernel import addresses  # noqa: F401 - importing it makes <number:…> known

urlpatterns: list[URLPattern] = [
    path("care/waves/<number:pk>", views.wave, name="wave"),
    path("care/waves/<number:pk>/clear", views.clear_wave, name="clear_wave"),
    path("care/waves/<number:pk>/allow", views.allow_wave, name="allow_wave"),
]
