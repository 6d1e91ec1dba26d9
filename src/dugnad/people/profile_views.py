"""Doors to people: the list, each person's page, one's own pages, and how the place looks and speaks."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dugnad.kernel import formats, registry
from dugnad.kernel.audience import MEMBERS, STEWARDS_OF_PLACE, audience_of, readers_of
from dugnad.kernel.languages import OWN_NAMES
from dugnad.kernel.limits import limit
from dugnad.kernel.place import LANGUAGES, the_place
from dugnad.kernel.policies import require
from dugnad.kernel.text import render as render_text
from dugnad.people import actions, profile_actions, profile_queries
from dugnad.people.middleware import THEMES
from dugnad.people.models import Person, PlaceStewardship
from dugnad.people.policies import can_give_place_stewardship
from dugnad.people.profile_forms import ProfileForm
from dugnad.people.profile_policies import can_block_person
from dugnad.people.terms import TermForm, last_day

A_YEAR = 365 * 24 * 60 * 60
THEME_COOKIE = "dugnad_theme"


@require_GET
@login_required
def people(request: HttpRequest) -> HttpResponse:
    """Who is here, by name."""
    search = request.GET.get("q", "").strip()[: profile_queries.LONGEST_SEARCH]
    after = request.GET.get("after", "")
    if search:
        limit(request, "search_people", 120, 60)
    page = profile_queries.people_here(request.viewer, search=search, after=after)
    kept = {"q": search} if search else {}
    context = {
        "page": page,
        "search": search,
        "is_first": not after,
        "first_url": f"?{urlencode(kept)}" if after else "",
        "following_url": f"?{urlencode({**kept, 'after': page.after})}" if page.after else "",
    }
    return render(request, "people/profile_list.html", context)


@require_GET
def person(request: HttpRequest, handle: str) -> HttpResponse:
    """What a person shows to members of the place."""
    shown = _person(request, handle)
    stewardship = profile_queries.stewardship_of(shown)
    context = {
        "shown": shown,
        "about": render_text(shown.about).html,
        "reads": [(code, OWN_NAMES[code]) for code in LANGUAGES if code in shown.reads],
        "joined": _("Here since {month}").format(
            month=formats.month_and_year(shown.joined_at, request.viewer.language)
        ),
        "sections": [section for show in registry.person_sections if (section := show(shown, request.viewer))],
        "is_self": shown.pk == request.person.pk,
        "is_blocked": shown.pk in request.viewer.hidden,
        "is_steward": stewardship is not None,
        "steward_until": last_day(stewardship.ends_at) if stewardship and stewardship.ends_at else "",
        "by_steward": request.viewer.holds(STEWARDS_OF_PLACE),
    }
    return render(request, "people/profile.html", context)


@require_POST
@login_required
def block_person(request: HttpRequest, handle: str) -> HttpResponse:
    """From now on this person's writing is not shown to the one who asks."""
    shown = _person(request, handle)
    verdict = can_block_person(request.person, shown)
    if not verdict:
        messages.error(request, verdict.reason)
        return redirect(shown.url)
    profile_actions.block_person(shown, by=request.person)
    said = _("You no longer see what {name} writes. Nobody was told.")
    messages.success(request, said.format(name=shown.name))
    return redirect(_back(request, shown.url))


@require_POST
@login_required
def unblock_person(request: HttpRequest, handle: str) -> HttpResponse:
    """This person's writing is shown again."""
    shown = _person(request, handle)
    profile_actions.unblock_person(shown, by=request.person)
    messages.success(request, _("You see again what {name} writes.").format(name=shown.name))
    return redirect(_back(request, shown.url))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def give_place_stewardship(request: HttpRequest, handle: str) -> HttpResponse:
    """A steward makes this person one too, or says anew how long they are."""
    shown = _person(request, handle)
    require(can_give_place_stewardship(request.person, shown))
    form = TermForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        given = actions.give_place_stewardship(shown, by=request.person, ends_at=form.term())
        messages.success(request, _steward_until(shown, given))
        return redirect(shown.url)
    context = {"shown": shown, "form": form, "now": profile_queries.stewardship_of(shown)}
    return render(request, "people/give_stewardship.html", context, status=422 if form.errors else 200)


