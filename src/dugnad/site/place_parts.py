"""The parts of the settings: title, form, the deed behind it, and what holds now, in a line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from dugnad.kernel import post_office
from dugnad.kernel.formats import long_date
from dugnad.kernel.languages import OWN_NAMES
from dugnad.kernel.look import BANNERS, INKS, MARKS, THEMES
from dugnad.kernel.place import Place
from dugnad.kernel.retention import spans
from dugnad.site import place_actions, place_settings_actions
from dugnad.site.place_forms import CategoriesForm, LanguagesForm, NameForm, PlaceForm, SignUpForm, TextsForm
from dugnad.site.place_queries import offered_languages
from dugnad.site.place_settings_forms import (
    AgreementsForm,
    BackupsForm,
    LookForm,
    MailForm,
    PrivacyForm,
    ResponsibleForm,
    RetentionForm,
)


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that is settled about a place: its title, its form, the deed behind it. `now` says to a reader of the language
    what holds, in a line.
    """

    title: str | Promise
    lead: str | Promise
    form: type[PlaceForm]
    settle: Callable[..., Any]
    now: Callable[[Place, str], str] = lambda _place, _language: ""
    icon: str = "i-pen"


def _name(place: Place, language: str) -> str:
    line = place.said(place.tagline, language)
    return f"{place.name}: {line}" if line else place.name


def _look(place: Place, _language: str) -> str:
    chosen = (INKS.get(place.ink), BANNERS.get(place.banner), MARKS.get(place.mark), THEMES.get(place.theme))
    return " · ".join(dict.fromkeys(str(words) for words in chosen if words))


def _languages(place: Place, _language: str) -> str:
    return " · ".join([*(OWN_NAMES[code] for code in offered_languages(place)), place.time_zone])


def _responsible(place: Place, _language: str) -> str:
    return ", ".join(filter(None, (place.responsible, place.contact))) or say("Not said yet.")


def _agreements(place: Place, language: str) -> str:
    version = say("Version {n}").format(n=place.agreements_version)
    if place.agreements_since is None:
        return version
    day = long_date(place.agreements_since, language)
    return say("{version}, since {day}").format(version=version, day=day)


def _privacy(place: Place, _language: str) -> str:
    own = [OWN_NAMES[code] for code in offered_languages(place) if place.privacy.get(code)]
    return " · ".join(own) or say("The house’s own words")


def _sign_up(place: Place, _language: str) -> str:
    return str(place.get_sign_up_display())


def _retention(place: Place, _language: str) -> str:
    other = sum(span.within(place.retention) != span.days for span in spans())
    if not other:
        return say("As usual")
    return ngettext("{n} span is another than usual", "{n} spans are others than usual", other).format(n=other)


def _mail(place: Place, _language: str) -> str:
    if post_office.server_is_given():
        return say("The server’s environment says: {host}").format(host=settings.EMAIL_HOST)
    if place.mail.get("host"):
        return f"{post_office.sender(place)}, {place.mail['host']}"
    if settings.DEMO:
        return say("The demo sends nothing: every email stands in its mailbox.")
    return say("No mail server yet: emails wait, and nobody can get a code.")


def _backups(place: Place, _language: str) -> str:
    if not place.backups_kept:
        return say("The house makes no backups.")
    return ngettext("The newest is kept", "The newest {n} are kept", place.backups_kept).format(n=place.backups_kept)


_COMING_IN = Part(
    _("Coming in"),
    _("How people become members here."),
    SignUpForm,
    place_actions.choose_sign_up,
    _sign_up,
    "i-door-open",
)
_NAME = Part(
    _("Name"),
    _("What the place is called, and what it is in one line. Both can be changed later."),
    NameForm,
    place_actions.name_place,
    _name,
)
_LANGUAGES = Part(
    _("Languages"),
    _("The place can speak five languages. Choose those that its people read."),
    LanguagesForm,
    place_actions.choose_place_languages,
    _languages,
    "i-globe",
)

PARTS = {
    "name": _NAME,
    "look": Part(
        _("Look"),
        _("The colours and drawings of this place. Every choice can be read by day and by night."),
        LookForm,
        place_settings_actions.choose_look,
        _look,
        "i-picture",
    ),
    "languages": _LANGUAGES,
    "responsible": Part(
        _("Who is responsible"),
        _("Who answers for what is kept about people here, and where one writes to them."),
        ResponsibleForm,
        place_settings_actions.name_responsible,
        _responsible,
        "i-person",
    ),
    "agreements": Part(
        _("Ground rules"),
        _("What everyone here agrees to. When they change, every member is told what is changed."),
        AgreementsForm,
        place_settings_actions.write_agreements,
        _agreements,
        "m-agreement",
    ),
    "privacy": Part(
        _("Privacy notice"),
        _("What is kept about people, why, and what their rights are. It must be true for this place."),
        PrivacyForm,
        place_settings_actions.write_privacy_notice,
        _privacy,
        "i-eye",
    ),
    "coming-in": _COMING_IN,
    "retention": Part(
        _("How long things are kept"),
        _("What goes by itself, and after how many days. A daily job sees to it; shorter is kinder."),
        RetentionForm,
        place_settings_actions.choose_retention,
        _retention,
        "i-clock",
    ),
    "mail": Part(
        _("Email"),
        _("Who emails come from, and which server takes them."),
        MailForm,
        place_settings_actions.choose_mail_server,
        _mail,
        "i-mail",
    ),
    "backups": Part(
        _("Backups"),
        _("Each night everything can be written into one file beside the data of the place."),
        BackupsForm,
        place_settings_actions.choose_backups,
        _backups,
        "i-shelf",
    ),
}
# The walk that opens a place: a few of the parts, and two steps of its own.
WALK = {
    "name": _NAME,
    "languages": _LANGUAGES,
    "agreements": Part(
        _("Ground rules"),
        _("What everyone agrees to before they come in, and who answers for what is kept about them."),
        TextsForm,
        place_actions.write_place_texts,
    ),
    "coming-in": _COMING_IN,
    "categories": Part(
        _("First categories"),
        _("A few are enough to begin with. Take what fits, change the words, and add others when they are missed."),
        CategoriesForm,
        place_actions.make_first_categories,
    ),
}
TITLES = {**{name: part.title for name, part in WALK.items()}, "open": _("Open the place")}
