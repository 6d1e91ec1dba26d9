"""A browser without JavaScript: follows links that are on the page, fills the forms that are there, presses their buttons.

Whatever a form holds (tokens and hidden fields too) is sent as a browser would; a button or field that is not on the page cannot
be used.
"""

from __future__ import annotations

import html
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.test import Client

from tests import given

VOID = {"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}


@dataclass
class Form:
    """A form of the page: where it goes, what it holds, its buttons as (name, value, words)."""

    action: str
    method: str
    name: str = ""
    fields: dict[str, Any] = field(default_factory=dict)
    buttons: list[tuple[str, str, str]] = field(default_factory=list)
    files: set[str] = field(default_factory=set)


class Reader(HTMLParser):
    """Reads forms and links off a page."""

    def __init__(self, here: str) -> None:
        super().__init__()
        self.here, self.forms, self.links = here, [], []
        self._open: Form | None = None
        self._strays: list[tuple[str, tuple[str, str, list[str]]]] = []
        self._words: list[list[str]] = []
        self._textarea = self._select = ""
        self._chosen: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value if value is not None else "" for name, value in attrs}
        if tag == "form":
            self._open = Form(has.get("action") or self.here, has.get("method", "get").lower(), has.get("id", ""))
            self.forms.append(self._open)
        elif tag == "a" and "href" in has:
            self._words.append([])
            self.links.append((has["href"], self._words[-1]))
        elif tag == "button" and "disabled" not in has:
            self._words.append([])
            button = (has.get("name", ""), has.get("value", ""), self._words[-1])
            self._strays.append((has.get("form", self._open.name if self._open else ""), button))
            if self._open and not has.get("form"):
                self._open.buttons.append(button)  # type: ignore[arg-type]
        elif self._open is not None:
            self._take(tag, has)

    def _take(self, tag: str, has: dict[str, str]) -> None:
        assert self._open is not None
        name, kind = has.get("name", ""), has.get("type", "text")
        if tag == "input" and kind == "file":
            self._open.files.add(name)
        elif tag == "input" and kind in ("radio", "checkbox"):
            if "checked" in has:
                self._open.fields[name] = has.get("value", "on")
            else:
                self._open.fields.setdefault(name, None)
        elif tag == "input" and name:
            self._open.fields[name] = has.get("value", "")
        elif tag == "textarea":
            self._textarea = name
            self._open.fields[name] = ""
        elif tag == "select":
            self._select, self._chosen = name, None
        elif tag == "option" and self._select and (self._chosen is None or "selected" in has):
            self._chosen = has.get("value", "")
            self._open.fields[self._select] = self._chosen

    def handle_data(self, data: str) -> None:
        for words in self._words:
            words.append(data)
        if self._textarea and self._open:
            self._open.fields[self._textarea] += data

    def handle_endtag(self, tag: str) -> None:
        if tag in ("a", "button") and self._words:
            self._words.pop()
        elif tag == "form":
            self._open = None
        elif tag == "textarea":
            self._textarea = ""
        elif tag == "select":
            self._select = ""

    def read(self, page: str) -> None:
        self.feed(page)
        for form in self.forms:
            outside = [
                button for owner, button in self._strays if owner and owner == form.name and button not in form.buttons
            ]
            form.buttons = [
                (name, value, " ".join("".join(words).split())) for name, value, words in [*form.buttons, *outside]
            ]
        self.links = [(href, " ".join("".join(words).split())) for href, words in self.links]


class PlainBrowser:
    """Somebody of the cast (or a stranger) at a browser without JavaScript."""

    def __init__(self, who: str = "") -> None:
        self.client = Client(enforce_csrf_checks=True)
        if who:
            self.client.force_login(given.person(who))
        self.url, self.page, self.status = "/", "", 0

    def open(self, url: str) -> PlainBrowser:
        """Go to an address, through redirects."""
        return self._arrive(self.client.get(url, follow=True), url)

    def follow(self, words: str, *, part: int = 0) -> PlainBrowser:
        """Follow the link with these words (the first, or the one with number `part`)."""
        links = [href for href, said in self._read().links if said == words]
        assert links, f"no link “{words}” on {self.url}"
        return self.open(urljoin(self.url, links[part]))

    def press(self, words: str, *, value: str | None = None, **typed: Any) -> PlainBrowser:
        """Fill the form that has the button with these words, and press it."""
        form, name, own = self._button(words, value)
        unknown = set(typed) - set(form.fields) - form.files
        assert not unknown, f"no field {sorted(unknown)} in the form of “{words}” on {self.url}"
        filled = {key: kept for key, kept in form.fields.items() if kept is not None} | typed
        if name:
            filled[name] = own
        address = urljoin(self.url, form.action)
        if form.method == "get":
            return self._arrive(self.client.get(address, filled, follow=True), address)
        return self._arrive(self.client.post(address, filled, follow=True), address)

    def says(self, words: str) -> bool:
        """Does the page say this (entities read)."""
        return words in html.unescape(self.page)

    def offers(self, words: str) -> bool:
        """Is there a link or a button with these words."""
        page = self._read()
        return words in {said for _href, said in page.links} | {
            button[2] for form in page.forms for button in form.buttons
        }

    def _button(self, words: str, value: str | None) -> tuple[Form, str, str]:
        for form in self._read().forms:
            for name, own, said in form.buttons:
                if said == words and value in (None, own):
                    return form, name, own
        raise AssertionError(f"no button “{words}” on {self.url}")

    def _read(self) -> Reader:
        reader = Reader(self.url)
        reader.read(self.page)
        return reader

    def _arrive(self, answer: Any, url: str) -> PlainBrowser:
        last = answer.redirect_chain[-1][0] if answer.redirect_chain else url
        parts = urlsplit(last)
        self.url = parts.path + (f"?{parts.query}" if parts.query else "")
        self.page, self.status = answer.content.decode(), answer.status_code
        return self
