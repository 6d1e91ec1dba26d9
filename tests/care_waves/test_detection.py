"""What is a wave and what is not: examples of both, and what holds for all texts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given as over
from hypothesis import settings
from hypothesis import strategies as st

from dugnad.care.waves import detection, marks
from dugnad.care.waves.detection import belongs, recent, wave_around

NOW = datetime(2026, 3, 7, 18, 0, tzinfo=UTC)
PILLS = (
    "Dear friends, I lost 14 kilos in three weeks with this natural tea from the mountains, order yours before the "
    "weekend at https://tea.example/buy?id={n} and tell {name} who sent you"
)
PETITION = (
    "We ask the council to keep the library in Hjällbo open on Sundays. Sign here before the meeting on the twelfth: "
    "https://petition.example/library"
)
NAMES = ["Anna", "Bo", "Cilla", "Davood", "Elin", "Farah", "Gösta", "Hanna", "Ivar", "Jasmin"]


def posts(texts, *, persons, threads=1, minutes=1):
    """One post after the other, by these many people in turn, into these many threads in turn."""
    return [
        recent((n + 1, n % persons + 1, n % threads + 1, NOW + timedelta(minutes=n * minutes)), text)
        for n, text in enumerate(texts)
    ]


def found(many):
    """The wave around the last of them."""
    return wave_around(many[-1], many[:-1])


def pills(count):
    return [PILLS.format(n=n, name=NAMES[n % 10]) for n in range(count)]


def test_sixty_posts_by_twenty_new_people_with_nearly_the_same_text_are_one_wave():
    many = posts(pills(60), persons=20, threads=7)
    wave = found(many)
    assert (wave.sign, wave.posts, len(wave.mark)) == ("text", tuple(range(1, 61)), 64)


def test_a_pushed_text_is_found_with_its_sixth_post_and_not_before():
    many = posts(pills(6), persons=3)
    assert wave_around(many[4], many[:4]) is None
    assert found(many).posts == (1, 2, 3, 4, 5, 6)


def test_one_person_who_repeats_themselves_is_no_wave():
    assert found(posts(pills(30), persons=1)) is None
    assert found(posts(pills(30), persons=2)) is None


GREETINGS = [
    "Hi, I am {name} and I live by the {thing}. I came today because my sister told me, and I would like to help with "
    "{job} if somebody shows me how.",
    "{name} here. Three children, one balcony, no patience. What I can do is {job}; what I want is a {thing} that works.",
    "Good evening everybody! My name is {name}, I have been at the {thing} for eleven years. See https://{host} for what "
    "we did last spring.",
    "Thanks for the soup. {name}, retired from the {thing}, happy to teach {job} on Thursdays.",
]
THINGS = ["laundry", "tram stop", "school", "square", "library", "lake", "church", "harbour", "allotments", "bakery"]
JOBS = ["sewing", "bicycles", "Somali", "accounts", "cooking", "posters", "singing", "gardens", "sound", "letters"]


def test_forty_neighbours_who_each_write_their_own_greeting_are_no_wave():
    greetings = [
        GREETINGS[n % 4].format(
            name=f"{NAMES[n % 10]} {n}", thing=THINGS[(n * 7) % 10], job=JOBS[(n * 3) % 10], host=f"club{n}.example"
        )
        for n in range(40)
    ]
    in_one_thread = posts(greetings, persons=40)
    each_a_thread = posts(greetings, persons=40, threads=40)
    assert [found(many[:n]) for many in (in_one_thread, each_a_thread) for n in range(1, 41)] == [None] * 80


def test_forty_neighbours_who_link_to_the_club_they_came_from_are_no_wave():
    greetings = [f"I am {NAMES[n % 10]}, hello! {JOBS[n % 10]} is what I do. https://club.example" for n in range(40)]
    assert found(posts(greetings, persons=40, threads=40)) is None


def test_a_short_slogan_is_no_wave_however_often_it_is_said():
    assert found(posts(["Stop the rent increase! The houses are ours! 🏠✊"] * 200, persons=50, threads=30)) is None


def test_a_slogan_with_a_link_that_each_says_once_in_one_thread_is_no_wave():
    slogans = ["Stop the rent increase! https://petition.example/rents"] * 40
    assert found(posts(slogans, persons=40)) is None


def test_the_same_few_words_with_a_link_in_many_threads_are_a_wave():
    wave = found(posts(["Cheap watches https://watches.example/now"] * 12, persons=12, threads=6))
    assert (wave.sign, wave.mark, len(wave.posts)) == ("links", marks.mark_of_host("watches.example"), 12)


def test_a_petition_that_each_pastes_once_in_one_thread_comes_to_the_stewards_late():
    many = posts([PETITION] * 20, persons=20)
    assert found(many[:19]) is None
    assert found(many).sign == "text"


def test_a_long_text_without_any_way_out_is_a_wave_only_when_it_is_pushed():
    creed = " ".join(f"{one} hate{two}" for one in NAMES for two in "abc")
    assert found(posts([creed] * 40, persons=40)) is None
    assert found(posts([creed] * 12, persons=4)).sign == "text"


def test_one_host_with_other_words_each_time_is_a_wave_when_each_repeats_it():
    texts = [f"{JOBS[n % 10]} {THINGS[n // 10]} {NAMES[n % 7]} http://www.casino.example/{n}" for n in range(24)]
    assert found(posts(texts, persons=6)).mark == marks.mark_of_host("casino.example")
    assert found(posts(texts, persons=24)) is None


def test_many_who_each_write_nothing_but_links_within_an_hour_are_a_wave():
    texts = [f"{JOBS[n % 10]} {n} https://host{n}.example/" for n in range(32)]
    assert found(posts(texts, persons=8)).sign == "newcomers"
    assert found(posts(texts, persons=8, minutes=30)) is None
    assert found(posts(texts, persons=9)) is None


def test_links_within_the_house_are_nobodys_advertisement():
    many = [
        recent((n, n % 5, n, NOW), f"look here {n} https://forum.example/t/{n}", own_host="forum.example")
        for n in range(60)
    ]
    assert found(many) is None


def test_what_was_written_the_day_before_does_not_count():
    old, new = posts(pills(5), persons=3), recent((9, 4, 1, NOW + timedelta(hours=30)), pills(6)[-1])
    assert wave_around(new, old) is None


def test_later_posts_are_known_by_the_mark_when_the_text_is_gone():
    wave = found(posts(pills(8), persons=4))
    another = recent((99, 77, 5, NOW), PILLS.format(n=555, name="Örjan"))
    own_words = recent((98, 76, 5, NOW), GREETINGS[0].format(name="Örjan", thing="lake", job="sound"))
    asked = {"is_fresh": True, "is_in_it": False}
    assert belongs(another, wave.sign, wave.mark, **asked)
    assert not belongs(own_words, wave.sign, wave.mark, **asked)


def test_a_host_is_held_against_fresh_accounts_and_those_of_the_wave_only():
    mark, link = marks.mark_of_host("casino.example"), recent((1, 1, 1, NOW), "https://casino.example/x come")
    assert belongs(link, "links", mark, is_fresh=True, is_in_it=False)
    assert belongs(link, "links", mark, is_fresh=False, is_in_it=True)
    assert not belongs(link, "links", mark, is_fresh=False, is_in_it=False)
    talk = recent((2, 1, 1, NOW), " ".join(["word"] * 30) + " https://casino.example")
    assert not belongs(talk, "links", mark, is_fresh=True, is_in_it=True)


words = st.text(st.characters(whitelist_categories=["Ll"], max_codepoint=0x17F), min_size=1, max_size=9)
texts = st.lists(words, min_size=1, max_size=40).map(" ".join)


@over(texts)
def test_case_accents_figures_and_invisible_signs_change_nothing(text):
    dressed = "\u200b".join(text.upper()) + " 12 345"
    assert marks.words_of(dressed) == marks.words_of(text.upper())
    assert marks.resemblance(marks.pairs_of(marks.words_of(text)), marks.pairs_of(marks.words_of(text))) == 1.0


@over(texts, texts)
def test_resemblance_is_mutual_and_between_none_and_all(one, other):
    pairs = [marks.pairs_of(marks.words_of(text)) for text in (one, other)]
    share = marks.resemblance(*pairs)
    assert share == marks.resemblance(*reversed(pairs))
    assert 0.0 <= share <= 1.0


@over(texts)
def test_a_text_resembles_its_own_sketch_wholly_and_a_sketch_fits_its_column(text):
    sketch = marks.sketch_of(marks.pairs_of(marks.words_of(text)))
    assert len(sketch) == 64
    assert marks.sketches_resemble(sketch, sketch) == 1.0


@over(st.text(max_size=400))
def test_no_text_breaks_it(text):
    one = recent((1, 1, 1, NOW), text)
    assert wave_around(one, [one]) is None
    assert marks.sketches_resemble(marks.sketch_of(one.pairs), text) in (0.0, 1.0)


@settings(max_examples=40)
@over(st.permutations(range(30)), st.integers(1, 20))
def test_the_order_of_the_others_does_not_matter(order, persons):
    many = posts(pills(30), persons=persons)
    wave = wave_around(many[-1], [many[n] for n in order])
    assert wave == found(many)
    assert (wave is not None) == (persons >= 3)


@settings(max_examples=40)
@over(st.lists(st.lists(words, min_size=13, max_size=13, unique=True), min_size=25, max_size=30, unique_by=tuple))
def test_texts_without_a_pair_of_words_in_common_are_never_one_wave(many):
    own = [" ".join(f"{word}{number_word(n)}" for word in row) + " https://a.example" for n, row in enumerate(many)]
    seen = posts(own, persons=5, threads=6)
    wave = found(seen)
    assert wave is None or wave.sign == detection.LINKS


def number_word(n):
    return "".join("abcdefghij"[int(figure)] for figure in str(n))
