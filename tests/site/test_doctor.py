"""Each trouble that the doctor knows is made to happen, and said."""

from __future__ import annotations

import datetime
import json
import os
import shutil
import subprocess
import time

import pytest
import time_machine
from django.db import connection
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from dugnad.forum.uploads import keep_picture
from dugnad.kernel.outbox import Mail, send_mail
from dugnad.kernel.place import Place
from dugnad.kernel.stamps import Stamp
from dugnad.site.backup.restore import backups_folder
from dugnad.site.doctor import command
from dugnad.site.doctor.checks import findings
from dugnad.site.doctor.database import clocks_agree, database_has_its_form, database_is_sound, time_zone_is_one
from dugnad.site.doctor.ground import (
    backups_are_young,
    disk_has_room,
    files_agree,
    files_can_be_written,
    its_owner_looks,
    only_the_owner_reads,
    settings_fit,
)
from dugnad.site.doctor.mail import mail_has_a_way, mail_leaves, somebody_answers_for_it
from dugnad.site.doctor.work import nights_are_kept, redis_answers, somebody_serves, work_is_done
from dugnad.site.serving.presence import Presence
from tests import given

pytestmark = pytest.mark.django_db


def said(check) -> list[tuple[str, str]]:
    """How each finding stands, and its sentence."""
    return [(one.stands, one.says) for one in findings([check])]


def test_mail_without_a_server_stays_and_is_said(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    assert said(mail_has_a_way) == [("wrong", "Nobody said which server mail leaves through, so it stays here.")]
    settings.DEMO = True
    assert said(mail_has_a_way) == [("fine", "This is a demo: mail stays here and is shown on a page.")]


def test_mail_that_waits_or_was_given_up_is_counted():
    assert said(mail_leaves) == []
    send_mail("kari@example.org", "Hello", "Text", kind="test")
    Mail.objects.update(sent_at=timezone.now() - datetime.timedelta(hours=3))
    assert said(mail_leaves) == [("fine", "The last mail left 3 hours ago.")]
    for number in (1, 2):
        late = send_mail("kari@example.org", "Hello", "Text", kind="test")
        Mail.objects.filter(pk=late.pk).update(created_at=timezone.now() - datetime.timedelta(hours=1 + number))
    gone = send_mail("kari@example.org", "Hello", "Text", kind="test")
    Mail.objects.filter(pk=gone.pk).update(given_up_at=timezone.now(), trouble="SMTPRecipientsRefused")
    assert said(mail_leaves) == [
        ("wrong", "2 mails have been waiting for more than an hour."),
        ("look", "1 mail of the last seven days was given up."),
    ]


def test_a_place_that_does_not_say_who_answers_for_it():
    Place.objects.create(opened_at=timezone.now())
    assert said(somebody_answers_for_it)[0][0] == "look"
    Place.objects.update(responsible="Gunnel", contact="gunnel@example.org")
    assert said(somebody_answers_for_it) == [("fine", "The place says who answers for it.")]


def test_a_disk_that_is_nearly_full(settings, tmp_path):
    small = tmp_path / "small"
    small.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(small)]
    if os.getuid() != 0 or subprocess.run(words, capture_output=True, check=False).returncode:
        pytest.skip("a disk that can be filled needs the right to mount one")
    try:
        settings.DATA_DIR = small
        (small / "filler").write_bytes(b"0" * 4_000_000)
        assert said(disk_has_room) == [("wrong", "Only 4.4\u00a0MB are left on the disk of the data folder.")]
    finally:
        subprocess.run(["umount", "-l", str(small)], check=True)


def test_a_folder_of_files_that_cannot_be_written(settings, tmp_path):
    assert said(files_can_be_written) == [("fine", "Uploaded files can be kept.")]
    settings.FILES_DIR = tmp_path / "in-the-way"
    settings.FILES_DIR.write_text("a file where the folder should be")
    assert said(files_can_be_written) == [("wrong", "Files cannot be kept in the folder of files (File exists).")]


