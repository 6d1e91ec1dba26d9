"""Where the links and pictures of a text lead, once it does not stand on its own website any more."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote, urljoin

from django.utils.translation import gettext as _
from django.utils.translation import override

_TEXT = r"(?:[^\[\]\\]|\\.|\[(?:[^\[\]\\]|\\.)*+\])*+"
_TARGET = r"(?:<(?P<angled>[^<>\n]*)>|(?P<bare>(?>[^\s()<>\\]|\\.|\((?>[^\s()\\]|\\.)*\))*+)|(?P<spaced>[^()<>\"\n]*))"
_TITLE = r"(?:\s+(?:\"[^\"]*\"|'[^']*'|\([^()]*\)))?"
_INLINE = re.compile(rf"(?<!\\)(?P<bang>!?)\[(?P<text>{_TEXT})\]\(\s*{_TARGET}{_TITLE}\s*\)", re.DOTALL)
_BY_NAME = re.compile(rf"(?<!\\)(?P<bang>!?)\[(?P<text>{_TEXT})\]\[(?P<name>[^\[\]]*)\]", re.DOTALL)
_NAMED = re.compile(
    r"^ {0,3}\[(?P<name>(?!\^)[^\[\]\n]+)\]:[ \t]*\n?[ \t]*(?:<(?P<angled>[^<>\n]*)>|(?P<bare>[^\s<]\S*))"
    r"(?:[ \t]+(?:\"[^\"\n]*\"|'[^'\n]*'|\([^()\n]*\)))?[ \t]*$\n?",
    re.MULTILINE,
)
_ALONE = re.compile(r"(?<![\\\]!])\[(?P<text>[^\[\]\n]+)\](?![\[(:])")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+\Z")
_OF_THE_WEB = re.compile(r"(?:https?://[^/?#]|mailto:.)", re.IGNORECASE)
_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")

# A picture or what stands for it, between two marks, until it is known what stands beside it.
_BEGINS, _ENDS = "\x04", "\x05"


@dataclass(slots=True)
class Addresses:
    """Rewrites the links and pictures of one text, and remembers what it met.

    `site` is the address of the page on its website, or "". `pictures` says for the address of a picture the mark under
    which it is taken along. Afterwards `wanted` holds the address and the description of every picture the text shows,
    `missing` counts those that are not taken along, `linked` those of them that are a link now, and `dead` the links
    that lead nowhere from here.
    """

    language: str
    site: str = ""
    pictures: Mapping[str, str] = field(default_factory=dict)
    wanted: dict[str, str] = field(default_factory=dict)
    missing: int = 0
    linked: int = 0
    dead: int = 0

    def rewritten(self, text: str) -> str:
        """The text with every link leading to the web or to mail, and pictures that are taken along or described."""
        named = {_key(found["name"]): _target(found) for found in _NAMED.finditer(text)}
        text = _NAMED.sub("", text)
        text = _INLINE.sub(lambda found: self._put(found, _target(found)), text)
        if named:
            text = _BY_NAME.sub(lambda found: self._put_named(found, found["name"] or found["text"], named), text)
            text = _ALONE.sub(lambda found: self._put_named(found, found["text"], named), text)
        return "\n".join(_set_apart(line) for line in text.split("\n"))

    def link(self, address: str) -> str:
        """Where a link to `address` leads from here; "" when that cannot be known or is no place to go."""
        address = address.strip()
        if _MAIL.match(address):
            return f"mailto:{address}"
        if address.startswith("//"):
            address = f"https:{address}"
        if _OF_THE_WEB.match(address):
            return address
        if not address or _SCHEME.match(address) or address.startswith("#") or not self.site:
            return ""
        return urljoin(self.site, address)

    def _put_named(self, found: re.Match[str], name: str, named: dict[str, str]) -> str:
        address = named.get(_key(name))
        return found[0] if address is None else self._put(found, address)

    def _put(self, found: re.Match[str], address: str) -> str:
        text = found["text"]
        if found.groupdict().get("bang"):
            return self._picture(text, address)
        text = _INLINE.sub(self._inside, text)
        target = self.link(address)
        if target:
            return f"[{text}]({_destination(target)})"
        self.dead += 1
        where = "" if address.startswith("#") or not address or text.strip() == address else f" ({_plain(address)})"
        return f"{text}{where}"

    def _inside(self, found: re.Match[str]) -> str:
        """What stands in the text of a link: a picture, or a link that gives way to the outer one."""
        if not found["bang"]:
            return found["text"]
        return self._picture(found["text"], _target(found), in_link=True)

    def _picture(self, description: str, address: str, *, in_link: bool = False) -> str:
        description = " ".join(description.split())
        self.wanted.setdefault(address, _ESCAPED.sub(r"\1", description))
        if mark := self.pictures.get(address):
            shown = f"![{description}](file:{mark})"
            return shown if in_link else f"{_BEGINS}{shown}{_ENDS}"
        self.missing += 1
        words = rf"\[{stand_in(description or _plain(file_name(address)), self.language)}\]"
        target = self.link(address)
        if in_link:
            return words
        self.linked += bool(target)
        return f"{_BEGINS}{f'[{words}]({_destination(target)})' if target else words}{_ENDS}"


def stand_in(name: str, language: str) -> str:
    """The words that stand where a picture was that could not be taken along, in the language of the text."""
    with override(language):
        return _("Image: {name}").format(name=name)


def file_name(address: str) -> str:
    """The last part of an address, as people read it."""
    path = re.split(r"[?#]", address, maxsplit=1)[0]
    return unquote(path.rstrip("/").rpartition("/")[2]) or address


def _target(found: re.Match[str]) -> str:
    groups = found.groupdict()
    address = next((groups[name] for name in ("angled", "bare", "spaced") if groups.get(name)), "")
    return _ESCAPED.sub(r"\1", address.strip())


def _key(name: str) -> str:
    return " ".join(name.casefold().split())


def _destination(address: str) -> str:
    if re.search(r"[\s()<>\\]", address) is None:
        return address
    address = re.sub(r"[<>\\\n]", lambda found: f"%{ord(found[0]):02X}", address)
    return f"<{address}>"


def _plain(text: str) -> str:
    return re.sub(r"([\\`*_\[\]<>&~|])", r"\\\1", text)


def _set_apart(line: str) -> str:
    """A line with pictures: a caption after those that begin the line stands below them, other words beside them."""
    if _BEGINS not in line:
        return line
    line = re.sub(rf"{_ENDS}[ \t]*{_BEGINS}", " ", line)
    if line.startswith(_BEGINS):
        line = re.sub(rf"{_ENDS}[ \t]*(?=[^\s\\.,;:!?])", "\\\\\n", line, count=1)
    line = re.sub(rf"(?<=\S){_BEGINS}", " ", line)
    line = re.sub(rf"{_ENDS}(?=\w)", " ", line)
    return line.replace(_BEGINS, "").replace(_ENDS, "")
