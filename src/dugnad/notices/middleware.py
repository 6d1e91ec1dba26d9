"""Puts the number of unread notices on every request."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from dugnad.notices import queries
from dugnad.notices.actions import mark_thread_read

Handler = Callable[[HttpRequest], HttpResponse]


class LazyCount(SimpleLazyObject):
    """A number that is counted when somebody first looks at it. `int()` of it is the plain number."""

    def __int__(self) -> int:
        return int(str(self))

    __index__ = __int__


class UnreadNotices:
    """`request.unread_notices`: a number that costs one query when somebody first looks at it, and none for strangers.

    Stands after `people.middleware.ViewerMiddleware`.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        viewer = request.viewer
        any_unread = getattr(request.person, "has_unread_notices", request.person is not None)
        request.unread_notices = LazyCount(lambda: queries.unread_count(viewer)) if any_unread else 0
        return self.get_response(request)


def thread_was_read(request: HttpRequest, within: Any) -> None:
    """The reader has the thread `within` in front of them: what they were told about it is read, and the count on
    this very page is lower. Costs nothing more than the count where nothing is unread.
    """
    if request.person and request.unread_notices:
        marked = mark_thread_read(within, by=request.person)
        if marked:
            request.unread_notices = max(0, int(request.unread_notices) - marked)