def test_files_without_rows_and_rows_without_files():
    stored = keep_picture(given.picture(), "The yard", by=given.person("leyla"))
    assert said(files_agree) == [("fine", "Every uploaded file is where it should be.")]
    orphan = stored.path.with_name("nobody-knows-it")
    orphan.write_bytes(b"x")
    assert said(files_agree)[0][0] == "fine"
    old = time.time() - 3 * 24 * 3600
    os.utime(orphan, (old, old))
    stored.path.unlink()
    assert said(files_agree) == [
        ("wrong", "1 uploaded file is missing from the disk."),
        ("look", "1 file lies on the disk that nothing in the place knows."),
    ]


@pytest.mark.skipif(os.getuid() != 0, reason="giving a folder away needs the right to")
def test_a_folder_that_belongs_to_somebody_else(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    assert said(its_owner_looks) == [("fine", "This runs as the user that the data folder belongs to.")]
    os.chown(tmp_path, 54321, -1)
    (found,) = findings([its_owner_looks])
    assert (found.stands, found.says) == ("look", "This runs as another user than the data folder belongs to.")
    assert found.to_do.startswith("Run it as that user: sudo -u #54321.")


def test_a_secret_key_that_others_can_read(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    key = tmp_path / "secret-key"
    key.write_text("secret")
    key.chmod(0o600)
    closed = "The secret key and the database are closed to other users of this machine."
    assert said(only_the_owner_reads) == [("fine", closed)]
    key.chmod(0o644)
    tmp_path.chmod(0o700)
    assert said(only_the_owner_reads) == [("fine", closed)]
    tmp_path.chmod(0o755)
    assert said(only_the_owner_reads) == [("wrong", "Other users of this machine can read secret-key.")]


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({"URL": "http://localhost:8000"}, [("look", "The place is only for this machine: its address is http://localhost:8000.")]),
        ({}, [("fine", "The settings fit a place that others reach.")]),
        ({"DEBUG": True}, [("wrong", "DUGNAD_DEBUG is on: whoever makes a page break is shown the inside of the place.")]),
        ({"DEMO": True}, [("wrong", "DUGNAD_DEMO is on: everybody can sign in as the people of the demo.")]),
        (
            {"URL": "http://samla.example.org"},
            [
                (
                    "wrong",
                    "The address http://samla.example.org is not encrypted: who is in between reads along, "
                    "and passkeys do not work.",
                )
            ],
        ),
        (
            {"TRUST_PROXY": False},
            [
                (
                    "look",
                    "A proxy stands before the place, but DUGNAD_TRUST_PROXY is off: all people count as one computer.",
                )
            ],
        ),
        ({"ALLOWED_HOSTS": ["*"]}, [("wrong", "The place answers under every name.")]),
    ],
)  # fmt: skip
def test_settings_that_do_not_fit_where_others_come(changed, found, settings):
    usual = {"URL": "https://samla.example.org", "DEBUG": False, "DEMO": False, "TRUST_PROXY": True}
    for name, value in {**usual, "ALLOWED_HOSTS": ["samla.example.org"], **changed}.items():
        setattr(settings, name, value)
    assert said(settings_fit) == found


def test_backups_that_are_missing_or_old(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    assert said(backups_are_young)[0] == ("fine", "Nobody is here yet, so there is nothing to keep.")
    given.person("leyla")
    assert said(backups_are_young) == [("look", "There is no backup yet. The house makes one every night.")]
    made = backups_folder() / "daily-2026-01-01-030000.dugnad"
    made.write_bytes(b"x")
    assert said(backups_are_young) == [("fine", "There is a backup of the last two days.")]
    old = time.time() - 5 * 24 * 3600 - 60
    os.utime(made, (old, old))
    assert said(backups_are_young) == [("wrong", "The newest backup is 5 days old.")]
    settings.DEMO = True
    assert said(backups_are_young) == [("fine", "This is a demo: the house makes no backups of it.")]
    settings.DEMO = False
    Place.objects.create(backups_kept=0)
    assert said(backups_are_young)[0][0] == "look"


def test_a_database_of_another_version():
    assert said(database_has_its_form) == [("fine", "The database has the form of this version.")]
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'notices' AND name = '0003_note'")
    assert said(database_has_its_form) == [("wrong", "The database lacks 1 step to the form of this version.")]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('forum', '0099_tomorrow', %s)", [timezone.now()]
        )
    (found,) = said(database_has_its_form)
    assert found == ("wrong", "The database is newer than this version of Dugnad: it has forum 0099_tomorrow.")


