"""How a text that was taken in is shown: by nobody here, with what stood beside it on its website."""

from __future__ import annotations

import pytest

from dugnad.forum.actions import ImportedText, import_thread
from dugnad.kernel.happenings import SYSTEM
from tests import given

pytestmark = pytest.mark.django_db


def test_a_text_that_was_taken_in_is_not_by_a_former_member_and_shows_its_links():
    category = given.category()
    facts = {"address": "https://a.example/news", "links": [{"title": "<b>More</b>", "url": "https://b.example"}]}
    text = ImportedText(key="k", digest="d", title="T", language="en", source="Text about boats", facts=facts)
    thread, _became = import_thread(category, text, by=SYSTEM)
    for address in (thread.url, category.url, "/search?q=boats"):
        page = given.client().get(address).content.decode()
        assert "taken in from a website" in page
        assert "a former member" not in page
    page = given.client("amina").get(thread.url).content.decode()
    assert '<a href="https://a.example/news" rel="nofollow ugc noopener">https://a.example/news</a>' in page
    assert '<a href="https://b.example" rel="nofollow ugc noopener">&lt;b&gt;More&lt;/b&gt;</a>' in page


def test_a_reply_by_somebody_who_left_is_still_by_a_former_member():
    category = given.category()
    text = ImportedText(key="k", digest="d", title="T", language="en", source="Text")
    thread, _became = import_thread(category, text, by=SYSTEM)
    reply = given.post(thread)
    type(reply).objects.filter(pk=reply.pk).update(author=None, revision=9)
    page = given.client().get(thread.url).content.decode()
    assert (page.count("taken in from a website"), page.count("a former member")) == (1, 1)
