"""The doors to one's own drafts."""

from django.urls import URLPattern, URLResolver, path

from dugnad.kernel import addresses  # noqa: F401 - importing it makes <number:…> known
from dugnad.people.drafts import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("me/drafts", views.own_drafts, name="own_drafts"),
    path("me/drafts/at", views.draft_at, name="draft_at"),
    path("me/drafts/save", views.save_draft, name="save_draft"),
    path("me/drafts/<number:pk>/forget", views.forget_draft, name="forget_draft"),
]
