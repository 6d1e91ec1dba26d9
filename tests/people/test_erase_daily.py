"""What goes by itself when its time has come."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from dugnad.kernel import registry
from dugnad.kernel.happenings import SYSTEM, Happening, record
from dugnad.people.keeping import daily
from dugnad.people.models import Invitation, Request
from tests import given

pytestmark = pytest.mark.django_db


def days(number: int):
    return timezone.now() - timedelta(days=number)


def test_every_job_is_in_the_nights_work():
    names = {name for name, _job in registry.daily_jobs.items()}
    assert {"drop_old_exports", "forget_requests", "forget_invitations", "forget_actors", "forget_sessions"} <= names


def test_requests_go_60_days_after_the_answer_or_after_they_were_written():
    def asked(email, **facts):
        return Request.objects.create(email=email, name="N", language="en", **facts).email

    asked("old@example.org", created_at=days(61))
    asked("answered-long-ago@example.org", created_at=days(90), answered_at=days(61))
    kept = {
        asked("answered-lately@example.org", created_at=days(90), answered_at=days(59)),
        asked("young@example.org", created_at=days(59)),
    }
    assert daily.forget_requests() == "2 requests forgotten"
    assert set(Request.objects.values_list("email", flat=True)) == kept
    assert daily.forget_requests() == "0 requests forgotten"


def test_invitations_go_30_days_after_they_ended_or_were_withdrawn():
    amina = given.person("amina")

    def invited(digest, ends_at, **facts):
        Invitation.objects.create(digest=digest, inviter=amina, ends_at=ends_at, **facts)

    invited("ended", days(31))
    invited("withdrawn", days(-5), withdrawn_at=days(31))
    invited("ended lately", days(29))
    invited("open", days(-5))
    assert daily.forget_invitations() == "2 invitations and 0 ways back forgotten"
    assert set(Invitation.objects.values_list("digest", flat=True)) == {"ended lately", "open"}


def test_deeds_lose_their_name_after_twelve_months():
    amina = given.person("amina")
    Happening.objects.all().delete()
    old = record("tested", "thing:1", by=amina)
    system = record("tested", "thing:2", by=SYSTEM)
    Happening.objects.update(at=days(366))
    young = record("tested", "thing:3", by=amina)
    assert daily.forget_actors() == "1 deeds without a name now"
    actors = dict(Happening.objects.values_list("pk", "actor"))
    assert actors == {old.pk: "", system.pk: "system", young.pk: amina.key}


def test_sessions_that_ran_out_go():
    given.client("amina")
    given.client("leyla")
    first = Session.objects.first()
    Session.objects.filter(pk=first.pk).update(expire_date=days(1))
    assert daily.forget_sessions() == "1 sessions ended"
    assert Session.objects.count() == 1
