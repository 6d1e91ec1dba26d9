"""What somebody has read stays the same set of posts, however threads are renumbered, joined and divided."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given as for_all
from hypothesis import strategies as st

from dugnad.forum.read_ranges import joined, marks_of, ranges_read, renumbered, runs_up_to, shifted

ranges = st.lists(st.tuples(st.integers(1, 40), st.integers(1, 40)), max_size=6)


def numbers(some) -> set[int]:
    return {number for first, last in some for number in range(first, last + 1)}


@for_all(ranges)
def test_joining_keeps_the_numbers_and_leaves_no_two_ranges_that_touch(some):
    whole = joined(some)
    assert numbers(whole) == numbers(some)
    assert all(after[0] > before[1] + 1 for before, after in pairwise(whole))


@for_all(ranges)
def test_marks_say_the_same_numbers(some):
    read_to, also_read = marks_of(some)
    assert numbers(ranges_read(read_to, also_read)) == numbers(some)
    assert all(first > read_to + 1 for first, _last in also_read)


@for_all(ranges, st.integers(0, 100))
def test_shifting_moves_every_number(some, by):
    assert numbers(shifted(some, by)) == {number + by for number in numbers(some)}


@for_all(ranges, st.sets(st.integers(1, 40)))
def test_renumbering_keeps_what_was_read_of_the_chosen(some, chosen):
    order = sorted(chosen)
    read = {place for place, number in enumerate(order, start=1) if number in numbers(some)}
    assert numbers(renumbered(some, order)) == read


@for_all(st.lists(st.integers(1, 99), unique=True), st.integers(0, 99))
def test_a_mark_reads_the_posts_with_ids_up_to_it(ids, mark):
    posts = list(enumerate(ids, start=1))
    assert numbers(runs_up_to(posts, mark)) == {number for number, pk in posts if pk <= mark}


def test_gaps_left_by_deleted_posts_do_not_break_a_run():
    assert runs_up_to([(1, 10), (4, 11), (5, 20)], 15) == [(1, 4)]
