"""People before browsers of their own."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')
# Chromium writes every answer that is not a success to the console; what the page was answered, the tests look at themselves.
ANSWERED = "Failed to load resource: the server responded with a status of"
# A page that is left while its socket is still opening says so; that is how leaving looks, and nothing is wrong.
LEFT_EARLY = "WebSocket is closed before the connection is established."
# A test that takes its browser off the net hears that there is none.
TAKEN_OFFLINE = "net::ERR_INTERNET_DISCONNECTED"


class People:
    """Browsers for one test. `troubles` holds what went wrong on any page: errors of scripts, requests to other hosts."""

    def __init__(self, browser: Browser, address: str, keys: dict[str, Any]) -> None:
        self.address = address
        self.troubles: list[str] = []
        self._browser = browser
        self._keys = keys
        self._contexts: list[BrowserContext] = []

    def stranger(self, **options: Any) -> Page:
        """A page of a new browser that nobody has signed in with. `options` are those of a Playwright context."""
        return self._sit_down(**options)

    def person(self, handle: str, **options: Any) -> Page:
        """A page of a new browser in which somebody of the cast is signed in."""
        if handle not in self._keys:
            self._keys[handle] = self._sign_in(handle)
        return self._sit_down(storage_state=self._keys[handle], **options)

    def leave(self) -> None:
        for context in self._contexts:
            context.close()

    def _sit_down(self, **options: Any) -> Page:
        settings = {"locale": "en-GB", "viewport": {"width": 1280, "height": 800}, "color_scheme": "light"}
        context = self._browser.new_context(base_url=self.address, **(settings | options))
        context.set_default_timeout(20_000)
        context.on("console", self._heard)
        context.on("weberror", lambda error: self.troubles.append(f"{error.page and error.page.url}: {error.error}"))
        context.on("request", self._asked)
        self._contexts.append(context)
        return context.new_page()

    def _sign_in(self, handle: str) -> Any:
        context = self._browser.new_context(base_url=self.address, locale="en-GB")
        token = TOKEN.search(context.request.get("/sign-in/").text())
        assert token
        form = {"csrfmiddlewaretoken": token[1], "handle": handle}
        answer = context.request.post("/demo/sign-in/", form=form, headers={"Referer": self.address})
        assert answer.ok and not urlsplit(answer.url).path.startswith("/demo"), answer.url
        state = context.storage_state()
        context.close()
        return state

    def _heard(self, message: ConsoleMessage) -> None:
        expected = message.text.startswith(ANSWERED) or message.text.endswith((LEFT_EARLY, TAKEN_OFFLINE))
        if message.type in ("error", "warning") and not expected:
            self.troubles.append(f"{message.page and message.page.url}: {message.text}")

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((self.address, "blob:", "about:")):
            self.troubles.append(f"asked another host: {request.url}")