def test_a_folder_without_a_place(tmp_path):
    from dugnad.site.backup.standing import standing_in

    with standing_in(ENGINE="django.db.backends.sqlite3", NAME=str(tmp_path / "none.sqlite3"), OPTIONS={}):
        found = list(findings([database_has_its_form, mail_leaves]))
    assert [one.says for one in found] == ["There is no place here yet: the database is empty."]


def test_a_database_file_that_is_damaged(tmp_path):
    if connection.vendor != "sqlite":
        assert said(database_is_sound) == [("fine", "The database finds no damage in itself.")]
        return
    from dugnad.site.backup.standing import standing_in

    path = tmp_path / "whole.sqlite3"
    with standing_in(NAME=str(path)):
        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE words (word text)")
            cursor.execute("CREATE INDEX by_word ON words (word)")
            for number in range(500):
                cursor.execute("INSERT INTO words VALUES (%s)", [f"word {number}" * 10])
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        assert said(database_is_sound) == [("fine", "The database finds no damage in itself.")]
    content = bytearray(path.read_bytes())
    content[4096 * 3 : 4096 * 3 + 200] = b"\xff" * 200
    path.write_bytes(content)
    with standing_in(NAME=str(path)):
        (found,) = said(database_is_sound)
    assert found[0] == "wrong"


def test_a_clock_that_jumped_back():
    given.thread()
    assert said(clocks_agree) == [("fine", "The clocks agree.")]
    back = timezone.now() - datetime.timedelta(days=400)
    with time_machine.travel(back, tick=False):
        found = said(clocks_agree)
    assert ("wrong", "The clock jumped back: something here happened at a time that has not come yet.") in found
    if connection.vendor == "postgresql":
        seconds = 400 * 24 * 3600
        assert found[0][1].startswith("The clocks of this machine and of the database are ")
        assert abs(int(found[0][1].split()[-3]) - seconds) < 60


def test_a_note_between_processes_from_a_day_that_has_not_come_yet():
    Stamp.objects.create(name="daily:backup", at=timezone.now() + datetime.timedelta(minutes=4))
    assert said(clocks_agree) == [("fine", "The clocks agree.")]
    Stamp.objects.update(at=timezone.now() + datetime.timedelta(days=1))
    jumped = "The clock jumped back: something here happened at a time that has not come yet."
    assert said(clocks_agree) == [("wrong", jumped)]


def test_a_time_zone_that_this_machine_does_not_know():
    Place.objects.create(time_zone="Europe/Atlantis")
    assert said(time_zone_is_one) == [("look", "The time zone “Europe/Atlantis” is not known on this machine.")]
    Place.objects.update(time_zone="Europe/Oslo")
    assert said(time_zone_is_one) == [("fine", "The place's time zone is Europe/Oslo.")]


