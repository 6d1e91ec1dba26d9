"""The doors to what is kept about oneself."""

from django.urls import URLPattern, URLResolver, path

from dugnad.people.keeping import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("me/export", views.ask_for_export, name="ask_for_export"),
    path("me/export/<str:token>", views.download_export, name="download_export"),
    path("me/erase", views.erase_person, name="erase_person"),
    path("erased", views.erased, name="erased"),
]
