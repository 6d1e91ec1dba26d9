"""What the forum hands out about a person, and what is left when they go: both choices."""

from __future__ import annotations

import pytest

from dugnad.forum import actions
from dugnad.forum.models import (
    Bookmark,
    CategoryReading,
    Post,
    PostVersion,
    Reaction,
    Reader,
    Thread,
    ThreadReading,
)
from dugnad.forum.uploads import keep_picture, with_picture
from dugnad.kernel import registry, search
from dugnad.kernel.files import StoredFile
from dugnad.kernel.text import quote
from dugnad.people.keeping.actions import erase_person
from dugnad.people.profile_actions import edit_profile
from tests import given

pytestmark = pytest.mark.django_db


@pytest.fixture
def leyla():
    """Somebody who did everything one can do in the forum."""
    leyla = given.person("leyla")
    own = given.thread("Leylas thread", by="leyla", kind="need", text="Baitopening", fields={"where": "Baitwhere"})
    given.post(own, "An answer of others", by="bram")
    theirs = given.thread("Who has a drill?", by="amina", kind="question")
    reply = given.post(theirs, "Baitfirst", by="leyla")
    stored = keep_picture(given.picture(), "Baitpicture", by=leyla)
    reply = actions.edit_post(reply, with_picture("Baitsecond", stored), by=leyla, seen_edits=0, reason="Baitreason")
    actions.accept_answer(reply, by=given.person("amina"))
    actions.add_reaction(theirs.posts.get(number=1), "thanks", by=leyla)
    actions.add_reaction(theirs.posts.get(number=1), "thanks", by=given.person("bram"))
    actions.keep_bookmark(theirs.posts.get(number=1), by=leyla)
    actions.follow_category(theirs.category, "follow", by=leyla)
    actions.close_thread(own, by=leyla, outcome="Baitoutcome")
    alone = given.thread("Baitalone", by="leyla", text="Nobody answered", within=given.category("Climate"))
    assert alone.post_count == 1
    return leyla


def exported(person) -> dict:
    parts = {}
    for hand_in in registry.exporters:
        name, data, files, *_words = hand_in(person)
        parts[name] = (data if isinstance(data, dict) else list(data), files)
    return parts


def pages() -> str:
    addresses = [
        "/forum",
        "/c/housing",
        "/c/climate",
        *(f"/t/{pk}" for pk in Thread.objects.values_list("pk", flat=True)),
    ]
    return "".join(given.said(given.client(who).get(address)) for address in addresses for who in ("", "oona"))


def erase(person, *, leave_posts: bool):
    erase_person(person, leave_posts=leave_posts, by=person)


def test_every_post_is_handed_out_with_its_thread_and_facts(leyla):
    posts, files = exported(leyla)["posts"]
    assert [(post["thread"], post["kind"], post["facts"]) for post in posts] == [
        ("Leylas thread", "need", {"where": "Baitwhere"}), ("Who has a drill?", "question", {}), ("Baitalone", "talk", {}),
    ]  # fmt: skip
    assert posts[0]["text"] == "Baitopening"
    assert posts[1]["text"].startswith("Baitsecond\n\n![Baitpicture](file:")
    assert posts[1]["address"] == Post.objects.get(source=posts[1]["text"]).url
    stored = StoredFile.objects.get()
    assert files == {f"pictures/{stored.token}.webp": str(stored.path)}


def test_earlier_versions_outcomes_and_marks_are_handed_out_too(leyla):
    parts = exported(leyla)
    opening = Post.objects.get(thread__title="Who has a drill?", number=1)
    assert [(row["text"], row["reason"]) for row in parts["earlier_versions"][0]] == [("Baitfirst", "Baitreason")]
    assert [(row["title"], row["outcome"]) for row in parts["outcomes"][0]] == [("Leylas thread", "Baitoutcome")]
    marks = parts["reading"][0]
    assert marks["reactions"] == [{"post": opening.url, "word": "thanks"}]
    assert marks["bookmarks"] == [opening.url]
    assert marks["categories"] == [{"category__slug": "housing", "attention": "follow"}]
    assert {row["thread"] for row in marks["read"]} == {
        f"/t/{pk}" for pk in Thread.objects.values_list("pk", flat=True)
    }


def test_nothing_of_others_is_handed_out(leyla):
    given.post(given.thread("Theirs", by="bram"), "Baitofothers", by="bram")
    parts = exported(leyla)
    handed_out = str([parts[name] for name in ("posts", "earlier_versions", "outcomes", "reading")])
    assert "Baitofothers" not in handed_out
    assert "An answer of others" not in handed_out


@pytest.mark.parametrize("leave_posts", [True, False])
def test_ones_own_marks_go_in_both_cases(leyla, leave_posts):
    erase(leyla, leave_posts=leave_posts)
    for model in (Bookmark, ThreadReading, CategoryReading, Reader):
        assert not model.objects.filter(person=leyla.pk).exists()
    opening = Post.objects.get(thread__title="Who has a drill?", number=1)
    assert opening.reaction_counts == {"thanks": 1}
    assert list(Reaction.objects.values_list("person__handle", flat=True)) == ["bram-kuipers"]


def test_left_posts_stand_under_a_former_member_without_earlier_versions(leyla):
    erase(leyla, leave_posts=True)
    shown = pages()
    assert [word in shown for word in ("Baitopening", "Baitsecond", "Baitwhere", "Baitoutcome", "Baitalone")] == [
        True
    ] * 5
    assert "a former member" in shown
    assert "Leyla" not in shown.replace("Leylas thread", "")
    assert PostVersion.objects.count() == 0
    assert StoredFile.objects.get().author is None
    assert [hit.thing_id for hit in search.search("baitsecond", given.viewer()).found] == [
        Post.objects.get(source__contains="Baitsecond").pk
    ]