def _steward_until(person: Person, given: PlaceStewardship) -> str:
    if given.ends_at is None:
        return _("{name} is a steward of the place from now on.").format(name=person.name)
    words = _("{name} is a steward of the place until {day}.")
    return words.format(name=person.name, day=last_day(given.ends_at))


@require_POST
@login_required
def end_place_stewardship(request: HttpRequest, handle: str) -> HttpResponse:
    """A steward ends the stewardship of another, or their own."""
    shown = _person(request, handle)
    stewardship = profile_queries.stewardship_of(shown)
    if stewardship is not None:
        actions.end_place_stewardship(stewardship, by=request.person)
        messages.success(request, _("{name} is no longer a steward of the place.").format(name=shown.name))
    return redirect(shown.url)


@require_GET
@login_required
def own_page(request: HttpRequest) -> HttpResponse:
    """All pages that are a person's own, in one place."""
    ways = [way for hall in registry.own_pages for way in hall(request.viewer)]
    context = {
        "ways": sorted(ways, key=lambda way: way.order),
        "is_steward": request.viewer.holds(STEWARDS_OF_PLACE),
    }
    return render(request, "people/me_hub.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def edit_profile(request: HttpRequest) -> HttpResponse:
    """What others see, and how the place speaks to the person."""
    form = ProfileForm(request.POST if request.method == "POST" else None, person=request.person)
    if request.method == "POST" and form.is_valid():
        profile_actions.edit_profile(request.person, **form.cleaned_data, by=request.person)
        messages.success(request, _("Saved. Others see it from now on."))
        return redirect("edit_profile")
    context = {"form": form, "line": readers_of(audience_of(MEMBERS), request.viewer)}
    return render(request, "people/profile_edit.html", context, status=422 if form.is_bound else 200)


@require_GET
@login_required
def blocked_persons(request: HttpRequest) -> HttpResponse:
    """Whom the person has blocked. Shown to nobody else."""
    return render(request, "people/me_blocked.html", {"blocked": profile_queries.blocked_by(request.viewer)})


@require_GET
def languages(request: HttpRequest) -> HttpResponse:
    """The languages of the place, each in its own words."""
    context = {
        "offered": [(code, OWN_NAMES[code]) for code in _offered()],
        "current": request.viewer.language,
        "then": _back(request, "/"),
    }
    return render(request, "people/profile_languages.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def set_language(request: HttpRequest, code: str) -> HttpResponse:
    """Strangers get a cookie by following a link: it is harmless, and their pages hold no form. Members post a form."""
    if code not in _offered():
        raise Http404
    if request.person is None:
        return _with_cookie(request, settings.LANGUAGE_COOKIE_NAME, code)
    if request.method != "POST":
        return redirect(f"{reverse('languages')}?{urlencode({'next': _back(request, '/')})}")
    profile_actions.choose_language(code, by=request.person)
    return redirect(_back(request, "/"))


@require_http_methods(["GET", "HEAD", "POST"])
def set_theme(request: HttpRequest, theme: str) -> HttpResponse:
    """Light, dark, or as the device says; in the same two ways as the language."""
    if theme not in (*THEMES, "device"):
        raise Http404
    wanted = "" if theme == "device" else theme
    if request.person is None:
        return _with_cookie(request, THEME_COOKIE, wanted)
    if request.method != "POST":
        return redirect(_back(request, "/"))
    profile_actions.choose_theme(wanted, by=request.person)
    return redirect(_back(request, "/"))


def _person(request: HttpRequest, handle: str) -> Person:
    shown = profile_queries.person_page(handle, request.viewer)
    if shown is None:
        raise Http404
    return shown


def _offered() -> list[str]:
    chosen = the_place().languages
    return [code for code in LANGUAGES if not chosen or code in chosen]


def _back(request: HttpRequest, otherwise: str) -> str:
    """Where the form or link says to go next, as long as that is in this house."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    is_here = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if wanted.startswith("/") and is_here else otherwise


def _with_cookie(request: HttpRequest, name: str, value: str) -> HttpResponse:
    response = redirect(_back(request, "/"))
    response["Cache-Control"] = "no-store"
    if value:
        response.set_cookie(name, value, A_YEAR, secure=settings.SECURE, httponly=True, samesite="Lax")
    else:
        response.delete_cookie(name, samesite="Lax")
    return response
