"""What an upload that cannot be used is answered with: a sentence, in the language of whoever reads it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from django.utils.functional import lazy

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

MEGABYTE: Final = 1024 * 1024


class UploadRefused(Exception):  # noqa: N818 - a refusal is an answer, not an error
    """The upload cannot be used. `sentence` says why and what to do, in the language of whoever reads it."""

    def __init__(self, sentence: str | _StrPromise) -> None:
        super().__init__(sentence)
        self.sentence = sentence

    def __str__(self) -> str:
        return str(self.sentence)


def told_later(sentence: Callable[[], str]) -> _StrPromise:
    """A sentence that is put together when somebody reads it, in their language."""
    build: Any = lazy(sentence, str)
    told: _StrPromise = build()
    return told


def megabytes(size: int) -> int:
    """So many whole megabytes at most hold `size` bytes."""
    return -(-size // MEGABYTE)
