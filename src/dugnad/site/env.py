"""The one typed reader of settings. They come from environment variables that begin with `DUGNAD_`.

An unknown name or a wrong value stops the start with a sentence that says which and why. `docs/running.md` lists them; a test
keeps the list and this table equal.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


class SettingError(Exception):
    """A setting that cannot be used, with a sentence that says which and why."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its name without the prefix, what it may be, what it is when nobody says, and what it is for."""

    name: str
    kind: str  # "text", "number", "port", "yes/no", "path", "list", "database", "smtp", "redis", "url", "zone", "log"
    default: Any
    help: str


SETTINGS = (
    Setting("DATA_DIR", "path", "", "Folder for the database, files and secret key. Default: data/ in a checkout."),
    Setting("DATABASE_URL", "database", "", "postgres://user:password@host/name. Default: SQLite in the data folder."),
    Setting("REDIS_URL", "redis", "", "redis://host:port/0, needed when several processes serve one place."),
    Setting(
        "SMTP_URL", "smtp", "", "smtp://user:password@host:587 or smtps://…:465. Without it mail waits in the outbox."
    ),
    Setting("MAIL_FROM", "text", "", "Sender of mails, such as “Dugnad <post@example.org>”."),
    Setting("URL", "url", "", "Address under which people reach the place, such as https://example.org."),
    Setting("HOSTS", "list", (), "Further host names the place answers to, with commas between."),
    Setting("SECRET_KEY", "text", "", "Key for signatures. Default: made once and kept in the data folder."),
    Setting("PORT", "port", 8000, "Port to listen on."),
    Setting("BIND", "text", "127.0.0.1", "Address to listen on."),
    Setting("THREADS", "number", 4, "Threads that make pages."),
    Setting("LIVE_SOCKETS", "number", 5000, "Live connections that one process holds at most."),
    Setting(
        "MAX_UPLOAD_MB",
        "number",
        25,
        "Largest request body in megabytes, and so the largest document that can be attached.",
    ),
    Setting("TRUST_PROXY", "yes/no", False, "Believe X-Forwarded-For and -Proto; only behind a proxy that sets them."),
    Setting("LOG", "log", "plain", "How the log is written: plain, or json with one object a line."),
    Setting("LOG_REQUESTS", "yes/no", False, "A line for each request; else for those that failed or took a second."),
    Setting("METRICS_TOKEN", "text", "", "Bearer token that opens /metrics from anywhere."),
    Setting("DEMO", "yes/no", False, "Offer the demo's cast on the sign-in page and a mailbox page."),
    Setting("DEBUG", "yes/no", False, "Show tracebacks. Never where others can reach the place."),
    Setting("TIME_ZONE", "zone", "Europe/Stockholm", "Time zone until the place says its own."),
)

_BY_NAME = {setting.name: setting for setting in SETTINGS}
# Read by the tools around the house, not by the house: named here so that they are not called unknown.
TOOLS = frozenset({"TEST_COMMONMARK", "TEST_POSTGRES", "TEST_REQUIRE", "TEST_DATABASE_URL", "SETTINGS_FOR_TESTS"})


class Env:
    """All settings, read and checked at once: `env.PORT`, `env.DATABASE_URL` …"""

    def __init__(self, environ: Mapping[str, str] | None = None) -> None:
        environ = os.environ if environ is None else environ
        given = {key[7:]: value for key, value in environ.items() if key.startswith("DUGNAD_")}
        for name in given:
            if name not in _BY_NAME and name not in TOOLS:
                raise SettingError(_unknown(name))
        self._values = {s.name: _read(s, given[s.name]) if given.get(s.name) else s.default for s in SETTINGS}

    def __getattr__(self, name: str) -> Any:
        try:
            return self.__dict__["_values"][name]
        except KeyError:
            raise AttributeError(name) from None


def _unknown(name: str) -> str:
    import difflib

    near = difflib.get_close_matches(name, _BY_NAME, n=1)
    hint = f" Did you mean DUGNAD_{near[0]}?" if near else " docs/running.md lists the settings there are."
    return f"DUGNAD_{name} is not a setting of Dugnad.{hint}"


def _read(setting: Setting, value: str) -> Any:
    readers: dict[str, Callable[[Setting, str], Any]] = {
        "number": _number, "yes/no": _yes_no, "list": _list, "path": lambda s, v: str(Path(v).expanduser().resolve()),
        "database": _database, "smtp": _smtp, "redis": _redis, "url": _url,
        "port": _port, "zone": _zone, "log": _log,
    }  # fmt: skip
    read = readers.get(setting.kind)
    return read(setting, value.strip()) if read else value.strip()


def _wrong(setting: Setting, value: str, wanted: str) -> SettingError:
    return SettingError(f"DUGNAD_{setting.name} is “{value}”, but must be {wanted}. {setting.help}")


def _number(setting: Setting, value: str) -> int:
    if not value.isascii() or not value.isdigit() or int(value) < 1:
        raise _wrong(setting, value, "a whole number above zero")
    return int(value)


def _port(setting: Setting, value: str) -> int:
    if not value.isascii() or not value.isdigit() or not 0 < int(value[:9]) < 65536:
        raise _wrong(setting, value, "a whole number from 1 to 65535")
    return int(value)


def _zone(setting: Setting, value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise _wrong(setting, value, "the name of a time zone, such as Europe/Oslo") from None
    return value


def _log(setting: Setting, value: str) -> str:
    if value not in ("plain", "json"):
        raise _wrong(setting, value, "plain or json")
    return value


def _yes_no(setting: Setting, value: str) -> bool:
    answers = {"yes": True, "true": True, "1": True, "on": True, "no": False, "false": False, "0": False, "off": False}
    if value.lower() not in answers:
        raise _wrong(setting, value, "yes or no")
    return answers[value.lower()]


def _list(_setting: Setting, value: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in value.split(",") if part.strip())


def _scheme(setting: Setting, value: str, allowed: tuple[str, ...]) -> Any:
    try:
        parts = urlsplit(value)
        _port = parts.port
    except ValueError:
        raise _wrong(setting, _hide_password(value), f"an address that begins with {' or '.join(allowed)}") from None
    if parts.scheme not in allowed:
        raise _wrong(setting, _hide_password(value), f"an address that begins with {' or '.join(allowed)}")
    return parts


def _hide_password(value: str) -> str:
    head, at, tail = value.rpartition("@")
    return f"…@{tail}" if at and head else value


def _database(setting: Setting, value: str) -> dict[str, Any]:
    parts = _scheme(setting, value, ("postgres", "postgresql"))
    name = unquote(parts.path.lstrip("/"))
    if not name:
        raise _wrong(setting, _hide_password(value), "an address that ends with the name of the database")
    return {
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
    }


def _smtp(setting: Setting, value: str) -> dict[str, Any]:
    parts = _scheme(setting, value, ("smtp", "smtps"))
    if not parts.hostname:
        raise _wrong(setting, _hide_password(value), "an address with a host")
    secure = parts.scheme == "smtps"
    return {
        "host": parts.hostname,
        "port": parts.port or (465 if secure else 587),
        "username": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        "use_ssl": secure,
        "use_tls": not secure and bool(parts.username),
    }


def _redis(setting: Setting, value: str) -> str:
    _scheme(setting, value, ("redis", "rediss", "unix"))
    return value


def _url(setting: Setting, value: str) -> str:
    parts = _scheme(setting, value, ("http", "https"))
    if not parts.hostname or parts.path not in ("", "/") or parts.query:
        raise _wrong(setting, value, "an address without a path")
    return value.rstrip("/")
