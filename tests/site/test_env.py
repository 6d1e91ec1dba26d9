"""Settings come from the environment through one reader; what is wrong stops the start with a sentence."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from dugnad.site.env import SETTINGS, Env, SettingError
from tests.house.tree import ROOT


def read(**given: str) -> Env:
    """The settings of an environment that holds only these."""
    return Env({f"DUGNAD_{name}": value for name, value in given.items()})


def test_an_empty_environment_gives_what_the_table_says():
    env = read()
    assert {setting.name: getattr(env, setting.name) for setting in SETTINGS} == {s.name: s.default for s in SETTINGS}


def test_other_programs_variables_are_none_of_its_business():
    assert Env({"PORT": "no", "DATABASE_URL": "mysql://x", "DUGNADS": "1"}).PORT == 8000


def test_an_empty_value_is_as_if_it_were_not_there():
    assert read(PORT="").PORT == 8000


def test_right_values_are_read():
    env = read(
        PORT="9000", DEMO="Yes", DEBUG="off", HOSTS="a.example, b.example,", URL="https://samla.example.org/",
        TIME_ZONE="Europe/Oslo", REDIS_URL="unix:///run/redis.sock",
    )  # fmt: skip
    assert (env.PORT, env.DEMO, env.DEBUG, env.HOSTS) == (9000, True, False, ("a.example", "b.example"))
    assert (env.URL, env.TIME_ZONE, env.REDIS_URL) == (
        "https://samla.example.org", "Europe/Oslo", "unix:///run/redis.sock",
    )  # fmt: skip


def test_a_database_address_is_taken_apart_with_its_escapes():
    assert read(DATABASE_URL="postgres://anna:p%40ss@db.example:5433/samla%20one").DATABASE_URL == {
        "NAME": "samla one", "USER": "anna", "PASSWORD": "p@ss", "HOST": "db.example", "PORT": "5433",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("address", "port", "ssl", "tls"),
    [
        ("smtp://mail.example", 587, False, False),
        ("smtp://anna:secret@mail.example", 587, False, True),
        ("smtps://anna:secret@mail.example", 465, True, False),
        ("smtp://mail.example:2525", 2525, False, False),
    ],
)
def test_mail_is_encrypted_where_a_password_would_travel(address, port, ssl, tls):
    smtp = read(SMTP_URL=address).SMTP_URL
    assert (smtp["host"], smtp["port"], smtp["use_ssl"], smtp["use_tls"]) == ("mail.example", port, ssl, tls)


@pytest.mark.parametrize(
    ("name", "value", "wanted"),
    [
        ("PORT", "80 80", "a whole number from 1 to 65535"),
        ("PORT", "0", "a whole number from 1 to 65535"),
        ("PORT", "70000", "a whole number from 1 to 65535"),
        ("PORT", "٨٠", "a whole number from 1 to 65535"),
        ("THREADS", "-1", "a whole number above zero"),
        ("THREADS", "four", "a whole number above zero"),
        ("DEMO", "maybe", "yes or no"),
        ("DATABASE_URL", "mysql://localhost/x", "an address that begins with postgres or postgresql"),
        ("DATABASE_URL", "postgres://localhost", "an address that ends with the name of the database"),
        ("DATABASE_URL", "postgres://localhost:port/x", "an address that begins with postgres or postgresql"),
        ("SMTP_URL", "mail.example", "an address that begins with smtp or smtps"),
        ("SMTP_URL", "smtp://", "an address with a host"),
        ("REDIS_URL", "http://localhost", "an address that begins with redis or rediss or unix"),
        ("URL", "samla.example.org", "an address that begins with http or https"),
        ("URL", "https://example.org/dugnad", "an address without a path"),
        ("TIME_ZONE", "Hjällbo", "the name of a time zone, such as Europe/Oslo"),
        ("TIME_ZONE", "../../etc/passwd", "the name of a time zone, such as Europe/Oslo"),
    ],
)
def test_a_wrong_value_is_named_with_what_it_must_be(name, value, wanted):
    with pytest.raises(SettingError) as trouble:
        read(**{name: value})
    assert str(trouble.value).startswith(f"DUGNAD_{name} is “{value}”, but must be {wanted}. ")


def test_the_sentence_about_a_wrong_address_keeps_its_password():
    with pytest.raises(SettingError) as trouble:
        read(DATABASE_URL="mysql://anna:secret@db.example/x")
    assert "secret" not in str(trouble.value)
    assert "…@db.example/x" in str(trouble.value)


def test_an_unknown_name_is_named_with_the_nearest_one():
    with pytest.raises(SettingError, match=r"^DUGNAD_PROT is not a setting of Dugnad\. Did you mean DUGNAD_PORT\?$"):
        read(PROT="1")
    with pytest.raises(SettingError, match=r"^DUGNAD_XYZZY is not a setting of Dugnad\. docs/running\.md lists"):
        read(XYZZY="1")


@pytest.mark.parametrize(("name", "value"), [("DUGNAD_PROT", "1"), ("DUGNAD_PORT", "door"), ("DUGNAD_DEMO", "perhaps")])
def test_the_start_is_stopped_with_the_sentence_and_nothing_else(name, value, tmp_path):
    environ = {**os.environ, "DUGNAD_DATA_DIR": str(tmp_path), "PYTHONPATH": str(ROOT / "src"), name: value}
    done = subprocess.run(
        [sys.executable, "-m", "dugnad", "serve"], env=environ, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith(name) and done.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []
