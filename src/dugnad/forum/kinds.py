"""The one machine of kinds: what a thread can be, which facts it carries, which states it goes through.

Everything that differs between a talk, a need and a project stands in this table. Forms, pages, policies and the search of
matches read it; none of them knows a kind by name. A new kind is a new row here, its drawing in the sprite and its words in the
five languages.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    Text = str | _StrPromise


@dataclass(frozen=True, slots=True)
class Field:
    """One fact that threads of a kind carry, in `Thread.fields[name]`. `shape`: line, text, date, number or choice."""

    name: str
    label: Text
    shape: str = "line"
    hint: Text = ""
    required: bool = False
    longest: int = 200
    choices: tuple[tuple[str, Text], ...] = ()


@dataclass(frozen=True, slots=True)
class State:
    """Where a thread of a kind can be. `ends`: the thing is settled. `asks_who`: who met it is asked for."""

    name: str
    label: Text
    deed: Text = ""
    ends: bool = False
    asks_who: bool = False
    needs_post: bool = False


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of thread. `states` in the order of a life; the first is where it begins; none: the kind has no states."""

    name: str
    label: Text
    plural: Text
    invites: Text
    text_label: Text
    fields: tuple[Field, ...] = ()
    states: tuple[State, ...] = ()
    stewards_only: bool = False
    _by_state: dict[str, State] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        self._by_state.update({state.name: state for state in self.states})

    @property
    def first_state(self) -> str:
        return self.states[0].name if self.states else ""

    def state(self, name: str) -> State | None:
        return self._by_state.get(name)


WHERE = Field("where", _("Where"), hint=_("A place, a street or “online”."))

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(
            "talk",
            label=_("Talk"),
            plural=_("Talks"),
            invites=_("Think aloud together, without having to arrive anywhere."),
            text_label=_("What do you want to talk about?"),
        ),
        Kind(
            "question",
            label=_("Question"),
            plural=_("Questions"),
            invites=_("Something you want to know. Others answer, and you say which answer helped."),
            text_label=_("What do you want to know, and what have you tried?"),
            states=(
                State("open", pgettext_lazy("question", "open"), _("Open it again")),
                State("answered", pgettext_lazy("question", "answered"), ends=True, needs_post=True),
            ),
        ),
        Kind(
            "need",
            label=_("Need"),
            plural=_("Needs"),
            invites=_("Hands, things, rooms or knowledge that you are looking for."),
            text_label=_("What do you need, and what is it for?"),
            fields=(
                WHERE,
                Field("when", _("When"), hint=_("A day, a time or “whenever it suits”.")),
                Field("how_many", _("How many people"), "number"),
            ),
            states=(
                State("open", pgettext_lazy("need", "open"), _("Open it again")),
                State("met", pgettext_lazy("need", "met"), _("It is met"), ends=True, asks_who=True),
                State("withdrawn", pgettext_lazy("need", "withdrawn"), _("Withdraw it"), ends=True),
            ),
        ),
        Kind(
            "offer",
            label=_("Offer"),
            plural=_("Offers"),
            invites=_("What you can lend, give or do for others."),
            text_label=_("What do you offer, and for whom?"),
            fields=(WHERE, Field("until", _("Until"), hint=_("How long the offer stands."))),
            states=(
                State("open", pgettext_lazy("offer", "open"), _("Open it again")),
                State("taken_up", pgettext_lazy("offer", "taken up"), _("It is taken up"), ends=True, asks_who=True),
                State("withdrawn", pgettext_lazy("offer", "withdrawn"), _("Withdraw it"), ends=True),
            ),
        ),
        Kind(
            "project",
            label=_("Project"),
            plural=_("Projects"),
            invites=_("Something you want to do with others, from the first idea to the last box carried."),
            text_label=_("Tell about it: what is the idea, and what comes first?"),
            fields=(
                Field("what_for", _("What for"), "text", _("One or two sentences."), required=True, longest=400),
                WHERE,
                Field("next_step", _("Next step"), hint=_("The next thing that happens, small enough to happen.")),
                Field("next_step_on", _("On which day"), "date"),
            ),
            states=(
                State("idea", pgettext_lazy("project", "idea"), _("Back to an idea")),
                State("looking", pgettext_lazy("project", "looking for people"), _("Look for people")),
                State("under_way", pgettext_lazy("project", "under way"), _("It is under way")),
                State("done", pgettext_lazy("project", "done"), _("It is done"), ends=True),
                State("resting", pgettext_lazy("project", "put to rest"), _("Put it to rest"), ends=True),
            ),
        ),
        Kind(
            "experience",
            label=_("Experience"),
            plural=_("Experiences"),
            invites=_("What you tried and how it went, so that others need not begin from nothing."),
            text_label=_("Anything more others should know"),
            fields=(
                Field("did", _("What we did"), "text", required=True, longest=4000),
                Field("went", _("How it went"), "text", required=True, longest=4000),
                Field("differently", _("What we would do differently"), "text", longest=4000),
                Field(
                    "result",
                    _("Did it work?"),
                    "choice",
                    choices=(
                        ("worked", pgettext_lazy("experience", "worked")),
                        ("partly", pgettext_lazy("experience", "partly")),
                        ("did_not", pgettext_lazy("experience", "did not work")),
                        ("too_early", pgettext_lazy("experience", "too early to say")),
                    ),
                ),
                WHERE,
                Field("when", _("When")),
            ),
        ),
        Kind(
            "announcement",
            label=_("Announcement"),
            plural=_("Announcements"),
            invites=_("Something everybody here should know."),
            text_label=_("What should everybody know?"),
            stewards_only=True,
        ),
    )
}


@dataclass(frozen=True, slots=True)
class ReactionKind:
    """A word one can give a post with one click."""

    name: str
    label: Text
    icon: str
    css: str = ""


REACTIONS: dict[str, ReactionKind] = {
    reaction.name: reaction
    for reaction in (
        ReactionKind("thanks", _("Thanks"), "m-offer", "offer"),
        ReactionKind("agree", _("I agree"), "m-agreement"),
        ReactionKind("learned", _("Taught me something"), "m-experience", "experience"),
        ReactionKind("joining", _("I am in"), "i-hand"),
    )
}
