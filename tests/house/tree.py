"""What the tests about the code look at: the files of the house, without what tools and people leave there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGE = ROOT / "src" / "dugnad"
HALLS = ("kernel", "people", "notices", "groups", "forum", "care", "site")
TOP = (".ci", "docs", "requirements", "src", "tests", "tools")
LEFT_BY_TOOLS = ("__pycache__", ".pytest_cache", "node_modules")


def files(*suffixes: str, under: Path = ROOT) -> Iterator[Path]:
    """Every file of the checkout with one of these endings (all without any), in order."""
    if under == ROOT:
        found = [path for path in ROOT.iterdir() if path.is_file()]
        found += [path for folder in TOP for path in (ROOT / folder).rglob("*")]
    else:
        found = list(under.rglob("*"))
    for path in sorted(found):
        if path.is_file() and not set(path.parts) & set(LEFT_BY_TOOLS) and (not suffixes or path.suffix in suffixes):
            yield path


def templates() -> list[Path]:
    """Every template of every hall, of pages and of mails."""
    return [path for path in files(".html", ".txt", ".svg", under=PACKAGE) if "templates" in path.parts]


def name_of(path: Path) -> str:
    """How a file is called in a failure: its path in the checkout."""
    return path.relative_to(ROOT).as_posix()
