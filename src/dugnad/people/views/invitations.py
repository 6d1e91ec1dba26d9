"""A member's invitation links, and what stewards of the place answer: who asks to come in, who cannot get in."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from dugnad.kernel.audience import STEWARDS_OF_PLACE
from dugnad.kernel.limits import TooMuch
from dugnad.people import rates
from dugnad.people.actions import answer_request, help_back_in, invite, withdraw_invitation
from dugnad.people.forms import AnswerForm, InviteForm
from dugnad.people.invitations import admission_of, find_invitation, invitations_of, open_requests
from dugnad.people.models import Invitation, Person, Request
from dugnad.people.policies import can_answer_request, can_help_back_in, can_invite
from dugnad.people.views.answers import proved, shown, stamped

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@login_required
@never_cache
@get_or_post
def own_invitations(request: HttpRequest) -> HttpResponse:
    """My links that still work, and a form for a new one. The new link is shown on the answer to the form, once."""
    form = InviteForm(request.POST or None, initial={"language": request.person.language})
    verdict = can_invite(request.person)
    context = {"form": form, "may_invite": verdict, "invitations": invitations_of(request.person)}
    if verdict and form.is_valid():
        try:
            rates.count(request, rates.INVITATIONS)
        except TooMuch as too_much:
            form.add_error(None, str(too_much))
            return stamped(shown(request, "people/invitations.html", context), too_much)
        _invitation, token = invite(**form.cleaned_data, by=request.person)
        request.session["new_invitation"] = token
        return redirect("new_invitation")
    return shown(request, "people/invitations.html", context, form)


@login_required
@never_cache
def new_invitation(request: HttpRequest) -> HttpResponse:
    """The link of the invitation that was just made: shown once, then it is nowhere."""
    token = request.session.pop("new_invitation", None)
    if token is None:
        return redirect("own_invitations")
    link = settings.URL + reverse("open_invitation", args=[token])
    made = find_invitation(token)
    return render(
        request, "people/invitation_new.html", {"link": link, "admission": admission_of(made) if made else None}
    )


@login_required
@require_POST
def withdraw(request: HttpRequest, invitation: str) -> HttpResponse:
    """The link stops working."""
    found = get_object_or_404(Invitation, pk=invitation, inviter=request.person)
    withdraw_invitation(found, by=request.person)
    messages.success(request, _("The invitation is withdrawn. Its link no longer works."))
    return redirect("own_invitations")


@login_required
@never_cache
def requests(request: HttpRequest) -> HttpResponse:
    """Who asks to come in. For stewards of the place; for others there is no such page."""
    if not request.viewer.holds(STEWARDS_OF_PLACE):
        raise Http404
    return render(request, "people/requests.html", {"requests": open_requests(request.viewer), "form": AnswerForm()})


@login_required
@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Let somebody in, decline with a mail, or put the request away without one."""
    if not request.viewer.holds(STEWARDS_OF_PLACE):
        raise Http404
    asked = get_object_or_404(Request, pk=pk)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        context = {"requests": open_requests(request.viewer), "form": form, "wrong_in": asked.pk}
        return shown(request, "people/requests.html", context, form)
    verdict = can_answer_request(request.person, asked)
    if not verdict:
        messages.info(request, str(verdict.reason))
        return redirect("requests")
    deed = request.POST.get("deed", "")
    sentences = {
        "admit": _("{name} gets a link by email."),
        "decline": _("{name} gets your answer by email."),
        "put_away": _("The request is put away. {name} hears nothing."),
    }
    if deed not in sentences:
        return redirect("requests")
    answer_request(
        asked, admit=deed == "admit", tell=deed != "put_away", words=form.cleaned_data["words"], by=request.person
    )
    messages.success(request, sentences[deed].format(name=asked.name))
    return redirect("requests")


@proved
@never_cache
@get_or_post
def help_in(request: HttpRequest, handle: str) -> HttpResponse:
    """A steward makes a link for somebody who cannot get in. It is shown once; the person is told by mail."""
    if not request.viewer.holds(STEWARDS_OF_PLACE):
        raise Http404
    person = get_object_or_404(Person.objects.living(), handle=handle)
    verdict = can_help_back_in(request.person, person)
    if request.method == "POST" and verdict:
        _way, token = help_back_in(person, by=request.person)
        request.session["new_way_back"] = token
        return redirect("help_back_in", handle=handle)
    token = request.session.pop("new_way_back", "")
    link = settings.URL + reverse("use_way_back", args=[token]) if token else ""
    return render(request, "people/help_back_in.html", {"helped": person, "verdict": verdict, "link": link})
