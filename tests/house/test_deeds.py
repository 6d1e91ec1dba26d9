"""Seeing is a query, doing is a policy, changing is an action: the names and shapes that hold the house together."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.house.tree import PACKAGE, files, name_of

# In action modules, in a transaction of their own, and yet nobody's deed.
NOT_DEEDS = {
    "tell": "a part of somebody's deed; `actor` says whose",
    "forget_notices": "a part of a deed that removes what the notices were about",
    "forget_unseen": "a part of a deed that ends a membership",
    "forget_keys": "a part of a deed that ends a group",
    "settle_notices": "a part of a deed that settles what the notices asked for",
    "erase_memberships": "the groups' part of erasing a person",
    "make_place_steward": "also done by nobody: the first person of a place",
}
# Happenings whose action has another word for it, and which.
OTHER_WORDS = {
    "export_asked": "ask_for_export",
    "export_made": "finish_export",
    "group_link_made": "invite_to_group",
    "invitation_made": "invite",
    "join_requested": "ask_to_join",
    "owner_link_made": "owner_link",
    "request_made": "ask_to_come_in",
    "tie_ended": "untie",
    "tie_requested": "tie_to_network",
    "way_back_made": "help_back_in",
}
IRREGULAR = {
    "left": "leave",
    "split": "split",
    "made": "make",
    "given": "give",
    "hidden": "hide",
    "begun": "begin",
    "brought": "bring",
    "shown": "show",
    "undone": "undo",
    "withdrawn": "withdraw",
    "written": "write",
    "chosen": "choose",
}
# What stands among the policies and answers another question than "may they do it".
NOT_POLICIES = {
    "can_read_demo": "a switch of the place; there is no sentence to refuse with",
    "is_steward": "asked by other policies, and its sentence is theirs",
    "is_inside": "a fact about a viewer that other policies ask for",
}
WRITING = {"save", "create", "bulk_create", "bulk_update", "get_or_create", "update_or_create", "delete"}
# Views that write a row themselves, and why.
WRITING_VIEWS = {
    "src/dugnad/people/views/keys.py": "keys are allauth's rows; it has no action for removing one",
}


@dataclass(frozen=True, slots=True)
class Function:
    """A function at the top of a module."""

    path: Path
    node: ast.FunctionDef

    @property
    def name(self) -> str:
        return self.node.name

    @property
    def where(self) -> str:
        return f"{name_of(self.path)}:{self.node.lineno} {self.name}"

    def takes_by(self) -> bool:
        """`by` is keyword-only."""
        return any(argument.arg == "by" for argument in self.node.args.kwonlyargs)

    def is_atomic(self) -> bool:
        return any("atomic" in ast.unparse(decorator) for decorator in self.node.decorator_list)


def functions(*words: str) -> Iterator[Function]:
    """The functions of every module (or package) whose name ends with one of these words."""
    for path in files(".py", under=PACKAGE):
        names = [*path.relative_to(PACKAGE).parts[1:-1], path.stem]
        if any(name.endswith(words) for name in names) and "migrations" not in path.parts:
            yield from (
                Function(path, node) for node in ast.parse(path.read_text()).body if isinstance(node, ast.FunctionDef)
            )


@cache
def recorded() -> dict[str, str]:
    """Every verb that is recorded, and where. A verb is the first word of `record()` or given on as `verb=`."""
    found: dict[str, str] = {}
    for path in files(".py", under=PACKAGE):
        for node in ast.walk(ast.parse(path.read_text())):
            for verb in _verbs(node):
                found[verb] = f"{name_of(path)}:{getattr(node, 'lineno', 0)}"
    return found


def _verbs(node: ast.AST) -> Iterator[str]:
    values: list[ast.expr | None] = []
    if isinstance(node, ast.Call):
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if name in ("record", "settled") and node.args:
            values += node.args[:2]
        values += [keyword.value for keyword in node.keywords if keyword.arg == "verb"]
    if isinstance(node, ast.FunctionDef):
        values += [
            default
            for argument, default in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)
            if argument.arg == "verb"
        ]
    for value in values:
        if isinstance(value, ast.Constant) and isinstance(value.value, str) and "_" in value.value:
            yield value.value


def test_every_deed_says_by_whom_in_a_keyword():
    nameless = [
        function.where
        for function in functions("actions")
        if function.is_atomic() and not function.name.startswith("_") and not function.takes_by()
    ]
    assert [where for where in nameless if where.split()[1] not in NOT_DEEDS] == []


def test_whoever_records_a_happening_knows_by_whom():
    nameless = []
    for function in functions("actions"):
        calls = [
            n for n in ast.walk(function.node) if isinstance(n, ast.Call) and getattr(n.func, "id", "") == "record"
        ]
        nameless += [function.where for call in calls if not any(keyword.arg == "by" for keyword in call.keywords)]
    assert nameless == []


def test_every_policy_begins_with_can_and_answers_with_a_verdict():
    wrong = []
    for function in functions("policies"):
        answers = ast.unparse(function.node.returns) if function.node.returns else "nothing"
        is_policy = function.name.startswith("can_")
        if "kernel" in function.path.parts or function.name.startswith("_") or function.name in NOT_POLICIES:
            continue
        if is_policy != (answers == "Verdict"):
            wrong.append(f"{function.where} answers {answers}")
    assert wrong == []


def test_queries_and_policies_and_views_write_nothing():
    writing = []
    for word in ("views", "queries", "policies"):
        for path in {function.path for function in functions(word)}:
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WRITING:
                    writing.append(name_of(path))
    assert sorted(set(writing) - WRITING_VIEWS.keys()) == []


def test_happenings_are_called_after_the_thing_and_what_was_done_to_it():
    assert len(recorded()) > 30
    present = [f"{verb} ({where})" for verb, where in recorded().items() if not _participles(verb)]
    assert present == []


def _participles(verb: str) -> list[str]:
    return [word for word in verb.split("_") if word.endswith("ed") or word in IRREGULAR]


def test_one_search_for_the_word_of_a_happening_finds_its_action():
    actions = {function.name for function in functions("actions")}
    lost = []
    for verb, where in recorded().items():
        done = {(IRREGULAR.get(word) or word)[:3] for word in _participles(verb)}
        if OTHER_WORDS.get(verb) not in actions and not any(name[:3] in done for name in actions):
            lost.append(f"{verb} ({where})")
    assert lost == []


def test_the_lists_of_exceptions_hold_nothing_that_is_gone():
    there = {function.name for function in functions("actions", "policies")}
    assert {*NOT_DEEDS, *NOT_POLICIES} - there == set()
    assert set(OTHER_WORDS) - set(recorded()) == set()
    assert set(OTHER_WORDS.values()) - there == set()


def test_nobody_waits_for_a_happening_that_is_never_recorded():
    awaited: dict[str, str] = {}
    for path in files(".py", under=PACKAGE):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "on":
                words = [argument.value for argument in node.args if isinstance(argument, ast.Constant)]
                awaited |= {str(word): f"{name_of(path)}:{node.lineno}" for word in words}
    assert len(awaited) > 5
    assert {verb: where for verb, where in awaited.items() if verb not in recorded()} == {}
