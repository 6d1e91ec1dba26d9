"""Changing a post: its history, two who change at once, whom a new mention reaches, what the door answers."""

from __future__ import annotations

import pytest

from dugnad.forum import actions, comparing, policies
from dugnad.forum.models import PostVersion
from dugnad.kernel import search
from dugnad.kernel.happenings import Happening
from dugnad.kernel.policies import Refused
from dugnad.notices.models import Notice
from tests import given

pytestmark = pytest.mark.django_db


@pytest.fixture
def post():
    return given.post(given.thread(), "I have *one*.", by="leyla")


def edit(post, text: str, **more):
    return actions.edit_post(post, text, by=given.person("leyla"), seen_edits=post.edits, **more)


def typed(text: str, seen_edits: int = 0, **more: str) -> dict[str, object]:
    return {"text": text, "seen_edits": seen_edits, "language": "en", **more}


def versions(post) -> list[str]:
    return list(PostVersion.objects.filter(post=post).order_by("pk").values_list("source", flat=True))


def test_only_the_writer_may_change_a_post_stewards_may_not(post):
    verdicts = [policies.can_edit_post(given.viewer(who), post).ok for who in ("leyla", "amina")]
    assert verdicts == [True, False]
    given.steward("gunnel")
    refusal = policies.can_edit_post(given.viewer("gunnel"), post)
    assert str(refusal.reason) == "Only the person who wrote a post can change it."


def test_a_deleted_post_cannot_be_changed(post):
    deleted = actions.delete_post(post, by=given.person("leyla"))
    with pytest.raises(Refused) as refused:
        edit(deleted, "Back again")
    assert str(refused.value) == "This post was deleted. There is nothing left to change."


def test_who_left_the_group_cannot_change_what_they_wrote_there():
    group = given.group(members=("leyla",))
    post = given.post(given.thread(within=given.category("Houses", group=group)), by="leyla")
    from dugnad.groups.actions import leave_group

    leave_group(group, by=given.person("leyla"))
    with pytest.raises(Refused):
        edit(post, "From outside")
    assert given.client("leyla").get(f"{post.url}/edit").status_code == 404


def test_the_text_changes_everywhere_and_the_earlier_one_is_kept(post):
    changed = edit(post, "I have **two**.", language="nb", reason="Counted again")
    version = PostVersion.objects.get(post=post)
    assert (changed.html, changed.plain, changed.language) == (
        "<p>I have <strong>two</strong>.</p>\n",
        "I have two.",
        "nb",
    )
    assert (changed.edits, changed.revision, changed.number) == (1, 2, 2)
    assert (version.source, version.language, version.reason, version.editor) == (
        "I have *one*.", "en", "Counted again", given.person("leyla"),
    )  # fmt: skip
    assert version.written_at == post.created_at


def test_the_second_version_says_when_the_first_change_was_made(post):
    first = edit(post, "Two.")
    edit(first, "Three.")
    assert versions(post) == ["I have *one*.", "Two."]
    assert PostVersion.objects.order_by("pk").last().written_at == first.edited_at


def test_saving_the_same_text_changes_nothing(post):
    same = edit(post, "I have *one*.")
    assert (same.edits, same.revision, same.edited_at, versions(post)) == (0, 1, None, [])


def test_one_happening_is_recorded(post):
    edit(post, "I have two.")
    happening = Happening.objects.get(verb="post_edited")
    assert (happening.thing, happening.within) == (f"post:{post.pk}", f"thread:{post.thread_id}")


def test_the_search_finds_the_new_words_and_no_longer_the_old(post):
    edit(post, "A wheelbarrow.")
    viewer = given.viewer()
    assert [hit.thing_id for hit in search.search("wheelbarrow", viewer).found] == [post.pk]
    assert search.search("one", viewer).found == []


def test_of_two_who_change_at_once_the_second_overwrites_nothing(post):
    edit(post, "First window.")
    with pytest.raises(actions.EditedMeanwhile) as meanwhile:
        actions.edit_post(post, "Second window.", by=given.person("leyla"), seen_edits=0)
    assert meanwhile.value.post.source == "First window."
    post.refresh_from_db()
    assert (post.source, versions(post)) == ("First window.", ["I have *one*."])


def test_the_second_sees_both_texts_and_can_publish_theirs_over_it(post):
    leyla = given.client("leyla")
    leyla.post(f"{post.url}/edit", typed("First window."))
    answer = leyla.post(f"{post.url}/edit", typed("Second window."))
    page = given.said(answer)
    assert answer.status_code == 409
    assert "<p>First window.</p>" in page
    assert "Second window.</textarea>" in page
    assert answer.context["form"]["seen_edits"].value() == 1
    again = leyla.post(f"{post.url}/edit", typed("Second window.", answer.context["form"]["seen_edits"].value()))
    assert (again.status_code, again.headers["Location"]) == (302, post.url)
    assert versions(post) == ["I have *one*.", "First window."]


