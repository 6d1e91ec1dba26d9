"""The doors of the hall notices."""

from django.urls import URLPattern, URLResolver, path

from dugnad.kernel import addresses  # noqa: F401 - importing it makes <number:…> known
from dugnad.notices import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("notices", views.notices, name="notices"),
    path("notices/read", views.mark_all_read, name="mark_all_notices_read"),
    path("notices/<number:pk>/go", views.open_notice, name="open_notice"),
    path("me/notices", views.notice_choices, name="notice_choices"),
    path("me/notices/resume", views.resume_mail, name="resume_mail"),
    # Under /me/, which is never kept in the pages for strangers.
    path("me/notices/stop/<str:token>", views.stop_mail, name="stop_mail"),
]
