"""Documents at posts: handed on as downloads, read by whom the post is read, gone with it."""

from __future__ import annotations

import errno
import html
import shutil
from datetime import timedelta

import pytest
from django.utils import timezone

from dugnad.forum import actions
from dugnad.forum.belongings import carry_belongings
from dugnad.forum.models import Post, PostFile
from dugnad.forum.uploads import keep_document, told, with_upload
from dugnad.kernel.audience import audience_of
from dugnad.kernel.files import StoredFile, forget_loose_files
from tests import given

pytestmark = pytest.mark.django_db

BYTES = b"%PDF-1.7\n" + bytes(range(256)) * 20


def send(who: str, thread, **typed):
    return given.client(who).post(f"/t/{thread.pk}/reply", {"text": "Here it is:", **typed})


def kept(who: str = "leyla", name: str = "minutes.pdf") -> StoredFile:
    return keep_document(given.document(name, BYTES), by=given.person(who))


def attached(thread, who: str = "leyla", name: str = "minutes.pdf") -> tuple[Post, StoredFile]:
    stored = kept(who, name)
    return given.post(thread, with_upload("Here", stored), by=who), StoredFile.objects.get(pk=stored.pk)


def readers(stored: StoredFile, *who: str) -> list[bool]:
    return [given.file(one, stored.url) is not None for one in who]


def test_the_form_takes_several_documents_and_lists_them_under_the_text():
    thread = given.thread()
    answer = send("leyla", thread, upload=[given.document("minutes.pdf", BYTES), given.document("list.csv", b"a;b\n")])
    assert answer.status_code == 302
    minutes, table = StoredFile.objects.order_by("pk")
    post = Post.objects.get(number=2)
    assert post.source == f"Here it is:\n\n[minutes.pdf](file:{minutes.token})\n[list.csv](file:{table.token})"
    assert post.html == (
        "<p>Here it is:</p>\n"
        f'<ul class="files"><li><a href="{minutes.url}">minutes.pdf</a> <span class="meta" data-bytes="5129">PDF</span></li>'
        f'<li><a href="{table.url}">list.csv</a> <span class="meta" data-bytes="4">CSV</span></li></ul>'
    )
    assert post.plain == "Here it is:\n\nminutes.pdf\nlist.csv"
    page = given.client("").get(thread.url).content.decode()
    assert '<span class="meta">PDF, 5\u00a0kB</span>' in page
    assert f'#i-sheet"/></svg><a href="{minutes.url}">minutes.pdf</a>' in page


def test_sizes_are_said_in_the_language_of_the_reader():
    listed = '<ul class="files"><li><a href="/files/x">a.pdf</a> <span class="meta" data-bytes="2440000">PDF</span></li></ul>'
    assert "PDF, 2,4\u00a0MB</span>" in told(listed, "sv")
    assert "PDF, 2.4\u00a0MB</span>" in told(listed, "en")


def test_added_first_it_stands_in_the_form_and_in_the_preview_and_nothing_is_published():
    thread = given.thread()
    answer = send("leyla", thread, upload=given.document(), add_upload="1")
    stored = StoredFile.objects.get()
    assert (answer.status_code, thread.posts.count()) == (200, 1)
    assert answer.context["form"]["text"].value() == f"Here it is:\n\n[minutes.pdf](file:{stored.token})\n"
    assert '<ul class="files"><li>' in answer.content.decode()


def test_a_document_needs_no_other_words_and_a_thread_can_begin_with_one():
    category = given.category()
    answer = given.client("leyla").post(
        f"/c/{category.slug}/new", {"kind": "talk", "title": "Minutes", "text": "", "upload": given.document()}
    )
    assert answer.status_code == 302
    assert Post.objects.get().plain == "minutes.pdf"


def test_a_picture_and_a_document_come_together():
    thread = given.thread()
    send("leyla", thread, upload=[given.picture(), given.document()], upload_description="The yard")
    assert [bool(one.name) for one in StoredFile.objects.order_by("pk")] == [False, True]
    page = given.client("").get(thread.url).content.decode()
    assert page.count("<img") == 1
    assert page.count('<ul class="files">') == 1


def test_two_pictures_at_once_are_asked_for_one_by_one():
    thread = given.thread()
    answer = send("leyla", thread, upload=[given.picture(), given.picture()], upload_description="The yard")
    assert (answer.status_code, StoredFile.objects.count()) == (422, 0)
    assert "Add pictures one at a time, so that each has its own description." in given.said(answer)


def test_what_cannot_be_taken_is_told_by_its_name_and_the_rest_is_kept_in_the_form():
    thread = given.thread()
    answer = send("leyla", thread, upload=[given.document("plan.docm"), given.document("minutes.pdf", BYTES)])
    assert (answer.status_code, thread.posts.count()) == (422, 1)
    stored = StoredFile.objects.get()
    assert f"[minutes.pdf](file:{stored.token})" in answer.context["form"]["text"].value()
    words = "“plan.docm”: This is a Word document with macros. Save it as .docx or PDF and attach it again."
    assert words in given.said(answer)


def test_more_than_ten_at_once_are_too_many():
    answer = send("leyla", given.thread(), upload=[given.document() for _number in range(11)])
    assert (answer.status_code, StoredFile.objects.count()) == (422, 0)
    assert "At most 10 files can be added at once. Add the others afterwards." in given.said(answer)


