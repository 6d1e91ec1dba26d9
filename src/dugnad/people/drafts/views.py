"""Doors to one's own drafts: the list, and what the editors of open pages ask."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from dugnad.kernel.clock import place_zone
from dugnad.kernel.formats import at_time
from dugnad.kernel.limits import limit
from dugnad.kernel.policies import Refused
from dugnad.people.drafts import actions, forms, queries
from dugnad.people.drafts.actions import DraftChanged
from dugnad.people.drafts.daily import KEEP_DRAFTS
from dugnad.people.models import Draft

# Whoever types on two devices at once saves some eighty times a minute.
MOST_A_MINUTE = 240


@require_GET
@login_required
def own_drafts(request: HttpRequest) -> HttpResponse:
    """What the person has typed and not published."""
    shown = {"drafts": queries.drafts_of(request.person), "days": KEEP_DRAFTS.chosen}
    return render(request, "people/me_drafts.html", shown)


@require_GET
def draft_at(request: HttpRequest) -> HttpResponse:
    """The draft of one form (`place`), for the editor of an open page. For strangers there is no such address."""
    if request.person is None:
        raise Http404
    limit(request, "drafts", MOST_A_MINUTE, 60)
    draft = queries.draft_at(request.person, request.GET.get("place", "")[: forms.LONGEST_PLACE])
    return JsonResponse(_told(draft) | {"token": get_token(request)})


@require_POST
def save_draft(request: HttpRequest) -> HttpResponse:
    """Keep what is typed. A script gets an answer in JSON; a button leads to the list, or to both texts."""
    if "X-Dugnad-Live" in request.headers:
        return _save_quietly(request)
    return _save_by_button(request)


def _save_quietly(request: HttpRequest) -> HttpResponse:
    if request.person is None:
        return _signed_out()
    try:
        limit(request, "drafts", MOST_A_MINUTE, 60)
        sent = forms.sent_by_script(request.POST)
        if sent is None:
            return JsonResponse({}, status=400)
        return JsonResponse(_kept(request, sent))
    except DraftChanged as changed:
        return JsonResponse(_told(changed.draft), status=409)
    except Refused as refused:
        return JsonResponse({"said": str(refused)}, status=getattr(refused, "status", 422))


def _kept(request: HttpRequest, sent: forms.Sent) -> dict[str, Any]:
    if sent.is_empty:
        draft = queries.draft_at(request.person, sent.place)
        if draft is not None:
            actions.forget_draft(draft, by=request.person, seen=sent.seen or None)
        return {"version": 0}
    draft = actions.save_draft(sent.place, sent.typed, seen=sent.seen, by=request.person)
    at = at_time(draft.saved_at, request.viewer.language, tz=place_zone())
    return {"version": draft.version, "said": _("Draft saved {time}, also for your other devices.").format(time=at)}


@login_required
def _save_by_button(request: HttpRequest) -> HttpResponse:
    limit(request, "drafts", MOST_A_MINUTE, 60)
    sent = forms.sent_by_button(request.POST)
    if sent is None:
        raise Http404
    if sent.is_empty:
        messages.info(request, _("There was no text to keep."))
        return redirect("own_drafts")
    try:
        actions.save_draft(sent.place, sent.typed, seen=sent.seen, by=request.person)
    except DraftChanged as changed:
        return render(request, "people/draft_both.html", {"sent": sent, "other": changed.draft}, status=409)
    messages.success(request, _("The draft is saved."))
    return redirect("own_drafts")


@require_POST
@login_required
def forget_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete a draft, on all devices."""
    draft = queries.draft_by_id(request.person, pk)
    if draft is None:
        raise Http404
    actions.forget_draft(draft, by=request.person)
    messages.success(request, _("The draft is deleted."))
    return redirect("own_drafts")


def _told(draft: Draft | None) -> dict[str, Any]:
    """A draft for an open page, with the words for choosing between it and what is typed there."""
    words = {
        "both": _("There is another text for this form, from another device or window. Nothing is lost: here it is."),
        "other": _("The other text"),
        "take": _("Take the other text"),
        "keep": _("Keep what is in the form"),
        "join": _("Put one after the other"),
    }
    if draft is None:
        return {"version": 0, **words}
    said = _("This is the draft from your other device.")
    return {"version": draft.version, "text": draft.text, "fields": draft.fields, "said": said, **words}


def _signed_out() -> HttpResponse:
    return JsonResponse({"said": _("You are signed out. The text is kept in this browser.")}, status=403)