def test_removed_posts_leave_quiet_lines_and_what_others_wrote(leyla, django_capture_on_commit_callbacks):
    path = StoredFile.objects.get().path
    with django_capture_on_commit_callbacks(execute=True):
        erase(leyla, leave_posts=False)
    shown = pages()
    assert "bait" not in shown.lower()
    assert "Leyla" not in shown.replace("Leylas thread", "")
    assert "An answer of others" in shown
    assert "A post was deleted here." in shown
    assert (StoredFile.objects.count(), path.exists()) == (0, False)
    assert search.search("baitsecond", given.viewer()).found == []


def test_removed_posts_are_counted_off_and_the_question_is_open_again(leyla):
    erase(leyla, leave_posts=False)
    question = Thread.objects.get(title="Who has a drill?")
    assert (question.post_count, question.last_number, question.answer, question.state) == (1, 2, None, "open")
    own = Thread.objects.get(title="Leylas thread")
    assert (own.post_count, own.fields, own.author, own.outcome) == (1, {}, None, "")


def test_a_thread_in_which_nobody_else_wrote_is_gone_from_lists_and_counts(leyla):
    climate = given.category("Climate")
    erase(leyla, leave_posts=False)
    climate.refresh_from_db()
    assert climate.thread_count == 0
    assert "/t/" not in given.said(given.client().get(climate.url)).partition("<main")[2].partition("</main")[0]


def test_the_outcome_of_somebody_elses_thread_that_they_closed_goes_with_their_words():
    gunnel, thread = given.steward("gunnel"), given.thread("Cold stairs", by="amina")
    given.steward("turid")
    actions.close_thread(thread, by=gunnel, outcome="Baitoutcome")
    erase(gunnel, leave_posts=False)
    thread.refresh_from_db()
    assert (thread.outcome, thread.outcome_html, thread.closed_by) == ("", "", None)
    assert thread.closed_at is not None
    page = given.said(given.client().get(thread.url))
    assert "Baitoutcome" not in page


def test_the_name_of_whoever_met_a_need_goes():
    need = given.thread(kind="need", by="amina")
    given.post(need, by="leyla")
    actions.change_state(need, "met", by=given.person("amina"), met_by=given.person("leyla"))
    given.client("oona").get(need.category.url)
    erase(given.person("leyla"), leave_posts=True)
    assert "Leyla" not in given.said(given.client("oona").get(need.category.url))
    assert "Leyla" not in given.said(given.client("oona").get(need.url))


def test_the_head_of_a_quote_loses_the_name_that_the_person_had_then():
    thread = given.thread("Who has a drill?", by="amina")
    theirs = given.post(thread, "I have one.", by="leyla")
    words = quote(theirs.source, "Leyla Demir", theirs.url)
    quoting = given.post(thread, words + "Thanks.", by="bram")
    leyla = given.person("leyla")
    same = {"about": "", "place_name": "", "language": "en", "reads": [], "time_zone": ""}
    edit_profile(leyla, name="L. [D.]", by=leyla, **same)
    later = given.post(thread, quote(theirs.source, "L. [D.]", theirs.url) + "Yes.", by="bram")
    erase(leyla, leave_posts=True)
    for post, rest in ((quoting, "Thanks."), (later, "Yes.")):
        post.refresh_from_db()
        assert post.source.rstrip() == f"> [a former member]({theirs.url}) wrote:\n>\n> I have one.\n\n{rest}"
        assert "Demir" not in post.html


def test_nobody_rewrites_the_words_of_others_by_taking_them_for_a_name():
    thread = given.thread("Who has a drill?", by="amina")
    first = thread.posts.get(number=1)
    theirs = given.post(thread, "I have one.", by="leyla")
    linking = given.post(thread, f"Look [here]({first.url}), and [here]({theirs.url}).", by="bram")
    quoting = given.post(thread, quote(first.source, "here", first.url), by="bram")
    before = (linking.source, quoting.source)
    leyla = given.person("leyla")
    same = {"about": "", "place_name": "", "language": "en", "reads": [], "time_zone": ""}
    edit_profile(leyla, name="here", by=leyla, **same)
    erase(leyla, leave_posts=False)
    linking.refresh_from_db()
    quoting.refresh_from_db()
    assert (linking.source, quoting.source) == before


def test_an_outcome_names_no_longer_who_is_gone():
    thread, leyla, _bram = given.thread("Who has a drill?", by="amina"), given.person("leyla"), given.person("bram")
    actions.close_thread(thread, by=given.person("amina"), outcome="Thanks to @leyla-demir and @bram-kuipers.")
    thread.refresh_from_db()
    assert "/people/leyla-demir" in thread.outcome_html
    erase(leyla, leave_posts=True)
    thread.refresh_from_db()
    assert thread.outcome == "Thanks to a former member and @bram-kuipers."
    assert "leyla" not in thread.outcome_html.lower()
    assert "/people/bram-kuipers" in thread.outcome_html


def test_a_post_of_somebody_who_left_keeps_its_picture_when_a_name_goes_from_it():
    bram = given.person("bram")
    stored = keep_picture(given.picture(), "The yard", by=bram)
    post = given.post(given.thread(), with_picture("Ask @leyla-demir.", stored), by="bram")
    erase(bram, leave_posts=True)
    erase(given.person("leyla"), leave_posts=True)
    post.refresh_from_db()
    assert post.source.startswith("Ask a former member.")
    assert f'<img src="{stored.url}"' in post.html
