"""One stylesheet out of many parts, and static files that are named, compressed and ready before the first request.

The parts stand in `static/<hall>/css/*.css`, one file for each part, in cascade layers. They are joined into
`kernel/css/house.css`: the kernel's in the order of `PARTS`, then those of the halls, by the order of INSTALLED_APPS
and by name. `HouseStaticStorage` does it in `collectstatic`, leaves the parts behind and gives every other file a
hashed name with a gzip and a Brotli copy beside it. `HouseCss` finds the same bytes in development, anew on a change.
"""

from __future__ import annotations

import atexit
import re
import shutil
import tempfile
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from django.apps import apps
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

HOUSE_CSS = "kernel/css/house.css"
PARTS = (
    "tokens", "base", "layout", "prose", "mark", "nav", "button", "field", "slip", "seat", "row", "sheet", "post",
    "fana", "leaf", "steps", "foot", "pages", "print", "help",
)  # fmt: skip

LEFT_BEHIND = ("django_htmx/ext/*", "django_htmx/*-4*", "django_htmx/htmx-2.js")

_COMMENT_OR_STRING = re.compile(r"""/\*.*?\*/|("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')""", re.S)
_AROUND_MARKS = re.compile(r"\s*([{};,])\s*")


class HouseCss(BaseFinder):
    """Finds `kernel/css/house.css` in development; `collectstatic` gets it from the storage."""

    def __init__(self, app_names: Any = None, *args: Any, **kwargs: Any) -> None:
        self._folder: Path | None = None

    def check(self, **kwargs: Any) -> list[Any]:
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        if path != HOUSE_CSS:
            return []
        found = str(self._joined())
        return [found] if find_all or kwargs.get("all") else found

    def list(self, ignore_patterns: Any) -> Iterator[Any]:
        return iter(())

    def _joined(self) -> Path:
        """The joined file, rewritten when a part is newer than it."""
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="dugnad-css-"))
            atexit.register(shutil.rmtree, self._folder, ignore_errors=True)
        target = self._folder / "house.css"
        parts = css_parts()
        newest = max(part.stat().st_mtime_ns for part in parts)
        if not target.exists() or target.stat().st_mtime_ns < newest:
            target.write_text(join(parts), encoding="utf-8")
        return target


class HouseStaticStorage(CompressedManifestStaticFilesStorage):
    """Hashed names, module imports rewritten to them, gzip and Brotli ahead of time, one stylesheet.

    What was not collected (everything, in a fresh checkout and in the tests) answers to its plain name: a page with a
    script missing is better than no page, and a test looks for such names.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # Only the house's own modules: libraries speak of imports in comments and are served as they came.
        rules = self._js_module_import_aggregation_patterns[1]  # type: ignore[attr-defined]  # not in the stubs
        self.patterns = (*self.patterns, *((f"{hall}/*.js", rules) for hall in _halls()))
        super().__init__(*args, **kwargs)  # type: ignore[no-untyped-call]

    def post_process(self, paths: dict[str, Any], dry_run: bool = False, **options: Any) -> Iterator[Any]:
        if dry_run:
            return
        whole = {name: found for name, found in paths.items() if not is_left_behind(name)}
        for name in paths.keys() - whole.keys():
            self.delete(name)
        self.delete(HOUSE_CSS)
        self.save(HOUSE_CSS, ContentFile(join(css_parts()).encode()))
        paths = {**whole, HOUSE_CSS: (self, HOUSE_CSS)}
        yield from super().post_process(paths, **options)  # type: ignore[no-untyped-call]

    def stored_name(self, name: str) -> str:
        clean = self.clean_name(name)
        return str(self.hashed_files.get(self.hash_key(clean), clean))


def is_left_behind(name: str) -> bool:
    """Whether a collected file is one that no page of the house asks for."""
    return is_part(name) or any(fnmatchcase(name, pattern) for pattern in LEFT_BEHIND)


def is_part(name: str) -> bool:
    """Whether a static file is a part of the joined stylesheet, so that no page asks for it."""
    hall, _, rest = name.partition("/css/")
    return name != HOUSE_CSS and "/" not in rest and rest.endswith(".css") and hall in _css_folders()


def css_parts() -> list[Path]:
    """The parts in the order in which they are joined."""
    folders = _css_folders()
    kernel = folders.pop("kernel")
    parts = [kernel / f"{name}.css" for name in PARTS]
    for folder in folders.values():
        parts += sorted(folder.glob("*.css"))
    return parts


def join(parts: list[Path]) -> str:
    """One text out of the parts, without comments and spare whitespace."""
    return "\n".join(squeeze(part.read_text(encoding="utf-8")) for part in parts) + "\n"


def squeeze(css: str) -> str:
    """CSS without comments and spare whitespace; what stands in quotation marks is kept letter by letter."""
    kept: list[str] = []

    def hold(match: re.Match[str]) -> str:
        if match[1] is None:
            return " "
        kept.append(match[1])
        return f"\x00{len(kept) - 1}\x00"

    css = _COMMENT_OR_STRING.sub(hold, css)
    css = _AROUND_MARKS.sub(r"\1", re.sub(r"\s+", " ", css)).replace(";}", "}").strip()
    return re.sub("\x00(\\d+)\x00", lambda match: kept[int(match[1])], css)


def _css_folders() -> dict[str, Path]:
    """Static name of each part of the house that has CSS → the folder of its parts."""
    folders = {name: path / "static" / name / "css" for name, path in _halls().items()}
    return {name: folder for name, folder in folders.items() if folder.is_dir()}


def _halls() -> dict[str, Path]:
    """The parts of the house by the names of their folders, the kernel first."""
    configs = [config for config in apps.get_app_configs() if config.name.startswith("dugnad.")]
    return {config.name.rpartition(".")[2]: Path(config.path) for config in configs}
