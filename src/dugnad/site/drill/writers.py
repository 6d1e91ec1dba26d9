"""People who write while the house is drilled, and remember what was answered."""

from __future__ import annotations

import http.client
import io
import random
import re
import secrets
import struct
import threading
import time
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any
from urllib.parse import urlencode

CSRF = "d" * 32
REACTIONS = ("thanks", "agree", "learned", "joining")
WORDS = (
    "stairs", "ladder", "kettle", "rope", "yard", "cellar", "window", "evening", "neighbour", "laundry", "list", "paint",
)  # fmt: skip
TRIES = 400
ASK_SECONDS = 40.0
MOST_BARE = 8


@dataclass(slots=True)
class Written:
    """One text that somebody wanted to publish. `url` is where it went; empty when nobody ever said that it was taken."""

    kind: str
    token: str
    text: str
    person: int
    thread: int = 0
    url: str = ""
    sure: bool = True
    edits: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Diary:
    """What all writers remember, and how they were answered. Shared by threads; `lock` guards every change."""

    written: list[Written] = field(default_factory=list)
    reactions: dict[str, bool] = field(default_factory=dict)
    answers: Counter[str] = field(default_factory=Counter)
    bare: list[str] = field(default_factory=list)
    answered: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def as_json(self) -> dict[str, Any]:
        """What `count` compares with what is there."""
        return {"written": [asdict(one) for one in self.written], "reactions": self.reactions}


@dataclass(frozen=True, slots=True)
class Answer:
    """What the house said: 0 when it said nothing."""

    status: int
    location: str = ""


