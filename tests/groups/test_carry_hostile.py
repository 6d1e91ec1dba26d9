"""Files of groups that an enemy made, or a slow line cut off: refused by name, and nothing is written."""

from __future__ import annotations

import hashlib
import io
import json
import stat
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

import pytest
from PIL import Image

from dugnad.groups.carrying import form
from dugnad.groups.carrying.form import ArchiveRefused
from dugnad.groups.carrying.moving import contents_of, facts_of
from dugnad.groups.models import Departure, Group
from tests import given
from tests.groups.moving import group_with_everything, packed

pytestmark = pytest.mark.django_db

DAMAGED, FOREIGN, NO_GROUP = "damaged or was cut off", "does not belong there", "not the file of a group"
WRONG = "not what it should be"


_made: dict[str, bytes] = {}


@pytest.fixture
def whole():
    """A whole file, as its entries by name: made once for all these tests, which only read it."""
    if not _made:
        departure = packed(group_with_everything(), "leyla")
        with ZipFile(departure.path) as archive:
            _made.update({name: archive.read(name) for name in archive.namelist()})
        Departure.objects.all().delete()
    return dict(_made)


def written(tmp_path, entries, *, manifest=None, how=ZIP_DEFLATED, more=()):
    """A file with these entries and a manifest that is true about them, changed by `manifest`."""
    said = json.loads(entries["manifest.json"])
    said["entries"] = {
        name: {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
        for name, content in entries.items()
        if name != "manifest.json"
    }
    if manifest:
        manifest(said)
    path = tmp_path / "brought.zip"
    with ZipFile(path, "w") as archive:
        for name, content in entries.items():
            archive.writestr(name, json.dumps(said) if name == "manifest.json" else content, how)
        for info, content in more:
            archive.writestr(info, content)
    return path


def refused(path) -> str:
    groups = Group.objects.count()
    with pytest.raises(ArchiveRefused) as said:
        contents_of(path)
    assert Group.objects.count() == groups
    return str(said.value)


def lines(entries, name) -> list[dict[str, object]]:
    return [json.loads(line) for line in entries[name].decode().splitlines()]


def with_line(entries, name, number, changes) -> dict[str, bytes]:
    """The entries with one line changed."""
    found = lines(entries, name)
    found[number].update(changes)
    return {**entries, name: "".join(f"{json.dumps(one)}\n" for one in found).encode()}


def test_the_file_as_it_was_made_is_taken(tmp_path, whole):
    assert facts_of(written(tmp_path, whole))["name"] == "Hyresgäster"


def test_every_way_to_cut_it_off_is_refused(tmp_path, whole):
    content = written(tmp_path, whole).read_bytes()
    cut = tmp_path / "cut.zip"
    for part in (0, 1, 100, len(content) // 3, len(content) // 2, len(content) - 400, len(content) - 1):
        cut.write_bytes(content[:part])
        assert DAMAGED in refused(cut), part


def test_a_byte_that_was_changed_is_found(tmp_path, whole):
    content = bytearray(written(tmp_path, whole, how=ZIP_STORED).read_bytes())
    content[content.index(b"three cellars")] ^= 1
    path = tmp_path / "changed.zip"
    path.write_bytes(bytes(content))
    assert DAMAGED in refused(path)


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/cron.d/evil.json", "/etc/evil.json", "forum/../../x.json", "C:\\evil.json", "forum\\evil.json",
        "x" * 300 + ".json", "evil.py", "forum/evil.exe", "folder/", "a/b/c.json", "Forum/X.json", "forum/nul\x00.json",
    ],
)  # fmt: skip
def test_paths_that_climb_out_and_what_has_no_place_are_refused(tmp_path, whole, name):
    assert refused(written(tmp_path, {**whole, name: b"{}"}))


def test_an_entry_that_is_there_twice_is_refused(tmp_path, whole):
    with pytest.warns(UserWarning, match="Duplicate name"):
        path = written(tmp_path, whole, more=[(ZipInfo("group.json"), b"{}")])
    assert FOREIGN in refused(path)


