"""The floor that pages are measured against: the least a signed-in answer costs. Only there while measuring."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from dugnad.site.urls import handler400, handler403, handler404, handler500, urlpatterns

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

FLOOR = "/bench-floor"


def floor(request: HttpRequest) -> HttpResponse:
    """Session, person, audience keys; then "ok", long enough to be compressed."""
    audiences = request.viewer.audiences()
    return HttpResponse("ok " * 200 + str(len(audiences)), headers={"Cache-Control": "no-store"})


urlpatterns = [path(FLOOR[1:], floor), *urlpatterns]
