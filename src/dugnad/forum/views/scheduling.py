"""Doors to posts for later: making one instead of publishing, the list, changing, publishing now, deleting."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from dugnad.forum import actions
from dugnad.forum.actions.scheduling import Plan
from dugnad.forum.forms import NewThreadForm, PostForm, facts_initial, kind_named
from dugnad.forum.later import clock_words, later_initial
from dugnad.forum.models import ScheduledPost
from dugnad.forum.policies import can_see
from dugnad.forum.queries.planned import scheduled_by_id, scheduled_of
from dugnad.forum.views.found import gives_text_back, say, sign_in_first
from dugnad.kernel import formats
from dugnad.kernel.audience import readers_of
from dugnad.kernel.clock import place_zone


def schedule_instead(request: HttpRequest, form: PostForm, **where: Any) -> HttpResponse:
    """What was typed is kept for its moment, and the list of what is planned comes next."""
    assert form.due_at is not None  # noqa: S101 - the form has been asked
    planned = actions.schedule_post(
        plan_of(form, **where), form.due_at, by=request.person, form_key=form.cleaned_data["form_key"] or None
    )
    at = formats.date_and_time(planned.due_at, request.viewer.language, tz=place_zone())
    say(request, _("It is published {when}. Until then only you see it, and you can change it here.").format(when=at))
    return redirect("own_scheduled")


def plan_of(form: PostForm, **where: Any) -> Plan:
    """What the form says, as a plan for `thread`, or for `category`."""
    values = form.cleaned_data
    if isinstance(form, NewThreadForm):
        where |= {"kind": form.kind.name, "title": values["title"], "facts": form.facts()}
    return Plan(values["text"], values["language"], **where)


@require_safe
def own_scheduled(request: HttpRequest) -> HttpResponse:
    """What the person has planned."""
    if away := sign_in_first(request):
        return away
    shown = {"planned": scheduled_of(request.viewer), "clock": clock_words()}
    return render(request, "forum/own_scheduled.html", shown)


@gives_text_back
def change_scheduled(request: HttpRequest, pk: int) -> HttpResponse:
    """Another text or another moment for what is planned."""
    from dugnad.forum.views.writing import Editor

    if away := sign_in_first(request):
        return away
    planned = _own(request, pk)
    form = _form(request, planned)
    form.always_later = True
    editor = Editor(request, form)
    if request.method == "POST" and editor.ready() and editor.in_time("post"):
        where: dict[str, Any] = {"thread": planned.thread, "category": planned.category}
        actions.change_scheduled(planned, plan_of(form, **where), form.due_at, by=request.person)  # type: ignore[arg-type]
        say(request, _("Saved."))
        return redirect("own_scheduled")
    place = planned.thread or planned.category
    if place is not None and not can_see(request.viewer, place):
        place = None
    shown = {
        "planned": planned,
        "thread": planned.thread if place else None,
        "form": form,
        "preview": editor.preview,
        "clock": clock_words(),
        "readers": readers_of(place.audience, request.viewer) if place else "",
    }
    return render(request, "forum/change_scheduled.html", shown, status=editor.status())


def _form(request: HttpRequest, planned: ScheduledPost) -> PostForm:
    initial = {"text": planned.source, "language": planned.language, **later_initial(planned.due_at)}
    sent = (request.POST or None, request.FILES or None)
    if planned.thread is not None:
        return PostForm(*sent, initial=initial)
    initial |= {"title": planned.title, **facts_initial(planned.fields.get("facts") or {})}
    return NewThreadForm(kind_named(planned.kind), *sent, initial=initial)


@require_POST
@gives_text_back
def publish_scheduled(request: HttpRequest, pk: int) -> HttpResponse:
    """Publish it now."""
    if away := sign_in_first(request):
        return away
    post = actions.publish_scheduled(_own(request, pk), by=request.person)
    say(request, _("It is published."))
    return redirect(post.url if post else "own_scheduled")


@require_POST
def forget_scheduled(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete what was planned."""
    if away := sign_in_first(request):
        return away
    actions.forget_scheduled(_own(request, pk), by=request.person)
    say(request, _("It is deleted and will not be published."))
    return redirect("own_scheduled")


def _own(request: HttpRequest, pk: int) -> ScheduledPost:
    planned = scheduled_by_id(request.viewer, pk)
    if planned is None:
        raise Http404
    return planned
