"""The doors of waves: one page for each, and one click for each answer."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from dugnad.care.rooms import Room
from dugnad.care.waves import actions, queries, rows
from dugnad.care.waves.actions import PAUSE_LASTS, Done
from dugnad.care.waves.queries import Seen
from dugnad.kernel.text import excerpt

EXCERPT = 240


def _find(request: HttpRequest, pk: int) -> Seen:
    seen = queries.wave_by_id(pk, request.viewer)
    if seen is None:
        raise Http404
    return seen


@login_required
@require_safe
def wave(request: HttpRequest, pk: int) -> HttpResponse:
    """What it is, some of its posts, and what can be done with all of them at once."""
    seen = _find(request, pk)
    shown = {
        "seen": seen,
        "wave": seen.wave,
        "room": Room(seen.wave.group),
        "steward": seen.wave.settled_by.name if seen.wave.settled_by else _("a former steward"),
        "numbers": rows.numbers(seen),
        "sign": rows.sign_words(seen),
        "days": PAUSE_LASTS.days,
        "posts": [
            {"post": post, "words": excerpt(post.plain, EXCERPT)}
            for post in queries.posts_in_wave(seen.wave, request.viewer)
        ],
    }
    return render(request, "care/wave.html", shown)


@login_required
@require_POST
def clear_wave(request: HttpRequest, pk: int) -> HttpResponse:
    """All of it is hidden."""
    seen = _find(request, pk)
    done = actions.clear_wave(seen.wave, by=request.person)
    words = _("Cleared. Posts hidden: {posts}. Threads hidden with them: {threads}. New accounts paused: {persons}.")
    messages.success(request, _said(words, done))
    return redirect("wave", pk=pk)


@login_required
@require_POST
def allow_wave(request: HttpRequest, pk: int) -> HttpResponse:
    """All of it is fine, and comes back where it was hidden."""
    seen = _find(request, pk)
    was_cleared = seen.wave.cleared
    done = actions.allow_wave(seen.wave, by=request.person)
    words = _("These posts are fine. You are not asked about their like again.")
    if was_cleared:
        words = _(
            "Everything is back. Posts shown again: {posts}. Threads: {threads}. Accounts that write again: {persons}."
        )
    messages.success(request, _said(words, done))
    return redirect("wave", pk=pk)


def _said(words: str, done: Done) -> str:
    return words.format(posts=done.posts, threads=done.threads, persons=done.persons)
