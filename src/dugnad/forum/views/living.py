"""Pages of living documents, and of how any post read before: compare two versions, put one back, open and end a document."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from dugnad.forum import actions, living_policies, policies
from dugnad.forum.comparing import MOST_COMPARED_ON_A_PAGE, compared, put_together
from dugnad.forum.forms import RestoreForm
from dugnad.forum.limits import slow_down
from dugnad.forum.models import Post
from dugnad.forum.queries.living import Version, text_of_version, versions_of
from dugnad.forum.views.found import find_post, gives_text_back, refused, say, sign_in_first
from dugnad.kernel.audience import readers_of


@require_safe
def versions(request: HttpRequest, thread_id: int, number: int) -> HttpResponse:
    """How a post read before: every change, or with ?from= and ?to= two versions beside each other."""
    found = find_post(request, thread_id, number)
    every = versions_of(found) if not found.deleted_at else []
    chosen = _chosen(request, every)
    shown = {
        "post": found,
        "thread": found.thread,
        "versions": every,
        "chosen": chosen,
        "lines": compared(chosen[0].source, chosen[1].source)[0] if chosen else [],
        "changes": [] if chosen else _changes(every),
        "may_change": bool(request.person and policies.can_edit_post(request.viewer, found)),
    }
    return render(request, "forum/versions.html", shown)


def _chosen(request: HttpRequest, every: list[Version]) -> tuple[Version, Version] | None:
    by_number = {str(version.number): version for version in every}
    before, after = by_number.get(request.GET.get("from", "")), by_number.get(request.GET.get("to", ""))
    return (before, after) if before and after and before != after else None


def _changes(every: list[Version]) -> list[dict[str, Any]]:
    left = MOST_COMPARED_ON_A_PAGE
    changes = []
    for after, before in pairwise(every):
        lines, cost = compared(before.source, after.source, left)
        left -= cost
        changes.append({"before": before, "after": after, "lines": lines})
    return changes


@gives_text_back
def restore_version(request: HttpRequest, thread_id: int, number: int, version: int) -> HttpResponse:
    """Put an earlier text back, after a page that shows what changes by it."""
    post = find_post(request, thread_id, number)
    if away := sign_in_first(request):
        return away
    verdict = living_policies.can_restore_version(request.viewer, post)
    if not verdict:
        return refused(request, verdict)
    source = text_of_version(post, version)
    if source is None or version > post.edits:
        raise Http404
    form = RestoreForm(request.POST or None, initial={"seen_edits": post.edits})
    if request.method == "POST" and form.is_valid():
        slow_down(request, "post")
        try:
            actions.restore_version(post, version, by=request.person, **form.cleaned_data)
        except actions.EditedMeanwhile as meanwhile:
            post = meanwhile.post
            form.data = {**request.POST.dict(), "seen_edits": post.edits}
            form.add_error(None, _("The text was changed meanwhile. Look at what changes now, and send it again."))
        else:
            say(request, _("The earlier text stands there again. What came in between is among the versions."))
            return HttpResponseRedirect(post.url)
    lines, _cost = compared(post.source, source)
    shown = {"post": post, "thread": post.thread, "form": form, "version": version, "lines": lines}
    return render(request, "forum/restore_version.html", shown, status=409 if form.errors else 200)


def make_living(request: HttpRequest, thread_id: int, number: int) -> HttpResponse:
    """Says who could change the post then, or can now; its button opens it to them, or ends that."""
    post = find_post(request, thread_id, number)
    if away := sign_in_first(request):
        return away
    verdict = (living_policies.can_end_living if post.living_since else living_policies.can_make_living)(
        request.viewer, post
    )
    if not verdict:
        return refused(request, verdict)
    if request.method == "POST":
        slow_down(request, "deed")
        actions.make_living(post, by=request.person)
        say(request, _("All who may write here can change it now."))
        return HttpResponseRedirect(post.url)
    shown = {"post": post, "thread": post.thread, "readers": readers_of(post.audience, request.viewer)}
    return render(request, "forum/make_living.html", shown)


@require_POST
def end_living(request: HttpRequest, thread_id: int, number: int) -> HttpResponse:
    """The post stays as it is now."""
    post = find_post(request, thread_id, number)
    if away := sign_in_first(request):
        return away
    slow_down(request, "deed")
    actions.end_living(post, by=request.person)
    say(request, _("It stays as it is now."))
    return HttpResponseRedirect(post.url)


def both_texts(post: Post, mine: str, seen_edits: int) -> dict[str, Any]:
    """Of two who changed a text at once, what the second sees: what the other changed, and both changes put together when they
    are of different places.
    """
    base = text_of_version(post, seen_edits + 1)
    if base is None:
        return {"lines": compared(mine, post.source)[0], "together": None, "by": versions_of(post)[0].by}
    return {
        "lines": compared(base, post.source)[0],
        "together": put_together(base, mine, post.source),
        "by": versions_of(post)[0].by,
    }
