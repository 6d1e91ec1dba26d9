"""Fills an empty house with the demo, and puts in what the demo has none of and what some pages are about: somebody who
waits at a door, an invitation that is open, a second step. Prints as JSON what the addresses of those pages name.
"""

from __future__ import annotations

import json
import os
from datetime import timedelta

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "dugnad.site.settings"
django.setup()

from allauth.mfa.totp.internal.auth import TOTP  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.utils import timezone  # noqa: E402

from dugnad.care import actions as care  # noqa: E402
from dugnad.care.models import Wave  # noqa: E402
from dugnad.forum import actions as forum  # noqa: E402
from dugnad.forum.actions.polling import add_poll, cast_vote  # noqa: E402
from dugnad.forum.actions.scheduling import Plan, keep_scheduled  # noqa: E402
from dugnad.forum.actions.translating import translate_post  # noqa: E402
from dugnad.forum.models import Post, Thread  # noqa: E402
from dugnad.forum.polls import Asked  # noqa: E402
from dugnad.groups import actions as groups  # noqa: E402
from dugnad.groups.models import Group  # noqa: E402
from dugnad.notices.mails import Stop, stop_link  # noqa: E402
from dugnad.notices.models import Notice  # noqa: E402
from dugnad.people import actions  # noqa: E402
from dugnad.people.drafts.actions import Typed, save_draft  # noqa: E402
from dugnad.people.models import Person  # noqa: E402
from dugnad.people.profile_actions import block_person  # noqa: E402
from dugnad.site.demo.fill import fill  # noqa: E402
from tests.browser.house import SECRET  # noqa: E402

# In the browser tests these read English, besides Oona; the others keep the language the demo gives them.
READ_ENGLISH = ("jonas-ek", "selam-tesfay", "bram-kuipers", "per-erik-stahl", "turid-myklebust")


def person(handle: str) -> Person:
    return Person.objects.get(handle=handle)


def at_the_door() -> dict[str, str]:
    """Somebody asks to come in, an invitation waits to be used, and a link leads back in."""
    gunnel = person("gunnel-akesson")
    actions.ask_to_come_in(name="Ronja Lind", email="ronja@example.org", note="Jag bor i hus 4.", language="sv")
    invitation, token = actions.invite(by=gunnel, uses=5, greeting="Välkommen till bordet.")
    _way, back = actions.help_back_in(person("turid-myklebust"), by=gunnel)
    return {"invitation": token, "own_invitation": str(invitation.pk), "way_back": back}


def in_the_groups() -> dict[str, int]:
    """Somebody asks to join Amina's group; Amina invites somebody to it."""
    group, amina = Group.objects.get(slug="hyresgaster-hjallbo"), person("amina-warsame")
    groups.ask_to_join(group, by=person("torbjorn-eide"), note="Jeg er på besøk hver torsdag.")
    invited = groups.invite_person(group, person("sjoerd-de-wit"), by=amina, greeting="Kom med på te.")
    return {"group_invitation": invited.pk}


def with_keys() -> None:
    """Sunniva has the app that shows six digits, Ingvild a password."""
    TOTP.activate(person("sunniva-hauge"), SECRET)
    ingvild = person("ingvild-rekdal")
    actions.set_password(ingvild, "eit passord med sju ord i rekkje", by=ingvild)


def told() -> dict[str, str | int]:
    """A notice of Sjoerd's, and a link that stops mail to him."""
    sjoerd = person("sjoerd-de-wit")
    notice = Notice.objects.filter(person=sjoerd).order_by("-pk")[0]
    return {"notice": notice.pk, "stop": stop_link(Stop(sjoerd.pk, "reply", "")).rpartition("/")[2]}


def in_care() -> dict[str, int]:
    """Somebody reported a post of Sjoerd's; a steward who is none any more warned him, and he asked for another look."""
    sjoerd, turid = person("sjoerd-de-wit"), person("turid-myklebust")
    posts = Post.objects.filter(deleted_at=None, thread__category__group=None)
    own = posts.filter(author=sjoerd).order_by("pk")[0]
    stewardship = actions.make_place_steward(turid, given_by=None)
    warned = care.write_deed("warn", own, by=turid, reason="Say it about the matter, not about the person.")
    actions.end_place_stewardship(stewardship, by=turid)
    appeal = care.appeal_deed(warned, by=sjoerd, text="It was a joke between the two of us.")
    care.report_post(own, by=turid, note="It is still there.")
    other = posts.exclude(author=sjoerd).order_by("pk")[0]
    return {"deed": warned.pk, "appeal": appeal.pk, "reported": own.pk, "to_report": other.pk}


