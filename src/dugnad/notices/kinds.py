"""The kinds of notices: for each a whole sentence for the list and the words of its mail.

A hall registers its own kinds when it starts. Sentences are lazy and have the named places `{name}` (who did it) and
`{title}` (of what it is about); a sentence may leave either out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    Words = str | _StrPromise
else:
    Words = Any


@dataclass(frozen=True, slots=True)
class What:
    """One row of a person's choices. `mail` is whether it comes by mail before they chose; `audience_key` who is
    asked at all.
    """

    name: str
    label: Words
    why: Words
    stop: Words
    stopped: Words
    mail: bool
    chosen: bool = True


WHATS = {
    what.name: what
    for what in (
        What(
            "mention",
            gettext_lazy("Somebody mentions you"),
            gettext_lazy("You get this because your name was mentioned."),
            gettext_lazy("Stop emails about mentions"),
            gettext_lazy("There will be no more emails about mentions."),
            mail=True,
        ),
        What(
            "reply",
            gettext_lazy("Somebody replies to you"),
            gettext_lazy("You get this because you wrote in the thread."),
            gettext_lazy("Stop emails about replies"),
            gettext_lazy("There will be no more emails about replies."),
            mail=True,
        ),
        What(
            "planned",
            gettext_lazy("A post for later could not be published"),
            gettext_lazy("You get this because you planned the post."),
            gettext_lazy("Stop emails about posts for later"),
            gettext_lazy("There will be no more emails about posts for later."),
            mail=True,
        ),
        What(
            "searches",
            gettext_lazy("There is something new for a search that you keep"),
            gettext_lazy("You get this because you keep the search."),
            gettext_lazy("Stop emails about saved searches"),
            gettext_lazy("There will be no more emails about saved searches."),
            mail=False,
        ),
        What(
            "watched",
            gettext_lazy("There is a new post in what you watch"),
            gettext_lazy("You get this because you watch the thread or its category."),
            gettext_lazy("Stop emails about what you watch"),
            gettext_lazy("There will be no more emails about what you watch."),
            mail=False,
        ),
        What(
            "group",
            gettext_lazy("Somebody asks to join your group, or your own place in a group changes"),
            gettext_lazy("You get this because it concerns you in a group."),
            gettext_lazy("Stop emails about groups"),
            gettext_lazy("There will be no more emails about groups."),
            mail=True,
        ),
        What(
            "care",
            gettext_lazy("A steward decides about something of yours, or you are asked as a steward"),
            gettext_lazy("You get this because it concerns you."),
            gettext_lazy("Stop emails about what stewards decide"),
            gettext_lazy("There will be no more emails about what stewards decide."),
            mail=True,
        ),
        What(
            "place",
            gettext_lazy("Somebody asks to come in, or something else needs a steward of the place"),
            gettext_lazy("You get this because you are a steward of the place."),
            gettext_lazy("Stop emails to stewards of the place"),
            gettext_lazy("There will be no more emails to you as a steward of the place."),
            mail=False,
            chosen=False,
        ),
    )
}
READ_IT = gettext_lazy("Read it here: {link}")
STOP_THREAD = gettext_lazy("Stop emails about this thread")
THREAD_STOPPED = gettext_lazy("There will be no more emails about this thread.")


@dataclass(frozen=True, slots=True)
class NoticeKind:
    """One kind of notice. `what` is the row of choices it belongs to (a key of `WHATS`).

    `sentence` stands in the list, `mail_subject` and `mail_body` in the mail (without `mail_body` the sentence does);
    `mail_do` has `{link}` and says what can be done there; `mail_why` says why it came, when the words of `what` do
    not fit.
    """

    name: str
    what: str
    sentence: Words
    mail_subject: Words
    mail_body: Words = ""
    mail_do: Words = READ_IT
    mail_why: Words = ""


_kinds: dict[str, NoticeKind] = {}


def register(kind: NoticeKind) -> NoticeKind:
    """Make `kind` known. Its name may be used once; its `what` must be one of `WHATS`."""
    if kind.what not in WHATS:
        raise ValueError(f"{kind.name}: there is no {kind.what!r} among what people choose about")
    if _kinds.get(kind.name, kind) != kind:
        raise ValueError(f"a notice kind named {kind.name!r} is already registered")
    _kinds[kind.name] = kind
    return kind


def kind_named(name: str) -> NoticeKind:
    """The kind with this name; `KeyError` when no hall registered it."""
    return _kinds[name]


def kind_or_plain(name: str) -> NoticeKind:
    """The kind with this name, or a plain one for a notice whose hall is no longer there."""
    return _kinds.get(name) or PLAIN


def sentence_of(words: Words, *, name: str | None, title: str) -> str:
    """`words` with its places filled. Somebody who is gone is a former member."""
    return str(words).format(name=name or _("A former member"), title=title)


PLAIN = NoticeKind(
    "plain",
    "mention",
    gettext_lazy("There is news about “{title}”."),
    gettext_lazy("News: {title}"),
)

for _kind in (
    NoticeKind(
        "mentioned",
        "mention",
        gettext_lazy("{name} mentioned you in “{title}”."),
        gettext_lazy("{name} mentioned you: {title}"),
        gettext_lazy("{name} mentioned you in “{title}”:"),
        gettext_lazy("Read and reply: {link}"),
    ),
    NoticeKind(
        "replied",
        "reply",
        gettext_lazy("{name} replied in “{title}”."),
        gettext_lazy("{name} replied: {title}"),
        gettext_lazy("{name} replied in “{title}”:"),
        gettext_lazy("Read and reply: {link}"),
    ),
    NoticeKind(
        "post_watched",
        "watched",
        gettext_lazy("{name} wrote in “{title}”, which you watch."),
        gettext_lazy("{name} wrote: {title}"),
        gettext_lazy("{name} wrote in “{title}”:"),
        gettext_lazy("Read and reply: {link}"),
    ),
    NoticeKind(
        "request_to_come_in",
        "place",
        gettext_lazy("{title} asks to come in."),
        gettext_lazy("{title} asks to come in"),
        gettext_lazy("{title} asks to come in and wrote:"),
        gettext_lazy("Read and answer: {link}"),
    ),
):
    register(_kind)
