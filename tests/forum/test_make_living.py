"""Living documents: opened by who wrote them, changed by all who may write there, ended again."""

from __future__ import annotations

import pytest

from dugnad.forum import actions
from dugnad.forum.models import Post, PostVersion, Thread
from dugnad.forum.policies import can_edit_post
from dugnad.kernel import registry
from dugnad.kernel.happenings import Happening
from dugnad.kernel.policies import Refused
from tests import given

pytestmark = pytest.mark.django_db


@pytest.fixture
def post():
    """An open post by Amina, in a thread of hers."""
    return actions.make_living(given.thread(text="Bring: ladder").posts.get(), by=given.person("amina"))


def edit(post, text, *, by="leyla") -> Post:
    post.refresh_from_db()
    return actions.edit_post(post, text, by=given.person(by), seen_edits=post.edits)


def refusal(deed, post, who) -> str:
    with pytest.raises(Refused) as refused:
        deed(post, by=given.person(who))
    return str(refused.value)


def test_only_who_wrote_it_opens_it():
    post, words = given.thread(by="amina").posts.get(), "Only the person who wrote a post can let others change it."
    given.steward("gunnel")
    assert [refusal(actions.make_living, post, who) for who in ("leyla", "gunnel")] == [words, words]
    assert actions.make_living(post, by=given.person("amina")).living_since is not None
    assert Happening.objects.get(verb="living_made").thing == f"post:{post.pk}"


def test_a_steward_opens_what_a_former_member_left():
    post = given.thread(by="amina").posts.get()
    Post.objects.update(author=None)
    assert actions.make_living(post, by=given.steward("gunnel")).living_since is not None


def test_all_who_may_write_in_the_thread_change_it_and_nobody_else(post):
    edit(post, "Bring: ladder, lamp", by="leyla")
    edit(post, "Bring: ladder, lamp, rope", by="bram")
    assert list(PostVersion.objects.order_by("pk").values_list("editor__name", "source")) == [
        ("Leyla Demir", "Bring: ladder"), ("Bram Kuipers", "Bring: ladder, lamp"),
    ]  # fmt: skip
    post.refresh_from_db()
    assert post.author.name == "Amina Warsame"
    actions.close_thread(post.thread, by=given.person("amina"), outcome="Done.")
    assert refusal(lambda p, by: actions.edit_post(p, "x", by=by, seen_edits=2), post, "leyla").startswith(
        "This thread is closed."
    )
    assert can_edit_post(given.viewer("amina"), Post.objects.get(pk=post.pk))


def test_who_may_not_write_there_may_not_change_it():
    category = given.category("Houses", group=given.group(members=("leyla",)), in_group="public")
    post = given.thread(within=category, by="amina").posts.get()
    post = actions.make_living(post, by=given.person("amina"))
    assert [bool(can_edit_post(given.viewer(who), post)) for who in ("amina", "leyla", "oona", "")] == [
        True,
        True,
        False,
        False,
    ]
    assert f'href="{post.url}/edit"' not in given.said(given.client("oona").get(post.thread.url))


def test_deleting_stays_with_who_wrote_it(post):
    assert refusal(actions.delete_post, post, "leyla") == "Only the person who wrote a post can delete it."


def test_who_wrote_it_or_a_steward_ends_it(post):
    assert refusal(actions.end_living, post, "leyla").startswith("Only the person who wrote it, or a steward,")
    assert actions.end_living(post, by=given.steward("gunnel")).living_since is None
    post.refresh_from_db()
    assert not can_edit_post(given.viewer("leyla"), post)
    assert Happening.objects.filter(verb="living_ended").count() == 1


def test_the_post_says_what_it_is_who_changed_it_and_lets_members_in(post):
    page = given.said(given.client("leyla").get(post.thread.url))
    assert "Living document</p>" in page
    edit(post, "Bring: ladder, lamp", by="leyla")
    page = given.said(given.client("bram").get(post.thread.url))
    assert f'Living document · <a href="{post.url}/versions">changed by Leyla Demir, <time' in page
    assert f'<a class="tool writers" href="{post.url}/edit">' in page
    assert f'href="{post.url}/edit"' not in given.said(given.client().get(post.thread.url))


def test_the_pushed_piece_holds_the_way_for_all_who_write_hidden(post):
    edit(post, "Bring: lamp", by="leyla")
    piece = registry.live_fragments.get("post_edited")({"type": "post_edited", "post": post.pk}, "en")["html"]
    assert f'<a class="tool writers" href="{post.url}/edit" hidden>' in piece
    assert "changed by Leyla Demir" in piece


def test_pictures_of_others_stay_when_somebody_else_changes_the_text(post):
    amina = given.client("amina")
    amina.post(f"{post.url}/edit", {
        "text": "Bring: ladder", "seen_edits": 0, "upload": given.picture(), "upload_description": "The ladder",
        "add_upload": "1",
    })  # fmt: skip
    from dugnad.kernel.files import StoredFile

    stored = StoredFile.objects.get()
    post.refresh_from_db()
    edit(post, f"Bring: ladder\n\n![The ladder](file:{stored.token})", by="amina")
    changed = edit(post, f"Bring: lamp\n\n![The ladder](file:{stored.token})", by="leyla")
    assert f'src="{stored.url}"' in changed.html


def test_a_thread_can_begin_with_one():
    category = given.category()
    sent = {"kind": "talk", "title": "Shopping", "text": "Bring: ladder", "language": "en", "living": "on"}
    page = given.said(given.client("amina").get(f"{category.url}/new"))
    assert "Living document: all who may write here can change this text" in page
    given.client("amina").post(f"{category.url}/new", sent)
    assert Thread.objects.get(title="Shopping").posts.get().living_since is not None


def test_the_page_says_who_could_change_it_and_does_it(post):
    other = given.post(post.thread, by="leyla")
    leyla = given.client("leyla")
    assert "all who may write in this thread can change" in given.said(leyla.get(f"{other.url}/living"))
    assert leyla.post(f"{other.url}/living")["Location"] == other.url
    other.refresh_from_db()
    assert other.living_since is not None
    leyla.post(f"{other.url}/living/end")
    other.refresh_from_db()
    assert other.living_since is None
    assert given.client("bram").get(f"{other.url}/living").status_code == 403


def test_a_thread_with_none_asks_nobody_and_one_with_some_asks_once(post, django_assert_max_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from dugnad.forum.queries.living import last_editors

    plain = given.post(post.thread, by="leyla")
    with CaptureQueriesContext(connection) as captured:
        assert last_editors([plain]) == {}
    assert len(captured) == 0
    post = edit(post, "Bring: lamp", by="leyla")
    with CaptureQueriesContext(connection) as captured:
        assert last_editors([post, plain]) == {post.pk: "Leyla Demir"}
    assert len(captured) == 1
