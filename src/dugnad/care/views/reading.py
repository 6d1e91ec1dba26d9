"""Pages to read: the desk of the stewards, the log of a room, one line of it, and what is about oneself."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from dugnad.care import policies, queries, rows
from dugnad.care.asking import answerers
from dugnad.care.desk import desk_parts
from dugnad.care.forms import AppealForm, UndoForm
from dugnad.care.kinds import kind_named
from dugnad.care.models import StewardDeed
from dugnad.care.pauses import until_words
from dugnad.care.rooms import Room
from dugnad.care.views.doors import find_deed, find_room
from dugnad.forum.models import Post
from dugnad.forum.policies import can_see
from dugnad.groups.views.doors import number
from dugnad.kernel.audience import readers_of
from dugnad.kernel.policies import require
from dugnad.kernel.text import excerpt

EXCERPT = 400


@login_required
@require_safe
def care_desk(request: HttpRequest) -> HttpResponse:
    """What waits for the stewards of the place."""
    return _desk(request, find_room(request))


@login_required
@require_safe
def group_care_desk(request: HttpRequest, slug: str) -> HttpResponse:
    """What waits for the stewards of a group."""
    return _desk(request, find_room(request, slug))


def _desk(request: HttpRequest, room: Room) -> HttpResponse:
    viewer = request.viewer
    require(policies.can_look_after(viewer, room))
    reported = queries.reported_posts(room, viewer)
    appeals = queries.open_appeals(room, viewer)
    shown: dict[str, Any] = {
        "room": room,
        "reported": [
            {
                "post": one.post,
                "title": one.post.thread.title if one.in_sight else "",
                "words": excerpt(one.post.plain, EXCERPT),
                "reports": rows.report_lines(one.reports),
                "count": len(one.reports),
                "since": one.reports[0].created_at,
            }
            for one in reported
        ],
        "appeals": [
            {
                "appeal": one,
                "sentence": rows.sentence_of(one.deed, viewer),
                "mine": one.deed.by_id is not None and one.deed.by_id == viewer.person_id,
                "alone": not answerers(one.deed).ids,
            }
            for one in appeals
        ],
        "pauses": [{"deed": one, "sentence": rows.sentence_of(one, viewer)} for one in queries.pauses_in(room, viewer)],
        "parts": [part for make in desk_parts if (part := make(room, viewer))],
    }
    return render(request, "care/desk.html", shown)


@login_required
@require_safe
def care_log(request: HttpRequest) -> HttpResponse:
    """What the stewards of the place did, for everyone with an account."""
    return _log(request, find_room(request))


@login_required
@require_safe
def group_care_log(request: HttpRequest, slug: str) -> HttpResponse:
    """What the stewards of a group did, for its members."""
    room = find_room(request, slug)
    if room.group is None or not request.viewer.holds(room.group.key):
        raise Http404
    return _log(request, room)


def _log(request: HttpRequest, room: Room) -> HttpResponse:
    viewer = request.viewer
    before = number(request.GET.get("before")) or 0
    deeds, older = queries.log_of(room, viewer, before)
    shown = {
        "room": room,
        "rows": [rows.log_row(deed, viewer) for deed in deeds],
        "older": f"{room.log_url}?before={older}" if older else "",
        "newest": not before,
        "readers": readers_of(room.readers(), viewer),
        "keeps": room.is_kept_by(viewer),
    }
    return render(request, "care/log.html", shown)


@login_required
@require_safe
def steward_deed(request: HttpRequest, pk: int) -> HttpResponse:
    """One line of the log: the reason, what came of it, and what this reader can do about it."""
    return deed_page(request, find_deed(request, pk))


def deed_page(request: HttpRequest, deed: StewardDeed, **forms: Any) -> HttpResponse:
    """The page of one line, with the forms that this reader has; `appeal_form` and `undo_form` when something was wrong."""
    viewer = request.viewer
    mine = deed.person_id == viewer.person_id
    appeal = getattr(deed, "appeal", None)
    shown = {
        "deed": deed,
        "line": rows.line_of(deed, viewer),
        "to_me": str(kind_named(deed.kind).to_person).format(until=until_words(deed)) if mine else "",
        "room": Room(deed.group),
        "in_room": deed.group is None or viewer.holds(f"group:{deed.group_id}"),
        "mine": mine,
        "appeal": appeal if mine or Room(deed.group).is_kept_by(viewer) else None,
        "post": queries.post_of(deed, viewer) if mine or Room(deed.group).is_kept_by(viewer) else None,
        "may_appeal": policies.can_appeal_deed(viewer, deed),
        "may_undo": policies.can_undo_deed(viewer, deed),
        "may_answer": appeal is not None and policies.can_answer_appeal(viewer, appeal),
        "nobody": mine and not answerers(deed).ids,
        "undo_words": kind_named(deed.kind).undo,
        "appeal_form": forms.get("appeal_form") or AppealForm(),
        "undo_form": forms.get("undo_form") or UndoForm(),
    }
    return render(request, "care/deed.html", shown, status=422 if forms else 200)


@login_required
@require_safe
def own_care(request: HttpRequest) -> HttpResponse:
    """What stewards did about oneself, what one reported, and what came of it."""
    viewer = request.viewer
    shown = {
        "deeds": [rows.log_row(deed, viewer) for deed in queries.deeds_about(viewer)],
        "reports": [
            {
                "report": one,
                "title": one.post.thread.title if can_see(viewer, one.post.thread) else "",
                "rule": one.agreement,
            }
            for one in queries.reports_by(viewer)
        ],
    }
    return render(request, "care/mine.html", shown)


@login_required
@require_safe
def why_hidden(request: HttpRequest, pk: int) -> HttpResponse:
    """From the quiet line in the place of a hidden post to the line of the log that says why; to those who do not read the log,
    who does.
    """
    post = Post.objects.select_related("thread__category__group", "thread__audience").filter(pk=pk).first()
    if post is None or not post.hidden_at or not can_see(request.viewer, post.thread):
        raise Http404
    deed = queries.deed_of_hidden_post(pk, request.viewer)
    if deed is not None:
        return HttpResponseRedirect(reverse("steward_deed", args=[deed.pk]))
    group = post.thread.category.group
    known = group if group is not None and group.audience_id in request.viewer.audiences() else None
    return render(request, "care/hidden.html", {"post": post, "group": known})
