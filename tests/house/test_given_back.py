"""Without script no page loses what somebody typed: every form with a long text gives it back when it cannot be taken."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from django.contrib.sessions.models import Session
from django.http import HttpResponse
from django.test import Client, RequestFactory

from dugnad.kernel.errors import server_error
from dugnad.kernel.given_back import typed_in
from dugnad.kernel.limits import limit
from tests import given
from tests.house.doors import doors, open_house, things

pytestmark = pytest.mark.django_db
TEXT = "Forty words about <soup> & bread"
FORM = re.compile(r'<form[^>]*method="post"[^>]*>.*?</form>', re.DOTALL | re.IGNORECASE)
ACTION = re.compile(r'\saction="([^"]*)"')
AREA = re.compile(r'<textarea[^>]*\sname="(\w+)"(?![^>]*readonly)')
# Forms that a stranger may send, and one that stays on its page after a search.
FOR_STRANGERS = {"/ask/"}


def forms() -> dict[str, str]:
    """The address of every form of the house with a field of several lines, as the steward of everything sees them, and the
    name of that field.
    """
    house = open_house()
    given.steward("amina")
    browser = given.client("amina")
    found = {}
    for door in doors():
        address = door.address(things(door, house))
        answer = browser.get(address) if "out" not in door.name else HttpResponse()
        if answer.status_code != 200 or answer.streaming:
            continue
        for form in FORM.findall(answer.content.decode(errors="replace")):
            fields = AREA.findall(form)
            action = ACTION.search(form.partition(">")[0])
            if fields:
                found[urlsplit(action[1] if action else "").path or address] = fields[0]
    return {address: name for address, name in found.items() if address not in FOR_STRANGERS}


def test_every_form_with_a_long_text_gives_it_back_when_the_session_or_the_form_is_too_old():
    strict, lost = Client(enforce_csrf_checks=True), []
    wanted = forms()
    assert {"/groups/new", "/me/profile"} < wanted.keys()
    assert len(wanted) > 8
    strict.force_login(given.person("amina"))
    for address, name in wanted.items():
        for browser in (given.client(), strict):
            answer = browser.post(address, {name: TEXT})
            if answer.status_code != 403 or TEXT not in given.said(answer):
                lost.append((address, name, answer.status_code))
    assert lost == []


def test_a_refusal_in_the_deed_itself_gives_the_text_back_and_can_keep_it_as_a_draft():
    """The group was closed to her while she wrote: no view asked before the action did."""
    group = given.group(members=("leyla",))
    answer = given.client("leyla").post(f"/g/{group.slug}/edit", {"name": "Other name", "about": TEXT})
    assert answer.status_code == 403
    page = given.said(answer)
    assert TEXT in page
    assert 'action="/me/drafts/save"' in page
    kept = given.client("leyla").post("/me/drafts/save", {"place": f"/g/{group.slug}/edit", "about": TEXT})
    assert kept.url == "/me/drafts"
    assert TEXT in given.said(given.client("leyla").get("/me/drafts"))


def test_one_who_writes_too_often_gets_the_text_back():
    for _ in range(10):
        limit(given.person("leyla").key, "exports", 10, 3600)
    answer = given.client("leyla").post("/me/export", {"note": TEXT})
    assert answer.status_code == 429
    assert TEXT in given.said(answer)


def test_a_page_that_breaks_gives_the_text_back():
    request = RequestFactory().post("/t/1/reply", {"text": TEXT, "csrfmiddlewaretoken": "x" * 64})
    answer = server_error(request)
    assert answer.status_code == 500
    assert TEXT in given.said(answer)
    assert "xxxx" not in given.said(answer)


def test_only_what_somebody_typed_is_given_back():
    typed = {
        "text": "Soup", "title": "Tea", "fact_where": "House", "language": "sv", "form_key": "a b", "kind": "need",
        "password": "seven words in a row", "code": "123 456", "csrfmiddlewaretoken": "x" * 64, "place_name": "Hjällbo centrum",
    }  # fmt: skip
    request = RequestFactory().post("/", typed)
    assert {one.name for one in typed_in(request)} == {"text", "title", "fact_where", "place_name"}
    assert typed_in(RequestFactory().get("/", typed)) == []


def test_signing_in_again_leads_back_to_the_form():
    thread = given.thread()
    browser = given.client("leyla")
    Session.objects.all().delete()
    answer = browser.post(f"/t/{thread.pk}/reply", {"text": TEXT})
    assert answer.status_code == 403
    assert f"/sign-in/?next=/t/{thread.pk}/reply" in given.said(answer)