def test_who_serves_and_whether_they_hear_each_other(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    nobody = "Nobody serves this place just now, so no mail leaves and no work is done."
    assert said(somebody_serves) == [("look", nobody)]
    first, second = Presence(tmp_path / "workers"), Presence(tmp_path / "workers")
    first.begin()
    assert said(somebody_serves) == [("fine", "1 process serves this place.")]
    second.begin()
    settings.REDIS_URL = ""
    assert said(somebody_serves) == [("wrong", "2 processes serve this place, but do not hear each other.")]
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    assert said(somebody_serves) == [("fine", "2 processes serve this place.")]
    first.end()
    second.end()
    assert said(somebody_serves) == [("look", nobody)]


def test_work_that_waits_or_failed():
    assert said(work_is_done) == [("fine", "No work is waiting for too long.")]
    from tests.serving import chores

    for number in range(3):
        DBTaskResult.objects.create(
            task_path=chores.leave_stamp.module_path,
            args_kwargs={"args": [str(number)], "kwargs": {}},
            backend_name="default",
        )
    DBTaskResult.objects.update(enqueued_at=timezone.now() - datetime.timedelta(minutes=11))
    failed = DBTaskResult.objects.first()
    DBTaskResult.objects.filter(pk=failed.pk).update(status=TaskResultStatus.FAILED, finished_at=timezone.now())
    assert said(work_is_done) == [
        ("wrong", "2 pieces of work have been waiting for more than ten minutes."),
        ("look", "1 piece of work failed in the last days."),
    ]


def test_nights_that_were_not_kept():
    assert said(nights_are_kept) == [("fine", "The night's keeping ran.")]
    Stamp.objects.create(name="daily:backup", value=timezone.now().date().toordinal() - 3)
    assert said(nights_are_kept) == [("wrong", "The night's keeping did not run for more than two days: backup.")]


def test_redis_that_is_away_and_one_that_answers(settings, tmp_path):
    settings.REDIS_URL = ""
    assert said(redis_answers) == [("fine", "One process needs no Redis.")]
    settings.REDIS_URL = f"unix://{tmp_path}/redis.sock"
    away = "Redis does not answer, so processes do not hear each other and live pages miss what happens elsewhere."
    assert said(redis_answers) == [("wrong", away)]
    program = shutil.which("redis-server")
    if not program:
        pytest.skip("redis-server is not here")
    with subprocess.Popen(
        [program, "--port", "0", "--unixsocket", f"{tmp_path}/redis.sock", "--save", "", "--logfile", ""],
        stdout=subprocess.PIPE,
    ) as server:
        assert server.stdout
        while b"eady to accept" not in (line := server.stdout.readline()):
            assert line
        assert said(redis_answers) == [("fine", "Redis answers.")]
        server.terminate()


@pytest.mark.parametrize(
    ("environ", "language"),
    [
        ({}, "en"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "sv_SE.UTF-8"}, "sv"),
        ({"LANG": "no_NO"}, "nb"),
        ({"LANG": "sv_SE.UTF-8", "LC_MESSAGES": "nn_NO.UTF-8"}, "nn"),
        ({"LANG": "sv_SE.UTF-8", "LC_MESSAGES": "nn_NO.UTF-8", "LC_ALL": "C"}, "en"),
    ],
)
def test_the_command_speaks_the_language_of_the_shell(environ, language, monkeypatch):
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    assert command.language_of_shell() == language


def test_the_command_ends_with_one_when_something_is_wrong(settings, monkeypatch):
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    lines: list[str] = []
    assert command.doctor([], say=lines.append) == 1
    assert lines[-1] == "1 thing is wrong."
    assert "WRONG  Nobody said which server mail leaves through, so it stays here." in lines
    lines.clear()
    assert command.doctor(["--json"], say=lines.append) == 1
    told = json.loads(lines[0])
    assert told["well"] is False
    assert [one["says"] for one in told["found"] if one["stands"] == "wrong"] == [
        "Nobody said which server mail leaves through, so it stays here."
    ]
    settings.DEMO = True
    lines.clear()
    assert command.doctor([], say=lines.append) == 0
    assert lines[-1] == "Nothing is wrong."


def test_a_database_that_does_not_answer_keeps_the_rest_from_nothing(tmp_path, settings):
    from dugnad.site.backup.standing import standing_in

    broken = tmp_path / "broken.sqlite3"
    broken.write_bytes(b"no database at all" * 300)
    with standing_in(ENGINE="django.db.backends.sqlite3", NAME=str(broken), OPTIONS={}):
        found = said(mail_leaves) + said(files_can_be_written)
    assert found == [("wrong", "The database does not answer as it should."), ("fine", "Uploaded files can be kept.")]


def test_the_page_is_for_stewards_of_the_place_and_names_what_is_wrong():
    given.steward("gunnel")
    assert given.client("leyla").get("/place/health").status_code == 404
    assert given.client().get("/place/health").status_code == 302
    send_mail("kari@example.org", "Hello", "Text", kind="test")
    Mail.objects.update(created_at=timezone.now() - datetime.timedelta(hours=2))
    person = given.person("gunnel")
    person.language = "en"
    person.save()
    page = given.said(given.client("gunnel").get("/place/health"))
    assert "1 thing is wrong. What to do stands below it." in page
    assert "1 mail has been waiting for more than an hour." in page
    assert "kari@example.org" not in page
