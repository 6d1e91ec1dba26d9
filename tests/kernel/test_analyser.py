"""One analyser for two databases: what is found, what is not, and that both agree."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dugnad.kernel.analyser import index_terms, query_terms, to_fts5, to_tsquery

TEXTS = {
    1: ("sv", "Hyresgästerna i Göteborg möts på kaféet varje onsdag."),
    2: ("nb", "Leietakerne i Gøteborg møtes på kafeen hver onsdag."),
    3: ("nl", "De huurders van Amsterdam organiseren een bewonersvergadering over de foto’s en een idee."),
    4: ("en", "The tenants' movement is organising house meetings for all members."),
    5: ("sv", "En medlem talar för oss, tre medlemmar talar mot. Skicka e-post till Majorna-Linné."),
    6: ("nn", "Medlemmene søkjer rom; rommet har fire dører. For alle."),
    7: ("", "Ururka kiraystayaasha ayaa shiraya Axadda. اجتماع المستأجرين"),
    8: ("en", "NEAR the river AND the sea, quiz 42 NOT* rows:1"),
}


class Sqlite:
    def __init__(self) -> None:
        self.database = sqlite3.connect(":memory:")
        self.database.execute("CREATE VIRTUAL TABLE t USING fts5(terms, tokenize='unicode61 remove_diacritics 0')")

    def add(self, number: int, terms: str) -> None:
        self.database.execute("INSERT INTO t(rowid, terms) VALUES (?, ?)", [number, terms])

    def find(self, query: str) -> list[int]:
        match = to_fts5(query)
        if match is None:
            return []
        rows = self.database.execute("SELECT rowid FROM t WHERE t MATCH ? ORDER BY rowid", [match])
        return [row[0] for row in rows]

    def close(self) -> None:
        self.database.close()


class Postgres:
    def __init__(self) -> None:
        self.database = psycopg.connect("dbname=test", connect_timeout=2, autocommit=True)
        self.database.execute("CREATE TEMPORARY TABLE t (id int, terms tsvector)")

    def add(self, number: int, terms: str) -> None:
        self.database.execute("INSERT INTO t VALUES (%s, to_tsvector('simple', %s))", [number, terms])

    def find(self, query: str) -> list[int]:
        match = to_tsquery(query)
        if match is None:
            return []
        rows = self.database.execute("SELECT id FROM t WHERE terms @@ to_tsquery('simple', %s) ORDER BY id", [match])
        return [row[0] for row in rows]

    def close(self) -> None:
        self.database.close()


def filled(engine: Sqlite | Postgres) -> Sqlite | Postgres:
    for number, (language, text) in TEXTS.items():
        engine.add(number, index_terms(text, language))
    return engine


@pytest.fixture(scope="module")
def sqlite() -> Iterator[Sqlite | Postgres]:
    engine = filled(Sqlite())
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def postgres() -> Iterator[Sqlite | Postgres]:
    try:
        engine = Postgres()
    except psycopg.OperationalError:
        pytest.skip("no PostgreSQL answers on the local socket")
    yield filled(engine)
    engine.close()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def engine(request: pytest.FixtureRequest) -> Sqlite | Postgres:
    found: Sqlite | Postgres = request.getfixturevalue(request.param)
    return found


HITS = [
    ("hyresgäst", [1]),
    ("hyresgästernas", [1]),
    ("hyresgaster", [1]),
    ("HYRESGÄSTERNA", [1]),
    ("Göteborg", [1, 2]),
    ("gøteborg", [1, 2]),
    ("goteborg", [1, 2]),
    ("go\u0308teborg", [1, 2]),
    ("göteb", [1, 2]),
    ("gøte", [1, 2]),
    ("gäteborg", []),
    ("teborg", []),
    ("kafé", [1, 2]),
    ("kafe", [1, 2]),
    ("möte", [1, 2]),
    ("møter", [1, 2]),
    ("mot", [1, 2, 5]),
    ("för", [5]),
    ("for", [4, 5, 6]),
    ("leietaker", [2]),
    ("huurder", [3]),
    ("huur", [3]),
    ("foto", [3]),
    ("ideeën", [3]),
    ("foto's", [3]),
    ("fotos", [3]),
    ("bewoners", [3]),
    ("organise", [3, 4]),
    ("organize", []),
    ("meeting", [4]),
    ("tenant", [4]),
    ("tenants’", [4]),
    ("medlem", [5, 6]),
    ("medlemmer", [5, 6]),
    ("rommene", [6]),
    ("rom", [6]),
    ("søkje", [6]),
    ("e-post", [5]),
    ("epost", [5]),
    ("E-POSTEN", []),
    ("majorna", [5]),
    ("majorna-linne", [5]),
    ("Majorna Linné", [5]),
    ("linné-majorna", []),
    ("onsdag göteborg", [1, 2]),
    ("onsdag hyresgäst", [1]),
    ("onsdag amsterdam", []),
    ('"i göteborg"', [1, 2]),
    ('"göteborg i"', []),
    ("”varje onsdag”", [1]),
    ("«hver onsdag» gøteborg", [2]),
    ('"onsdag', [1, 2]),
    ('"göte"', []),
    ('"göteborg"', [1, 2]),
    ('"medlem"', [5]),
    ('"tre medlemmar talar mot" medlem', [5]),
    ("i", [1, 2]),
    ("o", []),
    ("42", [8]),
    ("4", []),
    ("quiz", [8]),
    ("qu", []),
    ("kiraystay", [7]),
    ("اجتماع", [7]),
    ("المستأجرين", [7]),
    ("اجت", [7]),
    ("", []),
    (" \t\n", []),
    ('"', []),
    ('""', []),
    ("*", []),
    (": ( ) - ^ ! & | <-> ' \\", []),
    ("\x00", []),
    ("near", [8]),
    ("NEAR(river sea)", [8]),
    ("NEAR(river, 2)", []),
    ("river AND sea", [8]),
    ("river OR sea", []),
    ("river AND NOT", [8]),
    ("terms:river", []),
    ("rows:1", [8]),
    ("river*", [8]),
    ("river:*", [8]),
    ("!river", [8]),
    ("-river", [8]),
    ("river & sea | x", []),
    ("river' OR 1=1 --", []),
    ("river\x00sea", [8]),
    ('river" OR "', []),
    ("(((river", [8]),
    ("fgoteborg", []),
    ("x", []),
]


@pytest.mark.parametrize(("query", "expected"), HITS, ids=[repr(query) for query, _ in HITS])
def test_both_databases_find_the_same_texts(engine: Sqlite | Postgres, query: str, expected: list[int]) -> None:
    assert engine.find(query) == expected


LETTERS = st.sampled_from("abehmoqxz019åäöæøéüßłİıñçσςжمह中𐐀'’-\u2011\u200d\u0301\u00ad \"*:&|!()<>\\_.,%/@#\x00\n٣²½ﬃ")


@pytest.mark.postgres
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.text(LETTERS, max_size=60), st.text(LETTERS, max_size=25), st.sampled_from(["sv", "nb", "nn", "nl", "en", ""])
)
def test_whatever_is_written_and_asked_the_two_agree(
    sqlite: Sqlite, postgres: Postgres, text: str, query: str, language: str
) -> None:
    terms = index_terms(text, language)
    for engine in (sqlite, postgres):
        engine.database.execute("DELETE FROM t" if engine is sqlite else "TRUNCATE t")
        engine.add(1, terms)
    assert sqlite.find(query) == postgres.find(query)
    assert sqlite.find(text[:40]) == postgres.find(text[:40])
    for engine in (sqlite, postgres):
        engine.database.execute("DELETE FROM t" if engine is sqlite else "TRUNCATE t")
        filled(engine)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=80), st.sampled_from(["sv", "nl", "en", ""]))
def test_terms_have_only_small_letters_and_digits(text: str, language: str) -> None:
    assert all(
        term.isascii() and term.isalnum() and term == term.lower() for term in index_terms(text, language).split()
    )


@given(st.text("aåäöqz9é", min_size=1, max_size=12), st.integers(1, 12))
def test_the_beginning_of_a_word_is_the_beginning_of_its_term(word: str, length: int) -> None:
    whole = index_terms(word, "").split()
    beginning = index_terms(word[:length], "").split()
    assert whole[0].startswith(beginning[0])


def test_a_text_is_its_words_in_order_and_then_what_else_finds_them() -> None:
    assert index_terms("Möten på kaféet", "sv") == (
        "fmoten fpa fkafeet emqf6zten ssmot tsmqf6zt epqe5z sspa tspqe5z sskafeet"
    )
    assert index_terms("e-post", "") == "fe fpost x fepost"
    assert index_terms("Quiz 42", "so") == "fqzuiz f42"
    assert index_terms("rommene", "nn") == index_terms("rommene", "nb") == "frommene snrom"
    assert index_terms("", "sv") == ""


def test_scandinavian_letters_are_the_same_in_every_country() -> None:
    assert index_terms("gøteborg være", "") == index_terms("göteborg väre", "")


def test_a_stem_of_one_language_is_not_taken_for_that_of_another() -> None:
    assert set(index_terms("fester", "sv").split()) & set(index_terms("fester", "nl").split()) == {"ffester"}


def test_texts_of_any_length_stay_within_what_a_row_can_hold(engine: Sqlite | Postgres) -> None:
    words = " ".join(f"{chr(0x20000 + i)}a{i % 7}" for i in range(9_000)) + " slutordet"
    terms = index_terms(words, "sv")
    assert len(terms) < 1_000_000
    engine.add(100, terms)
    assert engine.find("slutordet") == [100]
    engine.add(101, index_terms("ja " * 25_000 + "utanför", "sv"))
    assert engine.find('"ja ja"') == [101]
    assert engine.find("utanför") == []
    engine.database.execute("DELETE FROM t WHERE " + ("rowid" if isinstance(engine, Sqlite) else "id") + " >= 100")


def test_a_word_counts_for_phrases_its_first_255_times(engine: Sqlite | Postgres) -> None:
    engine.add(100, index_terms("och " * 255 + "sedan och slut", "sv"))
    engine.add(101, index_terms("och " * 254 + "sedan och slut", "sv"))
    assert engine.find('"och slut"') == [101]
    assert engine.find('"och sedan"') == [100, 101]
    assert engine.find("och slut") == [100, 101]
    engine.database.execute("DELETE FROM t WHERE " + ("rowid" if isinstance(engine, Sqlite) else "id") + " >= 100")


def test_words_that_hyphens_join_never_make_a_phrase_of_their_own(engine: Sqlite | Postgres) -> None:
    engine.add(100, index_terms("a-b c-d", ""))
    assert engine.find('"ab cd"') == []
    assert engine.find('"d ab"') == []
    assert engine.find('"b c"') == [100]
    engine.database.execute("DELETE FROM t WHERE " + ("rowid" if isinstance(engine, Sqlite) else "id") + " >= 100")


def test_a_query_is_cut_at_twelve_words() -> None:
    words = [f"ord{number}" for number in range(30)]
    assert [word.prefixes for word in query_terms(" ".join(words))] == [(f"ford{number}",) for number in range(12)]
    assert [len(word.phrase) for word in query_terms(f'"{" ".join(words)}"')] == [12]
    assert len(to_fts5("å" * 1_000_000) or "") < 3_000


def test_a_word_asked_for_twice_is_looked_up_once() -> None:
    assert len(query_terms("möte Möte MØTE")) == 1


def test_short_words_are_looked_up_whole_and_quoted_words_as_they_stand() -> None:
    assert query_terms("i", ["sv"])[0].prefixes == ()
    assert query_terms("i", ["sv"])[0].exact == ("fi", "ssi")
    assert query_terms('"möten"', ["sv"])[0].exact == ("emqf6zten",)
    assert query_terms("möten", ["sv"])[0].prefixes == ("emqf6zten",)
    assert query_terms("möten", ["sv"])[0].exact == ("tsmqf6zt",)


def test_the_stems_are_those_the_version_was_given_for() -> None:
    """If this fails after an update of the stemmers: raise VERSION, and write the new stems here."""
    stems = {
        "sv": "fhyresgastforeningen ehyresgqe4zstfqf6zreningen sshyresgastforening tshyresgqe4zstfqf6zrening",
        "nb": "fhyresgastforeningen ehyresgqe4zstfqf6zreningen snhyresgastforening tnhyresgqe4zstfqf6zrening",
    }
    assert {language: index_terms("hyresgästföreningen", language) for language in stems} == stems
    assert index_terms("bewonersvergaderingen", "nl") == "fbewonersvergaderingen sdbewonersvergader"
    assert index_terms("organisations", "en") == "forganisations seorganis"


def test_threads_do_not_mix_up_each_others_stems() -> None:
    words = [
        f"{start}{end}" for start in ("hyresgäst", "förening", "möt") for end in ("en", "erna", "arnas", "er", "ens")
    ]
    alone = [index_terms(word * 2 + str(number), "sv") for number in range(40) for word in words]
    with ThreadPoolExecutor(8) as pool:
        together = pool.map(
            lambda one: index_terms(one[1] * 2 + str(one[0]), "sv"), [(n, w) for n in range(40) for w in words]
        )
    assert list(together) == alone
