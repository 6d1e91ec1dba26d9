"""The list of notices, the number in the masthead, and reading them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from dugnad.kernel.audience import audience_of, stranger, viewer_of
from dugnad.notices import actions, queries
from dugnad.notices.middleware import UnreadNotices, thread_was_read
from dugnad.notices.models import Notice
from dugnad.people.models import Block

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(kari, amal, members):
    """Tells Kari of post after post: `told(3, within="thread:1")`."""

    def tell(*numbers: int, within: str = "thread:1", audience=members) -> list[Notice]:
        for number in numbers:
            said = {"thing": f"post:{number}", "url": f"/t/1/post/{number}", "title": f"Title {number}"}
            actions.tell([kari], "replied", actor=amal, audience=audience, within=within, **said)
        return list(Notice.objects.order_by("pk"))

    return tell


@pytest.fixture
def browser(client, kari):
    client.force_login(kari)
    return client


def test_the_newest_stand_first_and_say_who_and_what(browser, told):
    first, second = told(1, 2)
    page = browser.get("/notices").content.decode()
    assert page.index("Amal replied in “Title 2”.") < page.index("Amal replied in “Title 1”.")
    assert f'href="/notices/{first.pk}/go"' in page
    assert f'href="/notices/{second.pk}/go"' in page
    assert page.count('class="row new"') == 2
    assert page.count('<span class="fresh">unread</span>') == 2


def test_days_have_their_headings(browser, told):
    notices = told(1, 2, 3)
    now = timezone.now()
    Notice.objects.filter(pk=notices[0].pk).update(created_at=now - timedelta(days=1))
    Notice.objects.filter(pk=notices[1].pk).update(created_at="2023-06-05T12:00:00Z")
    answer = browser.get("/notices")
    assert sorted(day.heading for day in answer.context["days"]) == ["Monday 5 June 2023", "Today", "Yesterday"]


def test_an_empty_list_says_what_will_stand_here(browser):
    page = browser.get("/notices").content.decode()
    assert "No notices. When somebody mentions you or replies to you, it stands here." in page


def test_opening_one_marks_it_read_and_leads_there(browser, told):
    (notice,) = told(7)
    answer = browser.get(f"/notices/{notice.pk}/go")
    assert (answer.status_code, answer["Location"]) == (302, "/t/1/post/7")
    notice.refresh_from_db()
    assert notice.read_at is not None
    assert 'class="row new"' not in browser.get("/notices").content.decode()


def test_nobody_opens_anothers(client, make_person, told):
    (notice,) = told(7)
    client.force_login(make_person("Nils"))
    assert client.get(f"/notices/{notice.pk}/go").status_code == 404
    assert client.get("/notices/9999/go").status_code == 404
    notice.refresh_from_db()
    assert notice.read_at is None
    with pytest.raises(actions.require.__globals__["Refused"], match=r"somebody else's"):
        actions.mark_read(notice, by=make_person("Oline"))


def test_marking_all_read_takes_those_on_the_page_only(browser, told, kari):
    first, second = told(1, 2)
    answer = browser.post("/notices/read", {"up_to": first.pk})
    assert (answer.status_code, answer["Location"]) == (302, "/notices")
    assert queries.unread_count(viewer_of(kari)) == 1
    browser.post("/notices/read", {"up_to": second.pk})
    assert queries.unread_count(viewer_of(kari)) == 0


def test_a_notice_of_what_can_no_longer_be_seen_is_not_shown(browser, told, kari):
    told(1, audience=audience_of(kari.key))
    Notice.objects.update(audience=audience_of("group:99"), title="Bait")
    page = browser.get("/notices").content.decode()
    assert "Bait" not in page
    assert browser.get(f"/notices/{Notice.objects.get().pk}/go").status_code == 404
    assert queries.unread_count(viewer_of(kari)) == 0


def test_a_block_takes_the_notices_with_it(told, kari, amal):
    told(1)
    Block.objects.create(person=kari, blocked=amal)
    assert list(queries.notices_of(viewer_of(kari))) == []
    assert queries.unread_count(viewer_of(kari)) == 0


def test_an_erased_actor_is_a_former_member(browser, told, amal):
    told(1)
    from dugnad.notices.hooks import erase_notices

    erase_notices(amal, leave_posts=True)
    assert "A former member replied in “Title 1”." in browser.get("/notices").content.decode()


def test_the_list_pages_by_key(browser, told, monkeypatch):
    monkeypatch.setattr(queries, "PAGE", 2)
    told(1, 2, 3, 4, 5)
    url, seen = "/notices", []
    while url:
        answer = browser.get(url)
        seen.append([row.sentence for day in answer.context["days"] for row in day.rows])
        url = answer.context["older"]
    assert [len(page) for page in seen] == [2, 2, 1]
    assert seen[0][0] == "Amal replied in “Title 5”."


def test_the_list_costs_the_same_with_one_row_and_with_three(browser, told):
    told(1)
    browser.get("/notices")
    with CaptureQueriesContext(connection) as one:
        browser.get("/notices")
    told(2, 3)
    with CaptureQueriesContext(connection) as three:
        browser.get("/notices")
    assert len(one) == len(three), "\n".join(query["sql"][:200] for query in three)


def test_the_number_costs_one_query_for_members_and_none_for_strangers(told, kari):
    viewer = viewer_of(kari)
    with CaptureQueriesContext(connection) as none_unread:
        assert queries.unread_count(viewer) == 0
    told(1, 2, 3)
    viewer.audiences()
    with CaptureQueriesContext(connection) as three_unread:
        assert queries.unread_count(viewer) == 3
    with CaptureQueriesContext(connection) as strangers:
        assert queries.unread_count(stranger()) == 0
    assert (len(none_unread), len(three_unread), len(strangers)) == (1, 1, 0)


def request_of(person, path="/"):
    request = RequestFactory().get(path)
    request.person, request.user = person, person or AnonymousUser()
    request.viewer = viewer_of(person) if person else stranger()
    UnreadNotices(lambda request: request)(request)
    return request


def test_the_number_is_asked_when_somebody_looks_at_it_and_once(told, kari):
    told(1, 2)
    request = request_of(kari)
    request.viewer.audiences()
    with CaptureQueriesContext(connection) as asked:
        assert (int(request.unread_notices), bool(request.unread_notices), request.unread_notices == 2) == (
            2,
            True,
            True,
        )
    assert len(asked) == 1
    assert request_of(None).unread_notices == 0


def test_the_thread_page_reads_its_notices_and_lowers_the_number(told, kari):
    told(1, 2, within="thread:1")
    told(3, within="thread:2")
    request = request_of(kari)
    thread_was_read(request, "thread:1")
    assert int(request.unread_notices) == 1
    assert list(Notice.objects.filter(read_at=None).values_list("within", flat=True)) == ["thread:2"]
    nothing_unread = request_of(kari)
    actions.mark_all_read(by=kari)
    with CaptureQueriesContext(connection) as asked:
        thread_was_read(nothing_unread, "thread:2")
    assert len(asked) == 1


def test_deleting_the_thing_takes_its_notices(told):
    told(1, 2)
    assert actions.forget_notices(["post:1"]) == 1
    assert Notice.objects.get().thing == "post:2"


def test_read_notices_are_removed_after_ninety_days(told):
    old, recent, _unread = told(1, 2, 3)
    now = timezone.now()
    Notice.objects.filter(pk=old.pk).update(read_at=now - timedelta(days=91))
    Notice.objects.filter(pk=recent.pk).update(read_at=now - timedelta(days=89))
    Notice.objects.update(created_at=now - timedelta(days=400))
    assert actions.forget_old_read() == "1 read notices removed"
    assert list(Notice.objects.order_by("pk").values_list("thing", flat=True)) == ["post:2", "post:3"]


@pytest.mark.parametrize("url", ["/notices", "/notices/1/go", "/me/notices"])
def test_strangers_sign_in_first(client, url):
    answer = client.get(url)
    assert answer.status_code == 302
    assert answer["Location"] == f"/sign-in/?next={url}"
