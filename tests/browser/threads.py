"""Threads of a test's own, written through the forms that people use.

Nobody may start more than twelve in ten minutes: each file of tests has its own writer.
"""

from __future__ import annotations

from playwright.sync_api import Page, expect


def start_thread(page: Page, title: str, text: str = "The first words.", *, category: str = "housing") -> str:
    """Starts a thread as whoever sits before this page; answers its address."""
    page.goto(f"/c/{category}/new")
    page.locator("[name=title]").fill(title)
    page.locator("[name=text]").fill(text)
    page.locator("main form[enctype] button.main").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    return page.url.partition("#")[0].partition("?")[0]


def reply(page: Page, thread: str, text: str) -> None:
    """Replies in the thread and waits until the post is there."""
    page.goto(thread)
    page.locator("#reply [name=text]").fill(text)
    page.locator("#reply button.main").click()
    expect(page.locator("article", has_text=text).last).to_be_visible()