def across_languages() -> dict[str, str]:
    """Sjoerd asks under a post of his and has another without a poll; somebody voted in a third; a post is in two languages."""
    sjoerd = person("sjoerd-de-wit")
    own = list(Post.objects.filter(author=sjoerd, deleted_at=None, thread__closed_at=None).order_by("-pk")[:2])
    asked = Asked("Waar spreken we af?", ("In de tuin", "In de kelder", "Bij Bram thuis"))
    poll = add_poll(own[0], asked, by=sjoerd)
    other = Post.objects.filter(author=person("amina-warsame"), thread__closed_at=None, thread__category__group=None)
    voted = add_poll(other.order_by("pk")[0], asked, by=person("amina-warsame"))
    cast_vote(voted, {voted.options.first().pk: 1}, by=sjoerd)
    foreign = (
        Post.objects.filter(deleted_at=None, thread__category__group=None).exclude(language="en").order_by("-pk")[0]
    )
    translate_post(foreign, "en", "This is what it says.", by=person("oona-mac-a-bhaird"), of_edits=foreign.edits)
    return {
        "own_poll": poll.post.url, "without_poll": own[1].url, "foreign": foreign.url,
        "voted_thread": f"/t/{voted.post.thread_id}", "foreign_thread": f"/t/{foreign.thread_id}?from={foreign.number}",
    }  # fmt: skip


def for_stewards_of_the_place() -> dict[str, str | int]:
    """A hidden group, another that Gunnel visits, and what looks like a wave of spam in the common rooms."""
    leyla, gunnel = person("leyla-demir"), person("gunnel-akesson")
    hidden = groups.create_group("Nattugglorna", by=leyla, hidden=True)
    visited = groups.create_group("Årsmötet i mars", by=leyla, hidden=True)
    groups.enter_group(visited, by=gunnel, reason="Somebody wrote to me about a threat here.", length="week")
    common = Thread.objects.filter(category__group=None, closed_at=None, category__writers="members").order_by("pk")[0]
    posts = []
    for n in range(9):
        handle = f"new{n % 3}"
        by = Person.objects.filter(handle=handle).first() or actions.sign_up_person(
            name=handle.title(), email=f"{handle}@example.org", language="en", agreed_version=1
        )
        text = "Dear friends, order the natural tea from the mountains before the weekend and tell everybody who sent you, "
        posts.append(forum.add_post(common, f"{text} at https://tea.example/{n}", by=by))
    found = Wave.objects.get(wave_posts__post=posts[0])
    return {"hidden_group": hidden.url, "visited_group": visited.url, "wave": found.pk}


def for_later() -> dict[str, int]:
    """Sjoerd has a draft, a post for later, one that could not be published, a search that he keeps, and a feed of his own."""
    sjoerd = person("sjoerd-de-wit")
    thread = Thread.objects.filter(category__group=None, closed_at=None, language="nl").order_by("pk")[0]
    text = "Ik kan donderdag om zes uur, en ik neem de grote pan mee.\n\nWie heeft er een tafel?"
    fields = {"heading": thread.title, "area": "text"}
    save_draft(f"/t/{thread.pk}/reply", Typed(f"/t/{thread.pk}/reply", text, fields), seen=0, by=sjoerd)
    due = timezone.now() + timedelta(days=2)
    planned = forum.schedule_post(Plan("Morgen om zes uur is de deur open.", thread=thread), due, by=sjoerd)
    kept = forum.schedule_post(Plan("Het verslag staat klaar.", thread=thread), due, by=sjoerd)
    keep_scheduled(kept, "This thread is closed. Start a new one if there is more to say; you can link to this.")
    forum.save_search("Fietsen in de buurt", "fiets", {"languages": "mine"}, by=sjoerd)
    forum.make_feed_key(by=sjoerd)
    return {"planned": planned.pk}


def written_together() -> dict[str, str]:
    """A living document of Jonas, which Sjoerd changed."""
    common = Thread.objects.filter(category__slug="things-and-places")[0].category
    text = "For the door:\n\n- two lamps\n- a ladder"
    jonas = person("jonas-ek")
    thread = forum.start_thread(common, "talk", "What we bring on Sunday", text, by=jonas, language="en", living=True)
    text = f"{text}\n- the big pot"
    forum.edit_post(thread.posts.get(), text, by=person("sjoerd-de-wit"), seen_edits=0, reason="I have one")
    return {"living": thread.posts.get().url, "living_thread": thread.url}


call_command("migrate", interactive=False, verbosity=0)
fill()
Person.objects.filter(handle__in=READ_ENGLISH).update(language="en")
block_person(person("bram-kuipers"), by=person("sjoerd-de-wit"))
with_keys()
print(
    json.dumps(
        at_the_door()
        | in_the_groups()
        | told()
        | for_later()
        | in_care()
        | for_stewards_of_the_place()
        | across_languages()
        | written_together()
    )
)
