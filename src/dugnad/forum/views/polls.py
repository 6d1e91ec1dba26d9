"""Pages of polls: asking under one's own post, voting, closing."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dugnad.forum import polling_policies as policies
from dugnad.forum.actions import polling as actions
from dugnad.forum.limits import slow_down
from dugnad.forum.models import Poll
from dugnad.forum.poll_forms import PollForm, poll_initial
from dugnad.forum.polls import BallotWrong
from dugnad.forum.queries.polls import poll_of_post
from dugnad.forum.views.found import find_post, gives_text_back, refused, say, sign_in_first
from dugnad.kernel.audience import readers_of

WRONG = 422


def find_poll(request: HttpRequest, thread_id: int, number: int) -> Poll:
    """The poll under this post, or 404 when it is not there or not for this viewer."""
    poll = poll_of_post(thread_id, number, request.viewer)
    if poll is None:
        raise Http404
    return poll


@gives_text_back
def add_poll(request: HttpRequest, thread_id: int, number: int) -> HttpResponse:
    """Ask a question under one's own post."""
    post = find_post(request, thread_id, number)
    if away := sign_in_first(request):
        return away
    verdict = policies.can_add_poll(request.viewer, post)
    if not verdict:
        return refused(request, verdict)
    form = PollForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and (asked := form.asked()):
        slow_down(request, "post")
        actions.add_poll(post, asked, by=request.person)
        say(request, _("The poll is under your post."))
        return HttpResponseRedirect(post.url)
    shown = {"post": post, "thread": post.thread, "form": form, "readers": readers_of(post.audience, request.viewer)}
    return render(request, "forum/add_poll.html", shown, status=WRONG if form.errors else 200)


@gives_text_back
def edit_poll(request: HttpRequest, thread_id: int, number: int) -> HttpResponse:
    """Change the question and its options, or take it away, while nobody has voted."""
    poll = find_poll(request, thread_id, number)
    if away := sign_in_first(request):
        return away
    verdict = policies.can_edit_poll(request.viewer, poll)
    if not verdict:
        return refused(request, verdict)
    form = PollForm(request.POST or None, initial=poll_initial(poll))
    if request.method == "POST" and form.is_valid() and (asked := form.asked()):
        actions.edit_poll(poll, asked, by=request.person)
        say(request, _("The poll is changed."))
        return HttpResponseRedirect(poll.post.url)
    post = poll.post
    shown = {
        "post": post, "thread": post.thread, "form": form, "poll": poll,
        "readers": readers_of(post.audience, request.viewer),
    }  # fmt: skip
    return render(request, "forum/add_poll.html", shown, status=WRONG if form.errors else 200)


@require_POST
def remove_poll(request: HttpRequest, thread_id: int, number: int) -> HttpResponse:
    """Take the question away again."""
    poll = find_poll(request, thread_id, number)
    if away := sign_in_first(request):
        return away
    actions.remove_poll(poll, by=request.person)
    say(request, _("The poll is gone. The post is as it was."))
    return HttpResponseRedirect(poll.post.url)


@require_POST
def cast_vote(request: HttpRequest, thread_id: int, number: int) -> HttpResponse:
    """Vote, or vote anew."""
    poll = find_poll(request, thread_id, number)
    if away := sign_in_first(request):
        return away
    slow_down(request, "deed")
    try:
        actions.cast_vote(poll, _given(request, poll), by=request.person)
    except BallotWrong as wrong:
        say(request, wrong.sentence)
    else:
        say(request, _("Your vote counts. You can change it until the poll is closed."))
    return _back(poll)


@require_POST
def withdraw_vote(request: HttpRequest, thread_id: int, number: int) -> HttpResponse:
    """Take one's vote back."""
    poll = find_poll(request, thread_id, number)
    if away := sign_in_first(request):
        return away
    slow_down(request, "deed")
    actions.withdraw_vote(poll, by=request.person)
    say(request, _("Your vote is taken back."))
    return _back(poll)


def close_poll(request: HttpRequest, thread_id: int, number: int) -> HttpResponse:
    """Close the poll, after a page that says what that means."""
    poll = find_poll(request, thread_id, number)
    if away := sign_in_first(request):
        return away
    verdict = policies.can_close_poll(request.viewer, poll)
    if not verdict:
        return refused(request, verdict)
    if request.method == "POST":
        actions.close_poll(poll, by=request.person)
        say(request, _("The poll is closed. Those who voted are told."))
        return _back(poll)
    return render(request, "forum/close_poll.html", {"poll": poll, "post": poll.post, "thread": poll.post.thread})


def _back(poll: Poll) -> HttpResponse:
    post = poll.post
    return HttpResponseRedirect(f"{post.thread.url}?from={max(1, post.number - 2)}#poll-{poll.pk}")


def _given(request: HttpRequest, poll: Poll) -> dict[int, int]:
    """Option → dots, as the page sent it. What is no number counts as nothing; what may count is decided by the deed."""
    if poll.way != Poll.Way.DOT:
        return {_number(value): 1 for value in request.POST.getlist(f"poll-{poll.pk}")}
    options = poll.options.values_list("pk", flat=True)
    return {option: _number(request.POST.get(f"poll-{poll.pk}-{option}", "")) for option in options}


def _number(value: str) -> int:
    return int(value) if value.isascii() and value.isdigit() and len(value) < 18 else 0
