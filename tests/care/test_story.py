"""A heated thread calmed, appealed and decided, walked by people who never read anything about it, without script."""

from __future__ import annotations

import pytest

from tests import given
from tests.plain_browser import PlainBrowser

pytestmark = pytest.mark.django_db


def test_a_heated_thread_is_calmed_appealed_and_decided_with_the_log_readable_by_the_group(heated):
    # Leyla reads something that hurts, and reports it from "More" under the post.
    leyla = PlainBrowser("leyla").open(heated.url).follow("Report")
    assert leyla.says("Speak about the matter, not the person.")
    leyla.press("Report the post", agreement="Speak about the matter, not the person.", note="It is about me.")
    assert leyla.says("Thank you. The stewards have it")

    # Amina finds it among her notices, sees what it is about and not who reported it.
    amina = PlainBrowser("amina").open("/notices")
    assert amina.says("A post in “Who waters the trees?” was reported.")
    amina.open("/g/tenants").follow("What needs you as a steward").follow("Look and decide")
    assert amina.says("Zebra") and amina.says("It is about me.") and amina.says("Nothing. This is the first time.")
    amina.press("Do it and write it into the log", kind="hide", reason="It is about a person.")
    assert amina.says("Done, and written into the log.")
    amina.open(heated.url).follow("Act as a steward", part=1)
    assert amina.says("Earlier here about Jonas Ek")
    amina.press("Do it and write it into the log", kind="pause", days="3", reason="Let it rest for some days.")

    # Bram sees a quiet line and reads in the log why; he does not read whom it was about.
    bram = PlainBrowser("bram").open(heated.url)
    assert not bram.says("Zebra") and bram.says("A steward hid a post here.")
    bram.follow("Why?")
    assert bram.says("Amina Warsame hid a post by a member.") and bram.says("It is about a person.")
    assert not bram.says("Jonas Ek")

    # Leyla is told what came of it.
    leyla.open("/notices")
    assert leyla.says("A steward looked at the post that you reported") and leyla.says("It is hidden now.")

    # Jonas reads his post and the reason, cannot write for now, and asks for another look at both.
    jonas = PlainBrowser("jonas").open(heated.url)
    assert jonas.says("Zebra") and jonas.says("It is about a person.")
    assert jonas.says("The stewards paused your writing here until") and not jonas.offers("Publish the reply")
    jonas.follow("More, and how to ask for another look")
    jonas.press("Ask for another look", text="Leyla and I always talk like that.")
    assert jonas.says("Somebody else than who did it reads what you wrote and answers.")
    jonas.open(heated.url).follow("Ask for another look").press("Ask for another look", text="Three days is a lot.")

    # Amina cannot answer herself; Gunnel does: the hiding stands, the pause is taken back.
    amina.open("/g/tenants/care").follow("Read it")
    assert amina.says("You did this yourself. Somebody else answers.") and not amina.offers("It stands")
    gunnel = PlainBrowser("gunnel").open("/g/tenants/care").follow("Read and answer")
    assert gunnel.says("Leyla and I always talk like that.") and gunnel.says("Zebra")
    gunnel.press("It stands", answer="She reported feeling small.")
    gunnel.open("/g/tenants/care").follow("Read and answer").press("Take it back", answer="One evening is enough.")

    # Jonas writes again; the group reads how it ended.
    jonas.open("/notices")
    assert jonas.says("it stands") and jonas.says("One evening is enough.")
    jonas.open(heated.url).press("Publish the reply", text="Sorry, Leyla. I take Thursdays.")
    bram.open("/g/tenants").follow("What the stewards did, and why")
    assert bram.says("It stands, said Gunnel Åkesson:") and bram.says("She reported feeling small.")
    assert bram.says("It was taken back by Gunnel Åkesson:") and bram.says("One evening is enough.")
    assert not bram.says("Jonas Ek") and not bram.says("Leyla and I always")
    assert given.client("bram").get("/g/tenants/care").status_code == 403
