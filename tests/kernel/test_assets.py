"""One stylesheet, small and safe files, made ready before the first request."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import brotli
import pytest
from django.apps import apps
from django.contrib.staticfiles import finders
from django.core.management import call_command

from dugnad.kernel import assets

KERNEL = Path(apps.get_app_config("kernel").path)
HALLS = KERNEL.parent
CSS_BYTES = 40_000
JS_BYTES = 60_000


@pytest.fixture
def collected(settings, tmp_path):
    """The static files as they are served, in a folder of their own."""
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": "dugnad.kernel.assets.HouseStaticStorage"}}
    call_command("collectstatic", interactive=False, verbosity=0)
    return tmp_path / "static"


def named(collected: Path, name: str) -> str:
    """The hashed name of a collected file."""
    return json.loads((collected / "staticfiles.json").read_text())["paths"][name]


def test_the_joined_stylesheet_begins_with_the_order_of_layers_and_fits_its_budget():
    css = assets.join(assets.css_parts())
    assert css.startswith("@layer tokens,base,parts,pages,help;")
    assert len(css.encode()) <= CSS_BYTES


def test_every_part_of_the_kernel_is_joined_and_the_last_word_is_help():
    there = {path.stem for path in (KERNEL / "static/kernel/css").glob("*.css")}
    assert there == set(assets.PARTS)
    assert assets.PARTS[-1] == "help"


def test_squeezing_drops_comments_and_space_and_keeps_strings():
    css = 'a  >  b { color : red ; /* why */ }\n.x::before { content: "a  /* b */ ; }" }'
    assert assets.squeeze(css) == 'a > b{color : red}.x::before{content: "a  /* b */ ; }"}'


def test_squeezing_keeps_the_spaces_that_sums_and_selectors_need():
    assert assets.squeeze("p { width: calc(1rem - 2px) }\n.a .b { margin: 0 auto }") == (
        "p{width: calc(1rem - 2px)}.a .b{margin: 0 auto}"
    )


def test_collecting_makes_one_stylesheet_under_a_hashed_name_with_both_compressions(collected):
    name = named(collected, assets.HOUSE_CSS)
    assert re.fullmatch(r"kernel/css/house\.[0-9a-f]{12}\.css", name)
    css = (collected / name).read_bytes()
    assert gzip.decompress((collected / f"{name}.gz").read_bytes()) == css
    assert brotli.decompress((collected / f"{name}.br").read_bytes()) == css


def test_collecting_leaves_the_parts_and_unused_library_files_behind(collected):
    names = json.loads((collected / "staticfiles.json").read_text())["paths"]
    assert [name for name in names if name.endswith(".css")] == [assets.HOUSE_CSS]
    assert not (collected / "kernel/css/tokens.css").exists()
    assert [name for name in names if name.startswith("django_htmx/htm")] == ["django_htmx/htmx-2.min.js"]


def test_development_finds_the_same_stylesheet_and_follows_a_change(collected, monkeypatch, tmp_path):
    finder = assets.HouseCss()
    found = Path(finder.find(assets.HOUSE_CSS))
    assert found.read_bytes() == (collected / assets.HOUSE_CSS).read_bytes()
    assert finder.find("kernel/css/tokens.css") == []
    part = tmp_path / "part.css"
    part.write_text("b { color: red }")
    monkeypatch.setattr(assets, "css_parts", lambda: [part])
    found.unlink()
    assert Path(finder.find(assets.HOUSE_CSS)).read_text() == "b{color: red}\n"


def test_before_anything_is_collected_files_answer_to_their_plain_names(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path / "nothing"
    assert assets.HouseStaticStorage().url("kernel/js/house.js") == "/static/kernel/js/house.js"


def test_all_own_scripts_together_fit_their_budget():
    scripts = list(HALLS.glob("*/static/**/*.js"))
    assert scripts
    assert sum(path.stat().st_size for path in scripts) <= JS_BYTES


def test_styles_know_no_left_and_right_and_fetch_nothing():
    physical = re.compile(r"[{;\s](?:(?:margin|padding|border)-(?:left|right|top|bottom)|left|right|float)\s*:")
    for path in HALLS.glob("*/static/*/css/*.css"):
        css = path.read_text()
        assert not physical.search(css), path.name
        assert "url(" not in css and "@import" not in css, path.name


def test_drawings_carry_no_classes_styles_or_addresses():
    sprite = (KERNEL / "static/kernel/img/sprite.svg").read_text()
    assert " class=" not in sprite and " style=" not in sprite and "href=" not in sprite
    colours = set(re.findall(r'(?:fill|stroke)="([^"]+)"', sprite))
    assert colours == {
        "none", "currentColor", "var(--cut)", "var(--red)", "var(--ground)", "var(--roof)", "var(--sun)",
        "var(--lamp)", "var(--gold)", "var(--f-red)", "var(--f-moss)", "var(--f-fjord)",
    }  # fmt: skip


def test_every_drawing_that_a_template_asks_for_is_in_the_sprite():
    sprite = (KERNEL / "static/kernel/img/sprite.svg").read_text()
    there = set(re.findall(r'<symbol id="([^"]+)"', sprite))
    for path in HALLS.glob("*/templates/**/*.html"):
        asked = set(re.findall(r"""{%\s*icon ["']([\w-]+)["']""", path.read_text()))
        assert asked <= there, path


def test_every_drawing_that_is_named_in_code_or_tables_is_in_the_sprite():
    sprite = (KERNEL / "static/kernel/img/sprite.svg").read_text()
    for path in [*HALLS.glob("**/*.py"), *HALLS.glob("**/*.yaml")]:
        for name in re.findall(r"""[\s"'](i-[a-z-]+|m-[a-z-]+)["'\s]""", path.read_text()):
            assert f'<symbol id="{name}"' in sprite, f"{path.name}: {name}"


def test_every_file_that_a_template_asks_for_is_there():
    for path in HALLS.glob("*/templates/**/*.html"):
        for name in re.findall(r"""{%\s*static ["']([^"']+)["']""", path.read_text()):
            assert name == assets.HOUSE_CSS or finders.find(name), f"{path.name}: {name}"


def test_templates_hold_no_inline_styles_scripts_or_handlers():
    inline = re.compile(r"""\sstyle=|\son[a-z]+=["']|<style|javascript:|<script(?![^>]*\ssrc=)|["'(]data:""")
    for path in HALLS.glob("*/templates/**/*.html"):
        assert not inline.search(path.read_text()), path
