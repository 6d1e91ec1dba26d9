"""What a backup file holds, and which files are refused before anything is touched."""

from __future__ import annotations

import hashlib
import io
import json
import os
import stat
import struct
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import override_settings

from dugnad.forum.actions import add_post
from dugnad.forum.uploads import keep_picture, with_picture
from dugnad.kernel.files import StoredFile
from dugnad.kernel.place import Place
from dugnad.kernel.stamps import Stamp
from dugnad.site.backup.check import Unusable, check
from dugnad.site.backup.held import files_held
from dugnad.site.backup.place import place_id
from dugnad.site.backup.restore import look_through
from dugnad.site.backup.standing import standing_in
from dugnad.site.backup.write import write_backup
from tests import given
from tests.site.test_earlier import EARLIER, unpacked

ROOM = 10**9


@pytest.fixture
def place(database_on_disk):
    """A small place: a thread, a picture, somebody who is signed in, a process that serves."""
    Place.objects.create(name="Linden", languages=["sv", "en"])
    thread = given.thread(text="日本 «naïve» 👍")
    stored = keep_picture(given.picture(), "The yard", by=given.person("leyla"))
    add_post(thread, with_picture("Here.", stored), by=given.person("leyla"))
    given.client("leyla")
    Stamp.objects.create(name="worker:house-a-1")
    Stamp.objects.create(name="lease:mail", holder="house-a-1")
    return stored


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any) -> bytes:
    """The bytes of one backup: of an earlier place, so that the test's own database is not asked."""
    folder = tmp_path_factory.mktemp("kept")
    unpacked(EARLIER[0], folder)
    sqlite = {"ENGINE": "django.db.backends.sqlite3", "NAME": folder / "dugnad.sqlite3"}
    with (
        override_settings(FILES_DIR=folder / "files"),
        django_db_blocker.unblock(),
        standing_in(**sqlite, OPTIONS={"transaction_mode": "IMMEDIATE"}),
    ):
        write_backup(folder / "kept.dugnad")
    return (folder / "kept.dugnad").read_bytes()


@pytest.fixture
def whole(kept: bytes, tmp_path: Path) -> Path:
    """A whole backup, as a file of this test's own."""
    path = tmp_path / "whole.dugnad"
    path.write_bytes(kept)
    return path


def test_a_backup_holds_rows_and_files_and_nothing_that_lets_somebody_in(place, tmp_path):
    made = tmp_path / "a.dugnad"
    closing = write_backup(made)
    backup = check(made, room=ROOM)
    assert (backup.closing, backup.manifest.place_name) == (closing, "Linden")
    assert stat.S_IMODE(made.stat().st_mode) == 0o600
    assert sorted(path.name for path in tmp_path.glob("*.part")) == []
    with zipfile.ZipFile(made) as archive:
        names = archive.namelist()
        assert (names[0], names[-1]) == ("manifest.json", "closing.json")
        assert archive.read(f"files/{place.token}") == place.path.read_bytes()
        everything = b"".join(archive.read(name) for name in names)
    assert "tables/django_session.jsonl" not in names
    assert settings.SECRET_KEY.encode() not in everything
    assert b"house-a-1" not in everything
    assert "日本 «naïve» 👍".encode() in everything
    assert list(Path(settings.FILES_DIR).glob(".held-*")) == []


def test_two_backups_of_one_place_know_that_they_are(place, tmp_path):
    for name in ("a", "b"):
        write_backup(tmp_path / name)
    assert (
        check(tmp_path / "a", room=ROOM).manifest.place_id
        == check(tmp_path / "b", room=ROOM).manifest.place_id
        == place_id()
    )


def test_a_file_that_is_deleted_while_the_backup_is_written_is_in_it(place, tmp_path):
    content = place.path.read_bytes()
    with files_held() as held:
        held.look()
        place.path.unlink()
        assert held.path(place.token).read_bytes() == content


def test_a_file_that_was_lost_before_is_named_and_the_rest_is_kept(place, tmp_path):
    place.path.unlink()
    closing = write_backup(tmp_path / "a.dugnad")
    assert (closing.files, closing.without_bytes) == (0, [place.token])
    assert check(tmp_path / "a.dugnad", room=ROOM).closing.files == 0
    assert StoredFile.objects.get().token == place.token


