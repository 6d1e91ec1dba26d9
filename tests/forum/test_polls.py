"""Polls in a thread: asked under one's own post, one vote each, hidden where it was promised, closed in time."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dugnad.forum import actions
from dugnad.forum.actions import polling
from dugnad.forum.models import Poll, PollOption, PollVote, Post, Thread
from dugnad.forum.poll_pieces import counts_in_words
from dugnad.forum.polls import Asked, BallotWrong
from dugnad.kernel import registry
from dugnad.kernel.happenings import Happening
from dugnad.kernel.pagecache import forget_pages
from dugnad.kernel.policies import Refused
from tests import given
from tests.groups.racing import race

pytestmark = pytest.mark.django_db

WHERE = Asked("Where do we meet?", ("In the yard", "In the cellar", "At Bram’s"))
TYPED = {
    "question": "Where do we meet?",
    "options": "In the yard\n- In the cellar\n\nIn the yard\nAt Bram’s",
    "way": "single",
}


def poll(asked: Asked = WHERE, *, thread: Thread | None = None, by: str = "amina") -> Poll:
    thread = thread or given.thread()
    return polling.add_poll(given.post(thread, "Say it here.", by=by), asked, by=given.person(by))


def hidden(**more) -> Asked:
    return Asked(WHERE.question, WHERE.options, hidden=True, **more)


def options(of: Poll) -> list[int]:
    return list(of.options.order_by("position").values_list("pk", flat=True))


def vote(of: Poll, who: str, *places: int, dots: int = 1) -> Poll:
    return polling.cast_vote(of, {options(of)[place]: dots for place in places}, by=given.person(who))


def counts(of: Poll) -> tuple[list[int], int]:
    return list(of.options.order_by("position").values_list("votes", flat=True)), Poll.objects.get(pk=of.pk).voter_count


def address(of: Poll, deed: str = "") -> str:
    return f"{of.post.url}/poll{deed}"


def page(of: Poll, who: str = "") -> str:
    return given.said(given.client(who).get(of.post.thread.url))


class TestAsking:
    def test_under_ones_own_post(self):
        post = given.post(given.thread(), by="leyla")
        answer = given.client("leyla").post(f"{post.url}/poll", TYPED)
        assert answer.status_code == 302
        asked = Poll.objects.get(post=post)
        assert (asked.question, list(asked.options.order_by("position").values_list("text", flat=True))) == (
            WHERE.question, list(WHERE.options),
        )  # fmt: skip
        assert Thread.objects.get().poll_count == 1
        assert Happening.objects.get(verb="poll_added").payload == {"post": post.pk}

    def test_with_the_opening_post(self):
        category = given.category()
        typed = {
            "kind": "talk",
            "title": "The yard",
            "text": "Soon.",
            **{f"poll-{name}": v for name, v in TYPED.items()},
        }
        assert given.client("leyla").post(f"/c/{category.slug}/new", typed).status_code == 302
        assert Poll.objects.get().post.number == 1

    def test_a_start_form_without_a_question_asks_nothing(self):
        category = given.category()
        typed = {"kind": "talk", "title": "The yard", "text": "Soon.", "poll-way": "single", "poll-dots": "3"}
        assert given.client("leyla").post(f"/c/{category.slug}/new", typed).status_code == 302
        assert Poll.objects.count() == 0

    @pytest.mark.parametrize(
        ("typed", "sentence"),
        [
            ({"question": ""}, "Write the question that people answer."),
            ({"options": "One\n\nOne"}, "Write at least two options, each on a line of its own."),
            (
                {"options": "\n".join("abcdefghijk")},
                "There are 11 options and there can be at most 10. Put some together.",
            ),
            ({"options": "a" * 141 + "\nb"}, "An option can have at most 140 characters. Put the rest into the text."),
            ({"closes_at": "2020-01-01T10:00"}, "Choose a moment that is still to come, within a year."),
            ({"closes_at": "soon"}, "Write the day and the time as 2026-12-31 18:00."),
            ({"way": "dot", "dots": "70"}, "Write a whole number from 1 to 10."),
        ],
    )
    def test_what_is_missing_is_said_and_nothing_is_lost(self, typed, sentence):
        category = given.category()
        start = {"kind": "talk", "title": "The yard", "text": "Soon."}
        answer = given.client("leyla").post(
            f"/c/{category.slug}/new", start | {f"poll-{name}": value for name, value in (TYPED | typed).items()}
        )
        assert (answer.status_code, Thread.objects.count()) == (422, 0)
        assert sentence in given.said(answer)
        assert "Soon.</textarea>" in given.said(answer)

    def test_only_who_wrote_the_post_asks_under_it_and_only_once(self):
        asked = poll()
        with pytest.raises(Refused, match="There is a poll under this post already"):
            polling.add_poll(asked.post, WHERE, by=given.person("amina"))
        with pytest.raises(Refused, match="Only the person who wrote a post can add a poll to it"):
            polling.add_poll(given.post(asked.post.thread, by="leyla"), WHERE, by=given.person("bram"))
        assert given.client("bram").get(f"{asked.post.url}/poll").status_code == 403

    def test_question_and_options_change_until_somebody_votes(self):
        asked = poll()
        polling.edit_poll(asked, Asked("When?", ("Today", "Tomorrow")), by=given.person("amina"))
        assert list(asked.options.values_list("text", flat=True)) == ["Today", "Tomorrow"]
        vote(asked, "leyla", 0)
        for deed in (lambda: polling.edit_poll(asked, WHERE, by=given.person("amina")),
                     lambda: polling.remove_poll(asked, by=given.person("amina"))):  # fmt: skip
            with pytest.raises(Refused, match="Somebody has voted, so question and options stay as they are"):
                deed()
        assert given.client("amina").get(address(asked, "/edit")).status_code == 403

    def test_taken_away_the_post_stays(self):
        asked = poll()
        assert given.client("amina").post(address(asked, "/remove")).status_code == 302
        assert (Poll.objects.count(), Thread.objects.get().poll_count, asked.post.thread.posts.count()) == (0, 0, 2)

    def test_with_its_post_it_is_gone(self):
        asked = poll()
        vote(asked, "leyla", 0)
        actions.delete_post(asked.post, by=given.person("amina"))
        assert (Poll.objects.count(), PollOption.objects.count(), PollVote.objects.count()) == (0, 0, 0)
        assert Thread.objects.get().poll_count == 0
        assert WHERE.question not in page(asked)


class TestVoting:
    def test_one_option_each_changed_and_taken_back(self):
        asked = poll()
        leyla = given.client("leyla")
        for place, expected in ((0, [1, 0, 0]), (2, [0, 0, 1])):
            answer = leyla.post(address(asked, "/vote"), {f"poll-{asked.pk}": options(asked)[place]})
            assert (answer.status_code, counts(asked)) == (302, (expected, 1))
        leyla.post(address(asked, "/withdraw"))
        assert (counts(asked), PollVote.objects.count()) == (([0, 0, 0], 0), 0)

    def test_several_options_each(self):
        asked = poll(Asked("Which?", ("A", "B", "C"), "several"))
        given.client("leyla").post(address(asked, "/vote"), {f"poll-{asked.pk}": options(asked)[:2]})
        vote(asked, "bram", 1)
        assert counts(asked) == ([1, 2, 0], 2)

    def test_dots_to_spread_and_not_one_more(self):
        asked = poll(Asked("Which?", ("A", "B", "C"), "dot", 4))
        first, second, _third = options(asked)
        names = {f"poll-{asked.pk}-{first}": "3", f"poll-{asked.pk}-{second}": "1"}
        given.client("leyla").post(address(asked, "/vote"), names)
        assert counts(asked) == ([3, 1, 0], 1)
        with pytest.raises(BallotWrong):
            polling.cast_vote(asked, {first: 5}, by=given.person("bram"))
        answer = given.client("bram").post(address(asked, "/vote"), {f"poll-{asked.pk}-{first}": "5"}, follow=True)
        assert "There are more dots than you have to spread. Take some away, then vote." in given.said(answer)
        assert counts(asked) == ([3, 1, 0], 1)

    @pytest.mark.parametrize("value", ["", "x", "-1", "9" * 30, "999999"])
    def test_nonsense_counts_as_nothing(self, value):
        asked = poll()
        answer = given.client("leyla").post(address(asked, "/vote"), {f"poll-{asked.pk}": value})
        assert (answer.status_code, counts(asked)) == (302, ([0, 0, 0], 0))

    def test_a_stranger_and_whoever_cannot_see_it_do_not_vote(self):
        group = given.group(members=("leyla",))
        asked = poll(thread=given.thread(within=given.category("Houses", group=group)))
        answers = [given.client(who).post(address(asked, "/vote"), {f"poll-{asked.pk}": options(asked)[0]}).status_code
                   for who in ("", "bram", "leyla")]  # fmt: skip
        assert (answers, counts(asked)) == ([404, 404, 302], ([1, 0, 0], 1))
        assert given.client().post(address(poll(), "/vote")).status_code == 302

    def test_where_only_the_group_writes_others_read_and_do_not_vote(self):
        group = given.group(members=("leyla",))
        category = given.category("Open house", group=group, in_group="public", writers="group")
        asked = poll(thread=given.thread(within=category))
        with pytest.raises(Refused, match="Only members of the group write here"):
            vote(asked, "bram", 0)
        assert vote(asked, "leyla", 0).voter_count == 1

    def test_where_only_stewards_write_everybody_votes(self):
        category = given.category("News", writers="stewards")
        asked = poll(thread=given.thread(within=category, by="gunnel", kind="announcement"), by="gunnel")
        assert vote(asked, "bram", 0).voter_count == 1

    def test_in_a_closed_thread_and_under_a_deleted_post_nobody_votes(self):
        asked = poll()
        actions.close_thread(asked.post.thread, by=given.person("amina"), outcome="Well.")
        with pytest.raises(Refused, match="This thread is closed, and its polls with it"):
            vote(asked, "leyla", 0)
        actions.delete_post(asked.post, by=given.person("amina"))
        with pytest.raises(Refused, match="The poll was taken away meanwhile"):
            polling.cast_vote(asked, {}, by=given.person("leyla"))

    def test_no_happening_no_page_and_no_export_of_others_says_who_voted(self):
        asked = poll()
        vote(asked, "leyla", 1)
        assert not Happening.objects.filter(actor=given.person("leyla").key).exclude(verb="person_signed_up").exists()
        assert " checked" in page(asked, "leyla")
        assert [" checked" in page(asked, who) for who in ("", "amina", "bram")] == [False, False, False]
        for who, expected in (("leyla", [("In the cellar", 1)]), ("amina", [])):
            rows = next(
                rows
                for name, rows, *_rest in (part(given.person(who)) for part in registry.exporters)
                if name == "votes"
            )
            assert [(row["option"], row["dots"]) for row in rows] == expected


@pytest.mark.django_db(transaction=True)
def test_the_same_person_twice_at_once_has_one_vote_and_counts_are_what_rows_say(tmp_path):
    asked = poll()
    first, second, third = options(asked)
    leyla, bram = given.person("leyla"), given.person("bram")
    answers, (rows, counted) = race(
        tmp_path,
        lambda: polling.cast_vote(asked, {first: 1}, by=leyla).pk,
        lambda: polling.cast_vote(asked, {second: 1}, by=leyla).pk,
        lambda: polling.cast_vote(asked, {third: 1}, by=bram).pk,
        then=lambda: (list(PollVote.objects.filter(poll=asked).values_list("option", flat=True)), counts(asked)),
    )
    assert answers == [asked.pk] * 3
    assert (len(rows), third in rows) == (2, True)
    assert counted == ([rows.count(option) for option in (first, second, third)], 2)


class TestSeeing:
    def test_the_result_stands_in_words_and_bars(self):
        asked = poll()
        for who, place in (("leyla", 0), ("bram", 0), ("oona", 2)):
            vote(asked, who, place)
        seen = page(asked)
        assert seen.count('<rect width="67%" height="100%"/>') == 1
        assert "2 votes · 67%" in seen
        assert "1 vote · 33%" in seen
        assert "3 people have voted" in seen
        assert "Most votes" not in seen
        polling.close_poll(asked, by=given.person("amina"))
        forget_pages()
        assert page(asked).count("Most votes") == 1

    def test_strangers_see_no_controls(self):
        seen = page(poll())
        assert "Where do we meet?" in seen
        assert "formaction" not in seen

    @pytest.mark.parametrize("who", ["", "leyla", "amina", "gunnel"])
    def test_hidden_until_closed_nobody_sees_counts_not_even_who_asked(self, who):
        given.steward("gunnel")
        asked = poll(hidden())
        for one in ("leyla", "bram", "oona"):
            vote(asked, one, 1)
        seen = page(asked, who)
        section = seen[seen.index("data-poll=") : seen.index("</section>", seen.index("data-poll="))]
        assert not any(mark in section for mark in ("<rect", "data-option", "vote ·", "votes ·", "%"))
        assert "3 people have voted" in section
        assert "nobody sees the result before it is closed" in section
        assert counts_in_words({"poll": asked.pk}, "en") is None
        assert not Happening.objects.filter(payload__icontains="votes").exists()
        polling.close_poll(asked, by=given.person("amina"))
        forget_pages()
        assert "3 votes · 100%" in page(asked, who)

    def test_open_pages_hear_how_it_stands_and_nothing_of_hidden_ones(self, announced):
        open_one, hidden_one = poll(), poll(hidden())
        with announced() as sent:
            vote(hidden_one, "leyla", 0)
        assert sent == []
        with announced() as sent:
            vote(open_one, "leyla", 0)
        event = {
            "type": "poll_counted",
            "poll": open_one.pk,
            "post": open_one.post_id,
            "author": open_one.post.author_id,
        }
        assert sent == [{"to": f"thread:{open_one.post.thread_id}", "event": event}]
        assert counts_in_words(event, "en") == {
            "voters": "1 person has voted",
            "lines": dict(
                zip(options(open_one), [["1 vote · 100%", 100], ["0 votes · 0%", 0], ["0 votes · 0%", 0]], strict=True)
            ),
        }

    def test_the_poll_of_somebody_blocked_is_not_seen(self):
        asked = poll()
        given.block("leyla", "amina")
        given.post(asked.post.thread, by="bram")
        assert WHERE.question not in page(asked, "leyla")
        assert given.client("leyla").post(address(asked, "/vote")).status_code == 404

    def test_the_question_is_told_in_its_language(self):
        asked = poll(thread=given.thread(language="sv"))
        Post.objects.update(language="sv")
        assert '<h3 id="poll-' in (seen := page(asked))
        assert f'<h3 id="poll-{asked.pk}" lang="sv">' in seen

    def test_a_poll_costs_two_queries_and_a_thread_without_none(self):
        thread = given.thread()
        browser = given.client("leyla")

        def cost() -> int:
            browser.get(thread.url)
            with CaptureQueriesContext(connection) as captured:
                browser.get(thread.url)
            return len(captured)

        post = given.post(thread, by="amina")
        browser.get(thread.url)
        before = cost()
        polling.add_poll(post, WHERE, by=given.person("amina"))
        assert cost() - before == 2
