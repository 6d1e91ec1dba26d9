"""The list of keyboard shortcuts as a page, and switching them off: single keys can be in the way of speech input."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from dugnad.people import profile_actions
from dugnad.people.profile_views import A_YEAR, _back

COOKIE = "dugnad_keys"


@dataclass(frozen=True, slots=True)
class Shortcut:
    """Keys, one after the other, and what they do."""

    keys: tuple[str, ...]
    does: str


def shortcuts() -> list[tuple[str, list[Shortcut]]]:
    """All of them, by where they work."""
    return [
        (
            _("Everywhere"),
            [
                Shortcut(("?",), _("Show this list")),
                Shortcut(("/",), _("Search")),
                Shortcut(("c",), _("Start a thread")),
                Shortcut(("g", "h"), _("Go home")),
                Shortcut(("g", "f"), _("Go to the forum")),
                Shortcut(("g", "g"), _("Go to the groups")),
                Shortcut(("g", "n"), _("Go to your notices")),
                Shortcut(("Esc",), _("Close a menu or a dialog, leave a text")),
            ],
        ),
        (
            _("In lists and threads"),
            [
                Shortcut(("j",), _("Next row or post")),
                Shortcut(("k",), _("Previous row or post")),
                Shortcut(("o",), _("Open it")),
                Shortcut(("n",), _("Next unread")),
                Shortcut(("u",), _("Up to the list")),
            ],
        ),
        (
            _("At a post"),
            [
                Shortcut(("r",), _("Reply")),
                Shortcut(("q",), _("Quote it")),
                Shortcut(("e",), _("Change it, when you may")),
                Shortcut(("b",), _("Bookmark it, or remove the bookmark")),
            ],
        ),
    ]


@require_safe
def keyboard(request: HttpRequest) -> HttpResponse:
    """Which keys do what, and the switch that turns them off."""
    off = request.person.shortcuts == "off" if request.person else request.COOKIES.get(COOKIE) == "off"
    response = render(request, "people/keyboard.html", {"parts": shortcuts(), "off": off})
    # The page of a stranger who switched them off is another one: it is not kept for others.
    response["Cache-Control"] = "no-store"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def set_shortcuts(request: HttpRequest, wanted: str) -> HttpResponse:
    """On or off: a link with a cookie for strangers, a form for members."""
    if wanted not in ("on", "off"):
        raise Http404
    shortcuts = "off" if wanted == "off" else ""
    if request.person is None:
        response = redirect(_back(request, "/keyboard"))
        response["Cache-Control"] = "no-store"
        # The script reads it: pages of strangers are the same for all of them.
        response.set_cookie(COOKIE, wanted, A_YEAR, secure=settings.SECURE, samesite="Lax")
        return response
    if request.method == "POST":
        profile_actions.choose_shortcuts(shortcuts, by=request.person)
    return redirect(_back(request, "/keyboard"))
