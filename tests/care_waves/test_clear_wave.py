"""Sixty posts by twenty new accounts: one thing for the stewards, cleared by one click, and brought back by another."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from dugnad.care.models import StewardDeed, Wave, WavePost
from dugnad.care.waves.actions import allow_wave, clear_wave
from dugnad.forum import actions as forum
from dugnad.forum.models import Post, Thread
from dugnad.kernel.models import Happening, Mail
from dugnad.kernel.policies import Refused
from dugnad.notices.models import Notice
from dugnad.people.models import Person
from tests import given

pytestmark = pytest.mark.django_db

PILLS = (
    "Dear friends, I lost 14 kilos in three weeks with this natural zebratea from the mountains, order yours before the "
    "weekend at https://tea.example/buy?id={n} and tell everybody who sent you"
)
OLD = timedelta(days=400)


def aged(*who):
    """People who have been here for a while."""
    for one in who:
        Person.objects.filter(pk=given.person(one).pk).update(joined_at=timezone.now() - OLD)


@pytest.fixture
def place():
    """A steward of the place, an old member who watches, and a thread of hers."""
    given.steward("gunnel")
    housing = given.category()
    old = given.thread("Who has a drill?", by="amina", within=housing)
    aged("gunnel", "amina", "turid")
    forum.follow_category(housing, "watch", by=given.person("turid"))
    return old


def flood(old, *, persons=20, posts=60, threads=20, start=0):
    """These many posts by new accounts: the first of each starts a thread, the others answer in an old one."""
    for n in range(posts):
        by = given.person(f"spam{start + n % persons}", language="en")
        text = PILLS.format(n=start + n)
        if n < threads:
            forum.start_thread(old.category, "talk", f"zebratitle {n}", text, by=by)
        else:
            forum.add_post(old, text, by=by)


def pages(who):
    """The pages on which somebody finds something of the spam."""
    browser = given.client(who)
    thread = Thread.objects.get(title="Who has a drill?")
    urls = (
        "/",
        "/forum",
        "/c/housing",
        thread.url,
        f"{thread.url}?from=30",
        "/search?q=kilos",
        "/new-for-me",
        "/notices",
    )
    return [url for url in urls if "zebra" in browser.get(url).content.decode()]


def test_sixty_posts_by_twenty_new_accounts_are_one_wave_and_go_with_one_click(place):
    flood(place)
    wave = Wave.objects.get()
    assert (wave.sign, wave.group, wave.wave_posts.count()) == ("text", None, 60)
    assert [n.person for n in Notice.objects.filter(kind="wave_suspected")] == [given.person("gunnel")]
    assert len(pages("jonas")) >= 6
    browser = given.client("gunnel")
    desk = given.said(browser.get("/care"))
    assert "60 posts by 20 new accounts" in desk
    assert f'formaction="/care/waves/{wave.pk}/clear"' in desk
    answer = browser.post(f"/care/waves/{wave.pk}/clear", follow=True)
    assert answer.redirect_chain == [(f"/care/waves/{wave.pk}", 302)]
    assert pages("jonas") == []
    assert pages("") == []
    assert Post.objects.filter(source__contains="zebratea", hidden_at=None, number__gt=1).count() == 0
    place.refresh_from_db()
    place.category.refresh_from_db()
    assert (Thread.objects.exclude(hidden_at=None).count(), place.hidden_count, place.category.thread_count) == (
        20,
        40,
        1,
    )
    lines = StewardDeed.objects.filter(wave=wave).order_by("pk")
    assert [line.kind for line in lines] == ["clear_wave", *["pause"] * 20]
    assert lines[0].reason.startswith("Posts hidden: 60. Threads hidden with them: 20. New accounts paused: 20.")
    assert Happening.objects.filter(verb="wave_cleared").count() == 1
    assert Notice.objects.filter(kind="wave_cleared").count() == 20


def test_the_mails_that_quote_it_are_called_back(place):
    from dugnad.notices.actions import choose_mail

    choose_mail({"watched": True}, by=given.person("turid"))
    flood(place)
    forum.add_post(place, "A word of my own about the drill.", by=given.person("amina"))
    waiting = Mail.objects.filter(kind="notice", sent_at=None, given_up_at=None, person=given.person("turid").key)
    assert waiting.filter(text__contains="zebra").count() == 60
    clear_wave(Wave.objects.get(), by=given.person("gunnel"))
    assert Mail.objects.filter(text__contains="zebra").count() == 0
    assert waiting.count() == 1


def test_undoing_brings_exactly_that_back(place):
    flood(place)
    hidden_before = Post.objects.filter(thread=place, source__contains="zebratea").first()
    forum.hide_post(hidden_before, by=given.person("gunnel"))
    before = sorted(Post.objects.values_list("pk", "audience", "hidden_at"))
    threads = sorted(Thread.objects.values_list("pk", "audience", "hidden_at", "hidden_count", "post_count"))
    done = clear_wave(Wave.objects.get(), by=given.person("gunnel"))
    assert (done.posts, done.threads, done.persons) == (59, 20, 20)
    back = allow_wave(Wave.objects.get(), by=given.person("gunnel"))
    assert back == done
    assert sorted(Post.objects.values_list("pk", "audience", "hidden_at")) == before
    assert sorted(Thread.objects.values_list("pk", "audience", "hidden_at", "hidden_count", "post_count")) == threads
    place.category.refresh_from_db()
    assert place.category.thread_count == 21
    assert StewardDeed.objects.filter(undone_at=None, wave__isnull=False).count() == 0
    forum.add_post(place, "I can write again.", by=given.person("spam3"))


def test_later_posts_of_a_cleared_wave_are_hidden_at_once_and_nobody_is_told_of_them(place, announced):
    flood(place, persons=10, posts=20, threads=0)
    clear_wave(Wave.objects.get(), by=given.person("gunnel"))
    later = given.person("spamlater", language="en")
    with announced():
        post = forum.add_post(place, PILLS.format(n=999), by=later)
        opened = forum.start_thread(place.category, "talk", "zebralate", PILLS.format(n=998), by=later)
    post.refresh_from_db()
    opened.refresh_from_db()
    assert post.hidden_at is not None
    assert opened.hidden_at is not None
    assert WavePost.objects.count() == 22
    assert pages("turid") == []
    assert list(StewardDeed.objects.filter(person=later).order_by("pk").values_list("kind", flat=True)) == [
        "hide",
        "hide_thread",
    ]
    assert "zebralate" in given.client("spamlater").get(opened.url).content.decode()
    assert Notice.objects.filter(kind="wave_suspected").count() == 1


def test_a_mark_that_is_fine_is_never_asked_about_again(place):
    flood(place, persons=5, posts=10, threads=0)
    allow_wave(Wave.objects.get(), by=given.person("gunnel"))
    flood(place, persons=10, posts=40, threads=10, start=100)
    assert Wave.objects.count() == 1
    assert WavePost.objects.count() == 10
    assert Post.objects.exclude(hidden_at=None).count() == 0


def test_each_room_decides_for_itself(place):
    group = given.group("Nattugglorna", by="leyla")
    night = given.thread(
        "Who is awake?", by="leyla", within=given.category("Night shift", group=group, in_group="public")
    )
    aged("leyla")
    for n in range(12):
        by = given.person(f"spam{n % 6}", language="en")
        forum.add_post(place, PILLS.format(n=n), by=by)
        if n >= 6:
            from dugnad.groups.actions import join_group

            join_group(group, by=by)
            forum.add_post(night, PILLS.format(n=100 + n), by=by)
    here, there = Wave.objects.get(group=None), Wave.objects.get(group=group)
    assert (here.wave_posts.count(), there.wave_posts.count()) == (12, 6)
    assert given.client("leyla").get(f"/care/waves/{here.pk}").status_code == 404
    assert given.client("gunnel").get(f"/care/waves/{there.pk}").status_code == 404
    with pytest.raises(Refused, match="Only the stewards of this room"):
        clear_wave(there, by=given.person("gunnel"))
    clear_wave(there, by=given.person("leyla"))
    assert Post.objects.exclude(hidden_at=None).count() == 6
    assert "zebratea" not in given.client("jonas").get(night.url).content.decode()
    assert "zebratea" in given.client("jonas").get(place.url).content.decode()


def test_an_old_account_is_never_part_of_one_and_costs_nothing(place, django_assert_num_queries):
    from dugnad.care.waves.watching import look_for_waves

    amina = given.person("amina")
    post = forum.add_post(place, PILLS.format(n=1), by=amina)
    with django_assert_num_queries(0):
        look_for_waves(Happening(), post, amina)
    new = given.person("newcomer")
    short = forum.add_post(place, "Hello, good to be here!", by=new)
    long = forum.add_post(place, " ".join(f"word{chr(97 + n)}" for n in range(26)), by=new)
    with django_assert_num_queries(0):
        look_for_waves(Happening(), short, new)
    with django_assert_num_queries(3):
        look_for_waves(Happening(), long, new)


def test_whoever_was_taken_for_spam_gets_theirs_back_alone(place):
    from dugnad.care.actions import undo_deed

    flood(place, persons=5, posts=20, threads=5)
    clear_wave(Wave.objects.get(), by=given.person("gunnel"))
    line = StewardDeed.objects.get(kind="pause", person=given.person("spam0"))
    undo_deed(line, by=given.person("gunnel"), why="You are real.")
    assert Post.objects.filter(author=given.person("spam0")).exclude(hidden_at=None).count() == 0
    assert Thread.objects.exclude(hidden_at=None).count() == 4
    assert Thread.objects.get(pk=place.pk).hidden_count == 12
    forum.add_post(place, "Thank you.", by=given.person("spam0"))


def test_taking_back_the_line_in_the_log_brings_all_back(place):
    from dugnad.care.actions import undo_deed

    flood(place, persons=5, posts=10, threads=2)
    clear_wave(Wave.objects.get(), by=given.person("gunnel"))
    undo_deed(StewardDeed.objects.get(kind="clear_wave"), by=given.person("gunnel"), why="These were fine.")
    assert (Post.objects.exclude(hidden_at=None).count(), Thread.objects.exclude(hidden_at=None).count()) == (0, 0)
    assert Wave.objects.get().cleared is False


def test_members_read_one_line_and_no_names_strangers_nothing(place):
    flood(place, persons=5, posts=10, threads=2)
    wave = Wave.objects.get()
    clear_wave(wave, by=given.person("gunnel"))
    given.person("jonas", language="en")
    log = given.said(given.client("jonas").get("/care/log"))
    assert log.count("cleared a wave of spam.") == 1
    assert "paused" not in log.replace("New accounts paused", "")
    assert "Spam1" not in log
    assert given.client("jonas").get(f"/care/waves/{wave.pk}").status_code == 404
    assert given.client("jonas").post(f"/care/waves/{wave.pk}/clear").status_code == 404
    assert given.client().get(f"/care/waves/{wave.pk}").status_code == 302


def test_clearing_and_allowing_twice_change_nothing(place):
    flood(place, persons=5, posts=10, threads=2)
    wave, gunnel = Wave.objects.get(), given.person("gunnel")
    assert clear_wave(wave, by=gunnel).posts == 10
    assert clear_wave(wave, by=gunnel).posts == 0
    assert allow_wave(wave, by=gunnel).posts == 10
    assert allow_wave(wave, by=gunnel).posts == 0
    assert StewardDeed.objects.filter(wave=wave).count() == 6
