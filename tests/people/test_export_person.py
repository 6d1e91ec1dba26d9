"""Everything about me in one file: who may ask, how it is made, who gets it, when it goes."""

from __future__ import annotations

import io
import json
import tracemalloc
import zipfile
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from dugnad.kernel import registry
from dugnad.kernel.audience import audience_of
from dugnad.kernel.files import keep_file
from dugnad.kernel.happenings import Happening
from dugnad.kernel.outbox import Mail, send_mail
from dugnad.kernel.policies import Refused
from dugnad.people.keeping.actions import ask_for_export
from dugnad.people.keeping.daily import drop_old_exports
from dugnad.people.keeping.export import write_export
from dugnad.people.keeping.tasks import make_export
from dugnad.people.models import Export, Person
from dugnad.people.profile_actions import block_person
from tests import given

pytestmark = pytest.mark.django_db


def made(person: Person) -> Export:
    export = ask_for_export(person, by=person)
    make_export.call(export.pk)
    export.refresh_from_db()
    return export


def parts(export: Export) -> dict[str, object]:
    with zipfile.ZipFile(export.path) as archive:
        assert archive.testzip() is None
        return {name: json.loads(archive.read(name)) for name in archive.namelist() if name.endswith(".json")}


def test_only_the_person_can_ask():
    with pytest.raises(Refused, match="Only the person can ask for this file"):
        ask_for_export(given.person("amina"), by=given.person("leyla"))
    assert Export.objects.count() == 0


def test_asking_writes_the_wish_the_task_and_a_happening_that_only_the_person_sees():
    amina = given.person("amina")
    export = ask_for_export(amina, by=amina)
    task = DBTaskResult.objects.get()
    assert task.task_path == "dugnad.people.keeping.tasks.make_export"
    assert task.args_kwargs == {"args": [export.pk], "kwargs": {}}
    happening = Happening.objects.get(verb="export_asked")
    assert (happening.thing, happening.actor) == (f"export:{export.pk}", amina.key)
    assert happening.audience.keys() == {amina.key}


def test_a_second_wish_waits_for_the_first_and_a_lost_one_can_be_asked_again():
    amina = given.person("amina")
    export = ask_for_export(amina, by=amina)
    with pytest.raises(Refused, match="Your file is being made"):
        ask_for_export(amina, by=amina)
    Export.objects.filter(pk=export.pk).update(created_at=timezone.now() - timedelta(hours=2))
    assert ask_for_export(amina, by=amina).pk != export.pk
    assert Export.objects.count() == 1


def test_the_file_holds_the_persons_own_part_and_no_secret():
    amina, leyla = given.person("amina"), given.person("leyla")
    amina.set_password("correct horse battery")
    amina.about = "I know the laundry room."
    amina.save()
    Authenticator.objects.create(user=amina, type="totp", data={"secret": "SECRETSECRET"})
    block_person(leyla, by=amina)
    send_mail("amina@example.org", "Subject of a mail", "Text of a mail", kind="notice", person=amina.key)
    send_mail("leyla@example.org", "Not for Amina", "Not for Amina either", kind="notice", person=leyla.key)
    export = made(amina)
    found = parts(export)
    assert found["person.json"]["about"] == "I know the laundry room."
    assert found["person.json"]["email"] == "amina@example.org"
    assert found["signing-in.json"]["addresses"] == [{"email": "amina@example.org", "verified": True, "primary": True}]
    assert found["signing-in.json"]["has_password"] is True
    assert [key["kind"] for key in found["signing-in.json"]["keys"]] == ["totp"]
    assert [one["handle"] for one in found["standing.json"]["blocked"]] == ["leyla-demir"]
    assert [one["subject"] for one in found["mails.json"]] == ["Subject of a mail"]
    verbs = {one["verb"] for one in found["deeds.json"]}
    assert "export_asked" in verbs
    whole = zipfile.ZipFile(export.path)
    text = "\n".join(whole.read(name).decode() for name in whole.namelist())
    for secret in ("SECRETSECRET", "argon2", amina.password, amina.session_epoch, export.token, "Not for Amina"):
        assert secret not in text


def test_posts_and_pictures_are_in_it():
    amina = given.person("amina")
    thread = given.thread("Who has a drill?", text="Three cellars and no drill.")
    given.post(thread, "Mine is blue.", by="leyla")
    keep_file(b"RIFF picture", audience=audience_of("members"), author=amina, content_type="image/webp")
    export = made(amina)
    found = parts(export)
    assert [post["text"] for post in found["posts.json"]] == ["Three cellars and no drill."]
    with zipfile.ZipFile(export.path) as archive:
        pictures = [name for name in archive.namelist() if name.startswith("pictures/")]
        assert [archive.read(name) for name in pictures] == [b"RIFF picture"]


def test_the_readme_says_what_each_part_is_in_the_persons_language():
    oona, amina = given.person("oona"), given.person("amina")
    with zipfile.ZipFile(made(oona).path) as archive:
        english = archive.read("README.txt").decode()
    assert "Everything that Dugnad keeps about Oona Mac a' Bhaird" in english
    assert "person.json\n  Your account and what others see of you." in english
    assert "deeds.json (1 entry)" in english or "deeds.json (2 entries)" in english
    with zipfile.ZipFile(made(amina).path) as archive:
        names = archive.namelist()
        swedish = archive.read("README.txt").decode()
    for name in names:
        assert name == "README.txt" or not name.endswith(".json") or name in swedish


