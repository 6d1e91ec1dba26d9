"""Every address of the house answers a stranger with the way to sign in, or as if it were not there, unless it is public."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from django.template.loader import get_template

from tests import given
from tests.house.doors import closed_house, doors, open_house, things
from tests.house.tree import PACKAGE

pytestmark = pytest.mark.django_db

# The only doors that answer a stranger with a page, and why.
PUBLIC = {
    "home": "the house's face",
    "about": "what the place is",
    "agreements": "what one agrees to, before one does",
    "privacy": "what happens to personal data, and who is responsible",
    "protection": "leads to a part of the privacy page",
    "languages": "choosing the language of buttons",
    "set_language": "choosing the language of buttons, for those without an account in a cookie",
    "set_theme": "day and night, in a cookie",
    "keyboard": "which keys do what",
    "set_shortcuts": "switching the keys off, for those without an account in a cookie",
    "account_login": "signing in",
    "sign_in_with_password": "signing in",
    "mfa_login_webauthn": "the riddle for a passkey that signs in",
    "lost_ways": "signing in without mail and passkey",
    "account_inactive": "why somebody cannot sign in",
    "use_way_back": "a link from a steward, for one person; says that it has ended",
    "sign_up": "creating an account, or why that takes an invitation",
    "open_invitation": "the page of an invitation link; says that there is none",
    "ask_to_come_in": "asking for an account",
    "asked_to_come_in": "what happens after asking",
    "erased": "what one sees after erasing oneself, when one is nobody any more",
    "forum": "the public categories",
    "category": "a public category",
    "thread": "a public thread",
    "thread_with_title": "a public thread",
    "post": "leads to a public post",
    "versions": "how a public post read before",
    "search": "search in what is public",
    "place_feed": "the newest public threads, for feed readers",
    "kind_feed": "the newest public threads of a kind, for feed readers",
    "category_feed": "the newest threads of a public category, for feed readers",
    "group_feed": "the newest public threads of a listed group, for feed readers",
    "thread_feed": "the posts of a public thread, for feed readers",
    "groups": "the listed groups",
    "group": "a listed group",
    "stop_mail": "stopping mail with the link that stands in it, without signing in; says when the link is none",
}
# A form that posts stands only where somebody comes in, or where a link for one person alone leads.
WITH_A_FORM = {
    "account_login",
    "sign_in_with_password",
    "lost_ways",
    "sign_up",
    "ask_to_come_in",
}
# Where else a stranger is led who has no business at a door.
LEADS_TO = {"account_logout": "/", "sign_up_code": "/sign-up/"}


def is_kept_out(response, door) -> bool:
    """Sent to sign in, or told that there is nothing, or that this is no way to ask."""
    to = response.headers.get("Location", "")
    return response.status_code in (404, 405) or (
        response.status_code == 302 and (to.startswith("/sign-in/") or to == LEADS_TO.get(door.name))
    )


@cache
def public_answers():
    """What every door answers a stranger in an open house: asked once for all tests that look at it."""
    house = open_house()
    answers = {door.name: given.client().get(door.address(things(door, house))) for door in doors()}
    return {name: answer for name, answer in answers.items() if answer.status_code == 200}


def public_pages() -> dict[str, str]:
    """The pages among them."""
    pages = {
        name: answer for name, answer in public_answers().items() if answer["Content-Type"].startswith("text/html")
    }
    return {name: answer.content.decode() for name, answer in pages.items()}


def test_every_public_door_is_there():
    assert PUBLIC.keys() - {door.name for door in doors()} == set()


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_stranger_is_kept_out_of_every_door_that_is_not_public(method):
    house = open_house()
    let_in = []
    for door in doors():
        response = getattr(given.client(), method)(door.address(things(door, house)))
        if door.name not in PUBLIC and not is_kept_out(response, door):
            let_in.append(f"{method} {door.route} ({door.name}): {response.status_code}")
    assert let_in == []


@pytest.mark.parametrize("method", ["get", "post"])
def test_what_is_for_members_is_not_there_for_a_stranger(method):
    """Every address that names a closed thing; a redirect to sign in would already say that it exists."""
    house = closed_house()
    seen = []
    for door in doors():
        if not {"slug", "thread_id"} & set(door.arguments):
            continue
        response = getattr(given.client(), method)(door.address(things(door, house)))
        if response.status_code not in (404, 405) and not is_sign_in_before_looking(response, door, method):
            seen.append(f"{method} {door.route} ({door.name}): {response.status_code}")
    assert seen == []


def is_sign_in_before_looking(response, door, method) -> bool:
    """A door that sends every stranger to sign in, whatever its address names, says nothing."""
    if not is_kept_out(response, door):
        return False
    unknown = {
        "slug": "never-was",
        "thread_id": 999_999,
        "number": 1,
        "handle": "nobody",
        "pk": 999_999,
        "token": "none",
    }
    other = getattr(given.client(), method)(door.address(unknown))
    return other.status_code == response.status_code


def test_public_pages_hold_no_form_that_posts_except_where_one_comes_in():
    posting = re.compile(r"<form[^>]*method=[\"']?post", re.IGNORECASE)
    assert {name for name, page in public_pages().items() if posting.search(page)} <= WITH_A_FORM


def test_public_pages_set_no_cookie_except_where_one_comes_in():
    with_cookie = {name for name, answer in public_answers().items() if answer.cookies}
    assert with_cookie <= WITH_A_FORM | {"mfa_login_webauthn"}


def test_every_view_of_the_frameworks_shows_a_page_of_the_house():
    """Of allauth's own pages none can be reached: each of its views renders one of ours."""
    foreign = []
    for door in doors():
        view = getattr(door.view, "view_class", None)
        name = getattr(view, "template_name", None)
        if name and not Path(get_template(name).origin.name).is_relative_to(PACKAGE):
            foreign.append(f"{door.name}: {name}")
    assert foreign == []


def test_every_page_for_a_stranger_has_one_heading_a_title_and_its_language():
    for name, page in public_pages().items():
        assert len(re.findall(r"<h1[\s>]", page)) == 1, name
        assert re.search(r"<title>\s*\S", page), name
        assert re.search(r'<html[^>]* lang="en"', page), name


def test_no_number_that_a_database_cannot_give_out_reaches_a_page(client):
    """Every address with a number in it answers 404 for one of 25 digits, on both databases."""
    too_long = "9" * 25
    addresses = [
        door.replace("{number}", too_long) for door in ("/notices/{number}/go", "/groups/invitations/{number}")
    ]
    addresses += [f"/t/{too_long}", f"/requests/{too_long}/answer", f"/me/security/passkeys/{too_long}/name/"]
    assert [client.get(address).status_code for address in addresses] == [404] * 5
