"""Joining, asking, answering, leaving; looking after members."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dugnad.groups import actions, policies, queries
from dugnad.groups.forms import LeaveForm, NoteForm, RemoveForm
from dugnad.groups.models import Group, JoinRequest, Membership
from dugnad.groups.views.doors import answered, member_posts, posted, too_often
from dugnad.groups.views.finding import find_group
from dugnad.kernel.policies import require
from dugnad.kernel.templatetags.house import seat_html
from dugnad.people.models import Person
from dugnad.people.terms import TermForm, last_day

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@member_posts
def join_group(request: HttpRequest, slug: str) -> HttpResponse:
    """Into an open group."""
    group = find_group(request, slug)
    actions.join_group(group, by=request.person)
    messages.success(request, _("You are now a member of {group}.").format(group=group.name))
    return redirect(group.url)


@login_required
@get_or_post
def ask_to_join(request: HttpRequest, slug: str) -> HttpResponse:
    """A few words to the stewards, and the request is theirs."""
    group = find_group(request, slug)
    form = NoteForm(posted(request))
    asked = queries.own_join_request(group, request.viewer)
    if not asked:
        require(policies.can_ask_to_join(request.viewer, group))
    if form.is_valid() and not too_often(request, form, "joining-asked", 30):
        actions.ask_to_join(group, by=request.person, note=form.cleaned_data["note"])
        words = _("Your request is with the stewards of {group}. You get a notice when they answer.")
        messages.success(request, words.format(group=group.name))
        return redirect(group.url)
    context = {"form": form, "group": group, "asked": asked}
    return answered(request, "groups/ask_to_join.html", context, form)


@member_posts
def withdraw_join_request(request: HttpRequest, slug: str) -> HttpResponse:
    """Takes one's own request back."""
    group = find_group(request, slug)
    asked = queries.own_join_request(group, request.viewer)
    if asked:
        actions.withdraw_join_request(asked, by=request.person)
    messages.success(request, _("Your request is taken back."))
    return redirect(group.url)


@login_required
@require_http_methods(["GET", "HEAD"])
def join_requests(request: HttpRequest, slug: str) -> HttpResponse:
    """Who asks to join, for the stewards."""
    return _requests_page(request, find_group(request, slug), NoteForm())


def _requests_page(request: HttpRequest, group: Group, form: NoteForm, wrong_in: int = 0) -> HttpResponse:
    require(policies.is_steward(request.viewer, group))
    asked = [
        {"asked": one, "seat": seat_html(one.person_id, one.person.name)}
        for one in queries.join_requests_of(group, request.viewer)
    ]
    context = {"group": group, "requests": asked, "form": form, "wrong_in": wrong_in}
    return answered(request, "groups/join_requests.html", context, form)


@member_posts
def answer_join_request(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """A steward's yes or no, with a few words."""
    group = find_group(request, slug)
    asked = JoinRequest.objects.select_related("group", "person").filter(pk=pk, group=group).first()
    answer = request.POST.get("answer")
    if asked is None or answer not in ("yes", "no") or not policies.is_steward(request.viewer, group):
        raise Http404
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _requests_page(request, group, form, wrong_in=asked.pk)
    accept = answer == "yes"
    actions.answer_join_request(asked, by=request.person, accept=accept, note=form.cleaned_data["note"])
    words = _("{name} is now a member.") if accept else _("{name} gets a notice that the answer is no.")
    messages.success(request, words.format(name=asked.person.name))
    return redirect("join_requests", slug=slug)


@login_required
@get_or_post
def leave_group(request: HttpRequest, slug: str) -> HttpResponse:
    """Says what leaving means, asks the only steward for a successor, and leaves."""
    group = find_group(request, slug)
    if not policies.is_inside(request.viewer, group):
        raise Http404
    form = LeaveForm(posted(request), group=group, leaver=request.person)
    if form.is_valid():
        successor = form.cleaned_data["successor"]
        verdict = policies.can_leave_group(request.person, group, successor)
        if verdict:
            actions.leave_group(group, by=request.person, successor=successor)
            messages.success(request, _("You have left {group}.").format(group=group.name))
            return redirect("my_groups")
        form.add_error("successor", str(verdict.reason))
    context = {
        "group": group,
        "form": form,
        "needs_successor": not policies.can_leave_group(request.viewer, group),
        "last_one": group.member_count == 1,
    }
    return answered(request, "groups/leave_group.html", context, form)


@login_required
@get_or_post
def remove_member(request: HttpRequest, slug: str, handle: str) -> HttpResponse:
    """A reason, and the person is out."""
    group, person = _member(request, slug, handle)
    require(policies.can_remove_member(request.viewer, group, person))
    form = RemoveForm(posted(request))
    if form.is_valid():
        actions.remove_member(group, person, by=request.person, reason=form.cleaned_data["reason"])
        messages.success(request, _("{name} is no longer a member.").format(name=person.name))
        return redirect("group_members", slug=slug)
    context = {"group": group, "removed": person, "form": form}
    return answered(request, "groups/remove_member.html", context, form)


@login_required
@get_or_post
def make_steward(request: HttpRequest, slug: str, handle: str) -> HttpResponse:
    """One more steward, or another term for one: open-ended, or until a day."""
    group, person = _member(request, slug, handle)
    require(policies.can_make_steward(request.viewer, group, person))
    form = TermForm(posted(request))
    if form.is_valid():
        made = actions.make_steward(group, person, by=request.person, until=form.term())
        messages.success(request, _steward_until(person, made))
        return redirect("group_members", slug=slug)
    now = queries.stewards_of(group, request.viewer).filter(person=person).first()
    context = {"group": group, "member": person, "form": form, "now": now}
    return answered(request, "groups/make_steward.html", context, form)


def _steward_until(person: Person, made: Membership) -> str:
    if made.steward_until is None:
        return _("{name} is now a steward.").format(name=person.name)
    return _("{name} is a steward until {day}.").format(name=person.name, day=last_day(made.steward_until))


@member_posts
def end_stewardship(request: HttpRequest, slug: str, handle: str) -> HttpResponse:
    """One steward less."""
    group, person = _member(request, slug, handle)
    actions.end_stewardship(group, person, by=request.person)
    messages.success(request, _("{name} is no longer a steward, and still a member.").format(name=person.name))
    return redirect("group_members", slug=slug)


def _member(request: HttpRequest, slug: str, handle: str) -> tuple[Group, Person]:
    group = find_group(request, slug)
    found = queries.members_of(group, request.viewer).filter(person__handle=handle).first()
    if found is None:
        raise Http404
    return group, found.person
