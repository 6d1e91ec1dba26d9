"""What a WSGI application answers, collected in a page thread so that the thread is free before anything is sent."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import IO, Any

IN_MEMORY = 512 * 1024
LARGEST = 2 * 1024**3

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
Headers = list[tuple[bytes, bytes]]


@dataclass(slots=True)
class Answer:
    """A whole answer: `body` when it is small, else `size` bytes of `file` from `start`."""

    status: int
    headers: Headers
    body: bytes = b""
    file: int | None = None
    start: int = 0
    size: int = 0

    def read(self, offset: int, amount: int) -> bytes:
        """Up to `amount` bytes of the file, `offset` from its beginning. Waits for the disk."""
        if self.file is None:
            raise ValueError("the answer has no file")
        return os.pread(self.file, min(amount, self.size - offset), self.start + offset)

    def close(self) -> None:
        """Give back the file. May be called twice."""
        if self.file is not None:
            os.close(self.file)
            self.file = None


class FileWrapper:
    """`wsgi.file_wrapper`: a file that the server may send by itself."""

    def __init__(self, file: IO[bytes], block_size: int = 64 * 1024) -> None:
        self.file = file
        self.block_size = block_size

    def __iter__(self) -> Iterator[bytes]:
        while chunk := self.file.read(self.block_size):
            yield chunk

    def close(self) -> None:
        if hasattr(self.file, "close"):
            self.file.close()


def answer_of(application: Application, environ: dict[str, Any], folder: str | None = None) -> Answer:
    """Run the application to its end and close what it answered. Up to 512 kB stay in memory, more goes to a nameless
    file in `folder`, and a real file that it only passes on is neither read nor copied. Raises what the application
    raises.
    """
    call = _Call(folder)
    result = application({**environ, "wsgi.file_wrapper": FileWrapper}, call.start_response)
    try:
        answer = _passed_on(result, call) if isinstance(result, FileWrapper) and not call.size else None
        return answer or call.collect(result)
    except BaseException:
        call.drop()
        raise
    finally:
        close = getattr(result, "close", None)
        if close is not None:
            close()


class _Call:
    """One call of the application: what it said in `start_response`, and its body so far."""

    def __init__(self, folder: str | None) -> None:
        self.status = 0
        self.headers: Headers = []
        self.size = 0
        self._folder = folder
        self._chunks: list[bytes] = []
        self._file: IO[bytes] | None = None

    def start_response(
        self, status: str, headers: list[tuple[str, str]], exc_info: Any = None
    ) -> Callable[[bytes], None]:
        if self.status and exc_info is None:
            raise AssertionError("start_response was called twice")
        self.status = int(status[:3])
        self.headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
        return self.write

    def write(self, chunk: bytes) -> None:
        self.size += len(chunk)
        if self.size > LARGEST:
            raise OverflowError("the answer is too large")
        if self._file is not None:
            self._file.write(chunk)
            return
        self._chunks.append(chunk)
        if self.size > IN_MEMORY:
            self._file = tempfile.TemporaryFile(dir=self._folder)  # noqa: SIM115 - closed by collect() or drop()
            self._file.writelines(self._chunks)
            self._chunks.clear()

    def collect(self, result: Iterable[bytes]) -> Answer:
        for chunk in result:
            self.write(chunk)
        if not self.status:
            raise AssertionError("start_response was not called")
        if self._file is None:
            body = self._chunks[0] if len(self._chunks) == 1 else b"".join(self._chunks)
            return Answer(self.status, self.headers, body, size=len(body))
        with self._file as file:
            file.flush()
            return Answer(self.status, self.headers, file=os.dup(file.fileno()), size=self.size)

    def drop(self) -> None:
        if self._file is not None:
            self._file.close()


def _passed_on(result: FileWrapper, call: _Call) -> Answer | None:
    """The answer when `result` is a real file on disk: a second handle on it. None when it is anything else."""
    try:
        handle = os.dup(result.file.fileno())
        start = result.file.tell()
    except (AttributeError, OSError, ValueError):
        return None
    found = os.fstat(handle)
    if not stat.S_ISREG(found.st_mode) or not call.status:
        os.close(handle)
        return None
    size = max(0, found.st_size - start)
    declared = dict(call.headers).get(b"content-length", b"")
    size = min(size, int(declared)) if declared.isdigit() else size
    return Answer(call.status, call.headers, file=handle, start=start, size=size)
