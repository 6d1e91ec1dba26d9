"""Pictures in posts: added through the form alone, described, bare of metadata, seen by whom the post is seen."""

from __future__ import annotations

import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from dugnad.forum import actions
from dugnad.forum.models import Post, PostFile
from dugnad.forum.uploads import keep_picture, with_picture
from dugnad.kernel.files import StoredFile
from tests import given

pytestmark = pytest.mark.django_db

WHERE = "57.7089 N 11.9746 E, Bergsgatan 4"


def send(who: str, thread, **typed):
    return given.client(who).post(
        f"/t/{thread.pk}/reply", {"text": "Look:", "upload_description": "The yard in May", **typed}
    )


def kept(who: str = "leyla") -> StoredFile:
    return keep_picture(given.picture(), "The yard in May", by=given.person(who))


def shown(who: str, thread) -> str:
    return given.client(who).get(thread.url).content.decode()


def test_the_form_takes_a_picture_and_publishes_it_with_its_description():
    thread = given.thread()
    answer = send("leyla", thread, upload=given.picture())
    assert answer.status_code == 302
    stored = StoredFile.objects.get()
    assert thread.posts.get(number=2).source == f"Look:\n\n![The yard in May](file:{stored.token})"
    page = shown("", thread)
    assert f'src="/files/{stored.token}"' in page
    assert 'alt="The yard in May"' in page
    assert (stored.width, stored.height, stored.content_type) == (60, 40, "image/webp")


def test_added_first_it_stands_in_the_text_and_in_the_preview_and_nothing_is_published():
    thread = given.thread()
    answer = send("leyla", thread, upload=given.picture(), add_upload="1")
    stored = StoredFile.objects.get()
    assert (answer.status_code, thread.posts.count()) == (200, 1)
    assert answer.context["form"]["text"].value() == f"Look:\n\n![The yard in May](file:{stored.token})\n"
    assert f'<img src="/files/{stored.token}"' in answer.content.decode()
    assert stored.attached_at is None


def test_a_picture_needs_no_other_words():
    thread = given.thread()
    assert send("leyla", thread, text="", upload=given.picture()).status_code == 302
    assert Post.objects.get(number=2).plain == "[The yard in May]"


def test_without_a_description_the_form_asks_for_one_and_keeps_nothing():
    thread = given.thread()
    answer = send("leyla", thread, upload=given.picture(), upload_description=" ")
    page = given.said(answer)
    assert (answer.status_code, thread.posts.count(), StoredFile.objects.count()) == (422, 1, 0)
    assert "Say in a sentence what the picture shows. Then add the picture once more." in page
    assert "Look:</textarea>" in page


def test_nothing_of_the_metadata_is_kept():
    send("leyla", given.thread(), upload=given.picture(where=WHERE))
    content = StoredFile.objects.get().path.read_bytes()
    assert WHERE.encode() not in content
    assert (dict(Image.open(io.BytesIO(content)).getexif()), Image.open(io.BytesIO(content)).format) == ({}, "WEBP")


def test_the_name_of_the_file_is_kept_nowhere():
    send("leyla", given.thread(), upload=given.picture("../../etc/Leyla at home.jpg"))
    stored = StoredFile.objects.get()
    assert re.fullmatch(r"[\w-]{22}", stored.token)
    assert stored.path.name == stored.token
    assert "home" not in Post.objects.get(number=2).source


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        (
            "a.jpg",
            b"<svg onload=alert(1)>",
            "This file is not an image that can be shown here. Choose a JPEG, PNG, WebP or GIF.",
        ),
        (
            "a.jpg",
            given.picture(size=(400, 400)).read()[:900],
            "The image is damaged or incomplete. Save it once more, or choose another one.",
        ),
        ("a.jpg", b"\xff" * (10 * 1024 * 1024 + 1), "The image is 11 MB and can be at most 10 MB. Try a smaller one."),
        ("a.exe", b"MZ", "Programs are not taken here. Write where one finds it instead."),
    ],
    ids=["svg", "broken", "heavy", "program"],
)
def test_what_is_no_picture_is_refused_in_a_sentence_and_the_text_is_kept(name, content, sentence):
    thread = given.thread()
    answer = send("leyla", thread, upload=SimpleUploadedFile(name, content, "image/jpeg"))
    assert (answer.status_code, thread.posts.count(), StoredFile.objects.count()) == (422, 1, 0)
    assert sentence in given.said(answer)
    assert "Look:</textarea>" in given.said(answer)


