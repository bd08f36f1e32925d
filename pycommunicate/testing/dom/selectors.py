"""Finds nodes by CSS selectors."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from lxml import etree

from .choices import group_of, is_checked, is_selected
from .core import Core
from .errors import DomError
from .fields import field_value, is_text_field
from .focus import is_editable
from .forms import default_button
from .letters import outside
from .names import NUMBER_TYPES
from .owners import form_of, input_type, is_disabled, is_read_only
from .selecting import BadSelector, condition_of
from .tree import Node, with_ancestors
from .validation import flaws_of, takes_required, will_validate

__all__ = ["closest", "every", "first", "matches"]

_EXPRESSIONS = {
    "first": "descendant::{}[{}][1]",
    "every": "descendant::{}[{}]",
    "first of all": "descendant-or-self::{}[{}][1]",
    "every of all": "descendant-or-self::{}[{}]",
    "matches": "boolean(self::{}[{}])",
    "closest": "ancestor-or-self::{}[{}][1]",
}
_plain_id = re.compile(r"#([A-Za-z_][\w-]*)").fullmatch
_asks = re.compile(r"\b(?:is|speaks|count-of-type)\(").search


def first(core: Core, scope: Node | None, selector: str) -> Node | None:
    """Return the first match inside of *scope*; None is the document.

    Raises:
        DomError: ``invalid-selector``.
    """
    plain = _plain_id(selector)
    if plain is not None:
        found = core.by_id(plain[1]) if scope is None or core.connected(scope) else None
        if found is not None and len(found) < 2:
            if not found or scope is None:
                return found[0] if found else None
            return found[0] if scope in found[0].iterancestors() else None
    nodes = _evaluate(core, "first of all" if scope is None else "first", scope, selector)
    return nodes[0] if nodes else None


def every(core: Core, scope: Node | None, selector: str) -> list[Node]:
    """Return all matches inside of *scope*, in document order."""
    return list(_evaluate(core, "every of all" if scope is None else "every", scope, selector))


def matches(core: Core, node: Node, selector: str) -> bool:
    """Return whether *node* itself matches."""
    return bool(_evaluate(core, "matches", node, selector))


def closest(core: Core, node: Node, selector: str) -> Node | None:
    """Return *node* or the nearest ancestor that matches."""
    nodes = _evaluate(core, "closest", node, selector)
    return nodes[0] if nodes else None


def _evaluate(core: Core, kind: str, scope: Node | None, selector: str) -> Any:
    node = core.root if scope is None else scope
    try:
        expression = _expression(kind, selector)
    except BadSelector:
        raise DomError("invalid-selector", f"not a selector: {selector}") from None
    if _asks(expression):
        compiled = core.compiled.get(expression)
        if compiled is None:
            compiled = core.compiled[expression] = etree.XPath(expression, extensions=_functions(core))
    else:
        compiled = _compiled(expression)
    return compiled(node, scope=node) if "$scope" in expression else compiled(node)


@lru_cache(4096)
def _expression(kind: str, selector: str) -> str:
    name, condition = condition_of(selector)
    return _EXPRESSIONS[kind].format(name, condition)


@lru_cache(4096)
def _compiled(expression: str) -> etree.XPath:
    return etree.XPath(expression)


def _functions(core: Core) -> dict[tuple[str | None, str], Callable[..., Any]]:
    """Return what expressions ask the document for."""

    def is_state(context: Any, name: str) -> bool:
        return _STATES[name](core, context.context_node)

    def count_of_type(context: Any, behind: float) -> int:
        node = context.context_node
        return sum(1 for _ in node.itersiblings(node.tag, preceding=not behind))

    def speaks(context: Any, word: str) -> bool:
        node = context.context_node
        while node is not None and node.get("lang") is None:
            node = node.getparent()
        language = outside(node.get("lang")).lower() if node is not None else ""
        return language == word or (bool(language) and (language.startswith(f"{word}-") or word == "*"))

    return {(None, "is"): is_state, (None, "count-of-type"): count_of_type, (None, "speaks"): speaks}


# --- states -----------------------------------------------------------------------------------------------------------


def _checked(core: Core, node: Node) -> bool:
    if node.tag == "option":
        return is_selected(core, node)
    return node.tag == "input" and input_type(node) in ("checkbox", "radio") and is_checked(core, node)


def _disabled(core: Core, node: Node) -> bool:
    return is_disabled(node)


def _enabled(core: Core, node: Node) -> bool:
    return not is_disabled(node)


def _focus(core: Core, node: Node) -> bool:
    return core.focused is node


def _focus_within(core: Core, node: Node) -> bool:
    focused = core.focused
    return focused is not None and node in with_ancestors(focused)


def _required(core: Core, node: Node) -> bool:
    return takes_required(node) and node.get("required") is not None


def _optional(core: Core, node: Node) -> bool:
    return node.tag in ("input", "select", "textarea", "button") and not _required(core, node)


def _read_write(core: Core, node: Node) -> bool:
    if is_text_field(node):
        return not is_read_only(node) and not is_disabled(node)
    return is_editable(node)


def _read_only(core: Core, node: Node) -> bool:
    return not _read_write(core, node)


def _placeholder_shown(core: Core, node: Node) -> bool:
    return is_text_field(node) and node.get("placeholder") is not None and not field_value(core, node)


def _indeterminate(core: Core, node: Node) -> bool:
    if node.tag == "progress":
        return node.get("value") is None
    if node.tag != "input":
        return False
    if input_type(node) == "radio":
        return not any(is_checked(core, one) for one in group_of(core, node))
    state = core.known_state(node)
    return input_type(node) == "checkbox" and state is not None and state.indeterminate


def _default(core: Core, node: Node) -> bool:
    if node.tag == "option":
        return node.get("selected") is not None
    if node.tag == "input" and input_type(node) in ("checkbox", "radio"):
        return node.get("checked") is not None
    form = form_of(core, node) if node.tag in ("button", "input") else None
    return form is not None and default_button(core, form) is node


def _flawed(core: Core, node: Node) -> bool | None:
    """Return whether something is wrong with a field or in a form; None where nothing can be."""
    if node.tag in ("form", "fieldset"):
        fields = (
            node.iter("input", "select", "textarea")
            if node.tag == "fieldset"
            else core.root.iter("input", "select", "textarea")
        )
        return any(_flawed(core, one) for one in fields if node.tag == "fieldset" or form_of(core, one) is node)
    return bool(flaws_of(core, node)) if will_validate(node) else None


def _valid(core: Core, node: Node) -> bool:
    return _flawed(core, node) is False


def _invalid(core: Core, node: Node) -> bool:
    return _flawed(core, node) is True


def _user_touched(core: Core, node: Node) -> bool:
    state = core.known_state(node)
    return state is not None and state.typed


def _in_range(core: Core, node: Node) -> bool:
    return _is_ranged(node) and not {"rangeUnderflow", "rangeOverflow"} & set(flaws_of(core, node))


def _out_of_range(core: Core, node: Node) -> bool:
    return _is_ranged(node) and not _in_range(core, node)


def _is_ranged(node: Node) -> bool:
    if node.tag != "input" or input_type(node) not in NUMBER_TYPES:
        return False
    return will_validate(node) and (bool(node.get("min") or node.get("max")) or input_type(node) == "range")


def _hover(core: Core, node: Node) -> bool:
    hovered = core.hovered
    return hovered is not None and node in with_ancestors(hovered)


def _first_of_type(core: Core, node: Node) -> bool:
    return next(node.itersiblings(str(node.tag), preceding=True), None) is None


def _last_of_type(core: Core, node: Node) -> bool:
    return next(node.itersiblings(str(node.tag)), None) is None


_STATES: dict[str, Callable[[Core, Node], bool]] = {
    "root": lambda core, node: node is core.root,
    "checked": _checked,
    "disabled": _disabled,
    "enabled": _enabled,
    "focus": _focus,
    "focus-visible": _focus,
    "focus-within": _focus_within,
    "required": _required,
    "optional": _optional,
    "read-write": _read_write,
    "read-only": _read_only,
    "placeholder-shown": _placeholder_shown,
    "indeterminate": _indeterminate,
    "default": _default,
    "valid": _valid,
    "invalid": _invalid,
    "user-valid": lambda core, node: _user_touched(core, node) and _valid(core, node),
    "user-invalid": lambda core, node: _user_touched(core, node) and _invalid(core, node),
    "in-range": _in_range,
    "out-of-range": _out_of_range,
    "hover": _hover,
    "modal": lambda core, node: node in core.modals,
    "first-of-type": _first_of_type,
    "last-of-type": _last_of_type,
    "only-of-type": lambda core, node: _first_of_type(core, node) and _last_of_type(core, node),
}