def test_it_is_handed_on_as_a_download_that_no_browser_opens():
    _post, stored = attached(given.thread(), name="Mötet & “vi”.pdf")
    answer = given.client("").get(stored.url)
    assert b"".join(answer.streaming_content) == BYTES
    wanted = {
        "Content-Type": "application/pdf",
        "Content-Length": str(len(BYTES)),
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cache-Control": "private, no-cache",
        "Accept-Ranges": "bytes",
        "Content-Disposition": "attachment; filename*=utf-8''M%C3%B6tet%20%26%20%E2%80%9Cvi%E2%80%9D.pdf",
    }
    assert {name: answer[name] for name in wanted} == wanted


@pytest.mark.parametrize(
    ("asked", "status", "part", "said"),
    [
        ("bytes=0-3", 206, BYTES[:4], "bytes 0-3/5129"),
        ("bytes=5000-", 206, BYTES[5000:], "bytes 5000-5128/5129"),
        ("bytes=-10", 206, BYTES[-10:], "bytes 5119-5128/5129"),
        ("bytes=5000-99999", 206, BYTES[5000:], "bytes 5000-5128/5129"),
        ("bytes=9000-", 416, b"", "bytes */5129"),
        ("bytes=3-1", 200, BYTES, None),
        ("bytes=0-1,3-4", 200, BYTES, None),
        ("pages=1-2", 200, BYTES, None),
    ],
)
def test_a_part_is_handed_on_when_it_is_asked_for(asked, status, part, said):
    _post, stored = attached(given.thread())
    answer = given.client("").get(stored.url, headers={"Range": asked})
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    assert (answer.status_code, body, answer.get("Content-Range")) == (status, part, said)


def test_asked_again_it_is_not_sent_again_and_a_look_at_its_head_sends_nothing():
    _post, stored = attached(given.thread())
    first = given.client("").head(stored.url)
    assert (first.status_code, first["Content-Length"], b"".join(first)) == (200, "5129", b"")
    again = given.client("").get(stored.url, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    changed = given.client("").get(stored.url, headers={"Range": "bytes=0-3", "If-Range": '"another"'})
    assert (changed.status_code, b"".join(changed.streaming_content)) == (200, BYTES)


def test_before_it_is_published_only_its_writer_reads_it():
    assert readers(kept("leyla"), "leyla", "amina", "") == [True, False, False]


def test_it_is_read_by_whom_the_post_is_read_and_follows_it():
    group = given.group(members=("leyla", "jonas"))
    post, stored = attached(given.thread(within=given.category("Houses", group=group)))
    assert readers(stored, "jonas", "bram", "") == [True, False, False]
    Post.objects.filter(pk=post.pk).update(audience=audience_of("public"))
    carry_belongings([post.pk])
    assert readers(stored, "jonas", "bram", "") == [True, True, True]


def test_somebody_elses_document_is_not_listed_and_its_readers_do_not_change():
    stored = kept("leyla")
    post = given.post(given.thread(), with_upload("Mine now", stored), by="bram")
    assert (PostFile.objects.count(), "files" in post.html) == (0, False)
    assert readers(stored, "bram", "") == [False, False]


def test_a_document_is_never_shown_as_a_picture():
    stored = kept("leyla")
    post = given.post(given.thread(), f"![Look](file:{stored.token})", by="leyla")
    assert "<img" not in post.html
    assert f'<li><a href="{stored.url}">minutes.pdf</a>' in post.html


def test_named_in_a_sentence_it_is_a_link_there_and_stands_in_the_list():
    stored = kept("leyla")
    post = given.post(given.thread(), f"See [the minutes](file:{stored.token}).", by="leyla")
    assert post.html.count(f'href="{stored.url}"') == 2


def test_nobody_writes_the_list_by_hand():
    post = given.post(given.thread(), '<ul class="files"><li>Free money</li></ul>', by="leyla")
    assert '<ul class="files">' not in post.html


def test_with_the_post_it_is_gone(django_capture_on_commit_callbacks):
    post, stored = attached(given.thread())
    with django_capture_on_commit_callbacks(execute=True):
        actions.delete_post(post, by=given.person("leyla"))
    assert (StoredFile.objects.count(), stored.path.exists()) == (0, False)
    assert readers(stored, "leyla", "") == [False, False]


def test_what_nothing_shows_goes_after_a_day(django_capture_on_commit_callbacks):
    stored = kept()
    StoredFile.objects.update(created_at=timezone.now() - timedelta(days=2))
    with django_capture_on_commit_callbacks(execute=True):
        forget_loose_files()
    assert (StoredFile.objects.count(), stored.path.exists()) == (0, False)


def test_a_full_disk_is_told_in_a_sentence_and_nothing_half_is_kept(monkeypatch, settings):
    def full(source, target):
        target.write(source.read(100))
        raise OSError(errno.ENOSPC, "No space left on device")

    thread = given.thread()
    monkeypatch.setattr(shutil, "copyfileobj", full)
    answer = send("leyla", thread, upload=given.document(content=BYTES))
    words = (
        "There is no room for files here just now. Your text is still in the form: publish it without, or try later."
    )
    assert (answer.status_code, StoredFile.objects.count(), thread.posts.count()) == (422, 0, 1)
    assert html.escape(words, quote=False) in answer.content.decode()
    assert [path for path in settings.FILES_DIR.glob("??/*") if path.read_bytes() == BYTES[:100]] == []
    monkeypatch.undo()
    assert send("leyla", thread, upload=given.document(content=BYTES)).status_code == 302
