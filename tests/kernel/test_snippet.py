"""The part of a text that shows why it was found."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dugnad.kernel.analyser import Part, parts, snippet

LETTERS = st.sampled_from("abehmoqxz019åäöæøéüßłİıñçσςжمह中𐐀'’-\u2011\u200d\u0301\u00ad \"*:&|!()<>\\_.,%/@#\x00\n٣²½ﬃ")
LONG = (
    "Vi började i liten skala. " * 20 + "Hyresgästerna skrev till bolaget. " + "Sedan hände det ingenting alls. " * 20
)


def test_a_snippet_shows_the_hits_with_the_words_around_them() -> None:
    found = parts(LONG, "hyresgäst bolag", 100)
    assert [part.text for part in found if part.is_hit] == ["Hyresgästerna", "bolaget"]
    assert "".join(part.text for part in found) == (
        "…började i liten skala. Vi började i liten skala. Hyresgästerna skrev till bolaget. Sedan hände det…"
    )


def test_a_snippet_prefers_where_most_of_the_query_stands_together() -> None:
    text = "Bolaget svarade inte. " + "x " * 200 + "Vi skrev till bolaget om hissen. " + "y " * 200
    shown = "".join(part.text for part in parts(text, "bolaget hissen", 80))
    assert "bolaget om hissen" in shown


@pytest.mark.parametrize(
    ("text", "query", "hits"),
    [
        ("Møtet i Göteborg", "gøteborg möte", ["Møtet", "Göteborg"]),
        ("Møtet i Göteborg", "goteborg", ["Göteborg"]),
        ("Skriv e-post nå", "epost", ["e-post"]),
        ("Skriv epost nå", "e-post", ["epost"]),
        ("Det gehuurde huis", "huur", ["gehuurde"]),
        ("De foto’s zijn er", "foto's", ["foto’s"]),
        ("Tre medlemmer", "medlem", ["medlemmer"]),
        ("Tre medlem", "medlemmer", ["medlem"]),
        ("Kafé CAFÉ kafe", "kafé", ["Kafé", "kafe"]),
        ("intet här", "annat", []),
        ("intet här", '"', []),
    ],
)
def test_a_snippet_marks_what_the_index_found(text: str, query: str, hits: list[str]) -> None:
    assert [part.text for part in parts(text, query) if part.is_hit] == hits


def test_without_a_hit_a_snippet_is_the_beginning_of_the_text() -> None:
    assert parts("ett två tre fyra fem", "sex", 12) == [Part("ett två tre…", False)]
    assert parts("", "sex") == []


def test_a_snippet_is_one_line() -> None:
    assert snippet("> ett\n\n- möte\n  i dag", "möte") == "&gt; ett - <mark>möte</mark> i dag"


def test_a_snippet_is_safe_html() -> None:
    marked = snippet('<script>möte</script> & "möten" <b onclick=x>', "möte")
    assert marked == (
        "&lt;script&gt;<mark>möte</mark>&lt;/script&gt; &amp; &quot;<mark>möten</mark>&quot; &lt;b onclick=x&gt;"
    )
    assert marked.__html__() == marked


@settings(max_examples=200, deadline=None)
@given(st.text(LETTERS, max_size=120), st.text(LETTERS, max_size=20), st.integers(10, 60))
def test_a_snippet_is_a_part_of_its_text(text: str, query: str, length: int) -> None:
    line = " ".join(text.split())
    shown = "".join(part.text for part in parts(text, query, length))
    assert shown.removeprefix("…").removesuffix("…") in line
    assert len(shown) <= length + 2
