"""What stands in the tree: budgets, nothing from elsewhere, no long files, no drawers for everything."""

from __future__ import annotations

import ast
import re

import pytest
from django.template.loader import get_template

from dugnad.kernel import assets
from tests.house.tree import HALLS, PACKAGE, files, name_of, templates

CSS_BYTES = 40_000
JS_BYTES = 60_000
LONGEST = 400
LONGER = {
    "src/dugnad/site/demo/": "conversations are content, not code",
    "src/dugnad/locale/": "catalogues",
    "requirements/": "locks, written by a tool",
    "LICENSE": "the licence, word for word",
    "docs/words.md": "the glossary",
}
DRAWERS = {"utils", "util", "helpers", "helper", "common", "misc", "service", "services", "manager", "managers", "base"}
# What only the workplace of somebody has: their folders, their registry, how they divide their work.
WORKPLACE = re.compile(
    "|".join(
        (
            r"/wor" r"k/",
            r"\bpyp" r"i\b",
            r"/ro" r"ot\b",
            r"/ho" r"me/\w",
            r"\bissue" r"s? (?:#?\d|show)",
            r"\bthe lea" r"d\b",
        )
    ),
    re.IGNORECASE,
)
ELSEWHERE = re.compile(r"""(?:https?:)?//(?!www\.w3\.org/)[\w-]+\.[\w.-]+""")
ADDRESSES = {
    "src/dugnad/site/templates/site/place_about.html": "the licence asks for an offer of the source",
}
# Forms without a token, and why.
WITHOUT_TOKEN = {
    "src/dugnad/notices/templates/notices/stop.html": "the signed link is the proof; mail programs post to it with one click",
}
INLINE = re.compile(
    r"""\sstyle=|\son[a-z]+=["']|<style|javascript:|<script(?![^>]*\ssrc=)|["'(]data:|\shx-on""", re.IGNORECASE
)


def test_the_joined_stylesheet_fits_its_budget():
    assert len(assets.join(assets.css_parts()).encode()) <= CSS_BYTES


def test_all_own_scripts_fit_their_budget():
    scripts = [path for path in files(".js", under=PACKAGE) if "static" in path.parts]
    assert scripts
    assert sum(path.stat().st_size for path in scripts) <= JS_BYTES


def test_pages_styles_and_scripts_ask_no_other_host_for_anything():
    asking = []
    for path in [*templates(), *files(".css", ".js", under=PACKAGE)]:
        text = re.sub(
            r"{#.*?#}|{% comment %}.*?{% endcomment %}|/\*.*?\*/|^\s*//.*?$", "", path.read_text(), flags=re.S | re.M
        )
        if ELSEWHERE.search(text) and name_of(path) not in ADDRESSES:
            asking.append(name_of(path))
    assert asking == []


def test_no_template_holds_a_style_a_script_or_a_handler():
    assert [name_of(path) for path in templates() if INLINE.search(path.read_text())] == []


def test_no_code_that_prints_markup_holds_a_style_a_script_or_a_handler():
    printing = re.compile(r"""<\w[^>]*(?:\sstyle=|\son[a-z]+=)|<style|javascript:""")
    kept_out = {"text", "clean.py", "wall.py"}
    found = [path for path in files(".py", under=PACKAGE) if printing.search(path.read_text())]
    assert [name_of(path) for path in found if not kept_out & set(path.parts)] == []


@pytest.mark.parametrize("hall", HALLS)
def test_every_template_of_the_hall_compiles(hall):
    for path in templates():
        if path.is_relative_to(PACKAGE / hall):
            get_template(path.relative_to(next(p for p in path.parents if p.name == "templates")).as_posix())


def test_a_form_that_posts_carries_its_token():
    bare = []
    for path in templates():
        text = path.read_text()
        posting = len(re.findall(r"<form[^>]*method=[\"']?post", text, re.IGNORECASE))
        if posting > text.count("csrf") and name_of(path) not in WITHOUT_TOKEN:
            bare.append(name_of(path))
    assert bare == []


def test_nothing_in_the_tree_speaks_of_the_place_where_it_was_written():
    found = []
    for path in files():
        if path.suffix in (".png", ".mo", ".jpg", ".ico", ".xz") or path.name == "LICENSE":
            continue
        for number, line in enumerate(path.read_text().splitlines(), start=1):
            if WORKPLACE.search(line):
                found.append(f"{name_of(path)}:{number}: {line.strip()[:90]}")
    assert found == []


def test_files_are_short_enough_to_read():
    long = []
    for path in files(".py", ".html", ".css", ".js", ".md", ".txt", ".yaml"):
        name, lines = name_of(path), len(path.read_text().splitlines())
        if lines > LONGEST and not name.startswith(tuple(LONGER)):
            long.append(f"{name}: {lines} lines")
    assert long == []


def test_no_module_is_a_drawer_for_everything():
    named = [
        path for path in files(".py", under=PACKAGE) if DRAWERS & {path.stem, *path.relative_to(PACKAGE).parts[:-1]}
    ]
    assert [name_of(path) for path in named] == []


def test_no_function_is_longer_than_a_screen():
    long = []
    for path in files(".py", under=PACKAGE):
        if "migrations" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > 60:
                    long.append(f"{name_of(path)}:{node.lineno} {node.name}: {lines} lines")
    assert long == []


def test_every_module_says_what_it_is():
    silent = []
    for path in files(".py", under=PACKAGE):
        if "migrations" in path.parts or not path.read_text().strip():
            continue
        if not ast.get_docstring(ast.parse(path.read_text())):
            silent.append(name_of(path))
    assert silent == []


def test_every_hall_explains_itself_on_one_page():
    pages = {hall: PACKAGE / hall / "README.md" for hall in HALLS}
    assert [hall for hall, page in pages.items() if not page.exists()] == []
    assert [hall for hall, page in pages.items() if len(page.read_text().splitlines()) > 90] == []


def test_suppressions_say_why():
    """`noqa` and `type: ignore` without a reason on the line, or without naming what they allow."""
    bare = []
    for path in files(".py", under=PACKAGE):
        for number, line in enumerate(path.read_text().splitlines(), start=1):
            if re.search(r"#\s*noqa(?!:)|#\s*type:\s*ignore(?!\[)", line):
                bare.append(f"{name_of(path)}:{number}")
    assert bare == []
