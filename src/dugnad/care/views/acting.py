"""What stewards do about a post, taking it back, and appeals."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dugnad.care import actions, policies, queries, rows
from dugnad.care.agreements import agreements_in
from dugnad.care.choices import choices_for
from dugnad.care.forms import LEAVE, AnswerForm, AppealForm, DeedForm, UndoForm
from dugnad.care.rooms import room_of_thread
from dugnad.care.views.doors import answered, find_deed, posted
from dugnad.care.views.reading import deed_page
from dugnad.forum.models import Post
from dugnad.forum.moving_policies import can_move_thread
from dugnad.forum.policies import can_see, keeps
from dugnad.kernel.policies import require

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@login_required
@get_or_post
def write_deed(request: HttpRequest, pk: int) -> HttpResponse:
    """A post, who wrote it, what was said and done about it before, and what can be done now."""
    post = queries.post_in_care(pk, request.viewer)
    if post is None:
        raise Http404
    reports = queries.reports_of(post, request.viewer)
    kinds = choices_for(post, reports, request.viewer)
    initial = {"agreement": next((one.agreement for one in reports if one.agreement), "")}
    form = DeedForm(posted(request), initial=initial, kinds=kinds, agreements=agreements_in(request.viewer.language))
    if kinds and form.is_valid():
        return _done(request, post, form.cleaned_data)
    return answered(request, "care/post.html", _shown(request, post, reports, kinds, form), form)


def _done(request: HttpRequest, post: Post, values: dict[str, Any]) -> HttpResponse:
    if values["kind"] == LEAVE:
        actions.settle_reports(post, by=request.person, answer=values["reason"])
        messages.success(request, _("Done. Whoever reported it reads your reason."))
        return redirect(room_of_thread(post.thread).url)
    deed = actions.write_deed(
        values["kind"], post, by=request.person, reason=values["reason"], agreement=values.get("agreement", ""),
        ends_at=values["ends_at"],
    )  # fmt: skip
    messages.success(request, _("Done, and written into the log. The person reads your reason."))
    return to_deed(request, deed.pk)


def to_deed(request: HttpRequest, pk: int) -> HttpResponse:
    """To the line of the log; who was only asked about one thing, and is done with it, goes back to their own desk."""
    seen = queries.deed_by_id(pk, request.viewer) is not None
    return redirect("steward_deed", pk=pk) if seen else redirect("care_desk")


def _shown(request: HttpRequest, post: Post, reports: list[Any], kinds: list[Any], form: DeedForm) -> dict[str, Any]:
    viewer = request.viewer
    opens = post.number == 1
    return {
        "post": post,
        "thread": post.thread if can_see(viewer, post.thread) else None,
        "room": room_of_thread(post.thread),
        "keeps": keeps(viewer, post.thread.category),
        "opens": opens,
        "own": post.author_id is not None and post.author_id == viewer.person_id,
        "reports": rows.report_lines(reports),
        "count": len(reports),
        "earlier": [rows.log_row(deed, viewer) for deed in queries.earlier_deeds(post, viewer)],
        "hiding": queries.deed_that_hides(post) if post.hidden_at or post.thread.hidden_at else None,
        "may_move": opens and can_move_thread(viewer, post.thread),
        "kinds": kinds,
        "form": form,
    }


@login_required
@require_safe
def care_thread(request: HttpRequest, pk: int) -> HttpResponse:
    """From a thread to the page of its first post, where everything about the thread is decided."""
    post = queries.opening_post(pk, request.viewer)
    if post is None:
        raise Http404
    return redirect("write_deed", pk=post)


@login_required
@require_POST
def undo_deed(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back what a steward did."""
    deed = find_deed(request, pk)
    form = UndoForm(request.POST)
    if not form.is_valid():
        return deed_page(request, deed, undo_form=form)
    actions.undo_deed(deed, by=request.person, why=form.cleaned_data["why"])
    messages.success(request, _("It is taken back. The person reads your words."))
    return redirect("steward_deed", pk=pk)


@login_required
@require_POST
def appeal_deed(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask somebody else to look again at what a steward did about oneself."""
    deed = find_deed(request, pk)
    form = AppealForm(request.POST)
    if not form.is_valid():
        return deed_page(request, deed, appeal_form=form)
    actions.appeal_deed(deed, by=request.person, text=form.cleaned_data["text"])
    messages.success(request, _("You asked for another look. You get a notice when somebody has answered."))
    return redirect("steward_deed", pk=pk)


@login_required
@get_or_post
def answer_appeal(request: HttpRequest, pk: int) -> HttpResponse:
    """What was done and why, what the person says, the post, and two answers."""
    appeal = queries.appeal_by_id(pk, request.viewer)
    if appeal is None:
        raise Http404
    may = policies.can_answer_appeal(request.viewer, appeal)
    choice = request.POST.get("choice")
    form = AnswerForm(posted(request))
    if choice in ("stands", "back"):
        require(may)
        if form.is_valid():
            actions.answer_appeal(
                appeal, by=request.person, upheld=choice == "stands", answer=form.cleaned_data["answer"]
            )
            messages.success(request, _("Answered. Both sides read your words."))
            return to_deed(request, appeal.deed_id)
    shown = {
        "appeal": appeal,
        "deed": appeal.deed,
        "line": rows.line_of(appeal.deed, request.viewer),
        "post": queries.post_of(appeal.deed, request.viewer),
        "may": may,
        "form": form,
    }
    return answered(request, "care/appeal.html", shown, form)
