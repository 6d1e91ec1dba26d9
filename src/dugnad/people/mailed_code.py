"""A code that was sent to an address and waits, in the session, until it is typed.

Signing in has allauth's own; this is the same for what allauth does not do: proving an address before there is an
account, a new address, and that it is still the same person.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.code_verification import AbstractCodeVerificationProcess
from allauth.core.internal.cryptokit import compare_user_code
from django.http import HttpRequest

from dugnad.people import rates
from dugnad.people.allauth_settings import CODE_MINUTES, CODE_RESENDS, CODE_TRIES
from dugnad.people.visits import CODE_SLOT, forget_soon

RESEND_AFTER = 60  # seconds
Send = Callable[[str], Any]


class MailedCode(AbstractCodeVerificationProcess):
    """One code for one purpose, for 15 minutes or 5 tries. `data` is what the deed needs once the code was typed."""

    def __init__(self, request: HttpRequest, purpose: str, state: dict[str, Any]) -> None:
        super().__init__(max_attempts=CODE_TRIES, timeout=CODE_MINUTES * 60, state=state)
        self.request, self.purpose = request, purpose

    @classmethod
    def start(
        cls, request: HttpRequest, purpose: str, email: str, *, send: Send, data: dict[str, Any] | None = None
    ) -> MailedCode:
        """Make a code and hand it to `send`. Raises `TooMuch` where codes were asked for too often."""
        count_code(request, email)
        process = cls(request, purpose, {**cls.initial_state(None, email=email), "data": data or {}})
        process._deliver(send)
        return process

    @classmethod
    def resume(cls, request: HttpRequest, purpose: str) -> MailedCode | None:
        """The code that waits for this purpose, or None: never asked for, too old, or tried too often."""
        state = request.session.get(_slot(purpose))
        if not isinstance(state, dict):
            return None
        kept: MailedCode | None = cls(request, purpose, state).abort_if_invalid()  # type: ignore[no-untyped-call] # allauth has no types
        return kept

    @property
    def email(self) -> str:
        return str(self.state["email"])

    @property
    def data(self) -> dict[str, Any]:
        return dict(self.state["data"])

    @property
    def can_resend(self) -> bool:
        return not self.is_resend_quota_reached(CODE_RESENDS)

    def resend(self, send: Send) -> None:
        """A new code; the one before no longer works. Whether it is time for one, `answers.sent_again` asks."""
        self.record_resend()
        self.state["at"] = time.time()
        self._deliver(send)

    def fits(self, typed: str) -> bool:
        """Is it the code? A wrong one costs a try; after the last the code is gone."""
        if compare_user_code(actual=typed, expected=self.code):
            return True
        self.record_invalid_attempt()
        return False

    @property
    def is_gone(self) -> bool:
        return _slot(self.purpose) not in self.request.session

    def persist(self) -> None:
        self.request.session[_slot(self.purpose)] = self.state

    def abort(self) -> None:
        self.request.session.pop(_slot(self.purpose), None)

    def send(self) -> None:
        raise NotImplementedError("what is sent differs: it is handed to start() and resend()")

    def _deliver(self, send: Send) -> None:
        self.state["code"] = get_adapter().generate_login_code()
        send(self.code)
        self.persist()
        forget_soon(self.request)


def count_code(request: HttpRequest, email: str) -> None:
    """Count one code for this computer and this address."""
    rates.count(request, rates.CODES)
    rates.count_both(request, email.lower(), rates.CODES_TO_ONE_FROM_HERE, rates.CODES_TO_ONE)


def pause_left(sent_at: float) -> int:
    """Seconds until another code may be asked for: a minute after the last one left."""
    return max(0, math.ceil(RESEND_AFTER - (time.time() - sent_at)))


def _slot(purpose: str) -> str:
    return CODE_SLOT + purpose
