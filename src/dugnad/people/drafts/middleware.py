"""A form that went through needs its draft no more."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from dugnad.people.drafts import actions, queries

Handler = Callable[[HttpRequest], HttpResponse]


class ForgetsSentDrafts:
    """After a POST that leads on, the draft of the form at this address is forgotten on all devices of the person.

    A form that comes back (a mistake, a refusal, a preview) keeps its draft. Whoever has no draft pays nothing.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method == "POST" and response.status_code in (302, 303):
            person = getattr(request, "person", None)
            if person is not None and getattr(person, "has_drafts", False):
                draft = queries.draft_at(person, request.path)
                if draft is not None:
                    actions.forget_draft(draft, by=person)
        return response
