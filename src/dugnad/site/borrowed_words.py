"""What Django and allauth say to people here in their own words: wrong fields, passwords, codes.

Their catalogues have gaps (allauth has no Nynorsk) and another voice, so the house translates these messages itself, like
its own. The list is read from the forms, validators and adapters that are in use, not written by hand.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterable, Iterator
from importlib import import_module
from pkgutil import walk_packages
from typing import Any, cast

from django import forms
from django.conf import settings
from django.utils.functional import Promise
from django.utils.module_loading import import_string

from dugnad.site.catalogues import Message

HALLS = ("kernel", "people", "notices", "groups", "forum", "site")
PLACE = "(frameworks)"

# What the adapters could say, but nobody meets: there are no user names and no phone numbers here, addresses are changed and
# accounts made by the house's own pages, and passwords are set anew by signing in with a code.
NOT_MET = frozenset(
    {
        "add_email_blocked", "cannot_delete_authenticator", "cannot_remove_primary_email", "duplicate_email", "email_taken",
        "enter_current_password", "invalid_login", "invalid_or_expired_key", "invalid_password_reset", "max_email_addresses",
        "phone_password_mismatch", "phone_taken", "same_as_current", "select_only_one", "unknown_email", "unknown_phone",
        "unverified_primary_email", "username_blacklisted", "username_password_mismatch", "username_taken",
    }
)  # fmt: skip
# Of forms that the house puts its own words over.
PUT_OVER = frozenset(
    {
        "Login", "Remember Me", "Username", "Email or phone", "Username or email", "Username or phone",
        "Username, email or phone",
    }
)  # fmt: skip


def borrowed_words() -> Iterator[Message]:
    """The frameworks' messages that somebody can meet here."""
    for form in _forms():
        yield from (message for message in _of_form(form) if message.text not in PUT_OVER)
    for setting in ("ACCOUNT_ADAPTER", "MFA_ADAPTER"):
        said = import_string(getattr(settings, setting)).error_messages
        yield from _lazy(words for name, words in said.items() if name not in NOT_MET)
    for validator in cast(list[dict[str, Any]], settings.AUTH_PASSWORD_VALIDATORS):
        yield from _in_class(import_string(validator["NAME"]))


def _forms() -> list[type[forms.BaseForm]]:
    """Every form class of the house, and allauth's that its settings leave in use through them."""
    import dugnad

    for module in walk_packages(dugnad.__path__, "dugnad."):
        if module.name.rpartition(".")[2].endswith("forms"):
            import_module(module.name)
    return sorted(_subclasses(forms.BaseForm), key=lambda form: f"{form.__module__}.{form.__qualname__}")


def _subclasses(base: type) -> set[type]:
    below: list[type] = base.__subclasses__()
    own = {one for one in below if one.__module__.startswith("dugnad.")}
    return own.union(*(_subclasses(one) for one in below))


def _of_form(form: type[forms.BaseForm]) -> Iterator[Message]:
    for field in getattr(form, "base_fields", {}).values():
        yield from _lazy(field.error_messages.values())
        yield from _lazy([field.label, field.help_text])
        for validator in field.validators:
            yield from _lazy([getattr(validator, "message", None)])
    for base in form.__mro__:
        if base.__module__.startswith("allauth."):
            yield from _in_class(base)


def _lazy(values: Iterable[Any]) -> Iterator[Message]:
    """Messages out of Django's lazy strings: what they were made from is kept in them for pickling."""
    for value in values:
        if isinstance(value, Promise):
            kept = cast(tuple[Any, ...], value.__reduce__()[1])
            # (function, arguments, …), or for a counted one (function, type, number, {"singular": …, "plural": …}).
            if isinstance(kept[1], type):
                yield Message(kept[3]["singular"], kept[3]["plural"], None, {PLACE})
            elif kept[0].__name__ == "gettext":
                yield Message(kept[1][0], "", None, {PLACE})


def _in_class(owner: type) -> Iterator[Message]:
    """The literal messages in the source of a framework's class."""
    from dugnad.site.catalogues import in_code

    module = inspect.getsource(inspect.getmodule(owner) or owner)
    imports = "\n".join(
        ast.unparse(node)
        for node in ast.parse(module).body
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
    )
    yield from in_code(f"{imports}\n{inspect.getsource(owner)}", PLACE)
