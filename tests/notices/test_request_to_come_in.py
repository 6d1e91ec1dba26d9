"""Somebody asks to come in: the stewards of the place find it among their notices until it is answered."""

from __future__ import annotations

import pytest

from dugnad.kernel.models import Mail
from dugnad.notices.models import Notice
from dugnad.notices.queries import notices_of
from dugnad.people.actions import answer_request, ask_to_come_in
from tests import given

pytestmark = pytest.mark.django_db


def test_stewards_of_the_place_are_told_and_nobody_else():
    gunnel = given.steward("gunnel")
    given.person("amina")
    ask_to_come_in(name="Nora Berg", email="nora@example.org", note="I live upstairs.", language="nb")
    notice = Notice.objects.get()
    assert (notice.person, notice.kind, notice.title, notice.note) == (
        gunnel,
        "request_to_come_in",
        "Nora Berg",
        "I live upstairs.",
    )
    assert notice.audience.keys() == {"stewards:place"}
    assert Mail.objects.filter(kind="notice").count() == 0
    assert "Nora Berg ber att få komma in." in given.client("gunnel").get("/notices").content.decode()
    assert list(notices_of(given.viewer("amina"))) == []


def test_the_notice_and_the_name_in_it_go_with_the_answer():
    given.steward("gunnel")
    request = ask_to_come_in(name="Nora Berg", email="nora@example.org", note="", language="nb")
    answer_request(request, admit=False, by=given.person("gunnel"))
    assert Notice.objects.count() == 0
