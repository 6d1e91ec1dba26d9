"""A group leaves and arrives: nothing is lost on the way, and nobody is named who did not agree."""

from __future__ import annotations

import pytest

from dugnad.forum.models import Category, Post, Thread
from dugnad.groups.carrying import actions
from dugnad.groups.carrying.moving import contents_of, facts_of
from dugnad.groups.carrying.parts import group_parts
from dugnad.groups.models import Arrival, CarriedName, Group, Membership
from dugnad.kernel import search
from dugnad.kernel.files import StoredFile
from dugnad.kernel.place import Place
from dugnad.kernel.text import render
from tests import given
from tests.groups.moving import empty_the_place, group_with_everything, inside, packed, rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def linden():
    Place(pk=1, name="Linden", languages=["sv", "en"], opened_at="2023-06-05T12:00Z").save()


def arrived(path, who: str = "oona") -> Group:
    """The group as it stands after somebody took the file in, in a place where nobody else is."""
    kept = path.read_bytes()
    empty_the_place()
    bringer = given.person(who)
    arrival = Arrival()
    arrival.path.parent.mkdir(parents=True, exist_ok=True)
    arrival.path.write_bytes(kept)
    arrival = actions.bring_group(arrival, facts=facts_of(arrival.path), by=bringer)
    arrival = actions.unpack_group(arrival, by=bringer)
    facts, names, contents = contents_of(arrival.path)
    group = actions.settle_arrival(arrival, group_facts=facts, names=names, contents=contents, by=bringer)
    for part in group_parts():
        part.finish(group)
    return group


def test_a_group_that_left_and_arrived_leaves_again_as_it_was(linden):
    first = packed(group_with_everything(), "leyla", "amina", no=("jonas",))
    before = inside(first.path)
    assert before["manifest.json"][0]["counts"] == {
        "names": 2, "categories": 3, "threads": 5, "posts": 12, "versions": 1, "translations": 1, "polls": 1, "files": 2,
    }  # fmt: skip
    group = arrived(first.path)
    after = inside(packed(group).path)
    assert after == before


def test_everything_reads_as_it_did(linden):
    group = group_with_everything()
    before = {
        (thread.title, post.number): (post.plain, post.created_at, post.reaction_counts, post.edits, post.language)
        for thread in Thread.objects.filter(category__group=group)
        for post in thread.posts.all()
        if "@" not in post.source and "](/t/" not in post.source
    }
    counts = list(Thread.objects.filter(category__group=group).order_by("pk").values_list(
        "title", "post_count", "last_number", "state", "kind", "outcome", "poll_count", "last_post_at", "posts_mixed"
    ))  # fmt: skip
    group = arrived(packed(group, "leyla", "amina", "jonas").path)
    for (title, number), said in before.items():
        post = Post.objects.get(thread__title=title, number=number)
        assert (post.plain, post.created_at, post.reaction_counts, post.edits, post.language) == said
    assert counts == list(Thread.objects.order_by("pk").values_list(
        "title", "post_count", "last_number", "state", "kind", "outcome", "poll_count", "last_post_at", "posts_mixed"
    ))  # fmt: skip
    assert [(c.name, c.audience.keys() == {"public"}, c.closed_at is None) for c in Category.objects.order_by("pk")] == [
        ("Husen", False, True), ("Utåt", True, True), ("Gamla", False, False),
    ]  # fmt: skip
    assert Membership.objects.get(group=group).person == given.person("oona")
    files = StoredFile.objects.order_by("pk")
    assert [(one.content_type, one.name, one.description) for one in files] == [
        ("image/webp", "", "A yard"), ("application/pdf", "protokoll.pdf", ""),
    ]  # fmt: skip
    page = given.said(given.client("oona").get(Thread.objects.get(title="With files").url))
    for stored in files:
        assert f'"{stored.url}"' in page
    thread = Thread.objects.get(title="Vem har en borr?")
    assert f'href="/t/{thread.pk}/post/2"' in Post.objects.get(thread=thread, number=3).html


def test_nobody_is_named_who_did_not_say_yes(linden):
    group = group_with_everything()
    departure = packed(group, "leyla", no=("jonas",))
    whole = str({name: one for name, one in inside(departure.path).items() if not isinstance(one, bytes)})
    for name in ("Jonas", "jonas-ek", "Amina", "amina-warsame", "Turid", "turid-myklebust", "example.org"):
        assert name not in whole, name
    assert [one["name"] for one in rows(departure.path, "names.jsonl")] == ["Leyla Demir"]
    second = rows(departure.path, "forum/posts.jsonl")[1]
    assert (second["author"], second["source"]) == (None, "Jag har en. Leyla Demir och a former member vet var.")


