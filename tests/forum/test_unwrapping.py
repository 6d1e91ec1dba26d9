"""Imported paragraphs stand on one line each; what Markdown itself breaks stays broken."""

from __future__ import annotations

import pytest

from dugnad.forum.importers.unwrapping import on_one_line


@pytest.mark.parametrize(
    ("wrapped", "joined"),
    [
        ("one\ntwo\n\nthree", "one two\n\nthree"),
        ("hard  \nbreak", "hard  \nbreak"),
        ("hard\\\nbreak", "hard\\\nbreak"),
        ("- item that\n  goes on\n- next", "- item that goes on\n- next"),
        ("> quoted and\n> wrapped", "> quoted and wrapped"),
        ("    code\n    stays", "    code\n    stays"),
        ("```\na\nb\n```", "```\na\nb\n```"),
        ("# Head\ntext\nmore", "# Head\ntext more"),
    ],
)
def test_a_wrapped_paragraph_is_one_line(wrapped, joined):
    assert on_one_line(wrapped) == joined
