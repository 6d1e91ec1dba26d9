"""The doors for groups that leave and groups that arrive."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from dugnad.groups.carrying import actions, policies
from dugnad.groups.carrying.form import ArchiveRefused
from dugnad.groups.carrying.forms import BringForm
from dugnad.groups.carrying.moving import facts_of
from dugnad.groups.models import Arrival, CarriedName, Departure, DepartureAnswer, Group, Membership
from dugnad.groups.policies import can_see_members, is_steward
from dugnad.groups.views.doors import answered, member_posts, posted
from dugnad.groups.views.finding import find_group
from dugnad.kernel import formats
from dugnad.kernel.clock import place_zone
from dugnad.kernel.limits import limit
from dugnad.kernel.policies import require


@login_required
@require_safe
def take_along(request: HttpRequest, slug: str) -> HttpResponse:
    """Members say whether their name goes along; stewards see how far it is and get the file."""
    group = _own_group(request, slug)
    departure = Departure.objects.filter(group=group, ended_at=None).first()
    answer = DepartureAnswer.objects.filter(departure=departure, person=request.person).first() if departure else None
    context = {
        "group": group,
        "departure": departure,
        "answer": answer,
        "may_answer": departure is not None and policies.can_answer_departure(request.viewer, departure),
        "steward": is_steward(request.viewer, group),
        "progress": _progress(departure) if departure else "",
        "inside": _counted(departure.facts) if departure else [],
        "ends": _time(departure.ends_at, request) if departure and departure.ends_at else "",
    }
    return render(request, "groups/take_along.html", context)


def _own_group(request: HttpRequest, slug: str) -> Group:
    group = find_group(request, slug)
    if not can_see_members(request.viewer, group):
        raise Http404
    return group


def _progress(departure: Departure) -> str:
    members = Membership.objects.filter(group=departure.group).count()
    agreed = departure.answers.filter(agrees=True, person__memberships__group=departure.group).count()
    answers = departure.answers.filter(person__memberships__group=departure.group).count()
    words = ngettext(
        "{answers} of {n} member has answered, {agreed} with yes.",
        "{answers} of {n} members have answered, {agreed} with yes.",
        members,
    )
    return words.format(answers=answers, n=members, agreed=agreed)


def _counted(facts: dict[str, Any]) -> list[str]:
    """How much of what, in words."""
    words = (
        ("categories", ngettext("{n} category", "{n} categories", facts.get("categories", 0))),
        ("threads", ngettext("{n} thread", "{n} threads", facts.get("threads", 0))),
        ("posts", ngettext("{n} post", "{n} posts", facts.get("posts", 0))),
        ("files", ngettext("{n} file", "{n} files", facts.get("files", 0))),
        ("names", ngettext("{n} name", "{n} names", facts.get("names", 0))),
    )
    return [said.format(n=facts[what]) for what, said in words if what in facts]


def _time(moment: Any, request: HttpRequest) -> str:
    return formats.date_and_time(moment, request.viewer.language, tz=place_zone())


@member_posts
def begin_departure(request: HttpRequest, slug: str) -> HttpResponse:
    """Every member is asked."""
    group = _own_group(request, slug)
    actions.begin_departure(group, by=request.person)
    messages.success(request, _("Every member gets a notice and can say yes or no."))
    return redirect("take_along", slug=slug)


@member_posts
def answer_departure(request: HttpRequest, slug: str) -> HttpResponse:
    """Yes or no for oneself."""
    departure = _departure(request, slug)
    if request.POST.get("answer") not in ("yes", "no"):
        raise Http404
    agrees = request.POST["answer"] == "yes"
    actions.answer_departure(departure, agrees=agrees, by=request.person)
    words = _("Your name goes along.") if agrees else _("Your name does not go along. Nobody is told.")
    messages.success(request, words)
    return redirect("take_along", slug=slug)


def _departure(request: HttpRequest, slug: str) -> Departure:
    group = _own_group(request, slug)
    departure = Departure.objects.select_related("group").filter(group=group, ended_at=None).first()
    if departure is None:
        raise Http404
    return departure


@member_posts
def pack_group(request: HttpRequest, slug: str) -> HttpResponse:
    """The file is made."""
    actions.pack_group(_departure(request, slug), by=request.person)
    return redirect("take_along", slug=slug)


@member_posts
def end_departure(request: HttpRequest, slug: str) -> HttpResponse:
    """The file here goes."""
    actions.end_departure(_departure(request, slug), by=request.person)
    messages.success(request, _("Nothing of it is kept here."))
    return redirect("take_along", slug=slug)


@login_required
@require_safe
def download_group(request: HttpRequest, slug: str, token: str) -> HttpResponseBase:
    """The file, for stewards of the group while its time lasts."""
    group = find_group(request, slug)
    found = Departure.objects.filter(group=group, token=token, ended_at=None, ends_at__gt=timezone.now()).first()
    if found is None or not is_steward(request.viewer, group) or not found.path.exists():
        raise Http404
    name = f"{group.slug}-{found.ready_at:%Y-%m-%d}.zip"
    return FileResponse(found.path.open("rb"), as_attachment=True, filename=name, content_type="application/zip")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def bring_group(request: HttpRequest) -> HttpResponse:
    """Takes a file, looks at everything in it, and asks whether this is the group."""
    require(policies.can_bring_group(request.viewer))
    form = BringForm(posted(request), request.FILES or None)
    if form.is_valid():
        limit(request, "groups-brought", 20, 3600)
        arrival = Arrival()
        try:
            actions.keep_upload(form.cleaned_data["file"], arrival.path)
            facts = facts_of(arrival.path)
        except ArchiveRefused as refused:
            arrival.path.unlink(missing_ok=True)
            form.add_error("file", str(refused))
        else:
            arrival = actions.bring_group(arrival, facts=facts, by=request.person)
            return redirect("unpack_group", arrival.pk)
    return answered(request, "groups/bring_group.html", {"form": form}, form)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def unpack_group(request: HttpRequest, pk: int) -> HttpResponse:
    """What is in the file, yes or no, and how far it is."""
    arrival = Arrival.objects.select_related("group").filter(pk=pk, person=request.person).first()
    if arrival is None:
        raise Http404
    if request.method == "POST":
        actions.unpack_group(arrival, by=request.person)
        return redirect("unpack_group", pk)
    if arrival.group is not None and arrival.group.closed_at is None:
        return redirect(arrival.group.url)
    facts = arrival.facts
    counts = {**facts.get("counts", {}), "names": facts.get("names", 0)}
    return render(request, "groups/unpack_group.html", {"arrival": arrival, "facts": facts, "inside": _counted(counts)})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def claim_name(request: HttpRequest, slug: str) -> HttpResponse:
    """Which of the names that came along are the viewer's own."""
    group = _own_group(request, slug)
    waiting = CarriedName.objects.filter(group=group, person=None).exclude(name="")
    if request.method == "POST":
        limit(request, "names-claimed", 10, 3600)
        claimed = actions.claim_name(group, by=request.person)
        if claimed:
            names = ", ".join(name.name for name in claimed)
            messages.success(request, _("What {names} wrote is yours now.").format(names=names))
            return redirect(group.url)
    context = {
        "group": group,
        "names": [name.name for name in waiting.order_by("number")[:200]],
        "tried": request.method == "POST",
    }
    return render(request, "groups/claim_name.html", context, status=422 if request.method == "POST" else 200)
