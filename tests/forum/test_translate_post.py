"""Translations of posts: beside the original, marked with who made them, stale when the original changed, found by the search."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dugnad.forum import actions
from dugnad.forum.actions import translating
from dugnad.forum.belongings import carry_belongings
from dugnad.forum.models import Post, PostTranslation
from dugnad.forum.uploads import keep_picture, with_picture
from dugnad.kernel import registry
from dugnad.kernel.audience import audience_of
from dugnad.kernel.fragments import forget_fragments
from dugnad.kernel.happenings import Happening
from dugnad.kernel.live.delta import Delta
from dugnad.kernel.policies import Refused
from dugnad.kernel.search import SearchEntry
from dugnad.notices.models import Notice
from dugnad.people.keeping.actions import erase_person
from tests import given

pytestmark = pytest.mark.django_db


def original(text: str = "Vi behöver en borrmaskin.", *, by: str = "amina", **facts) -> Post:
    """A post in Swedish, the second in its thread."""
    thread = given.thread(language="sv", text="Hej.", **facts)
    return given.post(thread, text, by=by, language="sv")


def translated(post: Post, text: str = "We need a drill.", *, by: str = "nienke", language: str = "en", **facts):
    facts.setdefault("of_edits", post.edits)
    return translating.translate_post(post, language, text, by=given.person(by), **facts)


def article(post: Post, who: str = "", language: str = "en") -> str:
    page = given.client(who).get(post.thread.url, headers={"Accept-Language": language}).content.decode()
    return re.search(rf'<article[^>]* data-post="{post.pk}".*?</article>', page, re.S)[0]


def searched(who: str, words: str) -> str:
    return given.said(given.client(who).get("/search", {"q": words}))


class TestTranslating:
    def test_the_page_shows_the_original_beside_the_editor_and_publishes(self):
        post = original()
        oona = given.client("oona")
        page = given.said(oona.get(f"{post.url}/translate"))
        assert '<div class="prose" lang="sv"><p>Vi behöver en borrmaskin.</p>' in page
        assert 'aria-current="page">English</a>' in page
        typed = {"text": "We need a drill.", "language": "en", "of_edits": "0", "seen": ""}
        assert oona.post(f"{post.url}/translate", typed).status_code == 302
        row = PostTranslation.objects.get()
        assert (row.language, row.html, row.author, row.of_edits, row.audience_id) == (
            "en", "<p>We need a drill.</p>\n", given.person("oona"), 0, post.audience_id,
        )  # fmt: skip
        happening = Happening.objects.get(verb="post_translated")
        assert (happening.payload, happening.within) == (
            {"post": post.pk, "language": "en"},
            f"thread:{post.thread_id}",
        )

    def test_it_can_begin_with_the_words_of_the_original_but_not_end_with_them(self):
        post = original()
        oona = given.client("oona")
        assert "Vi behöver en borrmaskin.</textarea>" in given.said(oona.get(f"{post.url}/translate?copy=1"))
        typed = {"text": post.source, "language": "en", "of_edits": "0"}
        answer = oona.post(f"{post.url}/translate", typed)
        assert (answer.status_code, PostTranslation.objects.count()) == (422, 0)
        assert "This is still the original. Write it in the other language, then publish." in given.said(answer)

    def test_a_preview_publishes_nothing(self):
        post = original()
        typed = {"text": "We need **a drill**.", "language": "en", "of_edits": "0", "preview": "1"}
        answer = given.client("oona").post(f"{post.url}/translate", typed)
        assert "<strong>a drill</strong>" in answer.content.decode()
        assert PostTranslation.objects.count() == 0

    def test_others_improve_it_and_the_last_is_named(self):
        post = original()
        first = translated(post)
        again = translated(post, "We need a good drill.", by="bram", seen=translating.mark_of(first))
        assert (again.pk, PostTranslation.objects.count()) == (first.pk, 1)
        assert "Translated by Bram Kuipers" in article(post)
        assert "Nienke" not in article(post)

    def test_of_two_at_once_the_second_sees_both_and_loses_none(self):
        post = original()
        translated(post, "Theirs.")
        with pytest.raises(translating.TranslatedMeanwhile):
            translated(post, "Mine.", by="bram")
        typed = {"text": "Mine.", "language": "en", "of_edits": "0", "seen": ""}
        bram = given.client("bram")
        answer = bram.post(f"{post.url}/translate", typed)
        assert answer.status_code == 409
        page = given.said(answer)
        assert "Theirs." in page
        assert "Mine.</textarea>" in page
        seen = re.search(r'name="seen" value="([^"]+)"', page)[1]
        assert bram.post(f"{post.url}/translate", typed | {"seen": seen}).status_code == 302
        assert PostTranslation.objects.get().source == "Mine."

    def test_who_may_not(self):
        group = given.group(members=("leyla",))
        inside = original(within=given.category("Houses", group=group))
        read_only = original(within=given.category("Open house", group=group, in_group="public", writers="group"))
        assert [given.client(who).get(f"{inside.url}/translate").status_code for who in ("", "bram", "leyla")] == [
            404,
            404,
            200,
        ]
        assert given.client("bram").get(f"{read_only.url}/translate").status_code == 403
        with pytest.raises(Refused, match="Only members of the group write here"):
            translated(read_only, by="bram")
        with pytest.raises(Refused, match="The post is written in this language already"):
            translated(original(), language="sv")
        gone = original()
        actions.delete_post(gone, by=given.person("amina"))
        with pytest.raises(Refused, match="There is nothing left to translate"):
            translated(gone)

    def test_what_only_stewards_write_members_translate(self):
        category = given.category("News", writers="stewards")
        thread = given.thread(within=category, kind="announcement", by="gunnel", language="sv")
        assert translated(thread.posts.get(), by="bram").language == "en"

    def test_it_shows_the_pictures_of_the_post_and_none_of_others(self):
        own = keep_picture(given.picture(), "Gården", by=given.person("amina"))
        others = keep_picture(given.picture(), "Mine", by=given.person("nienke"))
        post = original(with_picture("Se", own))
        row = translated(post, f"Look ![The yard](file:{own.token}) ![Mine](file:{others.token})")
        assert (own.url in row.html, others.url in row.html) == (True, False)

    def test_the_writer_is_told_once_and_takes_it_away(self):
        post = original()
        row = translated(post)
        translated(post, "Better.", seen=translating.mark_of(row))
        notice = Notice.objects.get(kind="post_translated")
        assert (notice.person, notice.title) == (given.person("amina"), post.thread.title)
        with pytest.raises(Refused, match="Only who translated the post, who wrote it, or a steward can take"):
            translating.remove_translation(row, by=given.person("bram"))
        answer = given.client("amina").post(f"{post.url}/translations/en/remove")
        assert (answer.status_code, PostTranslation.objects.count()) == (302, 0)
        assert "drill" not in searched("bram", "drill").split("</form>")[-1]
        assert "We need" not in article(post)

    @pytest.mark.parametrize("who", ["nienke", "gunnel"])
    def test_who_made_it_and_a_steward_take_it_away_too(self, who):
        given.steward("gunnel")
        translating.remove_translation(translated(original()), by=given.person(who))
        assert PostTranslation.objects.count() == 0


class TestReading:
    def test_the_readers_language_comes_first_and_the_original_is_beside_it(self):
        post = original()
        translated(post)
        seen = article(post, "bram")
        assert seen.index("We need a drill.") < seen.index("Vi behöver en borrmaskin.")
        assert '<summary class="meta">The original, in Swedish</summary>' in seen
        assert '<div class="prose" lang="sv"><p>Vi behöver' in seen
        assert '<div class="prose"><p>We need' in seen
        assert f'href="{post.url}/translate?language=en">Improve the translation</a>' in seen

    def test_for_readers_of_the_original_a_translation_waits_behind_its_language(self):
        post = original()
        translated(post)
        given.person("leyla", language="sv")
        seen = article(post, "leyla")
        assert seen.index("Vi behöver") < seen.index("We need")
        assert '<div class="prose" lang="en"><p>We need' in seen
        assert '<details class="translated"' in seen

    def test_strangers_read_it_too_and_get_no_tools(self):
        post = original()
        translated(post)
        seen = article(post)
        assert "Translated by Nienke Postma" in seen
        assert "/translate" not in seen

    def test_when_the_original_changes_it_is_stale_until_somebody_brings_it_up_to_date(self):
        post = original()
        row = translated(post)
        post = actions.edit_post(post, "Vi behöver två.", by=given.person("amina"), seen_edits=0)
        assert "The original was changed after this translation." in article(post)
        assert f'<a href="{post.url}/translate?language=en">Bring it up to date</a>' in article(post, "bram")
        assert "Compare the two, change what differs" in given.said(given.client("bram").get(f"{post.url}/translate"))
        translated(post, "We need two.", seen=translating.mark_of(row))
        assert "The original was changed" not in article(post)

    def test_of_a_text_that_changed_while_it_was_translated_it_is_stale_from_the_start(self):
        post = original()
        actions.edit_post(post, "Vi behöver två.", by=given.person("amina"), seen_edits=0)
        assert translated(post, of_edits=0).of_edits == 0
        assert translated(post, "Meer.", language="nl", of_edits=99).of_edits == 1

    def test_a_translation_of_somebody_blocked_is_not_shown_nor_found_nor_pushed(self):
        post = original()
        translated(post)
        given.block("bram", "nienke")
        assert "We need a drill." in article(post, "oona")
        for _kept in range(2):
            assert "We need a drill." not in article(post, "bram")
        assert "Vi behöver" in article(post, "bram")
        assert "borrmaskin" not in searched("bram", "drill")
        assert "Translated by" not in searched("bram", "drill")

    def test_a_pushed_piece_with_it_does_not_go_to_who_blocked_a_translator(self, announced):
        post = original()
        with announced() as sent:
            translated(post)
            actions.add_reaction(post, "thanks", by=given.person("oona"))
        events = [one["event"] for one in sent if one.get("event", {}).get("type") == "post_edited"]
        assert [event["also_by"] for event in events] == [[given.person("nienke").pk]] * 2
        delta = Delta(events, {})
        assert delta.frame("thread:1", 1, "en", frozenset({given.person("nienke").pk})) is None
        assert delta.frame("thread:1", 1, "en", frozenset({given.person("jonas").pk})) is not None

    def test_the_translation_of_a_post_by_somebody_blocked_is_not_found(self):
        post = original()
        translated(post)
        given.block("bram", "amina")
        assert "Translated by" not in searched("bram", "drill")

    def test_it_costs_one_query_for_pieces_that_are_printed_anew_and_none_where_there_is_none(self):
        post = original()
        browser = given.client("bram")

        def cost(*, anew: bool) -> int:
            browser.get(post.thread.url)
            if anew:
                forget_fragments()
            with CaptureQueriesContext(connection) as captured:
                browser.get(post.thread.url)
            return len(captured)

        before = cost(anew=True), cost(anew=False)
        translated(post)
        translated(post, "Wij hebben een boor nodig.", language="nl")
        assert (cost(anew=True), cost(anew=False)) == (before[0] + 1, before[1])


class TestKeeping:
    def test_the_search_finds_it_in_its_language_and_shows_a_post_once(self):
        post = original("Vi söker en drill.")
        translated(post, "We look for a drill.")
        page = searched("bram", "drill")
        assert page.count(f'href="{post.url}"') == 1
        translated(other := original("Vi behöver en borrmaskin."), "We need a hammer.")
        page = searched("bram", "hammer")
        assert f'href="{other.url}"' in page
        assert "Translated by Nienke Postma" in page
        assert '<h3 lang="sv">' in page

    def test_it_is_read_by_whom_the_post_is_read_and_follows_it(self):
        post = original()
        row = translated(post)
        Post.objects.filter(pk=post.pk).update(audience=audience_of("stewards:place"))
        carry_belongings([post.pk])
        row.refresh_from_db()
        entry = SearchEntry.objects.get(kind="translation", thing_id=row.pk)
        assert row.audience.keys() == entry.audience.keys() == {"stewards:place"}
        assert "Translated by" not in searched("bram", "drill")

    def test_with_the_post_it_is_gone(self):
        post = original()
        translated(post)
        actions.delete_post(post, by=given.person("amina"))
        assert (PostTranslation.objects.count(), SearchEntry.objects.filter(kind="translation").count()) == (0, 0)
        assert "We need a drill" not in given.said(given.client("bram").get(post.thread.url))
        assert Notice.objects.filter(kind="post_translated").count() == 0

    def test_it_is_handed_out_to_who_made_it(self):
        translated(original())
        for who, texts in (("nienke", ["We need a drill."]), ("amina", [])):
            rows = next(rows for name, rows, *_rest in (part(given.person(who)) for part in registry.exporters)
                        if name == "translations")  # fmt: skip
            assert [row["text"] for row in rows] == texts

    @pytest.mark.parametrize("leave_posts", [True, False])
    def test_who_leaves_takes_it_along_or_leaves_it_without_a_name(self, leave_posts):
        post = original()
        translated(post)
        assert "Nienke" in article(post)
        nienke = given.person("nienke")
        erase_person(nienke, leave_posts=leave_posts, by=nienke)
        forget_pages_seen = article(post, "bram")
        assert "Nienke" not in forget_pages_seen
        assert ("We need a drill." in forget_pages_seen) == leave_posts
        assert ("Translated by a former member" in forget_pages_seen) == leave_posts
        assert SearchEntry.objects.filter(kind="translation").count() == int(leave_posts)

    def test_when_the_writer_leaves_with_their_posts_their_words_go_in_every_language(self):
        post = original()
        translated(post)
        amina = given.person("amina")
        erase_person(amina, leave_posts=False, by=amina)
        assert PostTranslation.objects.count() == 0
