"""Counting polls, as arithmetic."""

from __future__ import annotations

import pytest
from hypothesis import given as holds
from hypothesis import strategies as st

from dugnad.forum.polls import BallotWrong, ballot, standings

OPTIONS = (1, 2, 3, 4)
ways = st.sampled_from(["single", "several", "dot"])
given_by_one = st.dictionaries(st.sampled_from(OPTIONS), st.integers(0, 4), max_size=4)


@st.composite
def votes(draw):
    """A way and what several people gave, as far as it can be counted."""
    way, kept = draw(ways), []
    for one in draw(st.lists(given_by_one, max_size=12)):
        try:
            kept.append(ballot(one, OPTIONS, way, 5))
        except BallotWrong:
            continue
    return way, kept


@holds(given_by_one, ways, st.integers(1, 10))
def test_a_ballot_holds_only_what_its_way_allows(given, way, dots):
    try:
        kept = ballot(given, OPTIONS, way, dots)
    except BallotWrong as wrong:
        assert str(wrong.sentence).endswith(".")
        return
    assert set(kept) == {option for option, count in given.items() if count}
    assert 0 < sum(kept.values()) <= {"single": 1, "several": len(OPTIONS), "dot": dots}[way]
    assert way == "dot" or set(kept.values()) == {1}


@holds(votes())
def test_the_standing_has_shares_up_to_a_hundred_and_the_most_leads(cast):
    way, ballots = cast
    counts = [sum(one.get(option, 0) for one in ballots) for option in OPTIONS]
    stands = standings(counts, len(ballots), way)
    assert [one.votes for one in stands] == counts
    assert all(0 <= one.share <= 100 for one in stands)
    if way != "several" and ballots:
        assert abs(sum(one.share for one in stands) - 100) <= 2
    assert any(one.leads for one in stands) == bool(ballots)
    assert {one.votes for one in stands if one.leads} == ({max(one.votes for one in stands)} if ballots else set())


@pytest.mark.parametrize(
    ("votes", "voters", "way", "shares"),
    [
        ([1, 1], 2, "single", [50, 50]),
        ([1, 2], 3, "single", [33, 67]),
        ([3, 2], 3, "several", [100, 67]),
        ([5, 1, 0], 2, "dot", [83, 17, 0]),
        ([1, 7], 8, "single", [13, 88]),
        ([0, 0], 0, "single", [0, 0]),
    ],
)
def test_shares(votes, voters, way, shares):
    assert [one.share for one in standings(votes, voters, way)] == shares


@pytest.mark.parametrize(
    ("given", "way", "sentence"),
    [
        ({}, "single", "Nothing is chosen yet. Choose, then vote."),
        ({1: 0}, "dot", "Nothing is chosen yet. Choose, then vote."),
        ({1: 1, 2: 1}, "single", "Here one option can be chosen. Choose one, then vote."),
        ({1: 3, 2: 3}, "dot", "There are more dots than you have to spread. Take some away, then vote."),
        ({9: 1}, "several", "The options have changed meanwhile. Look at them once more, then vote."),
        ({1: -1, 2: 3}, "dot", "The options have changed meanwhile. Look at them once more, then vote."),
    ],
)
def test_what_cannot_be_counted_is_told(given, way, sentence):
    with pytest.raises(BallotWrong) as wrong:
        ballot(given, OPTIONS, way, 5)
    assert str(wrong.value.sentence) == sentence
