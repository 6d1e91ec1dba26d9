"""Blocking: silent, one's own, and at once."""

from __future__ import annotations

import re

import pytest

from dugnad.kernel.happenings import Happening
from dugnad.kernel.policies import Refused
from dugnad.people.models import Block
from dugnad.people.profile_actions import block_person, unblock_person
from tests import given

pytestmark = pytest.mark.django_db


def test_nobody_can_block_themselves():
    amina = given.person("amina")
    with pytest.raises(Refused, match="This is you"):
        block_person(amina, by=amina)
    assert Block.objects.count() == 0


def test_a_block_hides_what_the_person_writes_and_unblocking_shows_it_again():
    amina, leyla = given.person("amina"), given.person("leyla")
    block_person(leyla, by=amina)
    block_person(leyla, by=amina)
    assert Block.objects.count() == 1
    assert given.viewer("amina").hidden == {leyla.pk}
    assert given.viewer("leyla").hidden == frozenset()
    unblock_person(leyla, by=amina)
    assert given.viewer("amina").hidden == frozenset()


def test_a_block_is_written_down_nowhere_else():
    amina, leyla = given.person("amina"), given.person("leyla")
    before = Happening.objects.count()
    block_person(leyla, by=amina)
    unblock_person(leyla, by=amina)
    assert Happening.objects.count() == before


def test_the_blocked_person_sees_the_same_page_as_everybody():
    """Word for word, but for what each form carries anew."""
    amina, _leyla = given.person("amina"), given.person("leyla", language="en")

    def seen() -> str:
        page = given.client("leyla").get("/people/amina-warsame").content.decode()
        return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page)

    before = seen()
    block_person(given.person("leyla"), by=amina)
    assert seen() == before
    assert "Amina Warsame" in before


def test_the_doors_block_and_unblock_and_say_so():
    given.person("leyla", language="en")
    client = given.client("oona")
    answer = client.post("/people/leyla-demir/block", follow=True)
    page = answer.content.decode()
    assert "You no longer see what Leyla Demir writes. Nobody was told." in page
    assert 'action="/people/leyla-demir/unblock"' in page
    assert "Leyla Demir" in client.get("/me/blocked").content.decode()
    answer = client.post("/people/leyla-demir/unblock", {"next": "/me/blocked"}, follow=True)
    assert answer.redirect_chain[-1][0] == "/me/blocked"
    assert "You have blocked nobody." in answer.content.decode()


def test_blocking_oneself_at_the_door_gets_the_sentence():
    answer = given.client("oona").post("/people/oona-mac-a-bhaird/block", follow=True)
    assert "This is you. There is nothing to block." in answer.content.decode()


def test_a_link_alone_blocks_nobody_and_strangers_cannot():
    given.person("leyla")
    assert given.client("oona").get("/people/leyla-demir/block").status_code == 405
    assert given.client().post("/people/leyla-demir/block").status_code == 302
    assert Block.objects.count() == 0
