"""How a place looks: choices within the tokens, contrast of each by day and by night, a preview that saves nothing."""

from __future__ import annotations

import math
import re

import pytest

from dugnad.kernel import assets
from dugnad.kernel.look import BANNERS, INKS, MARKS, THEMES
from dugnad.kernel.place import Place, the_place
from dugnad.site.place_settings_actions import choose_look
from tests import given
from tests.house.tree import PACKAGE

TOKENS = (PACKAGE / "kernel/static/kernel/css/tokens.css").read_text()
TEXT, EDGE = 4.5, 3.0


def luminance(lightness: float, chroma: float, hue: float) -> float:
    """Relative luminance (WCAG 2) of an OKLCH colour, clipped to sRGB. After Björn Ottosson's description of OKLab."""
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    red = 4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short
    green = -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short
    blue = -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short
    red, green, blue = (min(max(one, 0.0), 1.0) for one in (red, green, blue))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: tuple[float, float, float], other: tuple[float, float, float]) -> float:
    first, second = sorted((luminance(*one), luminance(*other)), reverse=True)
    return (first + 0.05) / (second + 0.05)


def number(name: str, block: str) -> float:
    return float(re.search(rf"--{name}: ([\d.]+)", block)[1])


def pair(name: str, block: str) -> tuple[float, float]:
    found = re.search(rf"--{name}: ([\d.]+) ([\d.]+)", block)
    return float(found[1]), float(found[2])


def light_and_dark() -> dict[str, str]:
    """The rungs of the ladder by day and by night."""
    day = re.search(r":root \{\s+color-scheme: light;(.*?)\n  \}", TOKENS, re.S)[1]
    night = re.search(r':root\[data-theme="dark"\] \{(.*?)\n  \}', TOKENS, re.S)[1]
    return {"day": day, "night": night}


def ink_block(ink: str) -> str:
    found = re.search(rf':root\[data-ink="{ink}"\] \{{([^}}]*)\}}', TOKENS)
    return found[1] if found else re.search(r"--ac: [^;]*; --fc: [^;]*;[^\n]*", TOKENS)[0]


def test_every_ink_but_the_first_has_tokens_of_its_own():
    assert set(re.findall(r'data-ink="(\w+)"', TOKENS)) == set(INKS) - {"red"}


@pytest.mark.parametrize("light", ["day", "night"])
@pytest.mark.parametrize("ink", INKS)
def test_every_ink_can_be_read_by_day_and_by_night(ink, light):
    block, ladder = ink_block(ink), light_and_dark()[light]
    paper = pair("lo", ladder)
    accent = (number("l7", ladder), *pair("ac", block))
    for rung in ("l0", "l1", "l2"):
        assert contrast(accent, (number(rung, ladder), *paper)) >= TEXT, rung
    less = re.search(r"--fl: calc\(var\(--lf\) - ([\d.]+)\)", block)
    field = (number("lf", ladder) - (float(less[1]) if less else 0), *pair("fc", block))
    assert contrast(field, (0.97, 0.012, 88)) >= TEXT


@pytest.mark.parametrize("light", ["day", "night"])
@pytest.mark.parametrize("banner", BANNERS)
def test_paper_and_gold_can_be_read_on_every_banner(banner, light):
    found = re.search(rf"--f-{banner}: oklch\(([^;]*)\);", TOKENS)[1]
    lf = number("lf", light_and_dark()[light])
    less = re.match(r"calc\(var\(--lf\) - ([\d.]+)\)", found)
    lightness = lf - float(less[1]) if less else lf if found.startswith("var(--lf)") else float(found.split()[0])
    chroma, hue = (float(one) for one in found.split()[-2:])
    assert contrast((lightness, chroma, hue), (0.97, 0.012, 88)) >= TEXT
    assert contrast((lightness, chroma, hue), (0.79, 0.125, 82)) >= EDGE


def test_every_banner_and_mark_is_drawn():
    css = assets.join(assets.css_parts())
    for banner in set(BANNERS) - {"moss"}:
        assert f":is(.fana,.dab).{banner}" in css or f":is(.fana, .dab).{banner}" in css
    sprite = (PACKAGE / "kernel/static/kernel/img/sprite.svg").read_text()
    for mark in MARKS:
        assert f'id="{mark}"' in sprite


@pytest.fixture
def owner(db):
    Place(pk=1, name="Linden", languages=["en"], opened_at="2023-06-05T12:00Z").save()
    gunnel = given.steward("gunnel")
    gunnel.language = "en"
    gunnel.save()
    return given.client("gunnel")


LOOK = {"ink": "moss", "banner": "plum", "mark": "i-sun", "theme": "dark", "seen": 0}


def test_every_page_wears_what_was_chosen(owner):
    assert owner.post("/place/settings/look", LOOK).status_code == 302
    page = given.said(given.client().get("/"))
    assert '<html lang="en" dir="ltr" data-theme="dark" data-ink="moss">' in page
    assert 'sprite.svg#i-sun"/></svg><span>Linden</span>' in page
    assert '<div class="fana plum with flow">' in page
    assert "style=" not in page


def test_who_chose_a_light_keeps_it(owner):
    owner.post("/place/settings/look", LOOK)
    stranger = given.client()
    stranger.cookies["dugnad_theme"] = "light"
    assert 'data-theme="light" data-ink="moss"' in given.said(stranger.get("/about"))


def test_a_place_that_chose_nothing_looks_as_the_house_does(owner):
    assert '<html lang="en" dir="ltr">' in given.said(given.client().get("/about"))


def test_the_preview_wears_the_look_and_saves_nothing(owner):
    page = given.said(owner.post("/place/settings/look", {**LOOK, "preview": "yes"}))
    assert 'data-theme="dark" data-ink="moss"' in page
    assert "Nothing is saved yet." in page
    assert 'name="ink" value="moss" id="id_ink_1" required checked' in page or 'value="moss"' in page
    assert (the_place().ink, the_place().banner, the_place().theme) == ("red", "red", "")
    assert "data-ink" not in given.said(owner.get("/place/settings/look"))


@pytest.mark.parametrize("wrong", ["ink", "banner", "mark", "theme"])
def test_nothing_else_gets_into_a_page(owner, wrong):
    answer = owner.post("/place/settings/look", {**LOOK, wrong: 'x" onload="x'})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [wrong])
    with pytest.raises(ValueError, match="not a look of the house"):
        choose_look(
            **{name: LOOK[name] for name in ("ink", "banner", "mark", "theme")} | {wrong: "x"},
            by=given.person("gunnel"),
        )
    assert set(THEMES) == {"", "light", "dark"}