def test_the_form_holds_the_text_as_it_was_typed(post):
    form = given.client("leyla").get(f"{post.url}/edit").context["form"]
    assert (form["text"].value(), form["seen_edits"].value(), form["language"].value()) == ("I have *one*.", 0, "en")


def test_the_page_says_that_it_was_changed_and_leads_to_the_earlier_text(post):
    edit(edit(post, "Two."), "Three.", reason="Lost one")
    page = given.said(given.client().get(post.thread.url))
    assert f'<a href="{post.url}/versions">changed 2 times</a>' in page
    shown = given.said(given.client().get(f"{post.url}/versions"))
    assert "<del>I have *one*.</del>" in shown
    assert "<ins>Three.</ins>" in shown
    assert "Lost one" in shown


def test_a_post_that_was_never_changed_says_so(post):
    assert "This post was never changed." in given.said(given.client().get(f"{post.url}/versions"))


def test_versions_are_seen_by_those_who_see_the_post():
    thread = given.thread(within=given.category("Houses", group=given.group(members=("leyla",))))
    post = edit(given.post(thread, "Bait", by="leyla"), "Nothing")
    answers = [given.client(who).get(f"{post.url}/versions").status_code for who in ("leyla", "amina", "oona", "")]
    assert answers == [200, 200, 404, 404]


def test_the_history_of_a_very_long_text_is_shown_without_comparing_letter_by_letter():
    long = "\n".join(f"line {n} of many words that differ a little" for n in range(1000))
    post = given.post(given.thread(), long, by="leyla")
    edit(post, long.replace("words", "sentences"))
    page = given.said(given.client().get(f"{post.url}/versions"))
    assert page.count("<del>") == 1000
    assert page.count("<ins>") == 1000


def test_somebody_mentioned_only_now_is_told_and_nobody_twice(post):
    given.person("jonas")
    edited = edit(post, "Ask @jonas-ek and @amina-warsame.")
    told = Notice.objects.order_by("pk").values_list("person__handle", "kind")
    assert list(told) == [("amina-warsame", "replied_to_yours"), ("jonas-ek", "mentioned")]
    edit(edited, "Ask @jonas-ek and @amina-warsame again.")
    assert Notice.objects.count() == 2


def test_nobody_but_the_newly_mentioned_is_told_of_a_change(post):
    actions.follow_thread(post.thread, "watch", by=given.person("jonas"))
    before = Notice.objects.count()
    edit(post, "I have two.")
    assert Notice.objects.count() == before


def test_an_empty_text_is_refused_and_what_was_there_stays(post):
    answer = given.client("leyla").post(f"{post.url}/edit", typed("  "))
    post.refresh_from_db()
    assert (answer.status_code, post.source) == (422, "I have *one*.")


def test_the_preview_changes_nothing(post):
    answer = given.client("leyla").post(f"{post.url}/edit", typed("**bold**", preview="1"))
    post.refresh_from_db()
    assert (answer.status_code, post.edits) == (200, 0)
    assert "<p><strong>bold</strong></p>" in answer.content.decode()


def test_others_get_a_sentence_and_strangers_the_sign_in_page(post):
    other = given.client("oona").post(f"{post.url}/edit", typed("Not mine"))
    stranger = given.client().get(f"{post.url}/edit")
    post.refresh_from_db()
    assert (other.status_code, stranger.status_code) == (403, 302)
    assert "Only the person who wrote a post can change it." in given.said(other)
    assert post.source == "I have *one*."


def test_a_change_is_announced_without_the_text(post, announced):
    with announced() as sent:
        edit(post, "Secret words.")
    event = {"type": "post_edited", "post": post.pk, "number": 2, "author": post.author_id, "revision": 2}
    assert sent == [{"to": f"thread:{post.thread_id}", "event": event}]


def test_when_nothing_was_typed_about_which_text_one_saw_the_form_comes_back(post):
    answer = given.client("leyla").post(f"{post.url}/edit", {"text": "Two.", "seen_edits": "x"})
    post.refresh_from_db()
    assert (answer.status_code, post.edits) == (422, 0)
    assert "Two.</textarea>" in given.said(answer)


def test_a_page_of_long_versions_compares_a_bounded_number_of_lines(monkeypatch):
    compared = []

    class Counting(comparing.difflib.SequenceMatcher):
        def __init__(self, junk, old, new):
            compared.append(len(old) + len(new))
            super().__init__(junk, old, new)

    monkeypatch.setattr(comparing.difflib, "SequenceMatcher", Counting)
    thread = given.thread()
    post = given.post(thread, "\n".join(f"line {n}" for n in range(490)), by="leyla")
    for turn in range(10):
        post = edit(post, post.source.replace(f"line {turn}\n", f"changed {turn}\n"))
    page = given.client().get(f"{post.url}/versions")
    assert compared == [980] * 8
    assert [len(change["lines"]) for change in page.context["changes"]] == [491] * 8 + [980] * 2
