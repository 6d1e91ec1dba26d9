"""The door of a checkout: wrong words get a sentence at once, and what was installed is not installed again."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from dugnad.site import cli

ROOT = Path(__file__).resolve().parent.parent.parent


def bare() -> dict[str, str]:
    """The environment without anything that says where Python or the house find things."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("DUGNAD_", "DJANGO_", "PYTHON"))}


def run(*words: str, door: Path = ROOT / "run") -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, str(door), *words],
        env=bare(),
        capture_output=True,
        text=True,
        timeout=120,
        cwd=door.parent,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


SEE_HELP = "`dugnad help` shows how it is meant."
NO_PORT = f"is not a port; a port is a number from 1 to 65535. {SEE_HELP}"
WRONG = [
    (("--prot", "3"), f"dugnad serve: “--prot” means nothing here. {SEE_HELP}"),
    (("now",), "There is no command “now”. `dugnad help` lists those there are."),
    (("serve", "now"), f"dugnad serve: “now” means nothing here. {SEE_HELP}"),
    (("--port", "0"), f"dugnad serve: “0” {NO_PORT}"),
    (("serve", "--port"), f"dugnad serve: “” {NO_PORT}"),
    (("serve", "--data"), f"dugnad: --data needs the name of a folder. {SEE_HELP}"),
]
WRONG_FOR_THE_DOOR = [
    (("test", "--require", "moon"), "--require knows postgres, redis, chromium and all, not “moon”."),
    (("test", "--require"), "--require needs a name: all, postgres, redis, chromium."),
    (("check", "all"), "./run check takes no words, so “all” means nothing here."),
]


@pytest.mark.parametrize(("words", "sentence"), [pair for pair in WRONG if pair[0] != ("now",)] + WRONG_FOR_THE_DOOR)
def test_wrong_words_get_a_sentence_before_anything_is_installed(
    words: tuple[str, ...], sentence: str, tmp_path: Path
) -> None:
    door = a_checkout(tmp_path)
    assert run(*words, door=door) == (2, "", f"{sentence}\n")
    assert not (tmp_path / ".venv").exists()


@pytest.mark.parametrize(("words", "sentence"), [pair for pair in WRONG if "--data" not in pair[0]])
def test_the_command_itself_says_the_same(
    words: tuple[str, ...], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("serve", *words) if words[0].startswith("--") else words
    assert cli.main(words) == 2
    assert capsys.readouterr().err == f"{sentence}\n"


def test_help_names_every_way_in(capsys: pytest.CaptureFixture[str]) -> None:
    code, said, _nothing = run("help")
    assert code == 0
    for word in ("serve", "--port", "--data", "--empty", "test", "--require", "check", "bench", "import"):
        assert word in said
    assert cli.main(["help"]) == 0
    assert capsys.readouterr().out == cli.HELP


def test_an_unknown_bench_names_those_there_are() -> None:
    code, _nothing, said = run("bench", "moon")
    assert code == 2
    assert said.startswith("There is no bench “moon”. There is: ")
    assert "stalled" in said


def test_a_setting_that_cannot_be_used_is_said_in_a_sentence(tmp_path: Path) -> None:
    environ = {**bare(), "PYTHONPATH": str(ROOT / "src"), "DUGNAD_DATA_DIR": str(tmp_path), "DUGNAD_THREDS": "4"}
    done = subprocess.run(
        [sys.executable, "-m", "dugnad", "serve"], env=environ, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "DUGNAD_THREDS is not a setting of Dugnad. Did you mean DUGNAD_THREADS?\n"


def a_checkout(folder: Path) -> Path:
    """A checkout that needs no packages, and whose `dugnad` only says what it was told."""
    shutil.copy(ROOT / "run", folder / "run")
    (folder / "requirements").mkdir()
    (folder / "requirements/run.txt").touch()
    package = folder / "src/dugnad"
    (package / "site").mkdir(parents=True)
    for name in ("__init__.py", "site/__init__.py", "site/cli.py"):
        shutil.copy(ROOT / "src/dugnad" / name, package / name)
    (package / "__main__.py").write_text("import sys\nprint(sys.prefix, sys.argv[1:])\n")
    return folder / "run"


@pytest.mark.processes
def test_the_first_start_installs_and_the_second_opens_at_once(tmp_path: Path) -> None:
    door = a_checkout(tmp_path)
    code, said, trouble = run("serve", "--port", "8123", door=door)
    assert (code, trouble) == (0, "")
    told = f"{tmp_path / '.venv'} ['serve', '--port', '8123']"
    assert said.splitlines() == [
        "Making a place for Python packages in .venv.",
        "Installing 0 packages that Dugnad runs on, each checked against its hash.",
        told,
    ]
    assert run("serve", "--port", "8123", door=door) == (0, f"{told}\n", "")
    (tmp_path / "requirements/run.txt").write_text("# another lock\n")
    assert run(door=door)[1].splitlines() == [
        "Installing 0 packages that Dugnad runs on, each checked against its hash.", f"{tmp_path / '.venv'} ['serve']",
    ]  # fmt: skip
