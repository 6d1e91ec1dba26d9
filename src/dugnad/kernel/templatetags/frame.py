"""The frame of every page, printed once for each language and situation and kept: links, masthead, foot.

    {% load frame %}
    {% frame_links %}            stylesheet, icons and the script of every page
    {% mast %}                   kernel/_mast.html
    {% foot %} {% foot low=True %}   kernel/_foot.html; low leaves the ground line out, on a page that has it already

What differs from page to page (the address to come back to, the token of a form) is put in afterwards.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django import template
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from dugnad.kernel.fragments import fragment

register = template.Library()

# Stand in the kept pieces for what is put in later; nobody can write them, since they hold what is escaped in text.
HERE, HERE_IN_LINK, TOKEN = SafeString('"<here>"'), SafeString('"<link>"'), SafeString('"<token>"')


@register.simple_tag
def frame_links() -> SafeString:
    """The files that every page begins with."""
    return fragment(("links", settings.STATIC_URL), lambda: render_to_string("kernel/_links.html"))


@register.simple_tag(takes_context=True)
def mast(context: template.Context) -> SafeString:
    """The masthead, kept for each person, section and number of notices."""
    place, person, house = context.get("place"), context.get("person"), context.get("house")
    ways = tuple((str(way.name), way.url, way.icon, way.current) for way in house.ways) if house else ()
    seated = (person.pk, person.name) if person else None
    named = (getattr(place, "name", ""), getattr(place, "mark", ""))
    key = ("mast", get_language(), *named, ways, seated, int(context.get("unread_notices") or 0))
    return fragment(key, lambda: _rendered("kernel/_mast.html", context, ways=[_way(*way) for way in ways]))


@register.simple_tag(takes_context=True)
def foot(context: template.Context, low: bool = False) -> SafeString:
    """The ground line and the last words, with the address of this page to come back to."""
    place, person = context.get("place"), context.get("person")
    offered = tuple(getattr(place, "languages", None) or ())
    key = ("foot", get_language(), offered, bool(person), low)
    kept = fragment(key, lambda: _rendered("kernel/_foot.html", context, low=low))
    request = context.get("request")
    here = request.get_full_path() if request else "/"
    if not person:
        return mark_safe(kept.replace(HERE_IN_LINK, quote(here, safe="")))  # noqa: S308 - quoted
    token = str(context.get("csrf_token") or "")
    return mark_safe(kept.replace(HERE, escape(here)).replace(TOKEN, escape(token)))  # noqa: S308 - escaped


def _rendered(name: str, context: template.Context, **more: Any) -> SafeString:
    known = {key: context.get(key) for key in ("place", "person", "viewer", "unread_notices")}
    later = {"here": HERE, "here_in_link": HERE_IN_LINK, "token": TOKEN}
    return render_to_string(name, known | later | more)


def _way(name: str, url: str, icon: str, current: bool) -> dict[str, Any]:
    return {"name": name, "url": url, "icon": icon, "current": current}
