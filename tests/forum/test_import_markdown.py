"""Importing a folder of Markdown: what comes in, what a second run does, what is refused."""

from __future__ import annotations

import io
import re
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from django.core.management import CommandError, call_command
from PIL import Image

from dugnad.forum import actions, policies
from dugnad.forum.actions import ImportedText, import_thread, pair_threads
from dugnad.forum.models import Category, Post, PostFile, PostVersion, Thread, ThreadReading
from dugnad.forum.queries import relatives_of
from dugnad.forum.queries.unread import Kin
from dugnad.kernel import search
from dugnad.kernel.files import StoredFile
from dugnad.kernel.happenings import SYSTEM, Happening
from dugnad.kernel.models import Mail
from dugnad.kernel.policies import Refused
from dugnad.kernel.stamps import public_stamp
from tests import given

pytestmark = pytest.mark.django_db


@pytest.fixture
def library() -> Category:
    return given.category("Library", slug="library")


@pytest.fixture
def folder(tmp_path) -> Path:
    (tmp_path / "posts").mkdir()
    return tmp_path / "posts"


def put(folder: Path, name: str, body: str = "Some text in English, and the rest of it.", **front: str) -> Path:
    """A file with front matter: its title is made of its name, its date is that of all that say no other."""
    front = {"title": name.partition(".")[0].title(), "date": "2020-01-01", **front}
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"---\n{yaml.safe_dump(front, allow_unicode=True)}---\n{body}\n", encoding="utf-8")
    return path


def run(folder: Path, **options: object) -> list[str]:
    """The lines that the command prints; what it ends with, when it does not end well, as the last of them."""
    out = io.StringIO()
    try:
        call_command("import_markdown", str(folder), category="library", stdout=out, **options)
    except CommandError as end:
        return [*out.getvalue().splitlines(), f"{end.returncode}: {end}"]
    return out.getvalue().splitlines()


def titles() -> list[str]:
    return list(Thread.objects.order_by("last_post_id").values_list("title", flat=True))


def opening(title: str) -> Post:
    return Post.objects.get(thread__title=title, number=1)


def test_a_file_becomes_a_thread_by_nobody_with_its_own_date_and_language(library, folder):
    put(
        folder,
        "house.md",
        "Vi och huset\n\n* ett\n* två",
        date="2019-05-01 10:00:00 Z",
        lang="sv",
        title="Huset & gården",
    )
    assert run(folder) == ["added      sv  house.md", "Done: 1 added, of 1 files; no pairs."]
    thread = Thread.objects.get()
    at = datetime(2019, 5, 1, 10, tzinfo=UTC)
    assert (thread.title, thread.slug, thread.kind, thread.state) == ("Huset & gården", "huset-garden", "talk", "")
    assert (thread.language, thread.author, thread.last_author) == ("sv", None, None)
    assert (thread.created_at, thread.last_post_at, thread.post_count, thread.last_number) == (at, at, 1, 1)
    post = thread.posts.get()
    assert (post.number, post.author, post.language, post.created_at) == (1, None, "sv", at)
    assert post.html == "<p>Vi och huset</p>\n<ul>\n<li>ett</li>\n<li>två</li>\n</ul>\n"
    assert thread.last_post_id == post.pk
    library.refresh_from_db()
    assert library.thread_count == 1


def test_threads_come_in_in_the_order_of_their_dates(library, folder):
    put(folder, "a.md", date="2021-01-01")
    put(folder, "2019-01-01-c.markdown", title="C", date="")
    put(folder, "deep/b.md", title="B")
    put(folder, "now.md", date="")
    assert run(folder)[:-1] == [
        "added      en  2019-01-01-c.markdown", "added      en  deep/b.md", "added      en  a.md",
        "added      en  now.md  (has no date)",
    ]  # fmt: skip
    assert titles() == ["C", "B", "A", "Now"]


def test_one_happening_by_the_system_is_recorded_and_nobody_is_told(library, folder):
    given.person("amina")
    put(folder, "a.md", "Thanks to @amina and @leyla.")
    before, stamp = Mail.objects.count(), public_stamp()
    last = Happening.objects.order_by("-pk").first().pk
    run(folder)
    happening = Happening.objects.get(pk__gt=last)
    assert (happening.verb, happening.actor, happening.within) == (
        "thread_imported",
        "system",
        f"category:{library.pk}",
    )
    assert happening.audience == library.audience
    assert Mail.objects.count() == before
    assert public_stamp() > stamp
    assert opening("A").html == "<p>Thanks to @amina and @leyla.</p>\n"


