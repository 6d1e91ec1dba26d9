"""The steps from a stopped place to an open one. Each is done only when it is needed, and says so."""

from __future__ import annotations

import gc
import hashlib
import socket
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import DatabaseError, connection, connections
from django.db.migrations.executor import MigrationExecutor

from dugnad.site.backup import turn
from dugnad.site.backup.restore import clear_away_if_nobody_restores
from dugnad.site.cli import Sentence
from dugnad.site.serving.anew import begin_anew
from dugnad.site.serving.app import House
from dugnad.site.serving.one_by_one import one_in_database, one_in_folder
from dugnad.site.serving.server import Server, raise_open_files, share_memory_between_threads

Say = Callable[[str], None]


def serve(sockets: list[socket.socket], *, say: Say) -> int:
    """Get everything ready and serve until a signal says stop; answers 0. When a backup is to be restored, leave, wait outside
    until that is done, and serve what is there then.
    """
    kept = [one.dup() for one in sockets]
    with turn.serving(say=say):
        clear_away_if_nobody_restores(say=say)
        server = _serve(sockets, say=say)
    if server.comes_back:
        begin_anew(kept)
    return 0


def _serve(sockets: list[socket.socket], *, say: Say) -> Server:
    say(f"Opening the house in {settings.DATA_DIR}")
    raise_open_files()
    share_memory_between_threads()
    with one_in_folder(Path(settings.DATA_DIR)):
        migrate(say=say)
        collect_static(say=say)
        if settings.DEMO:
            fill_demo(say=say)
    lines = welcome()
    connections.close_all()
    from dugnad.site.serving.parts import open_up

    server = Server(House(open_up), when_open=lambda: say("\n".join(lines)))
    gc.collect()
    gc.freeze()  # what is loaded now stays: the collector need not look at it again and again
    with turn.watching(server.leave_and_come_back):
        server.run(sockets)
    return server


def migrate(*, say: Say) -> None:
    """Bring the database to the form that this version needs."""
    try:
        with one_in_database():
            executor = MigrationExecutor(connection)
            if executor.migration_plan(executor.loader.graph.leaf_nodes()):
                say("Getting the database ready.")
                call_command("migrate", interactive=False, verbosity=0)
    except DatabaseError as trouble:
        raise Sentence(f"The database cannot be used: {str(trouble).strip()}") from trouble


def collect_static(*, say: Say) -> None:
    """Name and compress styles, scripts and pictures, unless exactly these were done before."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            digest.update(name.encode() + b"\0" + Path(storage.path(name)).read_bytes())
    stamp = Path(settings.STATIC_ROOT) / "collected"
    if stamp.exists() and stamp.read_text() == digest.hexdigest():
        return
    say("Preparing styles and scripts.")
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(digest.hexdigest())


def fill_demo(*, say: Say) -> bool:
    """Fill the demo in a place that nobody has entered or was invited to; False when somebody was."""
    from dugnad.people.models import Invitation, Person
    from dugnad.site import demo

    if Person.objects.exists() or Invitation.objects.exists():
        return False
    say("Filling the demo house: people, groups and threads in five languages.")
    demo.fill()
    return True


def welcome() -> list[str]:
    """Where the place is and how to come in; an empty place gets a link for its first person, new at each start."""
    from dugnad.kernel.place import the_place
    from dugnad.people.actions import owner_link
    from dugnad.people.models import Person

    lines = ["", f"Dugnad is open: {settings.URL}"]
    if settings.DEMO and the_place().is_demo:
        lines.append("To sign in, choose one of the people on the sign-in page.")
    elif not Person.objects.exists():
        lines += ["Nobody is here yet. This link lets the first person in, once:", f"  {owner_link()}"]
    return [*lines, "Ctrl-C closes it.", ""]
