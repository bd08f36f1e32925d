"""What can be called on elements and on the document."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from .activation import click
from .conversions import to_boolean, to_integer, to_text
from .core import Core
from .dialogs import close_dialog, show_dialog
from .errors import DomError, script_error
from .fields import field_value, has_text_selection, set_field_value
from .focus import blur, focus
from .forms import reset, send, submit
from .names import interface, is_name
from .owners import elements_of, form_of, input_type, is_submit_button
from .selectors import closest, every, first, matches
from .tree import Node
from .tree_methods import TREE_METHODS
from .validation import check_form, check_validity, limits_of, number_of, step_of

__all__ = ["call_method", "has_method"]

Method: TypeAlias = Callable[[Core, Any, list[Any]], Any]

_METHODS: dict[str, dict[str, Method]] = {name: {"*": method} for name, method in TREE_METHODS.items()}
#: How many arguments a method wants at least.
_LEAST: dict[str, int] = dict.fromkeys(
    [
        "matches",
        "closest",
        "querySelector",
        "querySelectorAll",
        "contains",
        "getAttribute",
        "removeAttribute",
        "hasAttribute",
        "toggleAttribute",
        "appendChild",
        "removeChild",
        "getElementById",
        "getElementsByTagName",
        "getElementsByClassName",
        "getElementsByName",
        "createElement",
        "setCustomValidity",
        "webkitMatchesSelector",
    ],
    1,
) | dict.fromkeys(
    [
        "setAttribute",
        "insertBefore",
        "replaceChild",
        "insertAdjacentHTML",
        "insertAdjacentElement",
        "insertAdjacentText",
    ],
    2,
)
_FIELDS = "input textarea select button fieldset output"


def _method(names: str, tags: str = "*") -> Callable[[Method], Method]:
    def enter(function: Method) -> Method:
        for name in names.split():
            _METHODS.setdefault(name, {}).update(dict.fromkeys(tags.split(), function))
        return function

    return enter


def _find(node: Node | None, name: str) -> Method | None:
    by_tag = _METHODS.get(name)
    if by_tag is None:
        return None
    if node is None:
        return by_tag.get("#document")
    return by_tag.get(str(node.tag)) or by_tag.get("*")


def has_method(node: Node | None, name: str) -> bool:
    """Return whether *node* has the method; None is the document."""
    return _find(node, name) is not None


def call_method(core: Core, node: Node | None, name: str, args: list[Any]) -> Any:
    """Call a method of *node*; None is the document.

    Raises:
        DomError: ``not-a-function``, or what the method throws.
    """
    method = _find(node, name)
    if method is None:
        raise DomError("not-a-function", f"not a function: {name}")
    least = _LEAST.get(name, 0)
    if len(args) < least:
        kind = interface(node) if node is not None else "Document"
        raise script_error(
            "TypeError",
            f"Failed to execute '{name}' on '{kind}': {least} argument{'s' if least > 1 else ''} required, "
            f"but only {len(args)} present.",
        )
    return method(core, node, args)


# --- what a user could do, too ----------------------------------------------------------------------------------------


@_method("click")
def _click(core: Core, node: Node, args: list[Any]) -> None:
    click(core, node)


@_method("focus")
def _focus(core: Core, node: Node, args: list[Any]) -> None:
    focus(core, node)


@_method("blur")
def _blur(core: Core, node: Node, args: list[Any]) -> None:
    if core.focused is node:
        blur(core)


@_method("select", "input textarea")
def _select(core: Core, node: Node, args: list[Any]) -> None:
    if has_text_selection(node):
        state = core.state(node)
        state.start, state.end = 0, len(field_value(core, node))
        core.fire(node, "select")


@_method("setSelectionRange", "input textarea")
def _set_selection(core: Core, node: Node, args: list[Any]) -> None:
    if not has_text_selection(node):
        raise script_error(
            "InvalidStateError",
            f"Failed to execute 'setSelectionRange' on 'HTMLInputElement': The input element's type "
            f"('{input_type(node)}') does "
            "not support selection.",
        )
    start, end = (to_integer(arg) for arg in (*args, 0, 0)[:2])
    length = len(field_value(core, node))
    end = min(max(0, end), length)
    state = core.state(node)
    state.start, state.end = min(max(0, start), end), end


@_method("submit", "form")
def _submit(core: Core, node: Node, args: list[Any]) -> None:
    send(core, node)


@_method("requestSubmit", "form")
def _request_submit(core: Core, node: Node, args: list[Any]) -> None:
    submitter = args[0] if args else None
    where = "Failed to execute 'requestSubmit' on 'HTMLFormElement'"
    if submitter is not None:
        if not isinstance(submitter, Node) or not is_submit_button(submitter):
            raise script_error("TypeError", f"{where}: The specified element is not a submit button.")
        if form_of(core, submitter) is not node:
            raise script_error("NotFoundError", f"{where}: The specified element is not owned by this form element.")
    submit(core, node, submitter)


@_method("reset", "form")
def _reset(core: Core, node: Node, args: list[Any]) -> None:
    reset(core, node)


@_method("checkValidity reportValidity", _FIELDS)
def _check_validity(core: Core, node: Node, args: list[Any]) -> bool:
    return check_validity(core, node)


@_method("checkValidity reportValidity", "form")
def _check_form(core: Core, node: Node, args: list[Any]) -> bool:
    return not check_form(core, node)


@_method("setCustomValidity", _FIELDS)
def _set_custom_validity(core: Core, node: Node, args: list[Any]) -> None:
    core.state(node).error = to_text(args[0])


def _step(core: Core, node: Node, steps: int) -> None:
    type = input_type(node)
    step = step_of(node, type) if type in ("number", "range") else None
    if step is None:
        raise script_error(
            "InvalidStateError",
            "Failed to execute 'stepUp' on 'HTMLInputElement': This form element does not have an allowed value step.",
        )
    number = (number_of(type, field_value(core, node)) or 0) + steps * step
    low, high = limits_of(node, type)
    if low is not None:
        number = max(low, number)
    if high is not None:
        number = min(high, number)
    set_field_value(core, node, to_text(round(number, 10)))


@_method("stepUp", "input")
def _step_up(core: Core, node: Node, args: list[Any]) -> None:
    _step(core, node, to_integer(args[0]) if args else 1)


@_method("stepDown", "input")
def _step_down(core: Core, node: Node, args: list[Any]) -> None:
    _step(core, node, -to_integer(args[0]) if args else -1)


@_method("scrollIntoView scrollIntoViewIfNeeded scroll scrollTo scrollBy")
def _scroll(core: Core, node: Node, args: list[Any]) -> None:
    return None


@_method("showModal", "dialog")
def _show_modal(core: Core, node: Node, args: list[Any]) -> None:
    show_dialog(core, node, modal=True)


@_method("show", "dialog")
def _show(core: Core, node: Node, args: list[Any]) -> None:
    show_dialog(core, node, modal=False)


@_method("close requestClose", "dialog")
def _close(core: Core, node: Node, args: list[Any]) -> None:
    close_dialog(core, node, to_text(args[0]) if args and args[0] is not None else None)


@_method("item", "select")
def _item(core: Core, node: Node, args: list[Any]) -> Node | None:
    options = list(node.iter("option"))
    index = to_integer(args[0]) if args else -1
    return options[index] if 0 <= index < len(options) else None


# --- looking for ------------------------------------------------------------------------------------------------------


def _selector(args: list[Any]) -> str:
    return to_text(args[0])


def _checked_selector(call: Callable[[], Any], node: Node | None, name: str, args: list[Any]) -> Any:
    """Return what *call* returns; what is no selector is thrown, as by any method."""
    try:
        return call()
    except DomError as error:
        if error.code != "invalid-selector":
            raise
        kind = "Document" if node is None else "Element"
        raise script_error(
            "SyntaxError", f"Failed to execute '{name}' on '{kind}': '{_selector(args)}' is not a valid selector."
        ) from None


@_method("matches webkitMatchesSelector")
def _matches(core: Core, node: Node, args: list[Any]) -> bool:
    return bool(_checked_selector(lambda: matches(core, node, _selector(args)), node, "matches", args))


@_method("closest")
def _closest(core: Core, node: Node, args: list[Any]) -> Node | None:
    found: Node | None = _checked_selector(lambda: closest(core, node, _selector(args)), node, "closest", args)
    return found


@_method("querySelector", "* #document")
def _query(core: Core, node: Node | None, args: list[Any]) -> Node | None:
    found: Node | None = _checked_selector(lambda: first(core, node, _selector(args)), node, "querySelector", args)
    return found


@_method("querySelectorAll", "* #document")
def _query_all(core: Core, node: Node | None, args: list[Any]) -> list[Node]:
    found: list[Node] = _checked_selector(lambda: every(core, node, _selector(args)), node, "querySelectorAll", args)
    return found


@_method("getElementById", "#document")
def _by_id(core: Core, node: None, args: list[Any]) -> Node | None:
    wanted = core.by_id(to_text(args[0]))
    if len(wanted) < 2:
        return wanted[0] if wanted else None
    return next(one for one in core.root.iter("*") if any(one is other for other in wanted))


def _inside(core: Core, node: Node | None) -> list[Node]:
    return [one for one in (core.root if node is None else node).iter("*") if one is not node]


@_method("getElementsByTagName", "* #document")
def _by_tag(core: Core, node: Node | None, args: list[Any]) -> list[Node]:
    tag = to_text(args[0])
    return [one for one in _inside(core, node) if tag == "*" or one.tag in (tag, tag.lower())]


@_method("getElementsByClassName", "* #document")
def _by_class(core: Core, node: Node | None, args: list[Any]) -> list[Node]:
    words = set(to_text(args[0]).split())
    return [one for one in _inside(core, node) if words and words <= set((core.attribute(one, "class") or "").split())]


@_method("getElementsByName", "#document")
def _by_name(core: Core, node: None, args: list[Any]) -> list[Node]:
    name = to_text(args[0])
    return [one for one in core.root.iter("*") if core.attribute(one, "name") == name]


@_method("createElement", "#document")
def _create(core: Core, node: None, args: list[Any]) -> Node:
    tag = to_text(args[0])
    if not is_name(tag):
        raise script_error(
            "InvalidCharacterError",
            f"Failed to execute 'createElement' on 'Document': The tag name provided ('{tag}') is not a valid name.",
        )
    return core.create(tag.lower())


@_method("hasFocus", "#document")
def _has_focus(core: Core, node: None, args: list[Any]) -> bool:
    return True


# --- attributes -------------------------------------------------------------------------------------------------------


def _attribute_name(args: list[Any], method: str) -> str:
    name = to_text(args[0])
    if not name or any(letter in name for letter in "\t\n\f\r />=\0"):
        raise script_error(
            "InvalidCharacterError",
            f"Failed to execute '{method}' on 'Element': '{name}' is not a valid attribute name.",
        )
    return name.lower()


@_method("getAttribute")
def _get_attribute(core: Core, node: Node, args: list[Any]) -> str | None:
    return core.attribute(node, to_text(args[0]).lower())


@_method("setAttribute")
def _set_attribute(core: Core, node: Node, args: list[Any]) -> None:
    core.set_attribute(node, _attribute_name(args, "setAttribute"), to_text(args[1]))


@_method("removeAttribute")
def _remove_attribute(core: Core, node: Node, args: list[Any]) -> None:
    core.remove_attribute(node, to_text(args[0]).lower())


@_method("hasAttribute")
def _has_attribute(core: Core, node: Node, args: list[Any]) -> bool:
    return node.get(to_text(args[0]).lower()) is not None


@_method("hasAttributes")
def _has_attributes(core: Core, node: Node, args: list[Any]) -> bool:
    return bool(node.attrib)


@_method("toggleAttribute")
def _toggle_attribute(core: Core, node: Node, args: list[Any]) -> bool:
    name = _attribute_name(args, "toggleAttribute")
    there = node.get(name) is not None
    wanted = to_boolean(args[1]) if len(args) > 1 and args[1] is not None else not there
    if wanted and not there:
        core.set_attribute(node, name, "")
    elif there and not wanted:
        core.remove_attribute(node, name)
    return wanted


@_method("getAttributeNames")
def _attribute_names(core: Core, node: Node, args: list[Any]) -> list[str]:
    return list(node.keys())


@_method("hasChildNodes")
def _has_child_nodes(core: Core, node: Node, args: list[Any]) -> bool:
    return bool(len(node) or node.text)


@_method("namedItem", "form")
def _named_item(core: Core, node: Node, args: list[Any]) -> Node | None:
    name = to_text(args[0])
    return next((one for one in elements_of(core, node) if name in (one.get("id"), one.get("name"))), None)


# --- tables -----------------------------------------------------------------------------------------------------------


@_method("insertRow", "table tbody thead tfoot")
def _insert_row(core: Core, node: Node, args: list[Any]) -> Node:
    if node.tag == "table":
        bodies = list(node.iterchildren("tbody"))
        if not bodies:
            core.append(node, body := core.create("tbody"))
            bodies = [body]
        node = bodies[-1]
    return _insert_at(core, node, core.create("tr"), list(node.iterchildren("tr")), args)


@_method("insertCell", "tr")
def _insert_cell(core: Core, node: Node, args: list[Any]) -> Node:
    return _insert_at(core, node, core.create("td"), list(node.iterchildren("td", "th")), args)


def _insert_at(core: Core, parent: Node, new: Node, others: list[Node], args: list[Any]) -> Node:
    index = to_integer(args[0]) if args else -1
    if not -1 <= index <= len(others):
        raise script_error("IndexSizeError", f"The index provided ({index}) is out of range.")
    if index in (-1, len(others)):
        core.append(parent, new)
    else:
        core.put_before(others[index], new)
    return new


@_method("deleteRow", "table tbody thead tfoot")
def _delete_row(core: Core, node: Node, args: list[Any]) -> None:
    _delete_at(core, list(node.iter("tr")), args)


@_method("deleteCell", "tr")
def _delete_cell(core: Core, node: Node, args: list[Any]) -> None:
    _delete_at(core, list(node.iterchildren("td", "th")), args)


def _delete_at(core: Core, nodes: list[Node], args: list[Any]) -> None:
    index = to_integer(args[0]) if args else -1
    if not -1 <= index < len(nodes):
        raise script_error("IndexSizeError", f"The index provided ({index}) is out of range.")
    if nodes:
        core.take_out(nodes[index])
