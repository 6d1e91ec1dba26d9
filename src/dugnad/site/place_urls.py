"""The doors of the place as a whole."""

from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

from dugnad.site import place_settings_views, place_views
from dugnad.site.doctor.views import place_health

urlpatterns: list[URLPattern | URLResolver] = [
    path("about", place_views.about, name="about"),
    path("agreements", place_views.agreements, name="agreements"),
    path("privacy", place_views.privacy, name="privacy"),
    path("protection", RedirectView.as_view(url="/privacy#protection"), name="protection"),
    path("set-up/", place_views.set_up_place, name="set_up_place"),
    path("set-up/open", place_views.open_place, name="open_place"),
    path("set-up/<slug:step>", place_views.set_up_step, name="set_up_step"),
    path("place/opened", place_views.place_opened, name="place_opened"),
    path("place/settings", place_settings_views.place_settings, name="place_settings"),
    path("place/settings/mail/try", place_settings_views.mail_tried, name="try_mail"),
    path("place/settings/<slug:part>", place_settings_views.settle_place, name="settle_place"),
    path("place/health", place_health, name="place_health"),
    path("place/log", place_settings_views.place_log, name="place_log"),
    path("agreements/accept", place_settings_views.accept_agreements, name="accept_agreements"),
    path("", include("dugnad.people.profile_urls")),
    path("", include("dugnad.people.keeping_urls")),
    path("", include("dugnad.people.drafts.urls")),
]