def test_rows_from_an_iterator_are_written_one_by_one(tmp_path, monkeypatch):
    def ten_megabytes(person):
        return "many", ({"n": n, "text": "word " * 1000} for n in range(2000)), {}, "Many rows."

    hook = registry.Hook("only this part")
    hook.register(ten_megabytes)
    monkeypatch.setattr(registry, "exporters", hook)
    target = tmp_path / "exports" / "one.zip"
    amina = given.person("amina")
    tracemalloc.start()
    write_export(amina, target)
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 2_000_000
    with zipfile.ZipFile(target) as archive:
        assert len(json.loads(archive.read("many.json"))) == 2000
    assert target.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in target.parent.iterdir()] == ["one.zip"]


def test_a_path_that_climbs_out_is_refused_and_a_missing_file_is_named(tmp_path, monkeypatch):
    amina = given.person("amina")
    hook = registry.Hook("only this part")
    hook.register(lambda person: ("gone", [], {"files/a.webp": str(tmp_path / "not-there")}, "Gone."))
    monkeypatch.setattr(registry, "exporters", hook)
    write_export(amina, tmp_path / "one.zip")
    with zipfile.ZipFile(tmp_path / "one.zip") as archive:
        assert archive.namelist() == ["gone.json", "README.txt"]
    monkeypatch.setattr(registry, "exporters", [lambda person: ("x", {}, {"../../etc/passwd": "/etc/passwd"}, "")])
    with pytest.raises(ValueError, match="would climb out"):
        write_export(amina, tmp_path / "two.zip")


def test_the_person_is_told_by_mail_once_also_when_the_task_runs_twice():
    oona = given.person("oona")
    export = ask_for_export(oona, by=oona)
    make_export.call(export.pk)
    make_export.call(export.pk)
    mail = Mail.objects.get(kind="export")
    assert (mail.to, mail.subject, mail.person) == ("oona@example.org", "Your file from Dugnad is ready", oona.key)
    assert "/me/export" in mail.text
    assert export.token not in mail.text
    assert Happening.objects.filter(verb="export_made", actor="system").count() == 1


def test_a_file_for_which_nobody_waits_any_more_is_not_left_behind(settings):
    amina = given.person("amina")
    export = ask_for_export(amina, by=amina)
    Export.objects.all().delete()
    make_export.call(export.pk)
    assert not export.path.exists()


def test_the_page_says_how_far_it_is():
    client = given.client("oona")
    answer = client.post("/me/export")
    assert (answer.status_code, answer["Location"]) == (302, "/me/export")
    page = client.get("/me/export").content.decode()
    assert "Your file is being made." in page
    client.post("/me/export")
    assert Export.objects.count() == 1
    export = Export.objects.get()
    make_export.call(export.pk)
    page = client.get("/me/export").content.decode()
    assert "Your file is being made." not in page
    assert f'href="/me/export/{export.token}"' in page
    Export.objects.update(ready_at=None, ends_at=None, created_at=timezone.now() - timedelta(hours=2))
    assert "The file was not finished." in client.get("/me/export").content.decode()


def test_only_the_person_downloads_it_while_signed_in_and_for_a_day():
    oona = given.person("oona")
    export = made(oona)
    address = f"/me/export/{export.token}"
    client = given.client("oona")
    answer = client.get(address)
    assert answer["Content-Type"] == "application/zip"
    assert answer["Content-Disposition"].startswith('attachment; filename="dugnad-oona-mac-a-bhaird-')
    assert "no-store" in answer["Cache-Control"]
    assert zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))).testzip() is None
    assert given.client("leyla").get(address).status_code == 404
    assert given.client().get(address).status_code == 302
    assert export.ends_at - export.ready_at == timedelta(hours=24)
    Export.objects.update(ends_at=timezone.now() - timedelta(seconds=1))
    assert client.get(address).status_code == 404


def test_the_daily_job_removes_old_files_lost_wishes_and_orphans(django_capture_on_commit_callbacks, tmp_path):
    import os

    amina, oona, leyla = given.person("amina"), given.person("oona"), given.person("leyla")
    old, lost, young = made(amina), ask_for_export(oona, by=oona), made(leyla)
    Export.objects.filter(pk=old.pk).update(ends_at=timezone.now() - timedelta(minutes=1))
    Export.objects.filter(pk=lost.pk).update(created_at=timezone.now() - timedelta(days=2))
    orphan = old.path.with_name("orphan.part")
    orphan.write_bytes(b"half")
    long_ago = (timezone.now() - timedelta(days=2)).timestamp()
    os.utime(orphan, (long_ago, long_ago))
    with django_capture_on_commit_callbacks(execute=True):
        assert drop_old_exports() == "2 exports removed, 1 orphaned"
    assert [path.name for path in old.path.parent.iterdir()] == [young.path.name]
    assert drop_old_exports() == "0 exports removed, 0 orphaned"


def test_addresses_of_sign_in_count_too():
    oona = given.person("oona")
    EmailAddress.objects.create(user=oona, email="second@example.org", verified=True)
    send_mail("Second@example.org", "To the other address", "Text", kind="code")
    assert "To the other address" in [one["subject"] for one in parts(made(oona))["mails.json"]]
