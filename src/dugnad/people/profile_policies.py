"""Who may change what is shown of a person, and whom one may block."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from dugnad.kernel.policies import YES, Verdict, no
from dugnad.people.models import Person


def can_edit_profile(who: Person, person: Person) -> Verdict:
    """What others see of a person is that person's own choice."""
    return YES if who.pk == person.pk else no(_("Only the person can change this page."))


def can_block_person(who: Person, person: Person) -> Verdict:
    """Anybody may block anybody else: a block only changes what one sees oneself."""
    return YES if who.pk != person.pk else no(_("This is you. There is nothing to block."))
