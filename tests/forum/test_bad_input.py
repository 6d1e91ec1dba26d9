"""Doors of the forum with input that no form sends: never an error page of the server, never a deed, never a script."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from dugnad.forum import actions
from dugnad.forum.models import Category, Post, Reaction, Thread
from dugnad.forum.uploads import keep_picture, with_picture
from tests import given

pytestmark = pytest.mark.django_db

HUGE = "9" * 40
NUMBERS = [HUGE, "-1", "0", "1e5", "x", "", " 1", "٣", "1\x00", "2147483648", "9223372036854775808", "9" * 17, "9" * 18]
SCRIPT = '"><script>alert(1)</script><img src=x onerror=alert(1)>'


def status(who: str, address: str, **query: str) -> int:
    return given.client(who).get(address, query).status_code


def test_numbers_in_addresses_that_lead_nowhere_show_a_page_all_the_same():
    thread = given.thread()
    oona = given.client("oona")
    for number in NUMBERS:
        assert oona.get(thread.url, {"from": number}).status_code == 200, number
        assert status("", "/forum", before=number) == 200, number
    for number in ("9" * 17, HUGE, "-1", "1\x00", "٣"):
        for address, name in (
            (f"/t/{thread.pk}/reply", "quote"), ("/me/bookmarks", "before"), ("/people/oona-mac-a-bhaird/threads", "before"),
            ("/new", "from"), ("/c/housing/new", "from"), ("/c/housing", "before"),
        ):  # fmt: skip
            assert oona.get(address, {name: number}).status_code == 200, (address, number)


@pytest.mark.parametrize("number", ["0", HUGE, "2147483648", "9223372036854775808"])
def test_threads_and_posts_with_such_numbers_are_not_there(number):
    thread = given.thread()
    for address in (
        f"/t/{number}",
        f"/t/{thread.pk}/post/{number}",
        f"/t/{number}/post/1",
        f"/t/{thread.pk}/post/{number}/edit",
    ):
        assert (status("", address), status("oona", address)) == (404, 404)
    for address in (
        f"/t/{number}/reply",
        f"/t/{number}/deeds",
        f"/t/{number}/follow",
        f"/t/{thread.pk}/post/{number}/delete",
    ):
        assert given.client("oona").post(address, {"text": "x"}).status_code == 404


@pytest.mark.parametrize("value", ["", "\x00", "x" * 5000, "../..", "%00", "housing\x00"])
def test_names_in_addresses_that_nobody_has_are_not_there(value):
    given.category()
    given.steward("gunnel")
    gunnel = given.client("gunnel")
    assert gunnel.get("/categories/new", {"in": value}).status_code == (404 if value else 200)
    assert gunnel.get("/categories/new", {"group": value}).status_code == (404 if value else 200)
    assert gunnel.post("/c/housing/arrange", {"before": value}).status_code == 302
    assert gunnel.get("/c/housing", {"kind": value, "languages": value, "show": value}).status_code == 200
    assert gunnel.get("/c/housing/new", {"kind": value}).status_code == 200
    assert gunnel.get("/new", {"kind": value}).status_code == 200
    assert gunnel.get("/search", {"q": value, "page": value, "languages": value}).status_code == 200


@pytest.mark.parametrize(
    "address", ["/c/%00", "/c/x%C3%28", "/t/1%00", "/people/%00/threads", "/files/%00", "/c/..%2f..", "/c/%F0%9F%98%80"]
)
def test_broken_addresses_are_not_there(address):
    given.category()
    assert status("oona", address) == 404


@pytest.mark.parametrize(
    "raw", [b"q=%FF%FE", b"q=%C3%28", b"q=%ED%A0%80", b"q=%00", b"from=%FF", b"%FF=%FF", b"q=a&q=b&&=&;"]
)
def test_bytes_that_are_no_text_in_the_query_do_no_harm(raw):
    thread = given.thread()
    for address in ("/search", thread.url, "/c/housing", "/forum"):
        assert given.client("oona").get(address, QUERY_STRING=raw.decode("latin-1")).status_code == 200


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"text=a%FFb", "a\ufffdb"),
        (b"text=a%00b", "ab"),
        (b"text=a%ED%A0%80b", "a\ufffd\ufffd\ufffdb"),
        (b"text=caf%65%CC%81", "caf\u00e9"),
        (b"text=a%E2%80%AEb", "ab"),
        (b"text=line%0D%0Aline", "line\nline"),
    ],
)
def test_bytes_that_are_no_text_in_a_post_are_cleaned(raw, text):
    thread = given.thread()
    answer = given.client("oona").post(f"/t/{thread.pk}/reply", raw, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 302
    assert Post.objects.get(number=2).source == text


def test_a_post_of_ten_megabytes_is_refused_in_a_sentence():
    thread = given.thread()
    answer = given.client("oona").post(f"/t/{thread.pk}/reply", {"text": "a" * 10_000_000})
    assert (answer.status_code, thread.posts.count()) == (422, 1)
    assert "The text has 10000000 characters and can have at most 50000." in answer.content.decode()


def test_a_title_of_a_megabyte_is_refused_in_a_sentence():
    answer = given.client("oona").post(f"{given.category().url}/new", {"title": "a" * 1_000_000, "text": "x"})
    assert (answer.status_code, Thread.objects.count()) == (422, 0)
    assert "The title can have at most 140 characters. Put the rest into the text." in answer.content.decode()


@pytest.mark.parametrize(
    "typed",
    [
        {"form_key": "x" * 5000},
        {"form_key": "\x00"},
        {"language": "xx"},
        {"language": SCRIPT},
        {"upload": "not a file"},
        {"image_description": "x" * 501},
    ],
)
def test_fields_that_hold_what_they_cannot_are_refused_or_left_out(typed):
    thread = given.thread()
    answer = given.client("oona").post(f"/t/{thread.pk}/reply", {"text": "Hello", **typed})
    assert answer.status_code in (302, 422)
    assert thread.posts.count() == (2 if answer.status_code == 302 else 1)


def test_three_hundred_fields_too_many_are_refused():
    thread = given.thread()
    answer = given.client("oona").post(f"/t/{thread.pk}/reply", {f"f{n}": "x" for n in range(400)} | {"text": "Hello"})
    assert (answer.status_code, thread.posts.count()) == (400, 1)


def test_methods_that_no_page_uses_do_nothing():
    thread = given.thread()
    category = thread.category
    given.steward("gunnel")
    gunnel = given.client("gunnel")
    for address in (
        thread.url, f"/t/{thread.pk}/deeds", f"/t/{thread.pk}/reply", f"/t/{thread.pk}/post/1/delete", f"/t/{thread.pk}/close",
        f"{category.url}/close", f"{category.url}/edit", "/read-all", "/categories/new", "/search", "/forum",
    ):  # fmt: skip
        for method in (gunnel.put, gunnel.patch, gunnel.delete, gunnel.options, gunnel.trace):
            assert method(address).status_code in (200, 403, 405), address
    thread.refresh_from_db()
    category.refresh_from_db()
    assert (thread.closed_at, category.closed_at, thread.posts.filter(deleted_at=None).count()) == (None, None, 1)


def test_reading_pages_take_no_form():
    thread = given.thread()
    for address in (thread.url, "/forum", "/c/housing", "/search", "/new-for-me", "/me/bookmarks", "/new",
                    f"/t/{thread.pk}/post/1", f"/t/{thread.pk}/post/1/versions"):  # fmt: skip
        assert given.client("oona").post(address).status_code == 405, address


def test_a_head_request_is_answered_as_the_page_without_its_body():
    thread = given.thread()
    for address in (thread.url, "/forum", "/c/housing", "/search"):
        assert given.client("oona").head(address).status_code == 200


class Executable(HTMLParser):
    """Gathers what a browser would run: inline scripts, event handlers, addresses with a script, elements nobody wrote."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag, attrs):
        given_attrs = dict(attrs)
        if tag == "script" and not (given_attrs.get("src") or "").startswith("/static/"):
            self.found.append(f"script {attrs}")
        if tag in ("iframe", "object", "embed", "base", "svg:script", "style", "math"):
            self.found.append(f"{tag} {attrs}")
        for name, value in attrs:
            if name.startswith("on") or name == "style":
                self.found.append(f"{tag} {name}={value}")
            if name in ("href", "src", "action", "formaction", "xlink:href") and re.match(
                r"\s*(javascript|data|vbscript):", value or "", re.IGNORECASE
            ):
                self.found.append(f"{tag} {name}={value}")
        if tag == "img" and given_attrs.get("src") == "x":
            self.found.append("img of the script")