def test_what_came_in_is_found_and_read_by_a_stranger(library, folder):
    put(folder, "a.md", "Boendebudgeten i Biskopsgården", lang="sv", title="Budget")
    run(folder)
    found = search.search("boendebudget", given.viewer(language="sv")).found
    assert [hit.title for hit in found] == ["Budget"]
    page = given.client().get(Thread.objects.get().url)
    assert page.status_code == 200
    assert "Boendebudgeten i Biskopsgården" in page.content.decode()


def test_a_folder_for_members_stays_among_members(folder):
    given.category("Library", slug="library", reach="members")
    put(folder, "a.md", "Boendebudgeten")
    run(folder)
    assert search.search("boendebudgeten", given.viewer()).found == []
    assert given.client().get(Thread.objects.get().url).status_code == 404


def test_nothing_in_a_file_is_trusted(library, folder):
    put(
        folder, "a.md",
        '<script>alert(1)</script>\n<a href="javascript:x">y</a> <img src=x onerror=alert(1)>\n[z](data:text/html,x)',
        title="<b>Bold</b> title", lead="<i>lead</i> [a](javascript:x)",
    )  # fmt: skip
    run(folder)
    post = opening("<b>Bold</b> title")
    assert not re.search(r"<script|javascript:x\"|onerror=|<img|data:text/html,x\"|<i>", post.html)
    assert "&lt;b&gt;Bold&lt;/b&gt; title" in given.client().get(post.thread.url).content.decode()


def test_a_second_run_changes_nothing(library, folder):
    put(folder, "a.md")
    put(folder, "b.md", date="2021-01-01")
    run(folder)
    rows = [list(model.objects.order_by("pk").values()) for model in (Thread, Post, Happening, Category)]
    assert run(folder) == ["unchanged  en  a.md", "unchanged  en  b.md", "Done: 2 unchanged, of 2 files; no pairs."]
    assert rows == [list(model.objects.order_by("pk").values()) for model in (Thread, Post, Happening, Category)]


def test_a_changed_file_changes_the_opening_post_and_the_history_keeps_how_it_read(library, folder):
    put(folder, "a.md", "The first text of it.")
    run(folder)
    thread = Thread.objects.get()
    reply = given.post(thread)
    put(folder, "a.md", "The second text of it.", date="2020-01-02", title="New title")
    assert run(folder) == ["changed    en  a.md", "Done: 1 changed, of 1 files; no pairs."]
    thread.refresh_from_db()
    post = opening("New title")
    assert (post.html, post.edits, post.revision) == ("<p>The second text of it.</p>\n", 1, 3)
    assert [version.source for version in PostVersion.objects.filter(post=post)] == ["The first text of it."]
    assert (thread.slug, thread.post_count, thread.last_post_at) == ("new-title", 2, reply.created_at)
    assert thread.created_at.date().isoformat() == "2020-01-02"
    assert [hit.thing_id for hit in search.search("second", given.viewer()).found] == [post.pk]
    assert search.search("first", given.viewer()).found == []
    assert Happening.objects.get(verb="post_edited").actor == "system"


def test_a_change_that_no_reader_sees_makes_no_new_version(library, folder):
    put(folder, "a.md")
    run(folder)
    put(folder, "a.md", featured="true")
    assert run(folder)[0] == "changed    en  a.md"
    assert (PostVersion.objects.count(), opening("A").edits) == (0, 0)
    assert run(folder)[0] == "unchanged  en  a.md"


def test_an_opening_post_that_was_deleted_here_is_not_brought_back(library, folder):
    put(folder, "a.md")
    run(folder, by=given.person("amina").handle)
    actions.delete_post(opening("A"), by=given.person("amina"))
    put(folder, "a.md", "Another text, and the same file.")
    assert run(folder)[0] == "deleted    en  a.md  (its opening post was deleted here and stays so)"
    assert [(post.source, post.html) for post in Post.objects.all()] == [("", "")]


def test_with_by_the_threads_are_that_persons(library, folder):
    amina = given.person("amina")
    put(folder, "a.md")
    run(folder, by=amina.handle)
    thread = Thread.objects.get()
    assert (thread.author, thread.last_author, thread.posts.get().author) == (amina, amina, amina)
    reading = ThreadReading.objects.get(thread=thread)
    assert (reading.person, reading.read_to, reading.attention) == (amina, 1, "watch")
    assert policies.can_edit_post(amina, thread.posts.get())


