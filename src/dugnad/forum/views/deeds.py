"""Small deeds: reactions, bookmarks, answers, states, closing, following. Each is one POST and leads back to where one was."""

from __future__ import annotations

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dugnad.forum import actions, policies, queries
from dugnad.forum.forms import OutcomeForm, StateForm
from dugnad.forum.kinds import KINDS, REACTIONS
from dugnad.forum.limits import slow_down
from dugnad.forum.models import Attention, Post, Thread
from dugnad.forum.views.found import find_category, find_thread, gives_text_back, refused, say, sign_in_first
from dugnad.people.drafts.queries import with_draft
from dugnad.people.models import Person


@require_POST
def deeds(request: HttpRequest, thread_id: int) -> HttpResponse:
    """The buttons under the posts of a thread: one form, the pressed button says what and which post."""
    thread = find_thread(request, thread_id)
    if away := sign_in_first(request):
        return away
    slow_down(request, "deed")
    for name, deed in (("react", _react), ("keep", _keep), ("unkeep", _unkeep), ("answer", _answer)):
        if name in request.POST:
            post = deed(request, thread, request.POST[name])
            if request.headers.get("X-Dugnad-Live"):
                return HttpResponse(status=204)
            return HttpResponseRedirect(f"{thread.url}?from={max(1, post.number - 2)}#post-{post.number}")
    return HttpResponseRedirect(thread.url)


def _post(request: HttpRequest, thread: Thread, value: str) -> Post:
    if not (value.isascii() and value.isdigit() and len(value) < 18):
        raise Http404
    post = queries.post_of_id(int(value), request.viewer)
    if post is None or post.thread_id != thread.pk:
        raise Http404
    return post


def _react(request: HttpRequest, thread: Thread, value: str) -> Post:
    post_id, _sep, kind = value.partition(":")
    if kind not in REACTIONS:
        raise Http404
    post = _post(request, thread, post_id)
    given = post.reactions.filter(person=request.person, kind=kind).exists()
    deed = actions.remove_reaction if given else actions.add_reaction
    return deed(post, kind, by=request.person)


def _keep(request: HttpRequest, thread: Thread, value: str) -> Post:
    post = _post(request, thread, value)
    actions.keep_bookmark(post, by=request.person)
    say(request, _("Kept among your bookmarks. Only you see them."))
    return post


def _unkeep(request: HttpRequest, thread: Thread, value: str) -> Post:
    post = _post(request, thread, value)
    actions.remove_bookmark(post, by=request.person)
    say(request, _("The bookmark is removed."))
    return post


def _answer(request: HttpRequest, thread: Thread, value: str) -> Post:
    post = _post(request, thread, value)
    actions.accept_answer(post, by=request.person)
    say(request, _("The question is answered. Thanks stand beside the answer."))
    return post


def change_state(request: HttpRequest, thread_id: int) -> HttpResponse:
    """Say where a need, an offer or a project stands now."""
    thread = find_thread(request, thread_id)
    if away := sign_in_first(request):
        return away
    verdict = policies.can_change_state(request.viewer, thread)
    if not verdict:
        return refused(request, verdict)
    kind, helpers = KINDS[thread.kind], _helpers(thread)
    initial = {
        "state": request.GET.get("to", thread.state),
        "note": thread.state_note,
        "met_by": thread.met_by.handle if thread.met_by else "",
    }
    form = StateForm(kind, request.POST or None, initial=initial, helpers=[(one.handle, one.name) for one in helpers])
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        met_by = next((one for one in helpers if one.handle == values.get("met_by")), None)
        actions.change_state(thread, values["state"], by=request.person, met_by=met_by, note=values["note"])
        say(request, _("Saved. Those who follow the thread see it."))
        return HttpResponseRedirect(thread.url)
    shown = {"thread": thread, "kind": kind, "form": form}
    return render(request, "forum/change_state.html", shown, status=422 if form.errors else 200)


