"""The doors to people, to one's own pages, and to how the place looks."""

from django.urls import URLPattern, URLResolver, path

from dugnad.people import profile_views
from dugnad.people.views import keyboard

urlpatterns: list[URLPattern | URLResolver] = [
    path("people", profile_views.people, name="people"),
    path("people/<slug:handle>", profile_views.person, name="person"),
    path("people/<slug:handle>/block", profile_views.block_person, name="block_person"),
    path("people/<slug:handle>/unblock", profile_views.unblock_person, name="unblock_person"),
    path("people/<slug:handle>/stewardship", profile_views.give_place_stewardship, name="give_place_stewardship"),
    path("people/<slug:handle>/stewardship/end", profile_views.end_place_stewardship, name="end_place_stewardship"),
    path("me/", profile_views.own_page, name="own_page"),
    path("me/profile", profile_views.edit_profile, name="edit_profile"),
    path("me/blocked", profile_views.blocked_persons, name="blocked_persons"),
    path("language", profile_views.languages, name="languages"),
    path("language/<slug:code>", profile_views.set_language, name="set_language"),
    path("keyboard", keyboard.keyboard, name="keyboard"),
    path("keyboard/<slug:wanted>", keyboard.set_shortcuts, name="set_shortcuts"),
    path("theme/<slug:theme>", profile_views.set_theme, name="set_theme"),
]