def test_before_it_is_published_only_its_writer_sees_it():
    stored = kept("leyla")
    assert [given.file(who, stored.url) is not None for who in ("leyla", "amina", "")] == [True, False, False]


def test_it_is_seen_by_whom_the_post_is_seen():
    group = given.group(members=("leyla", "jonas"))
    stored = kept("leyla")
    given.post(given.thread(within=given.category("Houses", group=group)), with_picture("", stored), by="leyla")
    assert [given.file(who, stored.url) is not None for who in ("jonas", "bram", "")] == [True, False, False]


def test_in_two_posts_it_is_seen_by_the_readers_of_either():
    group = given.group(members=("leyla", "jonas"))
    open_thread, closed = given.thread(), given.thread(within=given.category("Houses", group=group))
    stored = kept("leyla")
    given.post(open_thread, with_picture("", stored), by="leyla")
    given.post(closed, with_picture("", stored), by="leyla")
    assert [given.file(who, stored.url) is not None for who in ("jonas", "bram", "")] == [True, True, True]
    actions.delete_post(open_thread.posts.get(number=2), by=given.person("leyla"))
    assert [given.file(who, stored.url) is not None for who in ("jonas", "bram", "")] == [True, False, False]


def test_somebody_elses_picture_cannot_be_shown_nor_its_readers_changed():
    stored = kept("leyla")
    thread = given.thread()
    post = given.post(thread, with_picture("Mine now", stored), by="bram")
    assert PostFile.objects.count() == 0
    assert f"/files/{stored.token}" not in post.html
    assert given.file("bram", stored.url) is None
    assert given.file("", stored.url) is None


def test_quoting_a_post_with_a_picture_says_what_it_shows():
    thread = given.thread()
    given.post(thread, with_picture("Look", kept("leyla")), by="leyla")
    quote = given.client("bram").get(f"/t/{thread.pk}/reply?quote=2").context["form"]["text"].value()
    post = given.post(thread, quote + "Lovely.", by="bram")
    assert "The yard in May" in post.plain
    assert "file:" not in post.plain


def test_an_edit_keeps_the_picture_and_can_add_one():
    thread = given.thread()
    post = given.post(thread, with_picture("Look", kept("leyla")), by="leyla")
    typed = {"text": post.source, "seen_edits": 0, "upload": given.picture(), "upload_description": "The same yard"}
    assert given.client("leyla").post(f"{post.url}/edit", typed).status_code == 302
    post.refresh_from_db()
    assert (post.html.count("<img"), PostFile.objects.filter(post=post).count()) == (2, 2)


def test_brackets_in_a_description_cannot_break_out_of_it():
    thread = given.thread()
    send("leyla", thread, upload=given.picture(), upload_description="](javascript:alert(1)) ![x")
    page = shown("", thread)
    assert 'href="javascript' not in page
    assert page.count(f"/files/{StoredFile.objects.get().token}") >= 1
    assert 'alt="' in page


def test_script_in_a_description_is_text():
    thread = given.thread()
    send("leyla", thread, upload=given.picture(), upload_description='"><script>alert(1)</script>')
    assert "<script>alert" not in shown("", thread)


def test_a_file_is_served_so_that_nothing_in_it_can_run():
    stored = kept("leyla")
    answer = given.client("leyla").get(stored.url)
    assert (answer.headers["Content-Type"], answer.headers["X-Content-Type-Options"]) == ("image/webp", "nosniff")
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["Cache-Control"] == "private, max-age=86400"
    assert len(b"".join(answer.streaming_content)) == stored.size


@pytest.mark.parametrize("token", ["..%2f..%2fsecret-key", "%2e%2e%2fx", "..", "a" * 300, "x%00y", "%C3%28", "*", "'"])
def test_tricks_with_the_address_find_nothing(token, settings):
    kept("leyla")
    (settings.DATA_DIR / "secret-key").write_text("bait")
    assert given.file("leyla", f"/files/{token}") is None


def test_when_the_bytes_are_gone_the_address_answers_404():
    stored = kept("leyla")
    stored.path.unlink()
    assert given.client("leyla").get(stored.url).status_code == 404


def test_the_picture_of_somebody_one_blocked_is_not_shown():
    stored = kept("leyla")
    given.post(given.thread(), with_picture("", stored), by="leyla")
    given.block("oona", "leyla")
    assert given.file("oona", stored.url) is None
