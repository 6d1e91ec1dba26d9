"""The five languages by name."""

from __future__ import annotations

from dugnad.kernel import languages


def test_languages_by_their_own_names() -> None:
    assert [languages.own_name(code) for code in languages.LANGUAGES] == [
        "English",
        "svenska",
        "norsk bokmål",
        "norsk nynorsk",
        "Nederlands",
    ]
    assert languages.own_name("so") == "so"


def test_which_language_something_is_written_in() -> None:
    assert [languages.written_in("sv", code) for code in languages.LANGUAGES] == [
        "in Swedish",
        "på svenska",
        "på svensk",
        "på svensk",
        "in het Zweeds",
    ]
    assert [languages.written_in("nn", code) for code in languages.LANGUAGES] == [
        "in Norwegian Nynorsk",
        "på nynorska",
        "på nynorsk",
        "på nynorsk",
        "in het Noors (Nynorsk)",
    ]
    assert [languages.written_in("nl", code) for code in languages.LANGUAGES] == [
        "in Dutch",
        "på nederländska",
        "på nederlandsk",
        "på nederlandsk",
        "in het Nederlands",
    ]
    assert [languages.written_in("en", code) for code in languages.LANGUAGES] == [
        "in English",
        "på engelska",
        "på engelsk",
        "på engelsk",
        "in het Engels",
    ]
