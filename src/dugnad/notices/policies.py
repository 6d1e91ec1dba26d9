"""Who may do what with notices: everybody with their own, nobody with another's."""

from __future__ import annotations

from django.utils.translation import gettext as _

from dugnad.kernel.policies import YES, Verdict, no
from dugnad.notices.models import Notice
from dugnad.people.models import Person


def can_mark_read(by: Person, notice: Notice) -> Verdict:
    """A notice is its receiver's own."""
    return YES if notice.person_id == by.pk else no(_("This notice is somebody else's."))