def test_a_symbolic_link_is_refused(tmp_path, whole):
    link = ZipInfo("files/f9.bin")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    path = written(tmp_path, whole, more=[(link, b"/etc/passwd")])
    assert FOREIGN in refused(path)


def test_other_ways_of_packing_are_refused(tmp_path, whole):
    assert FOREIGN in refused(written(tmp_path, whole, how=ZIP_BZIP2))


def test_what_stands_in_the_manifest_and_not_in_the_file_is_missed_and_the_other_way_round(tmp_path, whole):
    assert FOREIGN in refused(written(tmp_path, whole, manifest=lambda said: said["entries"].pop("group.json")))
    ghost = {"sha256": "0" * 64, "size": 1}
    assert FOREIGN in refused(
        written(tmp_path, whole, manifest=lambda said: said["entries"].update({"forum/ghost.jsonl": ghost}))
    )


def test_a_bomb_is_refused_before_it_unfolds(tmp_path, whole, monkeypatch):
    monkeypatch.setattr(form, "MOST_UNPACKED", 200_000)
    path = written(tmp_path, {**whole, "forum/bomb.jsonl": b" " * 300_000})
    assert path.stat().st_size < 20_000
    assert "unfolds to more than a group can hold" in refused(path)


def test_too_many_entries_are_refused(tmp_path, whole, monkeypatch):
    monkeypatch.setattr(form, "MOST_ENTRIES", 3)
    assert NO_GROUP in refused(written(tmp_path, whole))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"format": "something else"}, NO_GROUP),
        ({"version": 2}, "made by a newer version of Dugnad"),
        ({"version": 0}, NO_GROUP),
        ({"version": True}, NO_GROUP),
        ({"version": "1"}, NO_GROUP),
        ({"entries": []}, NO_GROUP),
    ],
)
def test_other_files_and_newer_versions_are_refused_by_name(tmp_path, whole, change, words):
    assert words in refused(written(tmp_path, whole, manifest=lambda said: said.update(change)))


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"null", b"{", b"\xff\xfe", b"[" * 50_000, b'{"a": NaN}', b'{"a": 1e999}x']
)
def test_a_manifest_that_is_none_is_refused(tmp_path, content):
    path = tmp_path / "brought.zip"
    with ZipFile(path, "w") as archive:
        archive.writestr("manifest.json", content)
    assert refused(path)


