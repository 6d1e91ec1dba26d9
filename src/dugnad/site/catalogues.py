"""The house's words in other languages: which messages there are, and the catalogues that hold their translations.

English is what stands in code and templates, so it has no catalogue. `.po` files are what people edit; the `.mo` files beside
them are made from these and kept in the tree, so that a checkout and a wheel need nothing but Python. Reading and writing
them takes polib, which is among the tools and not needed to serve.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.translation.template import templatize

if TYPE_CHECKING:
    import polib

TRANSLATED = ("sv", "nb", "nn", "nl")
PACKAGE = Path(__file__).resolve().parent.parent

# Function of Django: which of its arguments are (context, singular, plural).
_READ: dict[str, tuple[int | None, int, int | None]] = {
    "gettext": (None, 0, None),
    "gettext_lazy": (None, 0, None),
    "gettext_noop": (None, 0, None),
    "ngettext": (None, 0, 1),
    "ngettext_lazy": (None, 0, 1),
    "pgettext": (0, 1, None),
    "pgettext_lazy": (0, 1, None),
    "npgettext": (0, 1, 2),
    "npgettext_lazy": (0, 1, 2),
}
_CALLED = re.compile(r"\b(npgettext|pgettext|ngettext|gettext|_)\(")
_LITERAL = re.compile(r"""\s*,?\s*u?("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')""")


@dataclass(slots=True)
class Message:
    """One thing the house says: its English words, the plural where it counts, and the files that say it."""

    text: str
    plural: str = ""
    context: str | None = None
    places: set[str] = field(default_factory=set)

    @property
    def key(self) -> tuple[str | None, str]:
        return self.context, self.text


def messages() -> dict[tuple[str | None, str], Message]:
    """Every message of the house by (context, English words): from code, templates, and the frameworks' that people see.

    A message that is counted somewhere is counted everywhere.
    """
    from dugnad.site.borrowed_words import borrowed_words

    found: dict[tuple[str | None, str], Message] = {}
    for message in _in_files():
        kept = found.setdefault(message.key, message)
        kept.places |= message.places
        kept.plural = kept.plural or message.plural
    for message in borrowed_words():
        found.setdefault(message.key, message)
    return found


def _in_files() -> Iterator[Message]:
    for path in sorted(PACKAGE.rglob("*")):
        place = path.relative_to(PACKAGE).as_posix()
        if path.suffix == ".py" and "migrations" not in path.parts:
            yield from in_code(path.read_text(), place)
        elif path.suffix in (".html", ".txt") and "templates" in path.parts:
            yield from in_template(path.read_text(), place)


def in_code(source: str, place: str) -> Iterator[Message]:
    """The messages of a Python file: literal arguments of Django's functions, under whatever name they were imported."""
    tree = ast.parse(source)
    names = _names_for(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and (name := _function(node, names)):
            said = [a.value if isinstance(a, ast.Constant) and isinstance(a.value, str) else None for a in node.args]
            message = _message(name, said, place)
            if message is not None:
                yield message


def _names_for(tree: ast.AST) -> dict[str, str]:
    return {
        alias.asname or alias.name: alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
        if alias.name in _READ
    }


def _function(call: ast.Call, names: dict[str, str]) -> str:
    match call.func:
        case ast.Name(id=name):
            return names.get(name, "")
        case ast.Attribute(value=ast.Name(id="translation"), attr=name) if name in _READ:
            return name
    return ""


def in_template(source: str, place: str) -> Iterator[Message]:
    """The messages of a template, as Django's own tool reads them."""
    code = templatize(source)
    for call in _CALLED.finditer(code):
        said: list[str | None] = []
        at = call.end()
        while literal := _LITERAL.match(code, at):
            said.append(ast.literal_eval(literal[1]))
            at = literal.end()
        message = _message("gettext" if call[1] == "_" else call[1], said, place)
        if message is not None:
            yield message


def _message(name: str, said: list[str | None], place: str) -> Message | None:
    """None when the words are not literal: `unread_calls` finds those."""
    context_at, text_at, plural_at = _READ[name]
    wanted = [at for at in (context_at, text_at, plural_at) if at is not None]
    if len(said) <= max(wanted) or any(said[at] is None for at in wanted):
        return None
    text = said[text_at] or ""
    plural = (said[plural_at] or "") if plural_at is not None else ""
    return Message(text, plural, said[context_at] if context_at is not None else None, {place})


def po_path(language: str) -> Path:
    """The catalogue that people edit."""
    return Path(settings.LOCALE_PATHS[0]) / language / "LC_MESSAGES" / "django.po"


def renewed(language: str, current: Iterable[Message]) -> polib.POFile:
    """The catalogue with exactly the messages there are now: translations kept, new ones empty, others gone."""
    import polib

    old = polib.pofile(str(po_path(language))) if po_path(language).exists() else polib.POFile()
    kept = {(entry.msgctxt, entry.msgid): entry for entry in old}
    catalogue = polib.POFile(wrapwidth=110)
    catalogue.metadata = {
        "Project-Id-Version": "dugnad",
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=2; plural=(n != 1);",
    }
    for message in sorted(current, key=lambda m: (min(m.places), m.text, m.context or "")):
        catalogue.append(polib.POEntry(**_columns(message, kept.get(message.key))))
    return catalogue


def _columns(message: Message, old: Any) -> dict[str, Any]:
    columns: dict[str, Any] = {
        "msgid": message.text,
        "msgctxt": message.context,
        "occurrences": [(place, "") for place in sorted(message.places)],
        "flags": [],
    }
    if old is not None:
        columns |= {"flags": [flag for flag in old.flags if flag == "fuzzy"], "tcomment": old.tcomment}
    if message.plural:
        forms = old.msgstr_plural if old is not None and old.msgstr_plural else {0: "", 1: ""}
        return {**columns, "msgid_plural": message.plural, "msgstr_plural": forms}
    return {**columns, "msgstr": (old.msgstr or old.msgstr_plural.get(0, "")) if old is not None else ""}


def compiled(language: str) -> bytes:
    """What the `.mo` of a language has to hold: the finished translations of its `.po`."""
    import polib

    return bytes(polib.pofile(str(po_path(language))).to_binary())
