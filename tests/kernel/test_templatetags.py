"""Small drawings and lines: icons, seats, readers, fields, and the frame of a page."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from django import forms
from django.template import Context, Template
from django.template.loader import render_to_string
from django.utils import translation

from dugnad.kernel.audience import Readers
from dugnad.kernel.given_back import GivenBack
from dugnad.kernel.templatetags import house

PLACE = SimpleNamespace(name="Vågsund", languages=["sv", "nn"])
AMAL = SimpleNamespace(pk=5, name="Amal Haddad", erased_at=None)
VIEWER = SimpleNamespace(person_id=5)


def shown(source: str, **context) -> str:
    return Template("{% load house %}" + source).render(Context(context))


def test_an_icon_comes_from_the_sprite_and_is_silent():
    assert shown('{% icon "i-search" %}') == (
        f'<svg class="i" aria-hidden="true"><use href="{house.sprite_url()}#i-search"/></svg>'
    )


def test_the_mark_of_a_kind_has_its_colour_and_an_unknown_kind_is_talk():
    assert 'class="m question"' in shown('{% mark "question" %}') and "#m-question" in shown('{% mark "question" %}')
    assert shown('{% mark "riddle" %}') == shown('{% mark "talk" %}')


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Amal Haddad", "AH"),
        ("Sjoerd de Wit", "SW"),
        ("amina", "A"),
        ("Torbjørn (Oslo) Eide", "TE"),
        ("åse-marie øvrebø", "ÅØ"),
        ("e\u0301lise", "E\u0301"),
        ("ßen Wit", "ßW"),
        ("😀 👋", ""),
        ("", ""),
    ],
)
def test_initials_are_of_the_first_and_the_last_word(name, letters):
    assert house.initials(name) == letters


def test_a_seat_is_red_for_the_viewer_and_has_the_wash_of_the_id_for_others():
    assert shown("{% seat person %}", person=AMAL, viewer=VIEWER) == (
        '<span class="seat me" aria-hidden="true">AH</span>'
    )
    other = SimpleNamespace(person_id=6)
    assert shown('{% seat person size="mini" %}', person=AMAL, viewer=other) == (
        '<span class="seat ochre mini" aria-hidden="true">AH</span>'
    )


def test_a_former_member_has_a_seat_without_letters():
    gone = SimpleNamespace(pk=5, name="Amal Haddad", erased_at="2026-01-01")
    assert (
        shown("{% seat person %}", person=gone, viewer=VIEWER) == '<span class="seat gone" aria-hidden="true"></span>'
    )
    assert shown("{% seat person %}", person=None) == '<span class="seat gone" aria-hidden="true"></span>'


def test_a_name_cannot_smuggle_in_markup():
    assert house.seat_html(1, "<b &x") == '<span class="seat ochre" aria-hidden="true"></span>'
    assert "&lt;i&gt;" in house.readers_html(Readers("closed", "<i>"))


@pytest.mark.parametrize(("door", "drawing"), [("open", "i-door-open"), ("members", "i-people"), ("closed", "i-door")])
def test_who_can_read_is_a_door_and_a_sentence(door, drawing):
    html = shown('{% readers line id="r" %}', line=Readers(door, "The 3 people in A & B can read this."))
    sentence = "The 3 people in A &amp; B can read this."
    assert html == f'<p class="readers" id="r">{house.icon_svg(drawing)}<span>{sentence}</span></p>'


class Sample(forms.Form):
    name = forms.CharField(help_text="As you want to be called.", error_messages={"required": "Write a name."})
    about = forms.CharField(widget=forms.Textarea, required=False)
    reads = forms.MultipleChoiceField(choices=[("sv", "svenska")], widget=forms.CheckboxSelectMultiple)
    mails = forms.BooleanField(required=False, help_text="At most one an hour.")
    token = forms.CharField(widget=forms.HiddenInput, required=False)


def test_a_field_names_its_hint_and_its_error_to_screen_readers():
    html = shown("{% field form.name %}", form=Sample({"name": ""}))
    assert '<label for="id_name">Name</label>' in html
    assert '<span class="hint" id="id_name_helptext">As you want to be called.</span>' in html
    assert '<span class="wrong" id="id_name_error">Write a name.</span>' in html
    assert 'class="in"' in html and 'aria-invalid="true"' in html
    assert 'aria-describedby="id_name_helptext id_name_error"' in html


def test_a_form_that_came_back_opens_at_the_first_field_that_is_wrong():
    form = Sample({"name": ""})
    opened = [name for name in form.fields if "autofocus" in shown("{% field one %}", one=form[name])]
    assert set(form.errors) == {"name", "reads"} and opened == ["name"]
    assert 'tabindex="-1" autofocus' in shown("{% field form.reads %}", form=Sample({"name": "A"}))
    assert "autofocus" not in shown("{% field form.name %}{% field form.reads %}", form=Sample())


def test_radio_buttons_with_one_pressed_are_not_called_optional():
    choices = forms.ChoiceField(choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect, required=False)
    form = type("Asks", (forms.Form,), {"one": choices})
    assert "optional" not in shown("{% field form.one %}", form=form(initial={"one": "a"}))
    assert '<span class="may">optional</span>' in shown("{% field form.one %}", form=form())


def test_an_optional_field_says_so_and_a_hidden_one_says_nothing():
    assert '<span class="may">optional</span>' in shown("{% field form.about %}", form=Sample())
    assert shown("{% field form.token %}", form=Sample()) == '<input type="hidden" name="token" id="id_token">'


def test_choices_are_a_fieldset_with_a_legend_and_whole_lines_to_tick():
    html = shown("{% field form.reads %}", form=Sample({"name": "A"}))
    assert '<fieldset class="field" id="id_reads"' in html and '<legend class="label">Reads' in html
    assert '<label class="tick" for="id_reads_0"><input type="checkbox" name="reads" value="sv"' in html
    assert 'id="id_reads_error"' in html


def test_a_single_tick_stands_before_its_words():
    html = shown("{% field form.mails %}", form=Sample())
    assert html.index("<input") < html.index("Mails") < html.index("At most one an hour.")
    assert "optional" not in html


def test_a_whole_form_shows_what_is_wrong_with_it_and_keeps_what_was_typed():
    form = Sample({"name": "Amal <3"})
    form.add_error(None, "Kari changed the text while you were writing.")
    html = render_to_string("kernel/_form.html", {"form": form, "button": "Save", "back": "/g/x"})
    assert '<div class="wrongs" role="alert"><p>Kari changed the text while you were writing.</p></div>' in html
    assert 'value="Amal &lt;3"' in html
    assert '<button class="btn main" type="submit">Save</button><a class="btn quiet" href="/g/x">Cancel</a>' in html


def test_the_language_menu_holds_what_the_place_offers_by_their_own_names():
    with translation.override("nn"):
        offered = house.languages(Context({"place": PLACE}))
    assert [(one.code, one.name, one.current) for one in offered] == [
        ("sv", "svenska", False),
        ("nn", "norsk nynorsk", True),
    ]


def page(**context) -> str:
    return render_to_string("kernel/404.html", {"place": PLACE, "theme": "", **context})


def test_a_strangers_page_holds_no_form_and_no_token_and_a_way_in():
    html = page(person=None)
    assert "<form" not in html and "csrf" not in html
    assert 'href="/sign-in/"' in html and 'href="/theme/dark?next=' in html and 'href="/language/nn?next=' in html


def test_a_members_page_posts_what_is_remembered_and_counts_notices():
    html = page(person=AMAL, viewer=VIEWER, unread_notices=3, csrf_token="t")
    assert 'formaction="/theme/dark"' in html and 'formaction="/language/nn"' in html
    assert (
        '<span class="sr">3 new notices</span><span aria-hidden="true" class="num" data-unread-notices>3</span>' in html
    )
    assert 'href="/sign-in/"' not in html


def test_what_is_kept_of_the_frame_goes_back_to_each_page_and_carries_each_forms_own_token(rf):
    for path, token in (("/t/1/a?x=1&y=2", "one"), ("/g/b", "two")):
        html = page(person=AMAL, viewer=VIEWER, csrf_token=token, request=rf.get(path))
        assert f'name="next" value="{path.replace("&", "&amp;")}"' in html
        assert f'name="csrfmiddlewaretoken" value="{token}"' in html
    html = page(person=None, request=rf.get("/t/1/a?x=1&y=2"))
    assert 'href="/theme/dark?next=%2Ft%2F1%2Fa%3Fx%3D1%26y%3D2"' in html


def test_the_masthead_is_kept_for_each_person_and_number_of_notices():
    assert '<span class="seat me mini" aria-hidden="true">AH</span>' in page(person=AMAL, viewer=VIEWER)
    other = SimpleNamespace(pk=6, name="Kari Nordmann", erased_at=None)
    html = page(person=other, viewer=SimpleNamespace(person_id=6), unread_notices=1)
    assert '<span class="seat me mini" aria-hidden="true">KN</span>' in html and "1 new notice<" in html


def test_the_frame_says_language_direction_theme_title_and_keeps_robots_out():
    with translation.override("nn"):
        html = page(person=None, theme="dark")
    assert '<html lang="nn" dir="ltr" data-theme="dark">' in html
    assert "· Vågsund</title>" in html
    assert '<meta name="robots" content="noindex">' in html
    assert '<a class="skip" href="#main">' in html and 'id="main"' in html


def test_the_ways_mark_the_one_we_are_on():
    ways = [SimpleNamespace(name="Talk", url="/c/", icon="m-talk", current=True)]
    html = page(person=None, house=SimpleNamespace(ways=ways))
    assert '<li><a href="/c/" aria-current="page">' in html and "<span>Talk</span></a></li>" in html


def test_the_page_for_our_own_faults_needs_no_context():
    html = render_to_string("kernel/500.html")
    assert '<p class="lead" lang="nn">' in html and "{" not in html


def test_a_form_left_open_gives_the_text_back():
    html = render_to_string("kernel/csrf.html", {"place": PLACE, "typed": [GivenBack("text", "Tack <Sjoerd>")]})
    assert "readonly>Tack &lt;Sjoerd&gt;</textarea>" in html


def test_a_share_card_has_the_drawing_of_the_house_when_there_is_no_other(rf):
    told = {"place": PLACE, "title": "A <b>", "description": "Short.", "share_url": "http://testserver/t/1"}
    html = render_to_string("kernel/_share.html", told | {"request": rf.get("/t/1")})
    assert '<meta property="og:title" content="A &lt;b&gt;">' in html
    assert '<link rel="canonical" href="http://testserver/t/1">' in html
    assert 'og:image" content="http://testserver/static/kernel/img/card' in html


def test_a_mail_begins_with_the_greeting_and_escapes_nothing():
    text = render_to_string("kernel/mail/base.txt", {"person": SimpleNamespace(name="A & B"), "place": PLACE})
    assert text.startswith("Hello A & B,\n")
    assert "\n-- \n" in text and text.rstrip().endswith("Vågsund")


@pytest.mark.django_db
def test_times_are_told_by_the_places_clock_in_the_readers_language(time_machine):
    time_machine.move_to("2023-06-05T20:00:00+00:00", tick=False)
    moment = datetime(2023, 6, 5, 12, 5, tzinfo=UTC)
    with translation.override("sv"):
        told = shown("{{ moment|when }} {{ moment|long_date }} {{ code|in_language }}", moment=moment, code="nl")
    assert '<time datetime="2023-06-05T14:05+02:00">' in told
    assert "14.05</time> måndag 5 juni 2023 på nederländska" in told.replace("\xa0", " ")
    assert shown("{{ nothing|when }}{{ nothing|long_date }}", nothing=None) == ""