@pytest.mark.parametrize(
    ("name", "number", "changes"),
    [
        ("group.json", 0, {"kind": "empire"}),
        ("group.json", 0, {"name": ""}),
        ("group.json", 0, {"name": "x" * 81}),
        ("group.json", 0, {"name": ["x"]}),
        ("group.json", 0, {"created_at": "3000-01-01T00:00:00+00:00"}),
        ("group.json", 0, {"created_at": "2020-13-41T00:00:00+00:00"}),
        ("group.json", 0, {"themes": ["x"] * 51}),
        ("names.jsonl", 0, {"number": 2}),
        ("names.jsonl", 0, {"name": "Gun\u202enel"}),
        ("forum/categories.jsonl", 0, {"parent": 1}),
        ("forum/categories.jsonl", 0, {"reach": "network"}),
        ("forum/categories.jsonl", 0, {"field": "red onload=x"}),
        ("forum/categories.jsonl", 0, {"emblem": 'i-x" onload="x'}),
        ("forum/categories.jsonl", 0, {"translations": {"xx": {"name": "x"}}}),
        ("forum/threads.jsonl", 0, {"category": 9}),
        ("forum/threads.jsonl", 0, {"kind": "sermon"}),
        ("forum/threads.jsonl", 0, {"state": "done"}),
        ("forum/threads.jsonl", 0, {"author": 5}),
        ("forum/threads.jsonl", 0, {"grew_out_of": 1}),
        ("forum/threads.jsonl", 0, {"answer": 99}),
        ("forum/threads.jsonl", 0, {"fields": {"evil": 1}}),
        ("forum/threads.jsonl", 0, {"fields": {"source": {"address": "javascript:alert(1)"}}}),
        ("forum/threads.jsonl", 0, {"fields": {"source": {"links": [{"url": "data:text/html,x", "title": "x"}]}}}),
        ("forum/threads.jsonl", 0, {"language": '" onload="'}),
        ("forum/threads.jsonl", 0, {"title": "a\nb"}),
        ("forum/posts.jsonl", 0, {"thread": 77}),
        ("forum/posts.jsonl", 0, {"number": 2}),
        ("forum/posts.jsonl", 0, {"number": True}),
        ("forum/posts.jsonl", 0, {"number": 10**30}),
        ("forum/posts.jsonl", 0, {"source": "x" * 50_001}),
        ("forum/posts.jsonl", 0, {"source": "nul\x00"}),
        ("forum/posts.jsonl", 0, {"reactions": {"hate": 3}}),
        ("forum/posts.jsonl", 0, {"moved_to": [1, 99]}),
        ("forum/posts.jsonl", 0, {"created_at": None}),
        ("forum/versions.jsonl", 0, {"post": [1, 99]}),
        ("forum/translations.jsonl", 0, {"post": "1"}),
        ("forum/polls.jsonl", 0, {"options": [{"position": 1, "text": "a"}, {"position": 1, "text": "b"}]}),
        ("forum/polls.jsonl", 0, {"way": "coup"}),
        ("forum/files.jsonl", 0, {"posts": [[1, 99]]}),
        ("forum/files.jsonl", 1, {"name": "../../evil.html"}),
        ("forum/files.jsonl", 1, {"name": "evil.svg"}),
    ],
)  # fmt: skip
def test_a_value_that_is_not_what_it_should_be_refuses_the_file_and_says_where(tmp_path, whole, name, number, changes):
    said = refused(written(tmp_path, with_line(whole, name, number, changes)))
    assert WRONG in said or DAMAGED in said
    assert name in said or DAMAGED in said


def test_a_picture_with_more_than_pixels_is_made_anew(tmp_path, whole):
    exif = Image.Exif()
    exif[0x010E] = "Taken in my kitchen"
    loud = io.BytesIO()
    Image.new("RGB", (30, 20), "red").save(loud, "WEBP", exif=exif)
    _group, _names, contents = contents_of(written(tmp_path, {**whole, "files/f1.bin": loud.getvalue()}))
    content = contents[0][1].contents[1]
    assert b"kitchen" not in content
    assert Image.open(io.BytesIO(content)).size == (30, 20)


@pytest.mark.parametrize(
    "content", [b"<svg onload=alert(1)>", b"<html><script>", b"MZ\x90", b"", b"RIFF\xff\xff\xff\xffWEBPVP8 "]
)
def test_what_is_no_picture_refuses_the_file(tmp_path, whole, content):
    assert WRONG in refused(written(tmp_path, {**whole, "files/f1.bin": content}))


def test_a_document_is_looked_into(tmp_path, whole):
    assert WRONG in refused(written(tmp_path, {**whole, "files/f2.bin": b"<html>not a PDF</html>"}))


def test_script_in_texts_stays_text(tmp_path, whole):
    changed = with_line(whole, "forum/posts.jsonl", 0, {"source": "<script>alert(1)</script> [x](javascript:alert(1))"})
    _group, _names, contents = contents_of(written(tmp_path, changed))
    assert contents[0][1].posts[1, 1]["source"].startswith("<script>")


def test_the_door_says_what_is_wrong_and_keeps_nothing(tmp_path, whole, settings):
    browser = given.client("oona")
    broken = given.upload("group.zip", b"PK\x03\x04 not really", "application/zip")
    answer = browser.post("/groups/import", {"file": broken})
    assert answer.status_code == 422
    assert DAMAGED in given.said(answer)
    assert list((settings.DATA_DIR / "arriving-groups").glob("*")) == []
    assert given.client().get("/groups/import")["Location"].startswith("/sign-in/")