def test_nobodys_name_is_put_where_they_may_not_write(folder):
    given.category("Library", slug="library", writers="stewards")
    put(folder, "a.md")
    assert run(folder, by=given.person("amina").handle) == [
        "not read   a.md: Here only the stewards write. Everyone who sees it can read it.",
        "Done: 1 not read, of 1 files; no pairs.",
        "1: 1 file could not be read. The lines above say which and why.",
    ]


def test_a_person_may_import_only_where_they_may_start_threads():
    closed = given.category("Houses", group=given.group())
    text = ImportedText(key="k", digest="d", title="T", language="en", source="Text")
    with pytest.raises(Refused):
        import_thread(closed, text, by=given.person("bram"))
    assert import_thread(closed, text, by=given.person("amina"))[1] == "added"


def test_what_cannot_be_read_is_named_and_the_rest_comes_in(library, folder):
    put(folder, "good.md")
    put(folder, "long.md", "x" * 50_001)
    put(folder, "longer.md", "x" * 100_001)
    put(folder, "day.md", date="soon")
    put(folder, "tongue.md", lang="fi")
    put(folder, "title.md", title="")
    (folder / "yaml.md").write_text("---\ntitle: [\n---\n")
    (folder / "plain.md").write_text("Text")
    (folder / "bytes.md").write_bytes(b"---\ntitle: \xff\n---\n")
    (folder / "out.md").symlink_to("/etc/hostname")
    lines = run(folder)
    assert sorted(line for line in lines if line.startswith("not read")) == [
        "not read   bytes.md: it is not UTF-8: line 2 has the byte 0xff",
        "not read   day.md: its date cannot be read: soon",
        "not read   long.md: its text has 50,001 characters; a post can have at most 50,000",
        "not read   longer.md: it has 100,002 characters; a post can have at most 50,000",
        "not read   out.md: it is a link that leads out of the folder",
        "not read   plain.md: it has no front matter: the first line is not ---",
        "not read   title.md: it has no title",
        "not read   tongue.md: its language is “fi”; a post can be in en, sv, nb, nn, nl",
        "not read   yaml.md: its front matter is not YAML: expected the node content, but found '<stream end>' in line 2",
    ]
    assert [line for line in lines if not line.startswith("not read")] == [
        "added      en  good.md",
        "Done: 1 added, 9 not read, of 10 files; no pairs.",
        "1: 9 files could not be read. The lines above say which and why.",
    ]
    assert titles() == ["Good"]


def test_a_run_that_is_stopped_keeps_what_came_in_and_the_next_goes_on(library, folder):
    class Stops(io.StringIO):
        def write(self, text: str) -> int:
            written = super().write(text)
            if "b.md" in text:
                raise KeyboardInterrupt
            return written

    for name, day in (("a.md", "2020-01-01"), ("b.md", "2020-01-02"), ("c.md", "2020-01-03")):
        put(folder, name, date=day)
    with pytest.raises(CommandError) as stopped:
        call_command("import_markdown", str(folder), category="library", stdout=Stops())
    assert (stopped.value.returncode, titles()) == (130, ["A", "B"])
    assert run(folder)[-1] == "Done: 1 added, 2 unchanged, of 3 files; no pairs."
    assert titles() == ["A", "B", "C"]


def test_a_dry_run_shows_the_table_and_writes_nothing(library, folder):
    put(folder, "a.md", "# One\n\n[a](https://a.example) ![x](y.jpg)\n\n1. b\n2. c", lang="en")
    put(folder, "a-sv.md", "Text", date="2020-01-02", title="Å")
    assert run(folder, dry_run=True) == [
        "date        lang  heads  links  pics  items  what       title",
        "2020-01-01  en        1      1     1      2  added      A",
        "2020-01-02  sv        0      0     0      0  added      Å",
        "pair       a.md (en) = a-sv.md (sv)",
        "Would be: 2 added, of 2 files; 1 pairs, 0 of them tied now.",
    ]
    assert Thread.objects.count() == 0


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"category": "nowhere"}, "There is no category “nowhere”. There is: library."),
        ({"by": "nobody"}, "There is nobody with the handle “nobody”."),
        ({"language": "fi"}, "“fi” is not a language of a post. There is: en, sv, nb, nn, nl."),
        ({"site": "a.example"}, "“a.example” is not the address of a website; it begins with https://"),
        ({}, "There are no Markdown files in this folder, so there is nothing to import."),
    ],
)
def test_what_is_wrong_with_the_command_is_said_in_a_sentence(library, folder, options, sentence):
    with pytest.raises(CommandError) as wrong:
        call_command("import_markdown", str(folder), **{"category": "library", **options})
    assert str(wrong.value) == sentence


