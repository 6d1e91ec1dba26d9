"""How a form that will not do is answered: with what was typed, a sentence, and the status that machines understand."""

from __future__ import annotations

import json
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from allauth.core.exceptions import ReauthenticationRequired
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.serializers.json import DjangoJSONEncoder
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dugnad.kernel.limits import TooMuch
from dugnad.people.adapters import is_fresh
from dugnad.people.mailed_code import count_code, pause_left

View = Callable[..., HttpResponseBase]


class SaysWrong:
    """For class-based form views: 422 with what was typed; 429 where it came too often."""

    request: HttpRequest

    def form_invalid(self, form: BaseForm) -> HttpResponse:
        response: HttpResponse = super().form_invalid(form)  # type: ignore[misc]
        if response.status_code == HTTPStatus.OK:
            response.status_code = HTTPStatus.UNPROCESSABLE_ENTITY
        return response

    def count(self, form: BaseForm) -> None:
        """Count what came in; raises `TooMuch`."""

    def form_valid(self, form: BaseForm) -> HttpResponse:
        try:
            self.count(form)
        except TooMuch as too_much:
            return self._too_much(form, too_much)
        valid: HttpResponse = super().form_valid(form)  # type: ignore[misc]
        return valid

    def _too_much(self, form: BaseForm, too_much: TooMuch) -> HttpResponse:
        form.add_error(None, str(too_much))
        response: HttpResponse = self.render_to_response(self.get_context_data(form=form))  # type: ignore[attr-defined]
        return stamped(response, too_much)


def stamped(response: HttpResponse, too_much: TooMuch) -> HttpResponse:
    """The answer to something that came too often: when to try again stands in its head too."""
    response.status_code = too_much.status
    response.headers["Retry-After"] = str(too_much.seconds)
    return response


def shown(request: HttpRequest, template: str, context: dict[str, Any], form: BaseForm | None = None) -> HttpResponse:
    """The page; with status 422 when `form` was sent and will not do."""
    wrong = form is not None and form.is_bound and bool(form.errors)
    return render(request, template, context, status=HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK)


def proved(view: View) -> View:
    """Decorator: only for somebody who signed in, or proved that it is they, within the last quarter of an hour."""

    @login_required
    def prove_first(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not is_fresh(request):
            raise ReauthenticationRequired
        return view(request, *args, **kwargs)

    return prove_first


proved_class = method_decorator(proved, name="dispatch")


def sent_again(request: HttpRequest, email: str, sent_at: float, send: Callable[[], None]) -> None:
    """Send another code, or say how long to wait for one."""
    if left := pause_left(sent_at):
        messages.info(
            request,
            ngettext(
                "A code left just now. You can ask for another in {n} second.",
                "A code left just now. You can ask for another in {n} seconds.",
                left,
            ).format(n=left),
        )
        return
    try:
        count_code(request, email)
    except TooMuch as too_much:
        messages.error(request, str(too_much))
        return
    send()
    messages.success(request, _("A new code is on its way. The one before no longer works."))


def as_json(options: dict[str, Any]) -> str:
    """What the house asks a browser for, for `data-options` of a form."""
    return json.dumps(options, cls=DjangoJSONEncoder)


def riddle(context: dict[str, Any]) -> str:
    """The question for a passkey that allauth put in the context of a page, or nothing."""
    data = context.get("js_data")
    return as_json(data["request_options"]) if data else ""
