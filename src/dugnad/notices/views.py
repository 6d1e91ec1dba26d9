"""The doors to one's notices."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dugnad.notices import actions, queries
from dugnad.notices.forms import ChoicesForm
from dugnad.notices.kinds import THREAD_STOPPED, WHATS
from dugnad.notices.mails import Stop, stop_of
from dugnad.notices.rows import days_of
from dugnad.people.models import Person


@require_GET
@login_required
def notices(request: HttpRequest) -> HttpResponse:
    """What the person is told, newest first, by day."""
    page = list(queries.notices_of(request.viewer, before=_id(request.GET.get("before")))[: queries.PAGE + 1])
    shown = page[: queries.PAGE]
    older = f"{reverse('notices')}?before={shown[-1].pk}" if len(page) > len(shown) else ""
    context = {
        "days": days_of(shown, request.viewer.language),
        "unread": any(notice.read_at is None for notice in shown),
        "newest": shown[0].pk if shown else 0,
        "first_page": "before" not in request.GET,
        "older": older,
    }
    return render(request, "notices/notices.html", context)


@require_GET
@login_required
def open_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Marks the notice read and goes where it leads."""
    notice = queries.notice_by_id(pk, request.viewer)
    if notice is None:
        raise Http404
    actions.mark_read(notice, by=request.person)
    return redirect(notice.url)


@require_POST
@login_required
def mark_all_read(request: HttpRequest) -> HttpResponse:
    """All notices up to the newest on the page are read."""
    marked = actions.mark_all_read(by=request.person, up_to=_id(request.POST.get("up_to")))
    said = ngettext("{n} notice is marked as read.", "{n} notices are marked as read.", marked)
    messages.success(request, said.format(n=marked))
    return redirect("notices")


@require_http_methods(["GET", "POST"])
@login_required
def notice_choices(request: HttpRequest) -> HttpResponse:
    """What is also told by mail."""
    chosen = queries.choices_of(request.person)
    data = request.POST if request.method == "POST" else None
    form = ChoicesForm(data, chosen=chosen)
    if form.is_valid():
        actions.choose_mail(form.cleaned_data, by=request.person)
        messages.success(request, _("Your choices are saved."))
        return redirect("notice_choices")
    context = {"form": form, "stopped_threads": queries.stopped_threads(request.person)}
    return render(request, "notices/choices.html", context)


@require_POST
@login_required
def resume_mail(request: HttpRequest) -> HttpResponse:
    """Mail comes again about the threads for which it was stopped."""
    actions.resume_mail(by=request.person)
    messages.success(request, _("Emails about all your threads come again."))
    return redirect("notice_choices")


@csrf_exempt
@require_http_methods(["GET", "POST"])
def stop_mail(request: HttpRequest, token: str) -> HttpResponse:
    """Stops a kind of mail by the link in it: the signed token is the permission, so nobody needs to sign in.

    Opening the link changes nothing (mail programs open links on their own); the button does, and so does the
    one-click POST of a mail program.
    """
    try:
        stop = stop_of(token)
    except signing.SignatureExpired:
        return render(request, "notices/stop_ended.html", status=410)
    person = Person.objects.filter(pk=stop.person_id, erased_at=None).first() if stop else None
    if stop is None or person is None or stop.what not in WHATS:
        raise Http404
    if request.method == "POST":
        actions.stop_mail(stop, by=person)
    context = {"stop": stop, "done": request.method == "POST", "said": _stopped(stop), "what": WHATS[stop.what]}
    return render(request, "notices/stop.html", context)


def _stopped(stop: Stop) -> str:
    return str(THREAD_STOPPED if stop.within else WHATS[stop.what].stopped)


def _id(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None
