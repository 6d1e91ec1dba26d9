"""One happening for each deed.

`record()` writes one row in the deed's own transaction. Feed, notices, mail, live screens, audit and statistics are readings of
that row: functions registered with `on()` run in the same transaction, so that what they write (notices, mails, tasks)
survives together with the deed or not at all. Only live announcements wait for the commit.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any, Protocol

from django.db import models
from django.utils import timezone

from dugnad.kernel.audience import Audience
from dugnad.kernel.stamps import touch_public


class Actor(Protocol):
    """Who does something: has a key such as `person:4`, `guest:9` or `system`."""

    @property
    def key(self) -> str: ...


class _System:
    key = "system"
    pk = None

    def __repr__(self) -> str:
        return "SYSTEM"


SYSTEM = _System()


class Happening(models.Model):
    """What was done (`verb`, past tense: `post_added`), to what, by whom, where, and who may know it."""

    author_field = None

    verb = models.CharField(max_length=60)
    thing = models.CharField(max_length=60, help_text="key of the thing, such as thread:12")
    within = models.CharField(max_length=60, blank=True, help_text="key of the thing it belongs to")
    actor = models.CharField(max_length=60, help_text="person:4, guest:9 or system; emptied after the retention time")
    audience = models.ForeignKey(Audience, models.PROTECT, null=True, related_name="+")
    payload = models.JSONField(default=dict, blank=True, help_text="ids and plain values; never text of closed rooms")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [
            models.Index(fields=["thing", "at"], name="happening_by_thing"),
            models.Index(fields=["actor", "at"], name="happening_by_actor"),
            models.Index(fields=["within", "at"], name="happening_by_within"),
            models.Index(fields=["verb", "at"], name="happening_by_verb"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.thing}"


Subscriber = Callable[[Happening, Any, Any], None]
_subscribers: dict[str, list[Subscriber]] = defaultdict(list)


def on(*verbs: str) -> Callable[[Subscriber], Subscriber]:
    """Decorator: run `function(happening, thing, by)` in the transaction of every deed with one of these verbs."""

    def subscribe(function: Subscriber) -> Subscriber:
        for verb in verbs:
            if function not in _subscribers[verb]:
                _subscribers[verb].append(function)
        return function

    return subscribe


def key_of(thing: Any) -> str:
    """The key of a row: the lower-cased name of its model and its id, such as `thread:12`; a plain string stays as it is."""
    if isinstance(thing, str):
        return thing
    return f"{thing._meta.model_name}:{thing.pk}"


def record(
    verb: str, thing: Any, *, by: Actor, within: Any = None, audience: Audience | None = None, **payload: Any
) -> Happening:
    """Write down that `by` did `verb` to `thing`, and let the subscribers of the verb do their part.

    Must be called inside the transaction of the deed. Without `audience` the thing's own is taken. What the public can see
    (or might: no audience known) makes the pages cached for strangers stale.
    """
    audience = audience or getattr(thing, "audience", None)
    happening = Happening.objects.create(
        verb=verb,
        thing=key_of(thing),
        within=key_of(within) if within is not None else "",
        actor=by.key,
        audience=audience,
        payload=payload,
    )
    if audience is None or audience.is_public:
        touch_public()
    for subscriber in _subscribers[verb]:
        subscriber(happening, thing, by)
    return happening
