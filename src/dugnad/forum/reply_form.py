"""The empty form for a reply, at the end of every thread: printed once for each language, then only its few own parts are put in.

With something in it (a preview, a mistake) the form is rendered as any other.
"""

from __future__ import annotations

from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from dugnad.forum.forms import PostForm, new_form_key
from dugnad.forum.later import clock_words
from dugnad.forum.models import Thread
from dugnad.forum.policies import place_languages
from dugnad.kernel.fragments import fragment

# Stand in the kept form for what is put in later. They hold characters that are escaped in any text.
ADDRESS, TOKEN, KEY, READERS = (f'"<{name}>"' for name in ("address", "token", "key", "readers"))


def reply_form(request: HttpRequest, thread: Thread, readers: SafeString) -> SafeString:
    """The form of this thread for this member, empty."""
    own = request.person.language
    about = ("reply form", request.viewer.language, own, tuple(place_languages()), clock_words())
    kept = fragment(about, lambda: _printed(own))
    parts = {
        ADDRESS: f"/t/{thread.pk}/reply",
        TOKEN: f'<input type="hidden" name="csrfmiddlewaretoken" value="{escape(get_token(request))}">',
        KEY: f'<input type="hidden" name="form_key" value="{new_form_key()}">',
        READERS: readers,
    }
    for mark, part in parts.items():
        kept = kept.replace(mark, part)
    return mark_safe(kept)  # noqa: S308 - every part is escaped


def _printed(language: str) -> str:
    marks = {"address": ADDRESS, "token": TOKEN, "form_key": KEY, "readers_line": READERS}
    shown = {
        "form": PostForm(initial={"language": language}),
        "clock": clock_words(),
        **{name: mark_safe(mark) for name, mark in marks.items()},  # noqa: S308 - constants of this file
    }
    return render_to_string("forum/_reply_form.html", shown)