def executable(page: str) -> list[str]:
    reader = Executable()
    reader.feed(page)
    return reader.found


def test_the_check_itself_finds_scripts():
    for page in ("<script>alert(1)</script>", "<img src=x onerror=alert(1)>", '<a href=" JavaScript:alert(1)">x</a>'):
        assert executable(page) != []


@pytest.fixture
def hostile():
    """A place in which every field that people fill holds a script."""
    gunnel = given.steward("gunnel")
    for who in ("gunnel", "amina", "leyla"):
        person = given.person(who)
        person.name = f"{SCRIPT[:40]}{who}"
        person.save()
    category = given.category(SCRIPT[:60], purpose=SCRIPT)
    actions.edit_category(category, by=gunnel, translations={"en": {"name": SCRIPT, "purpose": SCRIPT}})
    text = f"{SCRIPT}\n\n[x](javascript:alert(1)) <javascript:alert(1)> ![x](data:image/svg+xml,x) [y]: javascript:alert(1)"
    threads = [
        given.thread(SCRIPT, by="amina", text=text, within=category, kind=kind, fields=fields)
        for kind, fields in {
            "need": {"where": SCRIPT, "when": SCRIPT, "how_many": SCRIPT},
            "project": {"what_for": text, "where": SCRIPT, "next_step": SCRIPT, "next_step_on": SCRIPT},
            "experience": {"did": text, "went": text, "differently": text, "result": SCRIPT, "when": SCRIPT},
            "question": {},
        }.items()
    ]
    need, question = threads[0], threads[3]
    stored = keep_picture(given.picture(), SCRIPT, by=given.person("leyla"))
    reply = given.post(need, with_picture(text, stored), by="leyla")
    actions.edit_post(reply, text + SCRIPT, by=given.person("leyla"), seen_edits=0, reason=SCRIPT)
    actions.change_state(need, "met", by=given.person("amina"), met_by=given.person("leyla"), note=SCRIPT)
    actions.accept_answer(given.post(question, text, by="leyla"), by=given.person("amina"))
    actions.close_thread(threads[2], by=given.person("amina"), outcome=text)
    actions.keep_bookmark(reply, by=given.person("amina"))
    given.thread(SCRIPT, by="leyla", within=category, grew_out_of=need)
    return threads


