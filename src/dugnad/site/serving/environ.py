"""From an ASGI scope to the environ of a WSGI application (PEP 3333)."""

from __future__ import annotations

import sys
from collections.abc import Iterable, MutableMapping
from typing import IO, Any
from urllib.parse import unquote_to_bytes

Scope = MutableMapping[str, Any]

# Said by proxies; from anybody else they are not to be believed.
_FORWARDED = (b"x-forwarded-", b"x-real-ip", b"forwarded")


def build_environ(scope: Scope, body: IO[bytes], size: int, *, trust_proxy: bool) -> dict[str, Any]:
    """The environ for a request whose whole body of `size` bytes is in `body`.

    The path is what was asked for, byte by byte. `REMOTE_ADDR` is there for rate limits; with `trust_proxy` it and the
    scheme come from the last proxy, else what proxies say is left out.
    """
    server, port = scope.get("server") or ("localhost", None)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": scope.get("root_path", ""),
        "PATH_INFO": unquote_to_bytes(scope["raw_path"]).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "SERVER_NAME": server,
        "SERVER_PORT": str(port or 80),
        "REMOTE_ADDR": scope["client"][0] if scope.get("client") else "",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": body,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    _add_headers(environ, scope["headers"], trust_proxy)
    environ.pop("HTTP_TRANSFER_ENCODING", None)
    environ["CONTENT_LENGTH"] = str(size)
    if trust_proxy:
        _believe_proxy(environ)
    return environ


def _add_headers(environ: dict[str, Any], headers: Iterable[tuple[bytes, bytes]], trust_proxy: bool) -> None:
    for name, value in headers:
        # "X_Forwarded_For" would become the same key as "X-Forwarded-For"; "Proxy" would become HTTP_PROXY.
        if b"_" in name or name == b"proxy" or (not trust_proxy and name.startswith(_FORWARDED)):
            continue
        key = name.decode("latin-1").upper().replace("-", "_")
        if key not in ("CONTENT_TYPE", "CONTENT_LENGTH"):
            key = f"HTTP_{key}"
        text = value.decode("latin-1")
        if key in environ:
            text = f"{environ[key]}{'; ' if key == 'HTTP_COOKIE' else ','}{text}"
        environ[key] = text


def _believe_proxy(environ: dict[str, Any]) -> None:
    scheme = environ.get("HTTP_X_FORWARDED_PROTO", "").rpartition(",")[2].strip()
    if scheme in ("http", "https"):
        environ["wsgi.url_scheme"] = scheme
    environ["REMOTE_ADDR"] = _told_by_proxy(environ.get("HTTP_X_FORWARDED_FOR", "")) or environ["REMOTE_ADDR"]


def sender_of(scope: Scope, *, trust_proxy: bool) -> str:
    """The address that a request comes from, the same as `REMOTE_ADDR`."""
    said = [value.decode("latin-1") for name, value in scope["headers"] if trust_proxy and name == b"x-forwarded-for"]
    return _told_by_proxy(",".join(said)) or (scope["client"][0] if scope.get("client") else "")


def _told_by_proxy(header: str) -> str:
    """Each proxy adds whom it spoke with at the end; only the last entry was written by ours."""
    return header.rpartition(",")[2].strip()
