"""What stands on paper and not on the screen.

{% load printing %}
{% on_paper readers thread.url %}    place, day, address of the page, and who can read it
"""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from dugnad.kernel.clock import today
from dugnad.kernel.formats import long_date

register = template.Library()


@register.simple_tag(takes_context=True)
def on_paper(context: template.Context, readers: Any, url: str) -> SafeString:
    """The line at the top of a printed page. `readers` is the answer of `readers_of`."""
    request, place = context.get("request"), context.get("place")
    printed = _("Printed on {day}").format(day=long_date(today(), get_language() or "en"))
    address = request.build_absolute_uri(url) if request else url
    sentence = getattr(readers, "sentence", readers)
    name = getattr(place, "name", "") or "Dugnad"
    return format_html('<p class="on-paper"><b>{}</b> · {} · {} · {}</p>', name, address, printed, sentence)
