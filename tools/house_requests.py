"""A plugin for mypy: what the house's middleware puts on every request.

`request.viewer`, `request.person` and `request.theme` are set by `people.middleware`; Django's types cannot know. Everything else
about requests stays checked.
"""

from __future__ import annotations

from collections.abc import Callable

from mypy.nodes import MDEF, SymbolTableNode, TypeInfo, Var
from mypy.plugin import AttributeContext, ClassDefContext, Plugin
from mypy.types import AnyType, Instance, Type, TypeOfAny

REQUEST = "django.http.request.HttpRequest"
# The person is a Person or None; views behind `login_required` know which, mypy does not.
GIVEN = {"viewer": "dugnad.kernel.audience.Viewer", "theme": "builtins.str", "person": "", "unread_notices": ""}


def add_names(context: ClassDefContext) -> None:
    """The attributes exist."""
    info = context.cls.info
    for name in GIVEN:
        if name not in info.names:
            attribute = Var(name, AnyType(TypeOfAny.explicit))
            attribute.info = info
            attribute._fullname = f"{info.fullname}.{name}"
            info.names[name] = SymbolTableNode(MDEF, attribute, plugin_generated=True)


def type_of(full_name: str) -> Callable[[AttributeContext], Type]:
    """And have these types."""
    module, _dot, name = full_name.rpartition(".")

    def given(context: AttributeContext) -> Type:
        tree = context.api.modules.get(module)
        node = tree.names[name].node if tree is not None and name in tree.names else None
        return Instance(node, []) if isinstance(node, TypeInfo) else context.default_attr_type

    return given


class HouseRequests(Plugin):
    def get_customize_class_mro_hook(self, fullname: str) -> Callable[[ClassDefContext], None] | None:
        return add_names if fullname == REQUEST else None

    def get_attribute_hook(self, fullname: str) -> Callable[[AttributeContext], Type] | None:
        owner, _dot, name = fullname.rpartition(".")
        return type_of(GIVEN[name]) if owner == REQUEST and GIVEN.get(name) else None


def plugin(version: str) -> type[Plugin]:
    return HouseRequests
