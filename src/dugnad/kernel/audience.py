"""Seeing is a query: audiences, viewers and the one filter of the house.

Everything that can be seen points to an `Audience`: a set of keys, kept once for each distinct set. A `Viewer` holds keys. A
viewer sees a thing when they hold at least one of its keys and its author is not hidden from them by a block. An audience
without keys is seen by nobody.

Keys are `kind` or `kind:id`: `public` (everyone, also search engines), `members` (everyone with an account), `group:7`,
`stewards:group:7`, `stewards:place`, `network:3`, `thread:12` (people invited to a conversation), `person:4`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import models, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from dugnad.kernel import registry

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

M = TypeVar("M", bound=models.Model)

PUBLIC = "public"
MEMBERS = "members"
STEWARDS_OF_PLACE = "stewards:place"

# Beyond this many audiences the filter asks the database instead of naming each one.
NAMED_AUDIENCES = 400
KEPT_AUDIENCES = 20_000
_keys_by_digest: dict[str, frozenset[str]] = {}


class Audience(models.Model):
    """A set of keys, kept once. `digest` is the SHA-256 of the sorted keys, so equal sets are the same row."""

    digest = models.CharField(max_length=64, unique=True)
    is_public = models.BooleanField(default=False)

    def __str__(self) -> str:
        return " ".join(sorted(self.keys())) or "(nobody)"

    def keys(self) -> frozenset[str]:
        """The keys of this set. The digest names the set, so what is kept under it in memory is right for ever."""
        keys = _keys_by_digest.get(self.digest)
        if keys is None:
            keys = frozenset(AudienceKey.objects.filter(audience=self.pk).values_list("key", flat=True))
            if len(_keys_by_digest) > KEPT_AUDIENCES:
                _keys_by_digest.clear()
            _keys_by_digest[self.digest] = keys
        return keys


class AudienceKey(models.Model):
    """One key of one audience."""

    audience = models.ForeignKey(Audience, models.CASCADE, related_name="key_rows")
    key = models.CharField(max_length=60)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["audience", "key"], name="audience_key_once")]
        indexes = [models.Index(fields=["key", "audience"], name="audience_by_key")]

    def __str__(self) -> str:
        return self.key


def audience_of(*keys: str) -> Audience:
    """The audience with exactly these keys, made on first use. Order and repetition do not matter."""
    wanted = sorted(set(keys))
    digest = hashlib.sha256("\n".join(wanted).encode()).hexdigest()
    found = Audience.objects.filter(digest=digest).first()
    if found is not None:
        return found
    with transaction.atomic(savepoint=False):  # nobody ever sees the row without its keys, and a crash leaves none such
        audience, made = Audience.objects.get_or_create(digest=digest, defaults={"is_public": PUBLIC in wanted})
        if made:
            AudienceKey.objects.bulk_create(AudienceKey(audience=audience, key=key) for key in wanted)
    return audience


@dataclass(slots=True, eq=False)
class Viewer:
    """Somebody who looks: a member, a guest or a stranger, with the keys they hold at this moment."""

    kind: str  # "member", "guest" or "stranger"
    person_id: int | None
    keys: frozenset[str]
    language: str = "en"
    reads: tuple[str, ...] = ()
    hidden: frozenset[int] = frozenset()
    may_be_stopped: bool = True  # False: nothing keeps this person from writing anywhere, so nobody need ask
    _audiences: list[int] | None = field(default=None, repr=False)

    @property
    def is_member(self) -> bool:
        return self.kind == "member"

    def holds(self, key: str) -> bool:
        return key in self.keys

    def sees(self, audience: Audience) -> bool:
        """May this viewer see what has this audience (blocks are not asked here)."""
        return audience.pk in self.audiences()

    def audiences(self) -> list[int]:
        """Ids of all audiences that this viewer is part of; asked once for each viewer object."""
        if self._audiences is None:
            rows = AudienceKey.objects.filter(key__in=self.keys).values_list("audience_id", flat=True).distinct()
            self._audiences = sorted(rows)
        return self._audiences


def stranger(language: str = "en") -> Viewer:
    """Somebody without an account, as a search engine is."""
    return Viewer("stranger", None, frozenset({PUBLIC}), language)


def viewer_of(person: AbstractBaseUser, language: str | None = None) -> Viewer:
    """The viewer that this member is now. Asks every hall which keys they hold: ask again after a membership changed."""
    keys = {PUBLIC, MEMBERS, f"person:{person.pk}"}
    for keys_held in registry.keys_held:
        keys.update(keys_held(person))
    hidden: set[int] = set()
    for hidden_persons in registry.hidden_persons:
        hidden.update(hidden_persons(person))
    reads = tuple(getattr(person, "reads", ()) or ())
    return Viewer(
        "member",
        person.pk,
        frozenset(keys),
        language or str(getattr(person, "language", "en")),
        reads,
        frozenset(hidden),
        may_be_stopped=bool(getattr(person, "may_be_stopped", True)),
    )


def visible_to(queryset: QuerySet[M], viewer: Viewer) -> QuerySet[M]:
    """The rows of `queryset` that `viewer` may see: the only filter of the house, blocks included.

    The model needs a foreign key `audience`. Its class attribute `author_field` names the foreign key to the person who
    wrote the row (default "author"; None when rows have no author), whom a block hides.
    """
    ids = viewer.audiences()
    if len(ids) <= NAMED_AUDIENCES:
        seen = Q(audience_id__in=ids)
    else:
        seen = Q(audience__in=AudienceKey.objects.filter(key__in=viewer.keys).values("audience_id"))
    queryset = queryset.filter(seen)
    author_field = getattr(queryset.model, "author_field", "author")
    if viewer.hidden and author_field:
        # NOT IN drops rows whose author is NULL (former members); they stay visible.
        hidden = Q(**{f"{author_field}__in": viewer.hidden})
        queryset = queryset.exclude(hidden & Q(**{f"{author_field}__isnull": False}))
    return queryset


@dataclass(frozen=True, slots=True)
class Readers:
    """Who can read something: which door to draw (`open`, `members`, `closed`) and the one true sentence."""

    door: str
    sentence: str

    def __str__(self) -> str:
        return self.sentence


def readers_of(audience: Audience, viewer: Viewer) -> Readers:
    """Who can read what has this audience, said to `viewer`. Computed from the keys, never written by hand."""
    keys = audience.keys()
    if PUBLIC in keys:
        return Readers("open", _("Anyone can read this, also search engines."))
    if MEMBERS in keys:
        return Readers("members", _("Everyone with an account here can read this."))
    lines = _lines(keys, viewer)
    if not lines:
        return Readers("closed", _("Nobody else can read this."))
    return Readers("closed", " ".join(lines))


def _lines(keys: Iterable[str], viewer: Viewer) -> list[str]:
    """One line for each key, without those that another line speaks for (stewards are members, a network has groups)."""
    lines: list[Any] = []
    spoken_for: set[str] = set()
    for key in sorted(keys):
        kind, _sep, rest = key.partition(":")
        tell = registry.readers_lines.get(kind)
        line = tell(rest, viewer) if tell else None
        if isinstance(line, tuple):
            line, others = line
            spoken_for.update(others)
        if line:
            lines.append((key, line))
    return list(dict.fromkeys(line for key, line in lines if key not in spoken_for))