class Writer(threading.Thread):
    """Writes one thing after the other into `circles`, each as somebody of the circle, through whichever of `ports` is open. What
    was not answered is sent again, as the page asks, until it is.
    """

    def __init__(
        self, number: int, ground: dict[str, Any], diary: Diary, *, ports: list[int], seed: int, pause: float
    ) -> None:
        super().__init__(name=f"writer {number}", daemon=True)
        self.number = number
        self.stopping = threading.Event()
        self._ground = ground
        self._circles = ground["circles"]
        self._ports = ports
        self._diary = diary
        self._random = random.Random(seed * 1000 + number)  # noqa: S311 - a drill that can be repeated
        self._pause = pause
        self._count = 0
        self._own: list[tuple[Written, str]] = []

    def run(self) -> None:
        """Write until told to stop; what is in hand is then tried to its end."""
        deeds = [(self._reply, 62), (self._react, 14), (self._edit, 14), (self._start_thread, 4), (self._picture, 6)]
        while not self.stopping.is_set():
            deed = self._random.choices([deed for deed, _often in deeds], [often for _deed, often in deeds])[0]
            deed()
            self.stopping.wait(self._pause * self._random.uniform(0.5, 1.5))

    def _reply(self) -> None:
        circle = self._random.choice(self._circles)
        person, _email, session = self._random.choice(circle["people"])
        one = self._new("reply", person, circle["thread"])
        fields = {"text": one.text, "language": "en", "form_key": secrets.token_urlsafe(12)}
        answer = self._insist(one, f"/t/{circle['thread']}/reply", fields, session)
        if answer.status == 302:
            self._own.append((one, session))

    def _picture(self) -> None:
        circle = self._random.choice(self._circles)
        person, _email, session = self._random.choice(circle["people"])
        one = self._new("picture", person, circle["thread"])
        fields = {
            "text": one.text,
            "language": "en",
            "form_key": secrets.token_urlsafe(12),
            "upload_description": "A square",
        }
        self._insist(one, f"/t/{circle['thread']}/reply", fields, session, picture=_square(self._random))

    def _start_thread(self) -> None:
        circle = self._random.choice(self._circles)
        person, _email, session = self._random.choice(circle["people"])
        one = self._new("thread", person, 0)
        fields = {"title": f"On {one.token}", "text": one.text, "language": "en", "kind": "talk"}
        fields["form_key"] = secrets.token_urlsafe(12)
        self._insist(one, f"/c/{self._ground['category']}/new", fields, session)

    def _edit(self) -> None:
        """Change a text of one's own. When nobody says whether it was taken, both texts are right, and it is left alone."""
        if not self._own:
            self._reply()
            return
        one, session = self._random.choice(self._own)
        text = f"{one.text}\n\nChanged for the {len(one.edits) + 1}. time."
        fields = {"text": text, "language": "en", "seen_edits": str(len(one.edits)), "reason": ""}
        answer = self._send(f"{one.url}/edit", fields, session)
        with self._diary.lock:
            if answer.status == 302:
                one.edits.append(text)
                self._diary.answered += 1
            elif answer.status in (0, 503):
                one.edits.append(text)
                one.sure = False
        if not one.sure:
            self._own.remove((one, session))

    def _react(self) -> None:
        """Give a word to an opening. It is given once only, since sending it twice takes it back."""
        circle = self._random.choice(self._circles)
        person, _email, session = self._random.choice(circle["people"])
        kind = self._random.choice(REACTIONS)
        key = f"{circle['post']}:{person}:{kind}"
        with self._diary.lock:
            if key in self._diary.reactions:
                return
            self._diary.reactions[key] = False
        answer = self._send(f"/t/{circle['thread']}/deeds", {"react": f"{circle['post']}:{kind}"}, session)
        with self._diary.lock:
            if answer.status == 302:
                self._diary.reactions[key] = True
                self._diary.answered += 1

    def _new(self, kind: str, person: int, thread: int) -> Written:
        self._count += 1
        token = f"zq{self.number}x{self._count}k"
        words = " ".join(self._random.choices(WORDS, k=self._random.randint(4, 30)))
        one = Written(kind, token, f"The {token} says: {words}.", person, thread)
        with self._diary.lock:
            self._diary.written.append(one)
        return one

    def _insist(
        self, one: Written, path: str, fields: dict[str, str], session: str, picture: bytes | None = None
    ) -> Answer:
        """Send the same form until it is taken, as somebody does who does not want to lose a text."""
        answer = Answer(0)
        for _try in range(TRIES):
            answer = self._send(path, fields, session, picture)
            if answer.status == 302:
                with self._diary.lock:
                    one.url = answer.location.partition("?")[0]
                    self._diary.answered += 1
                return answer
            if answer.status not in (0, 429, 503, 507) or (self.stopping.is_set() and answer.status == 429):
                return answer
            time.sleep(self._random.uniform(0.1, 0.4))
        return answer

    def _send(self, path: str, fields: dict[str, str], session: str, picture: bytes | None = None) -> Answer:
        fields = {**fields, "csrfmiddlewaretoken": CSRF}
        kind, body = (
            _multipart(fields, picture)
            if picture
            else ("application/x-www-form-urlencoded", urlencode(fields).encode())
        )
        headers = {"Content-Type": kind, "Cookie": f"{self._ground['cookie']}={session}; dugnad_csrf={CSRF}"}
        answer, said = self._ask(path, body, headers)
        word = _word_for(answer.status, said)
        with self._diary.lock:
            self._diary.answers[word] += 1
            if "bare" in word and len(self._diary.bare) < MOST_BARE:
                words = " ".join(re.sub(r"<[^>]+>", " ", said.decode(errors="replace")).split())
                self._diary.bare.append(f"{answer.status} {path}: {words[:120]}")
        return answer

    def _ask(self, path: str, body: bytes, headers: dict[str, str]) -> tuple[Answer, bytes]:
        line = http.client.HTTPConnection("127.0.0.1", self._random.choice(self._ports), timeout=ASK_SECONDS)
        try:
            line.request("POST", path, body, headers)
            answer = line.getresponse()
            return Answer(answer.status, answer.headers.get("Location", "")), answer.read()
        except (OSError, http.client.HTTPException):
            return Answer(0), b""
        finally:
            line.close()


def _word_for(status: int, said: bytes) -> str:
    """How this answer is counted. A refusal without a sentence, and a page that broke, are bare."""
    if status == 0:
        return "no answer (the house was down)"
    if status in (200, 204, 302):
        return "taken" if status == 302 else f"{status}, unexpected and bare"
    sentence = b"<html" in said and b"<p" in said
    if status in (409, 422, 429, 503, 507) and sentence:
        return f"{status} with a sentence"
    return f"{status}, bare"


def _multipart(fields: dict[str, str], picture: bytes) -> tuple[str, bytes]:
    border = secrets.token_hex(12)
    body = io.BytesIO()
    for name, value in fields.items():
        body.write(f'--{border}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode())
    body.write(f'--{border}\r\nContent-Disposition: form-data; name="upload"; filename="square.png"\r\n'.encode())
    body.write(b"Content-Type: image/png\r\n\r\n" + picture + f"\r\n--{border}--\r\n".encode())
    return f"multipart/form-data; boundary={border}", body.getvalue()


def _square(chance: random.Random) -> bytes:
    """A small PNG of one colour."""
    side = 24
    row = b"\0" + bytes(chance.randrange(256) for _channel in range(3)) * side

    def parts() -> Iterator[bytes]:
        yield b"\x89PNG\r\n\x1a\n"
        for kind, data in (
            (b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)),
            (b"IDAT", zlib.compress(row * side)),
            (b"IEND", b""),
        ):
            yield struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    return b"".join(parts())