def _helpers(thread: Thread) -> list[Person]:
    """Those who replied in the thread: most often one of them is to be thanked. Whoever was thanked before is among them."""
    ids = Post.objects.filter(thread=thread, number__gt=1, deleted_at=None).exclude(author=None).values("author")
    replied = (
        Person.objects.living().filter(Q(pk__in=ids) | Q(pk=thread.met_by_id or 0)).exclude(pk=thread.author_id or 0)
    )
    return list(replied.order_by("name_key")[:100])


@gives_text_back
def close_thread(request: HttpRequest, thread_id: int) -> HttpResponse:
    """Close a thread with its outcome in words."""
    thread = find_thread(request, thread_id)
    if away := sign_in_first(request):
        return away
    verdict = policies.can_close_thread(request.viewer, thread)
    if not verdict:
        return refused(request, verdict)
    form = OutcomeForm(request.POST or None, initial=with_draft(request, {"outcome": thread.outcome}))
    if request.method == "POST" and form.is_valid():
        actions.close_thread(thread, by=request.person, outcome=form.cleaned_data["outcome"])
        say(request, _("The thread is closed. Its outcome stands at the top."))
        return HttpResponseRedirect(thread.url)
    return render(
        request, "forum/close_thread.html", {"thread": thread, "form": form}, status=422 if form.errors else 200
    )


@require_POST
def reopen_thread(request: HttpRequest, thread_id: int) -> HttpResponse:
    """Open a closed thread again."""
    thread = find_thread(request, thread_id)
    if away := sign_in_first(request):
        return away
    actions.reopen_thread(thread, by=request.person)
    say(request, _("The thread is open again."))
    return HttpResponseRedirect(thread.url)


@require_POST
def pin_thread(request: HttpRequest, thread_id: int) -> HttpResponse:
    """Put a thread first in its category, or no longer."""
    thread = find_thread(request, thread_id)
    if away := sign_in_first(request):
        return away
    deed = actions.unpin_thread if thread.pinned_at else actions.pin_thread
    deed(thread, by=request.person)
    return HttpResponseRedirect(thread.url)


@require_POST
def follow_thread(request: HttpRequest, thread_id: int) -> HttpResponse:
    """Watch, follow or mute a thread."""
    thread = find_thread(request, thread_id)
    if away := sign_in_first(request):
        return away
    attention = _attention(request)
    actions.follow_thread(thread, attention, by=request.person)
    say(request, _told(attention))
    return HttpResponseRedirect(thread.url)


@require_POST
def follow_category(request: HttpRequest, slug: str) -> HttpResponse:
    """Watch, follow or mute a category."""
    category = find_category(request, slug)
    if away := sign_in_first(request):
        return away
    attention = _attention(request)
    actions.follow_category(category, attention, by=request.person)
    say(request, _told(attention))
    return HttpResponseRedirect(category.url)


def _attention(request: HttpRequest) -> str:
    value = request.POST.get("attention", "")
    if value and value not in Attention.values:
        raise Http404
    return value


def _told(attention: str) -> str:
    words: dict[str, str] = {
        Attention.WATCH: _("You are told of each new post here."),
        Attention.FOLLOW: _("New posts here are among what is new for you."),
        Attention.MUTE: _("This is quiet now: no notices, and not among what is new for you."),
    }
    return words.get(attention) or _("You are told when somebody mentions you or replies to you.")


@require_POST
def mark_category_read(request: HttpRequest, slug: str) -> HttpResponse:
    """Everything in the category counts as read."""
    category = find_category(request, slug)
    if away := sign_in_first(request):
        return away
    actions.mark_category_read(category, by=request.person)
    say(request, _("Everything here counts as read now."))
    return HttpResponseRedirect(category.url)


@require_POST
def mark_all_read(request: HttpRequest) -> HttpResponse:
    """Everything everywhere counts as read."""
    if away := sign_in_first(request):
        return away
    actions.mark_all_read(by=request.person)
    say(request, _("Everything counts as read now."))
    return HttpResponseRedirect("/")
