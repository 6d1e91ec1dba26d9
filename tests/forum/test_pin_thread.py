"""Pinning: stewards put a thread first in its category, whatever is filtered, and let it go again."""

from __future__ import annotations

import pytest

from dugnad.forum import actions, policies
from dugnad.kernel.happenings import Happening
from dugnad.kernel.policies import Refused
from tests import given

pytestmark = pytest.mark.django_db


@pytest.fixture
def threads():
    """Three threads; the eldest is pinned."""
    threads = [
        given.thread(title, kind=kind) for title, kind in (("Rules", "question"), ("Second", "talk"), ("Third", "talk"))
    ]
    actions.pin_thread(threads[0], by=given.steward("gunnel"))
    return threads


def order(query: str = "", who: str = "") -> list[str]:
    page = given.said(given.client(who).get(f"/c/housing{query}"))
    titles = [title for title in ("Rules", "Second", "Third") if f">{title}</a></h3>" in page]
    assert all(page.count(f">{title}</a></h3>") == 1 for title in titles)
    return sorted(titles, key=lambda title: page.index(f">{title}</a></h3>"))


def test_only_stewards_may():
    thread = given.thread(by="amina")
    with pytest.raises(Refused) as refused:
        actions.pin_thread(thread, by=given.person("amina"))
    assert str(refused.value) == "Only a steward can pin a thread."
    assert policies.can_pin_thread(given.viewer(given.steward("gunnel") and "gunnel"), thread)


def test_a_pinned_thread_stands_first_and_once(threads):
    assert order() == ["Rules", "Third", "Second"]
    assert "pinned" in given.said(given.client().get("/c/housing"))


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("?kind=question", ["Rules"]),
        ("?kind=talk", ["Third", "Second"]),
        ("?languages=mine", ["Rules", "Third", "Second"]),
    ],
)
def test_a_filter_neither_loses_nor_doubles_it(threads, query, titles):
    assert order(query, "oona") == titles


def test_the_thread_pinned_last_stands_first(threads):
    actions.pin_thread(threads[1], by=given.person("gunnel"))
    assert order() == ["Second", "Rules", "Third"]


def test_unpinned_it_finds_its_place_again(threads):
    actions.unpin_thread(threads[0], by=given.person("gunnel"))
    assert order() == ["Third", "Second", "Rules"]
    assert list(Happening.objects.filter(verb__contains="pinned").values_list("verb", flat=True)) == [
        "thread_pinned", "thread_unpinned",
    ]  # fmt: skip


def test_the_button_pins_and_unpins(threads):
    gunnel = given.client("gunnel")
    for pinned in (False, True):
        assert gunnel.post(f"/t/{threads[0].pk}/pin").status_code == 302
        threads[0].refresh_from_db()
        assert (threads[0].pinned_at is not None) is pinned


def test_others_get_a_sentence(threads):
    answer = given.client("leyla").post(f"/t/{threads[1].pk}/pin")
    assert answer.status_code == 403
    assert "Only a steward can pin a thread." in given.said(answer)


def test_in_a_group_its_own_stewards_pin():
    thread = given.thread(within=given.category("Houses", group=given.group(members=("leyla",))), by="leyla")
    assert [policies.can_pin_thread(given.viewer(who), thread).ok for who in ("amina", "leyla")] == [True, False]
