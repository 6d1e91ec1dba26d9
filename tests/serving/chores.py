"""Tasks for the tests of the worker. What they did stands in `done`."""

from __future__ import annotations

import queue
import threading

from django_tasks import task

from dugnad.kernel.stamps import Stamp

done: queue.Queue[str] = queue.Queue()
begun = threading.Event()
may_end = threading.Event()
killed: list[str] = []


@task()
def note(word: str) -> str:
    """Writes the word down."""
    done.put(word)
    return word.upper()


@task()
def break_on(word: str) -> None:
    """Fails with what somebody wrote."""
    raise ValueError(f"{word} in confidence")


@task()
def end_the_thread_once(word: str) -> None:
    """Ends the thread that carries it out the first time, and does its work the second time."""
    if word not in killed:
        killed.append(word)
        raise SystemExit
    done.put(word)


@task()
def wait_to_end(word: str) -> None:
    """Waits until the test lets it end."""
    begun.set()
    may_end.wait(30)
    done.put(word)


@task()
def leave_stamp(word: str) -> None:
    """Takes a moment, then leaves a row that says it was done."""
    threading.Event().wait(0.01)
    Stamp.objects.get_or_create(name=f"done:{word}")


def everything_done() -> list[str]:
    """Takes what was done so far."""
    words = []
    while not done.empty():
        words.append(done.get())
    return words
