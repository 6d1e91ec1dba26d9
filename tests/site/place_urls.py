"""The doors of the house, and beside them some that write through the house's own actions without a form."""

from __future__ import annotations

from threading import Lock

from django.conf import settings
from django.contrib import auth
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from tests import given

_one_at_a_time = Lock()


def write(_request: HttpRequest, word: str) -> HttpResponse:
    """Answers after the commit of a post with a picture."""
    from dugnad.forum.actions import add_post
    from dugnad.forum.models import Thread
    from dugnad.forum.uploads import keep_picture, with_picture

    with _one_at_a_time, transaction.atomic():
        by, thread = given.person("leyla"), Thread.objects.first()
        stored = keep_picture(given.picture(), f"Picture {word}", by=by)
        post = add_post(thread, with_picture(f"Post {word}.", stored), by=by)
    return HttpResponse(f"{post.number} {stored.token}")


def begin(_request: HttpRequest) -> HttpResponse:
    """The thread to write in."""
    from dugnad.forum.models import Thread

    thread = Thread.objects.first() or given.thread("Writing", by="amina")
    return HttpResponse(thread.url)


def take_away(_request: HttpRequest, token: str) -> HttpResponse:
    """Removes a file for good, as erasing does."""
    from dugnad.forum.models import PostFile
    from dugnad.kernel.files import StoredFile, remove_file

    with _one_at_a_time, transaction.atomic():
        stored = StoredFile.objects.get(token=token)
        PostFile.objects.filter(file=stored).delete()
        remove_file(stored)
    return HttpResponse("gone")


def sign_in(request: HttpRequest, who: str) -> HttpResponse:
    """Signed in as somebody of the cast."""
    auth.login(request, given.person(who), backend=settings.AUTHENTICATION_BACKENDS[0])
    return HttpResponse("in")


urlpatterns = [
    path("test/begin", begin),
    path("test/sign-in/<str:who>", sign_in),
    path("test/write/<str:word>", write),
    path("test/take-away/<str:token>", take_away),
    path("", include("dugnad.site.urls")),
]
handler500 = "dugnad.kernel.errors.server_error"