def test_no_script_runs_on_any_page(hostile):
    need, project, _experience, question = hostile
    category = need.category
    shared = [thread.url for thread in hostile]
    shared += [category.url, "/forum", "/", f"/search?q={SCRIPT}", "/search?q=alert", f"/t/{need.pk}/post/2/versions"]
    own = [
        f"/t/{need.pk}/state", f"/t/{need.pk}/edit", f"/t/{project.pk}/close", f"/t/{need.pk}/reply?quote=2",
        f"{category.url}/edit", f"{category.url}/new", f"{category.url}/new?from={need.pk}", "/new", "/new-for-me",
        "/me/bookmarks",
        f"/t/{question.pk}/post/1/edit", f"/t/{question.pk}/post/1/delete", f"/categories/new?in={category.slug}",
        "/notices",
        f"{category.url}?kind={SCRIPT}", f"{category.url}?languages={SCRIPT}", f"/t/{need.pk}/state?to={SCRIPT}",
    ]  # fmt: skip
    for who, addresses in (("", shared), ("gunnel", shared + own), ("amina", shared + own)):
        browser = given.client(who)
        for address in addresses:
            answer = browser.get(address)
            page = answer.content.decode()
            assert executable(page) == [], (who, address)
            assert "<script>alert" not in page, (who, address)


def test_no_script_runs_in_a_form_that_comes_back(hostile):
    need = hostile[0]
    amina = given.client("amina")
    answers = [
        amina.post(
            f"/t/{need.pk}/reply", {"text": SCRIPT, "preview": "1", "language": SCRIPT, "image_description": SCRIPT}
        ),
        amina.post(f"{need.category.url}/new", {"kind": SCRIPT, "title": SCRIPT, "text": "", "from": SCRIPT}),
        amina.post(f"/t/{need.pk}/edit", {"title": "", "fact_where": SCRIPT, "fact_how_many": SCRIPT}),
        amina.post(f"/t/{need.pk}/state", {"state": SCRIPT, "note": SCRIPT, "met_by": SCRIPT}),
        amina.post(f"/t/{need.pk}/post/1/edit", {"text": SCRIPT, "seen_edits": SCRIPT, "reason": SCRIPT}),
        given.client().post(f"/t/{need.pk}/reply", {"text": SCRIPT}),
        given.client("gunnel").post(
            "/categories/new", {"name": "", "purpose": SCRIPT, "reach": SCRIPT, "writers": SCRIPT}
        ),
    ]
    for answer in answers:
        assert answer.status_code in (200, 403, 422)
        assert executable(answer.content.decode()) == []


def test_the_pushed_pieces_run_no_script_either(hostile):
    from dugnad.kernel import registry

    make = registry.live_fragments.get("post_edited")
    for post in Post.objects.all():
        assert executable(make({"type": "post_edited", "post": post.pk}, "en")["html"]) == []


def test_a_deed_without_the_token_of_the_form_is_refused_and_gives_the_text_back():
    from django.test import Client

    thread = given.thread()
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(given.person("oona"))
    answer = strict.post(f"/t/{thread.pk}/reply", {"text": "Open overnight"})
    assert (answer.status_code, thread.posts.count()) == (403, 1)
    assert "Open overnight" in given.said(answer)
    for address in (f"/t/{thread.pk}/deeds", "/read-all", f"/t/{thread.pk}/follow"):
        assert strict.post(address, {"react": f"{thread.posts.get().pk}:thanks"}).status_code == 403
    assert (Reaction.objects.count(), Category.objects.count()) == (0, 1)
