"""One channel of the hub: its listeners, the number of its last delta, and the last deltas for those who come back."""

from __future__ import annotations

from collections import Counter, deque
from typing import TYPE_CHECKING, Any

from dugnad.kernel import tally
from dugnad.kernel.live.delta import Delta, Event

if TYPE_CHECKING:
    from dugnad.kernel.live.client import Client

DELTAS_KEPT = 50


class Channel:
    """Numbered deltas to a set of listeners. `seq` is the number of the last one that was delivered."""

    __slots__ = (
        "_caught_up", "_past", "busy", "joining", "languages", "listeners", "name", "pending", "quiet_until", "seq",
        "timer",
    )  # fmt: skip

    def __init__(self, name: str, seq: int) -> None:
        self.name = name
        self.seq = seq
        self.listeners: dict[Client, frozenset[int]] = {}
        self.languages: Counter[str] = Counter()
        self.pending: list[Event] = []
        self.quiet_until = float("-inf")
        self.timer: Any = None
        self.busy = False
        self.joining = 0
        self._caught_up: dict[int, Delta] = {}
        self._past: deque[Delta] = deque(maxlen=DELTAS_KEPT)

    @property
    def idle(self) -> bool:
        """Nobody listens or is about to, and nothing waits to be sent."""
        return not (self.listeners or self.pending or self.busy or self.joining)

    def add(self, client: Client, hide: frozenset[int]) -> None:
        if client not in self.listeners:
            self.languages[client.language] += 1
        self.listeners[client] = hide

    def remove(self, client: Client) -> None:
        if self.listeners.pop(client, None) is not None:
            self.languages[client.language] -= 1
            if not self.languages[client.language]:
                del self.languages[client.language]

    def deliver(self, delta: Delta) -> None:
        """Give the delta the next number, keep it for those who come back, and hand it to every listener."""
        self.seq += 1
        shared: dict[str, str | None] = {}
        nobody: frozenset[int] = frozenset()
        for client, hide in self.listeners.items():
            language = client.language
            if hide and not hide.isdisjoint(delta.authors):
                client.offer(delta.frame(self.name, self.seq, language, hide))
                continue
            if language not in shared:
                shared[language] = delta.frame(self.name, self.seq, language, nobody)
            client.offer(shared[language])
        tally.add("live_deltas")
        tally.add("live_deliveries", amount=len(self.listeners))
        self._past.append(delta.bare())
        self._caught_up.clear()

    def since(self, seq: int) -> Delta | None:
        """Everything after number `seq` as one delta (empty when there is nothing), the same object for all who ask
        between two deltas; None when it is no longer known.
        """
        missed = self.seq - seq
        if not 0 <= missed <= len(self._past):
            return None
        if seq not in self._caught_up:
            self._caught_up[seq] = Delta.merged(list(self._past)[-missed:] if missed else [])
        return self._caught_up[seq]

    def forget_past(self) -> None:
        """Nobody can continue from before now."""
        self._past.clear()
        self._caught_up.clear()
