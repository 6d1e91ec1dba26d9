"""What Jekyll, Liquid and kramdown add to Markdown, as CommonMark: websites of movements are mostly written in these."""

from __future__ import annotations

import re
from itertools import takewhile
from typing import Final

from dugnad.forum.importers.aside import Aside
from dugnad.forum.importers.spans import replace_spans


def _liquid_pair(name: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    return re.compile(rf"\{{%-?\s*{name}\b[^%]*%\}}\n?"), re.compile(rf"\{{%-?\s*end{name}\s*-?%\}}")


_RAW, _COMMENT, _HIGHLIGHT = (_liquid_pair(name) for name in ("raw", "comment", "highlight"))
_ADDRESS_OF_SITE = re.compile(r"\{\{-?\s*site\.(?:url|baseurl)\s*-?\}\}")
_ADDRESS_IN_QUOTES = re.compile(r"\{\{-?\s*[\"']([^\"'{}]*)[\"']\s*\|\s*(?:relative_url|absolute_url)\s*-?\}\}")
_LIQUID = re.compile(r"\{%[^{}]*%\}|\{\{[^{}]*\}\}")

_EXTENSION = (re.compile(r"\{::comment\b[^{}\n]*\}"), re.compile(r"\{:/(?:comment)?\}"))
_TOC = re.compile(r"^[ \t]*(?:[*+-]|\d{1,9}[.)])[ \t][^\n]*\n[ \t]*\{:[^{}\n]*\btoc\b[^{}\n]*\}[ \t]*$", re.MULTILINE)
_ATTRIBUTES_OF_BLOCK = re.compile(r"^[ \t>]*\{:[^{}\n]*\}[ \t]*$", re.MULTILINE)
_ATTRIBUTES_OF_ITEM = re.compile(r"^([ \t]*(?:[*+-]|\d{1,9}[.)])[ \t]+)\{:[^{}\n]*\}[ \t]*", re.MULTILINE)
_ATTRIBUTES_OF_SPAN = re.compile(r"(?<=[*_)\]>\x03])\{:[^{}\n]*\}")
_NAME_OF_HEADING = re.compile(r"^([ ]{0,3}#{1,6}[ \t][^\n]*?)[ \t]*\{[#.:][^{}\n]*\}[ \t]*$", re.MULTILINE)

_DEFINITION = re.compile(r" {0,3}:[ \t]+(?P<said>\S.*)")
_NO_TERM = re.compile(r"[ \t]*(?:\Z|[#>|:]|[*+-][ \t]|\d{1,9}[.)][ \t]|(?:[-*_][ \t]*){3,}\Z)|[ ]{4}|\t")

MOST_TERMS: Final = 5

_NOTE = re.compile(r"^\[\^([^\]\s]{1,60})\]:[ \t]*((?:[^\n]|\n(?: {2,}|\t)(?=\S))*)\n?", re.MULTILINE)
_NOTED = re.compile(r"\[\^([^\]\s]{1,60})\]")

_TWO_BACKSLASHES = re.compile(r"(?<!\\)\\\\(?=[ \t]*$)", re.MULTILINE)
_BREAKS_AT_THE_START = re.compile(r"(?P<before>\A|\n[ \t]*\n)(?:[ \t]*\\[ \t]*\n)+")
_BREAKS_AT_THE_END = re.compile(r"(?:(?<!\\)\\[ \t]*\n?[ \t]*)+(?=\n[ \t]*(?:\n|\Z)|\Z)")


def without_liquid(text: str, aside: Aside) -> tuple[str, int]:
    """The text without Liquid, and how many of its tags were left out because only the website knows what they show."""
    text = replace_spans(text, *_RAW, lambda _tag, inner: aside.put(inner))
    text = replace_spans(text, *_COMMENT, lambda _tag, _inner: "")
    text = replace_spans(text, *_HIGHLIGHT, lambda _tag, code: f"```\n{code.rstrip()}\n```")
    text = _ADDRESS_IN_QUOTES.sub(r"\1", _ADDRESS_OF_SITE.sub("", text))
    return _LIQUID.subn("", text)


def without_attributes(text: str) -> str:
    """The text without what kramdown says about looks: ``{: .class}``, ``{:toc}``, ``{::options /}``, ``{#name}``."""
    text = _TOC.sub("", replace_spans(text, *_EXTENSION, lambda _tag, _inner: ""))
    text = _ATTRIBUTES_OF_BLOCK.sub("", text)
    text = _ATTRIBUTES_OF_SPAN.sub("", _ATTRIBUTES_OF_ITEM.sub(r"\1", text))
    return _NAME_OF_HEADING.sub(r"\1", text)


def with_plain_definitions(text: str) -> str:
    r"""Definition lists, which CommonMark has not, as paragraphs: the term in bold, below it what is said about it.

    A term is the paragraph before a line that begins with a colon; one empty line may stand between them.
    """
    lines = text.split("\n")
    made: list[str] = []
    at = 0
    while at < len(lines):
        found = _DEFINITION.fullmatch(lines[at])
        terms = _terms_before(made) if found else []
        if not found or not terms:
            made.append(lines[at])
            at += 1
            continue
        said, at = _definitions(lines, at)
        del made[-len(terms) :]
        made += [*(_in_bold(term) + "\\" for term in terms), *said]
    return "\n".join(made)


def _terms_before(made: list[str]) -> list[str]:
    """The lines of the paragraph that ends here, the empty line after it taken away; none if it cannot be a term."""
    gap = bool(made) and not made[-1].strip()
    before = made[-MOST_TERMS - 2 : -1] if gap else made[-MOST_TERMS - 1 :]
    terms = list(takewhile(lambda line: line.strip(), reversed(before)))[::-1]
    if not terms or len(terms) > MOST_TERMS or any(_NO_TERM.match(line) for line in terms):
        return []
    if gap:
        made.pop()
    return terms


def _definitions(lines: list[str], at: int) -> tuple[list[str], int]:
    """The definitions that begin at a line, each on lines of its own, and the number of the first line after them."""
    said: list[str] = []
    while at < len(lines):
        line = lines[at]
        if found := _DEFINITION.fullmatch(line):
            if said and said[-1]:
                said[-1] = said[-1].rstrip().rstrip("\\") + "\\"
            said.append(found["said"])
        elif line.strip():
            if said[-1] == "" and not line.startswith(("  ", "\t")):
                break
            said.append(line.strip(" \t") if said[-1] == "" else line.lstrip())
        elif at + 1 < len(lines) and (lines[at + 1].startswith(("    ", "\t")) or _DEFINITION.fullmatch(lines[at + 1])):
            said.append("")
        else:
            break
        at += 1
    return said, at


def _in_bold(term: str) -> str:
    term = term.strip().rstrip("\\").strip()
    return term if "*" in term or "_" in term else f"**{term}**"


def with_plain_notes(text: str) -> str:
    """Footnotes as numbers in brackets, and the notes as paragraphs at the end, in the order in which they are named."""
    notes = {name: " ".join(said.split()) for name, said in _NOTE.findall(text)}
    if not notes:
        return text
    text = _NOTE.sub("", text)
    numbers: dict[str, int] = {}

    def number(found: re.Match[str]) -> str:
        if found[1] not in notes:
            return found[0]
        return rf"\[{numbers.setdefault(found[1], len(numbers) + 1)}\]"

    text = _NOTED.sub(number, text)
    for name in notes:
        numbers.setdefault(name, len(numbers) + 1)
    said = [rf"\[{n}\] {_NOTED.sub('', notes[name])}" for name, n in sorted(numbers.items(), key=lambda item: item[1])]
    return "\n\n".join([text.rstrip(), "---", *said])


def with_plain_breaks(text: str) -> str:
    """Line breaks where they break something: kramdown's two backslashes as one, none at either end of a paragraph."""
    text = _TWO_BACKSLASHES.sub(r"\\", text)
    text = _BREAKS_AT_THE_START.sub(r"\g<before>", text)
    return _BREAKS_AT_THE_END.sub("", text)
