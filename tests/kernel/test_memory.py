"""What a process keeps is found only by requests that learned of the same state of the house."""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from tests import given

from dugnad.kernel import memory
from dugnad.kernel.fragments import forget_pieces, fragment
from dugnad.kernel.stamps import Stamp, memory_stamp, stamps_for_strangers, touch_memory, touch_public

pytestmark = pytest.mark.django_db

KEY = ("the name of a category", 7)


def looked_up(found: str) -> str:
    """What a request of its own finds under the key, or keeps there."""
    with memory.one_request():
        return fragment(KEY, lambda: found)


def test_a_piece_is_kept_between_requests_until_a_name_changes_anywhere():
    assert looked_up("Tools") == "Tools"
    assert looked_up("Utensils") == "Tools"
    touch_memory()  # as another process does it: no message reaches this one
    assert looked_up("Utensils") == "Utensils"
    assert looked_up("Things") == "Utensils"


def test_a_request_that_began_before_the_change_leaves_nothing_old_for_those_after_it():
    with memory.one_request():
        memory.learn(memory_stamp())
        touch_memory()
        assert looked_up("Utensils") == "Utensils"
        assert fragment(KEY, lambda: "Tools") == "Tools"
    assert looked_up("Things") == "Utensils"


def test_what_a_request_makes_after_its_own_change_is_found_by_nobody_when_the_change_fails():
    assert looked_up("Tools") == "Tools"
    with memory.one_request(), pytest.raises(RuntimeError), transaction.atomic():
        forget_pieces()
        assert fragment(KEY, lambda: "Utensils") == "Utensils"
        raise RuntimeError("the deed failed")
    assert looked_up("Things") == "Things"


def test_strangers_learn_both_stamps_in_one_query_and_members_without_any():
    touch_public()
    touch_memory()
    touch_memory()
    with CaptureQueriesContext(connection) as asked:
        public, state = stamps_for_strangers()
    assert (len(asked), state) == (1, memory_stamp())
    assert public == Stamp.objects.get(name="public-pages").value
    jonas = given.client("jonas")
    jonas.get("/people")
    with CaptureQueriesContext(connection) as asked:
        jonas.get("/people")
    alone = [query["sql"] for query in asked if "kernel_stamp" in query["sql"] and "people_person" not in query["sql"]]
    assert alone == []
