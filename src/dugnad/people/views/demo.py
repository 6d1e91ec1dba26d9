"""What only the demo has: being somebody with one click, and a mailbox that everybody can read."""

from __future__ import annotations

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from dugnad.kernel.live.bus import hang_up
from dugnad.kernel.outbox import Mail
from dugnad.people import rates
from dugnad.people.demo_cast import cast
from dugnad.people.models import Person
from dugnad.people.policies import can_read_demo

NEWEST_MAILS = 50


@require_POST
def demo_sign_in(request: HttpRequest) -> HttpResponse:
    """Be somebody of the cast. Whoever was signed in is signed out first."""
    if not can_read_demo():
        raise Http404
    rates.count(request, rates.DEMO_SIGN_INS)
    handle = request.POST.get("handle", "")
    if handle not in dict(cast()):
        raise Http404
    person = get_object_or_404(Person.objects.living(), handle=handle)
    if request.person is not None:
        hang_up(request.person.pk)
        request.session.flush()
    record_authentication(request, person, method="demo")
    answer: HttpResponse = perform_login(request, Login(user=person, redirect_url=reverse("home")))
    return answer


@require_GET
@never_cache
def demo_mailbox(request: HttpRequest) -> HttpResponse:
    """Every mail that the demo wrote, newest first. It sends none anywhere."""
    if not can_read_demo():
        raise Http404
    mails = Mail.objects.exclude(text="").order_by("-pk")[:NEWEST_MAILS]
    return render(request, "people/mailbox.html", {"mails": mails})
