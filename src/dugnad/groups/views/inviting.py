"""Inviting into a group, and answering an invitation by name."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dugnad.groups import actions, policies, queries, rows
from dugnad.groups.forms import InviteLinkForm, InvitePersonForm
from dugnad.groups.models import Group
from dugnad.groups.views.doors import answered, member_posts, too_often
from dugnad.groups.views.finding import find_group
from dugnad.kernel.policies import require

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@login_required
@get_or_post
def invite_to_group(request: HttpRequest, slug: str) -> HttpResponse:
    """Two forms: a link for anybody, or a member of the place by name."""
    group = find_group(request, slug)
    require(policies.can_invite_to_group(request.viewer, group))
    which = request.POST.get("which", "")
    link = InviteLinkForm(request.POST if which == "link" else None, prefix="link")
    person = InvitePersonForm(request.POST if which == "person" else None, prefix="person", viewer=request.viewer)
    if which == "link" and link.is_valid() and not too_often(request, link, "invitations", 30):
        _row, token = actions.invite_to_group(group, by=request.person, **link.cleaned_data)
        request.session["new_invitation"] = token
        return redirect("new_invitation")
    if which == "person" and person.is_valid() and _invited(request, group, person):
        return redirect("invite_to_group", slug=slug)
    context = {
        "group": group,
        "link": link,
        "person_form": person,
        "open_ones": list(queries.open_invitations_of(group, request.viewer)),
    }
    return answered(request, "groups/invite.html", context, link, person)


def _invited(request: HttpRequest, group: Group, form: InvitePersonForm) -> bool:
    who = form.cleaned_data["who"]
    verdict = policies.can_invite_person(request.viewer, group, who)
    if not verdict:
        form.add_error("who", str(verdict.reason))
        return False
    if too_often(request, form, "invitations", 30):
        return False
    actions.invite_person(group, who, by=request.person, greeting=form.cleaned_data["greeting"])
    messages.success(request, _("{name} gets a notice.").format(name=who.name))
    return True


@member_posts
def withdraw_group_invitation(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Takes an invitation by name back."""
    group = find_group(request, slug)
    invitation = queries.open_invitations_of(group, request.viewer).filter(pk=pk).first()
    if invitation is None:
        raise Http404
    actions.withdraw_group_invitation(invitation, by=request.person)
    messages.success(request, _("The invitation is withdrawn."))
    return redirect("invite_to_group", slug=slug)


@login_required
@get_or_post
def group_invitation(request: HttpRequest, pk: int) -> HttpResponse:
    """What one is invited to, and yes or no."""
    invitation = queries.group_invitation_by_id(pk, request.viewer)
    if invitation is None:
        raise Http404
    group = invitation.group
    verdict = policies.can_answer_group_invitation(request.viewer, invitation)
    if request.method == "POST" and request.POST.get("answer") in ("yes", "no"):
        accept = request.POST["answer"] == "yes"
        actions.answer_group_invitation(invitation, by=request.person, accept=accept)
        words = _("You are now a member of {group}.") if accept else _("You said no to {group}. Nobody is told.")
        messages.success(request, words.format(group=group.name))
        return redirect(group.url if accept else "my_groups")
    context = {
        "invitation": invitation,
        "group": group,
        "kind": rows.kind_of(group),
        "verdict": verdict,
        "inside": request.viewer.holds(group.key),
    }
    return render(request, "groups/invitation.html", context)
