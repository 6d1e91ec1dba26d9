"""A hang-up is a row: it reaches a process that no message reached, and is carried out once."""

from __future__ import annotations

import pytest

from dugnad.kernel.live import bus
from dugnad.kernel.stamps import EVERYBODY, HANG_UP, Stamp, say_hang_up

pytestmark = pytest.mark.django_db

AMAL = 4


class Here:
    """The bus of this process: what its own deeds said, and what was found in rows."""

    def __init__(self) -> None:
        self.found: list[dict[str, object]] = []

    def send(self, message: bus.Message) -> None:
        bus.hand_over(None, message)

    def hear(self, message: bus.Message) -> None:
        self.found.append(message)
        bus.hand_over(None, message)


@pytest.fixture
def here():
    mine = Here()
    bus.use(mine)
    bus.begin_to_catch_up()
    yield mine
    bus.use(None)


def test_what_another_process_did_is_found_and_carried_out_once(here: Here) -> None:
    say_hang_up(AMAL)
    say_hang_up(EVERYBODY)
    assert bus.catch_up() == 2
    assert bus.catch_up() == 0
    told = sorted(here.found, key=lambda message: "everybody" in message)
    assert told == [{"hang_up": AMAL, "from_row": True}, {"everybody": True, "from_row": True}]


def test_what_a_message_told_of_is_not_done_again(here: Here, django_capture_on_commit_callbacks) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        bus.hang_up(AMAL)
    assert bus.catch_up() == 0
    say_hang_up(AMAL)  # a second one, of which no message came
    assert bus.catch_up() == 1


def test_what_was_said_before_this_process_began_concerns_nobody_here(here: Here) -> None:
    say_hang_up(AMAL)
    bus.begin_to_catch_up()
    assert bus.catch_up() == 0


def test_a_row_that_was_swept_away_is_forgotten_too(here: Here) -> None:
    say_hang_up(AMAL)
    bus.catch_up()
    Stamp.objects.filter(name__startswith=HANG_UP).delete()
    assert bus.catch_up() == 0
    assert bus._carried_out == set()