def test_what_breaks_half_way_leaves_no_file_behind(place, tmp_path, monkeypatch):
    place.path.unlink()
    place.path.mkdir()
    monkeypatch.setattr(os, "link", lambda *_paths: None)
    with pytest.raises(FileNotFoundError):
        write_backup(tmp_path / "nowhere" / "a.dugnad")
    assert list(tmp_path.glob("**/*.part")) == []


def test_a_file_cut_off_anywhere_is_refused(whole):
    content = whole.read_bytes()
    for size in sorted({0, 1, 3, 4, 30, 63, 64, 65, *range(100, len(content), len(content) // 40), len(content) - 1}):
        whole.write_bytes(content[:size])
        with pytest.raises(Unusable, match=r"cut off|damaged|not a backup"):
            check(whole, room=ROOM)


def test_a_byte_changed_anywhere_is_refused(whole):
    content = whole.read_bytes()
    for place in sorted(
        {0, 1, 2, *range(0, len(content), len(content) // 60), *range(len(content) - 90, len(content))}
    ):
        changed = bytearray(content)
        changed[place] ^= 0x20
        whole.write_bytes(changed)
        with pytest.raises(Unusable, match=r"cut off|damaged|not a backup"):
            check(whole, room=ROOM)


def resealed(path: Path, change: Callable[[list[tuple[zipfile.ZipInfo, bytes]]], None]) -> Path:
    """The archive with other parts, and an end that says that it is whole: made by somebody who knows how."""
    with zipfile.ZipFile(path) as archive:
        parts = [(info, archive.read(info)) for info in archive.infolist()]
    change(parts)
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        for info, content in parts:
            archive.writestr(info, content, compress_type=info.compress_type)
        archive.comment = b"0" * 64
    seal(path, written.getvalue())
    return path


def seal(path: Path, content: bytes) -> None:
    path.write_bytes(content[:-64] + hashlib.sha256(content[:-64]).hexdigest().encode())


def described(name: str, **changes: object) -> Callable[[list[tuple[zipfile.ZipInfo, bytes]]], None]:
    def change(parts: list[tuple[zipfile.ZipInfo, bytes]]) -> None:
        for number, (info, content) in enumerate(parts):
            if info.filename == name:
                parts[number] = (info, json.dumps({**json.loads(content), **changes}).encode())

    return change


def added(name: str, content: bytes = b"x", **facts: object) -> Callable[[list[tuple[zipfile.ZipInfo, bytes]]], None]:
    def change(parts: list[tuple[zipfile.ZipInfo, bytes]]) -> None:
        info = zipfile.ZipInfo(name)
        info.compress_type = zipfile.ZIP_DEFLATED
        for fact, value in facts.items():
            setattr(info, fact, value)
        parts.insert(1, (info, content))

    return change


def twice(parts: list[tuple[zipfile.ZipInfo, bytes]]) -> None:
    parts.insert(1, parts[1])


def without_a_row(parts: list[tuple[zipfile.ZipInfo, bytes]]) -> None:
    number = next(at for at, (info, _content) in enumerate(parts) if info.filename == "tables/forum_post.jsonl")
    parts[number] = (parts[number][0], parts[number][1].split(b"\n", 1)[1])


def with_another_file(parts: list[tuple[zipfile.ZipInfo, bytes]]) -> None:
    number = next(at for at, (info, _content) in enumerate(parts) if info.filename.startswith("files/"))
    parts[number] = (parts[number][0], b"something else")


NO_BACKUP_HAS = "which no backup has."
BAD = [
    (added("../../climbed"), f"It holds a part called “../../climbed”, {NO_BACKUP_HAS}"),
    (added("/etc/cron.d/x"), f"It holds a part called “/etc/cron.d/x”, {NO_BACKUP_HAS}"),
    (added("files/../../x"), f"It holds a part called “files/../../x”, {NO_BACKUP_HAS}"),
    (added("files/..\\..\\x"), f"It holds a part called “files/..\\..\\x”, {NO_BACKUP_HAS}"),
    (added("tables/"), f"It holds a part called “tables/”, {NO_BACKUP_HAS}"),
    (added("secret-key"), f"It holds a part called “secret-key”, {NO_BACKUP_HAS}"),
    (added("files/abcd\x1b[2J"), f"It holds a part called “files/abcd?[2J”, {NO_BACKUP_HAS}"),
    (
        added("files/abcd", external_attr=(stat.S_IFLNK | 0o777) << 16),
        f"“files/abcd” in it is no plain file, {NO_BACKUP_HAS}",
    ),
    (twice, "twice, which no backup does."),
    (
        added("files/abcd", b"0" * 20_000_000),
        "“files/abcd” unpacks to more than 500 times its size: that is no backup.",
    ),
    (added("tables/x.jsonl", os.urandom(4_000_000)), "there is room for 3. Make room on the disk first."),
    (added("files/abcd"), "It is damaged: its parts are not those that it names."),
    (without_a_row, "It is damaged: “tables/forum_post.jsonl” is not what was written."),
    (with_another_file, "It is damaged: “files/"),
    (described("manifest.json", kind="something"), "It is not a backup that Dugnad made."),
    (described("manifest.json", format=2, dugnad="9.1"), "It was made by a newer version (Dugnad 9.1); this is 0.1.0."),
    (described("manifest.json", tables=3), "It is damaged: “manifest.json” lacks something."),
    (described("closing.json", parts=[]), "It is damaged: its last part names others than there are."),
]


@pytest.mark.parametrize(("change", "sentence"), BAD, ids=[str(number) for number in range(len(BAD))])
def test_what_no_backup_is_is_refused_by_name(change, sentence, whole):
    with pytest.raises(Unusable) as refused:
        check(resealed(whole, change), room=3_000_000)
    assert sentence in str(refused.value)


def test_a_newer_version_is_known_by_its_migrations(whole):
    def with_one_more(parts: list[tuple[zipfile.ZipInfo, bytes]]) -> None:
        manifest = json.loads(parts[0][1])
        manifest["migrations"]["forum"].append("0099_tomorrow")
        content = json.dumps(manifest).encode()
        parts[0] = (parts[0][0], content)
        closing = json.loads(parts[-1][1])
        closing["parts"][0] |= {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        parts[-1] = (parts[-1][0], json.dumps(closing).encode())

    with pytest.raises(Unusable) as refused:
        check(resealed(whole, with_one_more), room=ROOM)
    assert "It was made by a newer version (Dugnad 0.1.0, forum 0099_tomorrow); this is 0.1.0." in str(refused.value)


def test_parts_that_lie_over_each_other_are_refused(whole):
    content = whole.read_bytes()
    at = content.rindex(b"PK\x01\x02", 0, content.rindex(b"PK\x05\x06"))
    (size,) = struct.unpack_from("<I", content, at + 20)
    changed = bytearray(content)
    struct.pack_into("<I", changed, at + 20, size + len(content))
    seal(whole, bytes(changed))
    with pytest.raises(Unusable, match="lie over each other"):
        check(whole, room=ROOM)


@pytest.mark.parametrize("content", [b"", b"SQLite format 3\0" * 100, b"PK\x03\x04" + b"0" * 400])
def test_what_is_no_archive_is_refused(content, tmp_path):
    (tmp_path / "a").write_bytes(content)
    with pytest.raises(Unusable, match=r"cut off|not a backup|damaged"):
        check(tmp_path / "a", room=ROOM)
    with pytest.raises(Unusable, match="no such file"):
        check(tmp_path / "b", room=ROOM)
    with pytest.raises(Unusable, match="not a file"):
        check(tmp_path, room=ROOM)


def test_another_place_is_only_replaced_when_that_is_said(db, whole):
    given.person("bram")
    Stamp.objects.update_or_create(name="place-id", defaults={"holder": "another"})
    with pytest.raises(
        Unusable, match=r"It is a backup of another place, “Linden”, and there are people in this one\."
    ):
        look_through(whole)
    backup = look_through(whole, over_another=True)
    Stamp.objects.filter(name="place-id").update(holder=backup.manifest.place_id)
    assert look_through(whole).manifest == backup.manifest