def test_one_text_in_two_languages_is_tied_also_when_the_second_comes_later(library, folder):
    put(folder, "x-en.md", ref="x")
    run(folder)
    put(folder, "x.md", "Det är svenska och inte engelska.", date="2020-01-02", title="X")
    put(folder, "far.md", "Dit is het Nederlands van de tekst.", lang="nl", ref="x", date="2020-01-03")
    assert run(folder)[-2:] == [
        "paired     x.md (sv) = far.md (nl) = x-en.md (en)",
        "Done: 2 added, 1 unchanged, of 3 files; 1 pairs, 1 of them tied now.",
    ]
    first = Thread.objects.get(title="X")
    pairs = relatives_of(first, Kin(offspring=False, pairs=True), given.viewer()).pairs
    assert [thread.language for thread in pairs] == ["en", "nl"]
    assert run(folder)[-1] == "Done: 3 unchanged, of 3 files; 1 pairs, 0 of them tied now."


def test_tying_again_to_another_first_leaves_one_star(library):
    a, b, c = [given.thread(title, within=library) for title in "abc"]
    assert pair_threads(a, [b], by=SYSTEM) == 1
    assert pair_threads(Thread.objects.get(pk=b.pk), [a, c], by=SYSTEM) == 2
    assert dict(Thread.objects.values_list("title", "pair_of__title")) == {"a": "b", "b": None, "c": "b"}


def picture(path: Path, colour: str = "red") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (40, 30), colour).save(path)
    return path


def test_pictures_in_the_folder_come_along_re_encoded_and_described(library, folder, tmp_path):
    picture(tmp_path / "uploads/yard.png")
    picture(tmp_path / "uploads/top.jpg", "blue")
    put(folder, "a.md", "Look: ![The yard](/uploads/yard.png) ![](/uploads/gone.png)", image="/uploads/top.jpg")
    assert run(folder, images=[tmp_path / "uploads"])[0] == "added      en  a.md  (1 picture is not in the folder)"
    top, yard = StoredFile.objects.order_by("description")
    post = opening("A")
    assert [(one.description, one.content_type, one.width, one.author) for one in (top, yard)] == [
        ("", "image/webp", 40, None), ("The yard", "image/webp", 40, None),
    ]  # fmt: skip
    assert re.findall(r'<img src="([^"]+)" alt="([^"]*)"', post.html) == [(top.url, ""), (yard.url, "The yard")]
    assert set(PostFile.objects.filter(post=post).values_list("file", flat=True)) == {top.pk, yard.pk}
    assert (yard.audience, yard.path.exists()) == (library.audience, True)
    with closing(given.client().get(yard.url)) as answer:
        assert answer.status_code == 200


def test_a_picture_that_is_there_already_is_not_kept_twice_and_a_new_one_is_a_change(library, folder):
    picture(folder / "yard.png")
    put(folder, "a.md", "![The yard](yard.png)")
    run(folder)
    token = StoredFile.objects.get().token
    put(folder, "a.md", "![The yard](yard.png) and a word")
    run(folder)
    assert StoredFile.objects.get().token == token
    picture(folder / "yard.png", "green")
    assert run(folder)[0] == "changed    en  a.md"
    assert StoredFile.objects.count() == 2


def test_what_the_front_matter_says_beside_the_text_is_kept_with_the_thread(library, folder):
    path = folder / "a.md"
    path.write_text(
        "---\ntitle: A\npermalink: /news/a/\nref: a\ncategories: _themes/climate.md\nexcerpt: In short\n"
        "links:\n- title: More\n  url: https://a.example\n---\n[b](b/)\n"
    )
    run(folder, site="https://site.example")
    assert Thread.objects.get().fields == {
        "source": {
            "file": "a.md", "address": "https://site.example/news/a/", "permalink": "/news/a/", "ref": "a",
            "links": [{"title": "More", "url": "https://a.example"}], "themes": ["climate"], "excerpt": "In short",
        }
    }  # fmt: skip
    assert opening("A").source == "**In short**\n\n[b](https://site.example/news/a/b/)"
