"""The documents say what is so: settings, permissions, dependencies, and links that lead somewhere."""

from __future__ import annotations

import re
import tomllib

import pytest

from dugnad.site.env import SETTINGS, TOOLS
from tests.house.test_deeds import NOT_DEEDS, functions
from tests.house.tree import HALLS, PACKAGE, ROOT, files, name_of

DOCS = ROOT / "docs"
LINK = re.compile(r"\[[^\]]*\]\((?!https?:|mailto:|#)([^)#\s]+)")


def test_running_lists_every_setting_with_what_it_is_when_nobody_says():
    table = dict(re.findall(r"^\| `DUGNAD_(\w+)` \| ([^|]*?) \|", (DOCS / "running.md").read_text(), re.MULTILINE))
    assert table.keys() == {setting.name for setting in SETTINGS}
    for setting in SETTINGS:
        said = {True: "yes", False: "no", "": "", (): ""}.get(setting.default, str(setting.default))
        assert table[setting.name] == (f"`{said}`" if said else "–"), setting.name


def test_nothing_speaks_of_a_setting_that_does_not_exist():
    known = {setting.name for setting in SETTINGS} | TOOLS
    unknown = {
        f"{name_of(path)}: {name}"
        for path in files(".md", ".py", ".html", ".txt", ".toml")
        if "tests" not in path.parts
        for name in re.findall(r"\bDUGNAD_([A-Z][A-Z_]+)\b", path.read_text())
        if name not in known
    }
    assert unknown == set()


def test_permissions_name_every_deed_and_every_policy():
    page = set(re.findall(r"`(\w+)`", (DOCS / "permissions.md").read_text()))
    deeds = {
        function.name
        for function in functions("actions")
        if function.is_atomic() and function.takes_by() and function.name not in NOT_DEEDS and function.name[0] != "_"
    }
    policies = {function.name for function in functions("policies") if function.name.startswith("can_")}
    assert deeds - page == set()
    assert policies - page - {"can_read_demo"} == set()


def test_permissions_name_nothing_that_is_gone():
    page = (DOCS / "permissions.md").read_text()
    there = {function.name for function in functions("actions", "policies")}
    named = {
        word for row in re.findall(r"^\| .*$", page, re.MULTILINE) for word in re.findall(r"`([a-z]\w+_\w+)`", row)
    }
    assert named - there == set()


def test_every_dependency_has_its_reason():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = project["project"]["dependencies"] + [
        one for group in project["dependency-groups"].values() for one in group
    ]
    names = {re.split(r"[\[<>=;~ ]", one)[0] for one in wanted}
    page = (DOCS / "dependencies.md").read_text()
    assert {name for name in names if f"| {name.lower()} |" not in page.lower()} == set()


def test_every_link_between_documents_leads_to_a_file():
    broken = [
        f"{name_of(path)}: {target}"
        for path in files(".md")
        if "place_texts" not in path.parts and "tests" not in path.parts
        for target in LINK.findall(path.read_text())
        if not (path.parent / target).exists() and "{" not in target
    ]
    assert broken == []


@pytest.mark.parametrize("hall", [hall for hall in HALLS if hall not in ("kernel", "site")])
def test_the_page_of_a_hall_names_each_of_its_models(hall):
    from django.apps import apps

    page = (PACKAGE / hall / "README.md").read_text()
    assert [model.__name__ for model in apps.get_app_config(hall).get_models() if model.__name__ not in page] == []
