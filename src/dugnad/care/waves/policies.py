"""Who may decide about a wave, and the sentence if not."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from dugnad.care.models import Wave
from dugnad.care.rooms import Room
from dugnad.kernel.audience import Viewer, viewer_of
from dugnad.kernel.policies import YES, Verdict, no


def _keeps(who: Any, wave: Wave) -> Verdict:
    viewer: Viewer = viewer_of(who) if hasattr(who, "session_epoch") else who
    if Room(wave.group).is_kept_by(viewer):
        return YES
    return no(_("Only the stewards of this room can do this."))


def can_clear_wave(who: Any, wave: Wave) -> Verdict:
    """The stewards of the room, as long as nobody cleared it."""
    if wave.cleared:
        return no(_("Somebody has cleared this already."))
    return _keeps(who, wave)


def can_allow_wave(who: Any, wave: Wave) -> Verdict:
    """The stewards of the room, also after it was cleared: then everything comes back."""
    if wave.cleared is False:
        return no(_("Somebody has said already that these posts are fine."))
    return _keeps(who, wave)
