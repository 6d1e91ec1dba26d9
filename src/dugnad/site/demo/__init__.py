"""The demo house: a place with people, groups and threads in five languages, so that a newcomer sees it alive."""

from __future__ import annotations

from dugnad.site.demo.cast import cast
from dugnad.site.demo.fill import fill

__all__ = ["cast", "fill"]