def test_links_stay_within_the_group_and_lead_back_elsewhere(linden, settings):
    settings.URL = "https://linden.example"
    group = group_with_everything()
    departure = packed(group)
    sources = [row["source"] for row in rows(departure.path, "forum/posts.jsonl")]
    assert "> [a former member](/t/~1/post/1) skrev:\n> Jag letade.\n\nOch här: [två](/t/~1/post/2)." in sources
    assert any("Se även [där](https://linden.example/t/" in source for source in sources)


def test_names_stand_at_what_they_wrote_with_where_it_was(linden):
    arrived(packed(group_with_everything(), "leyla").path)
    page = given.said(given.client("oona").get(Thread.objects.get(title="Vem har en borr?").url))
    assert '<h2 class="who">Leyla Demir, at Linden</h2>' in page
    assert '<h2 class="who">a former member</h2>' in page
    assert "Amina" not in page


def test_what_was_hidden_is_read_by_stewards_only(linden):
    group = arrived(packed(group_with_everything()).path)
    given.group(group.name, members=("sjoerd",))
    hidden = Post.objects.get(plain="Spam")
    assert hidden.audience.keys() == {group.stewards_key}
    assert Thread.objects.get(title="In pairs").audience.keys() == {group.stewards_key}
    assert "Spam" not in given.said(given.client("sjoerd").get(hidden.thread.url))


def test_what_arrived_is_found_by_those_who_may_read_it_and_counts_as_read_for_who_brought_it(linden):
    arrived(packed(group_with_everything()).path)
    found = search.search("letade", given.viewer("oona")).found
    assert [hit.kind for hit in found] == ["post"]
    assert search.search("letade", given.viewer("sjoerd")).found == []
    assert [hit.kind for hit in search.search("files", given.viewer()).found] == ["post"]
    page = given.said(given.client("oona").get("/new-for-me"))
    assert "Vem har en borr?" not in page


def test_a_word_given_here_is_counted_with_those_that_came_along(linden):
    from dugnad.forum import actions as forum

    arrived(packed(group_with_everything()).path)
    post = Post.objects.get(reaction_counts={"thanks": 2})
    assert forum.add_reaction(post, "thanks", by=given.person("oona")).reaction_counts == {"thanks": 3}
    assert forum.remove_reaction(post, "thanks", by=given.person("oona")).reaction_counts == {"thanks": 2}


def test_who_proves_the_address_gets_their_words_and_nobody_else(linden):
    group = arrived(packed(group_with_everything(), "leyla", "amina").path)
    given.group(group.name, members=("leyla", "sjoerd"))
    assert f'href="/g/{group.slug}/came-along"' in given.said(given.client("leyla").get(f"/g/{group.slug}/members"))
    with_nothing = given.client("sjoerd").post(f"/g/{group.slug}/came-along")
    assert with_nothing.status_code == 422
    assert Post.objects.exclude(author=None).count() == 0
    leyla = given.person("leyla")
    assert given.client("leyla").post(f"/g/{group.slug}/came-along").status_code == 302
    assert set(Post.objects.exclude(author=None).values_list("author", flat=True)) == {leyla.pk}
    assert Thread.objects.filter(author=leyla).count() == 2
    name = CarriedName.objects.get(person=leyla)
    assert (name.name, name.claimed_at is not None) == ("Leyla Demir", True)
    page = given.said(given.client("oona").get(Thread.objects.get(title="Vem har en borr?").url))
    assert f'<a href="{leyla.url}">Leyla Demir</a>' in page
    assert given.client("gunnel").get(f"/g/{group.slug}/came-along").status_code == 404


def test_who_claimed_a_name_and_is_erased_leaves_none_behind(linden):
    from dugnad.people.keeping.actions import erase_person

    group = arrived(packed(group_with_everything(), "leyla").path)
    given.group(group.name, members=("leyla",))
    leyla = given.person("leyla")
    actions.claim_name(group, by=leyla)
    erase_person(leyla, leave_posts=True, by=leyla)
    assert CarriedName.objects.get(group=group).name == ""
    page = given.said(given.client("oona").get(Thread.objects.get(title="Vem har en borr?").url))
    assert '<h2 class="who">Leyla' not in page


def test_html_in_a_file_is_never_trusted(linden):
    """Texts come as people wrote them and are rendered here."""
    arrived(packed(group_with_everything()).path)
    post = Post.objects.get(thread__title="In pairs", number=1)
    assert post.html == render(post.source).html
