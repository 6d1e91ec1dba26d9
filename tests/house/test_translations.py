"""Swedish, Bokmål, Nynorsk and Dutch are complete, and say something else than English does."""

from __future__ import annotations

import ast
import re
from functools import cache

import polib
import pytest

from dugnad.site.catalogues import TRANSLATED, Message, compiled, messages, po_path
from tests.house.tree import PACKAGE, files, name_of

# Words that are the same as in English. A message made of nothing else may stay as it is.
SAME_EVERYWHERE = {
    "dugnad": "the name is never translated",
    "english": "each language is called by its own name in the menu",
    "markdown": "a name",
    "totp": "a name",
    "ok": "understood everywhere",
    "forum": "the same word",
    "asia": "a name",
}
SAME = {
    "sv": {"person", "organisation", "text", "asien", "kl", "start", "problem", "film", "port", "version"},
    "nb": {"person", "australia", "send", "kl", "start", "problem", "film", "hei", "port"},
    "nn": {"person", "australia", "send", "open", "kl", "start", "problem", "film", "hei", "port"},
    "nl": {"open", "project", "week", "agenda", "code", "start", "film", "thema", "contact", "online", "in"},
}
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%%|%[sd]|\{\w*\}")
# Without these only words are left.
NOT_WORDS = re.compile(r"%\(\w+\)[a-z]|%[sd]|\{\w*\}|https?://\S+")


@cache
def current() -> dict[tuple[str | None, str], Message]:
    return messages()


@cache
def catalogue(language: str) -> dict[tuple[str | None, str], polib.POEntry]:
    assert po_path(language).exists(), f"there is no catalogue for {language}; `dugnad messages` makes it"
    return {(entry.msgctxt, entry.msgid): entry for entry in polib.pofile(str(po_path(language))) if not entry.obsolete}


def said(entry: polib.POEntry) -> list[str]:
    """Every form of a translation."""
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def words_of(text: str) -> set[str]:
    """The words of a message, without what is filled in."""
    return set(re.findall(r"[^\W\d_]+", NOT_WORDS.sub(" ", text).casefold()))


def listed(what: str, found: list[str]) -> str:
    """The failure, as a list that somebody can work off."""
    return f"{len(found)} {what}:\n" + "\n".join(f"  {one}" for one in found)


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_catalogue_holds_exactly_the_messages_that_the_house_says(language):
    there, wanted = set(catalogue(language)), set(current())
    new = [f"new: {key[1]!r} ({', '.join(sorted(current()[key].places))})" for key in sorted(wanted - there, key=str)]
    gone = [f"gone: {key[1]!r}" for key in sorted(there - wanted, key=str)]
    assert not new + gone, listed(f"differences in {language}; `dugnad messages` renews it", new + gone)


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_message_is_translated_in_all_its_forms(language):
    gaps = [
        f"{entry.msgid!r} ({', '.join(place for place, _line in entry.occurrences)})"
        for entry in catalogue(language).values()
        if len(said(entry)) != (2 if entry.msgid_plural else 1) or not all(said(entry))
    ]
    assert not gaps, listed(f"gaps in {language}", gaps)


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_translation_is_marked_unsure(language):
    unsure = [entry.msgid for entry in catalogue(language).values() if entry.fuzzy]
    assert not unsure, listed(f"unsure translations in {language}", unsure)


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_message_that_is_counted_has_a_plural_in_the_catalogue(language):
    there = catalogue(language)
    wrong = [m.text for m in current().values() if m.key in there and m.plural != there[m.key].msgid_plural]
    assert not wrong, listed(f"other plurals in {language}; `dugnad messages` renews it", wrong)


@pytest.mark.parametrize("language", TRANSLATED)
def test_translations_keep_every_placeholder(language):
    """A form for one thing may leave out its number: “one reply”."""
    wrong = []
    for entry in catalogue(language).values():
        wanted = [set(PLACEHOLDER.findall(entry.msgid)), set(PLACEHOLDER.findall(entry.msgid_plural))]
        for form, text in enumerate(said(entry)):
            found = set(PLACEHOLDER.findall(text))
            allowed = wanted if entry.msgid_plural else wanted[:1]
            if text and found not in (allowed if form == 0 else allowed[-1:]):
                wrong.append(f"{entry.msgid!r} → {text!r}")
    assert not wrong, listed(f"other placeholders in {language}", wrong)


@pytest.mark.parametrize("language", TRANSLATED)
def test_translations_differ_from_english_but_for_words_that_are_the_same(language):
    same = [
        repr(entry.msgid)
        for entry in catalogue(language).values()
        if entry.msgid in said(entry) and words_of(entry.msgid) - SAME_EVERYWHERE.keys() - SAME[language]
    ]
    assert not same, listed(f"messages in {language} that are still English", same)


@pytest.mark.parametrize("language", TRANSLATED)
def test_translations_keep_the_space_and_the_end_of_the_message(language):
    wrong = []
    for entry in catalogue(language).values():
        for text in filter(None, said(entry)):
            edges = [(one[:1].isspace(), one[-1:].isspace(), one.endswith(".")) for one in (entry.msgid, text)]
            if edges[0] != edges[1]:
                wrong.append(f"{entry.msgid!r} → {text!r}")
    assert not wrong, listed(f"other edges in {language}", wrong)


def test_nynorsk_is_not_a_copy_of_bokmal():
    nb, nn = catalogue("nb"), catalogue("nn")
    long = [key for key in nb if len(key[1].split()) > 6 and key in nn and nb[key].msgstr]
    same = [key[1] for key in long if nb[key].msgstr == nn[key].msgstr]
    assert len(same) <= len(long) // 10, listed("long sentences that are the same in both Norwegians", same)


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_compiled_catalogue_says_what_the_edited_one_does(language):
    path = po_path(language).with_suffix(".mo")
    assert path.exists() and path.read_bytes() == compiled(language), "`dugnad messages --compile` makes it anew"


def test_messages_are_literal_so_that_the_catalogues_know_them():
    """`_(f"…")` and `_(name)` cannot be found in the code; what a variable says was marked where it was written."""
    wrong = []
    for path in files(".py", under=PACKAGE):
        tree = ast.parse(path.read_text())
        names = {
            alias.asname or alias.name
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
            for alias in node.names
            if "gettext" in alias.name
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
                first = node.args[0] if node.args else None
                if isinstance(first, ast.JoinedStr | ast.BinOp) or (first is None):
                    wrong.append(f"{name_of(path)}:{node.lineno}")
    assert not wrong, listed("messages that are not literal", wrong)


def test_messages_use_named_placeholders_and_no_exclamation_marks():
    """Word order differs between languages, and the house does not shout."""
    own = [message for message in current().values() if not any(place.startswith("(") for place in message.places)]
    unnamed = [m.text for m in own if re.search(r"%[sd]|\{\}", m.text)]
    loud = [m.text for m in own if "!" in m.text or re.search(r"\bplease\b", m.text, re.IGNORECASE)]
    assert not unnamed, listed("messages with a placeholder without a name", unnamed)
    assert not loud, listed("messages that shout or beg", loud)


def test_no_message_is_a_piece_of_a_sentence():
    """A message that begins or ends with a space or a comma is glued to something; only a greeting stands by itself."""
    own = [message for message in current().values() if not any(place.startswith("(") for place in message.places)]
    glued = re.compile(r"^\s|\s$|[,;(]$")
    pieces = [
        f"{m.text!r} ({', '.join(m.places)})" for m in own if glued.search(m.text) and not m.text.startswith("Hello")
    ]
    assert not pieces, listed("pieces of sentences", pieces)
