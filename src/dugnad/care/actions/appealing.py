"""Asking for another look, and the answer of somebody who did not do it."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from dugnad.care import policies, tellings
from dugnad.care.actions.deeds import undo
from dugnad.care.asking import answerers
from dugnad.care.kinds import kind_named
from dugnad.care.models import Appeal, StewardDeed
from dugnad.kernel.happenings import record
from dugnad.kernel.policies import require
from dugnad.notices.actions import settle_notices
from dugnad.people.models import Person


@transaction.atomic
def appeal_deed(deed: StewardDeed, *, by: Person, text: str) -> Appeal:
    """Somebody else than who did it is asked to look again. Where nobody else is there, the appeal waits for somebody."""
    deed = StewardDeed.objects.select_for_update(of=("self",)).select_related("group").get(pk=deed.pk)
    require(policies.can_appeal_deed(by, deed))
    asked = answerers(deed)
    appeal = Appeal.objects.create(deed=deed, audience=asked.audience, person=by, text=text)
    tellings.tell_of_appeal(appeal, asked.ids)
    record("deed_appealed", appeal, by=by, within=deed.group, deed=deed.pk)
    return appeal


@transaction.atomic
def answer_appeal(appeal: Appeal, *, by: Person, upheld: bool, answer: str) -> Appeal:
    """It stands (`upheld`), or it is taken back with everything it did; who appealed and who did it read the words."""
    # The deed before its appeal, as taking it back does: two such answers wait for each other instead of blocking.
    deeds = StewardDeed.objects.select_for_update(of=("self",)).select_related("group", "person", "audience")
    deed = deeds.select_related("post__thread", "thread__category", "by").get(pk=appeal.deed_id)
    appeal = Appeal.objects.select_for_update(of=("self",)).select_related("audience", "person").get(pk=appeal.pk)
    appeal.deed = deed
    require(policies.can_answer_appeal(by, appeal))
    if not upheld and deed.undone_at is None and kind_named(deed.kind).to_person:
        undo(deed, by=by, why=answer)
    appeal.answered_at, appeal.answered_by, appeal.upheld, appeal.answer = timezone.now(), by, upheld, answer
    appeal.save(update_fields=["answered_at", "answered_by", "upheld", "answer"])
    settle_notices(tellings.APPEALED.name, appeal)
    tellings.tell_of_answer(appeal)
    record("appeal_answered", appeal, by=by, within=deed.group, deed=deed.pk, upheld=upheld)
    return appeal
