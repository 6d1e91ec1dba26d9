"""The command `dugnad`. Says what it does, one line for each step; whatever is wrong is said in a sentence.

Only the standard library is imported before a command is known to be one, so that `./run` can ask `wrong_with()` on a
machine where nothing is installed yet.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

HELP = """\
dugnad serve [--port N] [--data DIR] [--empty]       serve the place; the first start makes its database
dugnad migrate [--data DIR]                          bring the database to the form that this version needs
dugnad backup [FILE]                                 the whole place in one file, also while it is served
dugnad restore FILE [--check]                        put that file in this place's stead, also while it is served
dugnad doctor [--json]                               what is wrong here, and what to do
dugnad import markdown DIR --category SLUG           take in a folder of Markdown files as threads
dugnad demo [--data DIR]                             fill an empty place with the demo
dugnad help [COMMAND]                                this list, or more about one command

--empty   no demo: prints a link that lets the first person in, who then names the place and opens its first rooms
--data    folder for the database, files and secret key

Settings are environment variables; docs/running.md lists them. Every command of Django works too: dugnad shell,
dugnad check …
"""

WRONG_WORDS = 2
CANNOT_START = 1


class Sentence(Exception):  # noqa: N818 - what the person at the terminal is told
    """Why the command cannot be carried out, and the code to end with."""

    def __init__(self, sentence: str, code: int = CANNOT_START) -> None:
        super().__init__(sentence)
        self.code = code


class _Words(argparse.ArgumentParser):
    """Reads the words after a command, and says what is wrong with them in a sentence instead of usage lines."""

    def __init__(self, command: str) -> None:
        super().__init__(prog=command, add_help=False, allow_abbrev=False)

    def error(self, message: str) -> NoReturn:
        raise Sentence(f"{self.prog}: {message}. `dugnad help` shows how it is meant.", WRONG_WORDS)

    def read_all(self, words: Sequence[str]) -> argparse.Namespace:
        """What the words say. A word that says nothing here is named."""
        known, rest = self.parse_known_args(words)
        if rest:
            self.error(f"“{rest[0]}” means nothing here")
        return known


def main(argv: Sequence[str] | None = None) -> int:
    """Carry out one command; answers the code to end the process with."""
    words = list(sys.argv[1:] if argv is None else argv)
    try:
        command, rest = _command(words)
        return _COMMANDS.get(command, _django)(command, rest)
    except Sentence as sentence:
        print(sentence, file=sys.stderr)
        return sentence.code
    except KeyboardInterrupt:
        return 0


def wrong_with(argv: Sequence[str]) -> str:
    """What is wrong with these words, as far as that can be known without Django; empty when nothing is."""
    try:
        command, rest = _command(list(argv))
        if command == "serve":
            _serve_words(rest)
    except Sentence as sentence:
        return str(sentence)
    return ""


def _command(words: list[str]) -> tuple[str, list[str]]:
    """The command and its words. `--data DIR` may stand anywhere and is put where the settings find it."""
    reader = _Words("dugnad")
    reader.add_argument("--data", nargs="?", const="")
    known, rest = reader.parse_known_args(words)
    if known.data is not None:
        if not known.data:
            reader.error("--data needs the name of a folder")
        os.environ["DUGNAD_DATA_DIR"] = os.path.abspath(os.path.expanduser(known.data))  # noqa: PTH100, PTH111
    if rest and rest[0] in ("-h", "--help"):
        rest[0] = "help"
    return (rest[0], rest[1:]) if rest else ("help", [])


def _serve_words(words: list[str]) -> argparse.Namespace:
    reader = _Words("dugnad serve")
    reader.add_argument("--port", nargs="?", const="")
    reader.add_argument("--empty", action="store_true")
    reader.add_argument("-h", "--help", action="store_true")
    wanted = reader.read_all(words)
    port = wanted.port
    if port is not None and not (port.isascii() and port.isdigit() and 0 < int(port[:9]) < 65536):
        reader.error(f"“{port}” is not a port; a port is a number from 1 to 65535")
    return wanted


def _help(_command: str, words: list[str]) -> int:
    if words and words[0] not in _COMMANDS:
        return _django("help", words)
    print(HELP, end="")
    return 0


def _serve(_command: str, words: list[str]) -> int:
    wanted = _serve_words(words)
    if wanted.help:
        return _help("help", [])
    signal.signal(signal.SIGTERM, _stopped_early)
    os.umask(0o077)
    if wanted.port is not None:
        os.environ["DUGNAD_PORT"] = wanted.port
    if wanted.empty:
        os.environ["DUGNAD_DEMO"] = "no"
    else:
        os.environ.setdefault("DUGNAD_DEMO", "yes")

    sockets = _listen()
    _set_up_django()
    from dugnad.site import starting

    return starting.serve(sockets, say=_say)


def _listen() -> list[Any]:
    from dugnad.site.env import Env, SettingError
    from dugnad.site.serving.anew import sockets_given
    from dugnad.site.serving.server import PortTaken, listen

    try:
        env = Env()
    except SettingError as trouble:
        raise Sentence(str(trouble), WRONG_WORDS) from None
    try:
        return sockets_given() or listen(env.BIND, env.PORT)
    except PortTaken as trouble:
        other = f"choose another one: --port {env.PORT + 1}"
        raise Sentence(f"Port {env.PORT} cannot be used ({trouble}). Stop what uses it, or {other}") from None


def _migrate(command: str, words: list[str]) -> int:
    if words:
        return _django(command, words)
    os.umask(0o077)
    _set_up_django()
    from dugnad.site import starting

    starting.migrate(say=_say)
    _say("The database is ready.")
    return 0


def _import(_command: str, words: list[str]) -> int:
    if not words:
        raise Sentence(
            "dugnad import: say what to import, such as: dugnad import markdown DIR --category SLUG", WRONG_WORDS
        )
    _set_up_django()
    from django.core.management import get_commands

    if f"import_{words[0]}" not in get_commands():
        known = ", ".join(sorted(name[7:] for name in get_commands() if name.startswith("import_"))) or "none"
        raise Sentence(
            f"dugnad import: “{words[0]}” is not something that can be imported. There is: {known}.", WRONG_WORDS
        )
    return _django(f"import_{words[0]}", words[1:])


def _backup(_command: str, words: list[str]) -> int:
    _set_up_django()
    from dugnad.site.backup import command

    return command.backup(words, say=_say)


def _restore(_command: str, words: list[str]) -> int:
    _set_up_django()
    from dugnad.site.backup import command

    return command.restore(words, say=_say)


def _doctor(_command: str, words: list[str]) -> int:
    os.umask(0o077)
    _set_up_django()
    from dugnad.site.doctor import command

    return command.doctor(words, say=_say)


def _demo(_command: str, words: list[str]) -> int:
    if words:
        raise Sentence(f"dugnad demo: “{words[0]}” means nothing here.", WRONG_WORDS)
    os.umask(0o077)
    os.environ.setdefault("DUGNAD_DEMO", "yes")
    _set_up_django()
    from dugnad.site import starting

    starting.migrate(say=_say)
    if not starting.fill_demo(say=_say):
        raise Sentence("There are people here already, so the demo was not added. Choose an empty folder with --data.")
    return 0


def _django(command: str, words: list[str]) -> int:
    _set_up_django()
    from django.core.management import ManagementUtility, get_commands

    if command not in ("help", "version") and command not in get_commands():
        raise Sentence(f"There is no command “{command}”. `dugnad help` lists those there are.", WRONG_WORDS)
    ManagementUtility(["dugnad", command, *words]).execute()
    return 0


def _set_up_django() -> None:
    """Read the settings and load the house."""
    from dugnad.site.env import SettingError

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dugnad.site.settings")
    import django

    try:
        django.setup()
    except SettingError as trouble:
        raise Sentence(str(trouble), WRONG_WORDS) from None
    except OSError as trouble:
        raise Sentence(f"The data folder cannot be used: {trouble.strerror} ({trouble.filename}).") from None


def _stopped_early(*_signal: object) -> NoReturn:
    raise SystemExit(0)


def _say(line: str) -> None:
    print(line, flush=True)


_COMMANDS: dict[str, Callable[[str, list[str]], int]] = {
    "serve": _serve, "migrate": _migrate, "import": _import, "demo": _demo, "help": _help,
    "backup": _backup, "restore": _restore, "doctor": _doctor,
}  # fmt: skip
