"""What can be called on elements and on the document."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import attribute_methods, table_methods, tree_methods  # noqa: F401  (they fill the table)
from .activation import click
from .conversions import to_integer, to_text
from .core import Core
from .dialogs import close_dialog, show_dialog
from .errors import DomError, script_error, without_layout
from .event_targets import add_listener, dispatch, remove_listener
from .fields import field_value, has_text_selection, set_field_value
from .focus import blur, focus
from .forms import reset, send, submit
from .known import KNOWN_METHODS
from .names import interface, is_name
from .owners import form_of, input_type, is_submit_button
from .render import is_rendered
from .selectors import closest, every, first, matches
from .tables import METHODS, find, method
from .tree import Node
from .validation import check_form, check_validity, limits_of, number_of, step_of
from .words import words

__all__ = ["call_method"]

#: How many arguments a method wants at least.
_LEAST = {
    **dict.fromkeys(
        words(
            "matches webkitMatchesSelector closest querySelector querySelectorAll contains getAttribute "
            "removeAttribute hasAttribute toggleAttribute appendChild removeChild getElementById getElementsByTagName "
            "getElementsByClassName getElementsByName createElement namedItem item setCustomValidity"
        ),
        1,
    ),
    **dict.fromkeys(
        words("setAttribute insertBefore replaceChild insertAdjacentHTML insertAdjacentElement insertAdjacentText"), 2
    ),
}
_FIELDS = "input textarea select button fieldset output"


def call_method(core: Core, node: Node | None, name: str, args: list[Any]) -> Any:
    """Call a method of *node*; None is the document.

    Raises:
        DomError: ``not-a-function``; ``unsupported`` for what only a real browser can do; what the method throws.
    """
    found = find(METHODS, node, name)
    if found is None:
        raise without_layout(name) if name in KNOWN_METHODS else DomError("not-a-function", f"not a function: {name}")
    least = _LEAST.get(name, 0)
    if len(args) < least:
        kind = interface(node) if node is not None else "Document"
        raise script_error(
            "TypeError",
            f"Failed to execute '{name}' on '{kind}': {least} argument{'s' if least > 1 else ''} required, "
            f"but only {len(args)} present.",
        )
    return found(core, node, args)


# --- what a user could do, too ----------------------------------------------------------------------------------------


@method("click")
def _click(core: Core, node: Node, args: list[Any]) -> None:
    click(core, node)


@method("focus")
def _focus(core: Core, node: Node, args: list[Any]) -> None:
    focus(core, node)


@method("blur")
def _blur(core: Core, node: Node, args: list[Any]) -> None:
    if core.focused is node:
        blur(core)


@method("select", "input textarea")
def _select(core: Core, node: Node, args: list[Any]) -> None:
    if has_text_selection(node):
        state = core.state(node)
        state.start, state.end = 0, len(field_value(core, node))
        core.fire(node, "select")


@method("setSelectionRange", "input textarea")
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


@method("submit", "form")
def _submit(core: Core, node: Node, args: list[Any]) -> None:
    send(core, node)


@method("requestSubmit", "form")
def _request_submit(core: Core, node: Node, args: list[Any]) -> None:
    submitter = args[0] if args else None
    where = "Failed to execute 'requestSubmit' on 'HTMLFormElement'"
    if submitter is not None:
        if not isinstance(submitter, Node) or not is_submit_button(submitter):
            raise script_error("TypeError", f"{where}: The specified element is not a submit button.")
        if form_of(core, submitter) is not node:
            raise script_error("NotFoundError", f"{where}: The specified element is not owned by this form element.")
    submit(core, node, submitter)


@method("reset", "form")
def _reset(core: Core, node: Node, args: list[Any]) -> None:
    reset(core, node)


@method("checkValidity reportValidity", _FIELDS)
def _check_validity(core: Core, node: Node, args: list[Any]) -> bool:
    return check_validity(core, node)


@method("checkValidity reportValidity", "form")
def _check_form(core: Core, node: Node, args: list[Any]) -> bool:
    return not check_form(core, node)


@method("setCustomValidity", _FIELDS)
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


@method("stepUp", "input")
def _step_up(core: Core, node: Node, args: list[Any]) -> None:
    _step(core, node, to_integer(args[0]) if args else 1)


@method("stepDown", "input")
def _step_down(core: Core, node: Node, args: list[Any]) -> None:
    _step(core, node, -to_integer(args[0]) if args else -1)


@method("scrollIntoView scrollIntoViewIfNeeded scroll scrollTo scrollBy")
def _scroll(core: Core, node: Node, args: list[Any]) -> None:
    return None


@method("showModal", "dialog")
def _show_modal(core: Core, node: Node, args: list[Any]) -> None:
    show_dialog(core, node, modal=True)


@method("show", "dialog")
def _show(core: Core, node: Node, args: list[Any]) -> None:
    show_dialog(core, node, modal=False)


@method("close requestClose", "dialog")
def _close(core: Core, node: Node, args: list[Any]) -> None:
    close_dialog(core, node, to_text(args[0]) if args and args[0] is not None else None)


@method("item", "select")
def _item(core: Core, node: Node, args: list[Any]) -> Node | None:
    options = list(node.iter("option"))
    index = to_integer(args[0]) if args else -1
    return options[index] if 0 <= index < len(options) else None


@method("addEventListener", "* #document")
def _add_listener(core: Core, node: Node | None, args: list[Any]) -> None:
    add_listener(core, core if node is None else node, args)


@method("removeEventListener", "* #document")
def _remove_listener(core: Core, node: Node | None, args: list[Any]) -> None:
    remove_listener(core, core if node is None else node, args)


@method("dispatchEvent", "* #document")
def _dispatch(core: Core, node: Node | None, args: list[Any]) -> bool:
    return dispatch(core, core if node is None else node, args)


@method("checkVisibility")
def _check_visibility(core: Core, node: Node, args: list[Any]) -> bool:
    return is_rendered(core, node)


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


@method("matches webkitMatchesSelector")
def _matches(core: Core, node: Node, args: list[Any]) -> bool:
    return bool(_checked_selector(lambda: matches(core, node, _selector(args)), node, "matches", args))


@method("closest")
def _closest(core: Core, node: Node, args: list[Any]) -> Node | None:
    found: Node | None = _checked_selector(lambda: closest(core, node, _selector(args)), node, "closest", args)
    return found


@method("querySelector", "* #document")
def _query(core: Core, node: Node | None, args: list[Any]) -> Node | None:
    found: Node | None = _checked_selector(lambda: first(core, node, _selector(args)), node, "querySelector", args)
    return found


@method("querySelectorAll", "* #document")
def _query_all(core: Core, node: Node | None, args: list[Any]) -> list[Node]:
    found: list[Node] = _checked_selector(lambda: every(core, node, _selector(args)), node, "querySelectorAll", args)
    return found


@method("getElementById", "#document")
def _by_id(core: Core, node: None, args: list[Any]) -> Node | None:
    return core.first_with_id(to_text(args[0]))


def _inside(core: Core, node: Node | None) -> list[Node]:
    return [one for one in (core.root if node is None else node).iter("*") if one is not node]


@method("getElementsByTagName", "* #document")
def _by_tag(core: Core, node: Node | None, args: list[Any]) -> list[Node]:
    tag = to_text(args[0])
    return [one for one in _inside(core, node) if tag == "*" or one.tag in (tag, tag.lower())]


@method("getElementsByClassName", "* #document")
def _by_class(core: Core, node: Node | None, args: list[Any]) -> list[Node]:
    words = set(to_text(args[0]).split())
    return [one for one in _inside(core, node) if words and words <= set((core.attribute(one, "class") or "").split())]


@method("getElementsByName", "#document")
def _by_name(core: Core, node: None, args: list[Any]) -> list[Node]:
    name = to_text(args[0])
    return [one for one in core.root.iter("*") if core.attribute(one, "name") == name]


@method("createElement", "#document")
def _create(core: Core, node: None, args: list[Any]) -> Node:
    tag = to_text(args[0])
    if not is_name(tag):
        raise script_error(
            "InvalidCharacterError",
            f"Failed to execute 'createElement' on 'Document': The tag name provided ('{tag}') is not a valid name.",
        )
    return core.create(tag.lower())


@method("hasFocus", "#document")
def _has_focus(core: Core, node: None, args: list[Any]) -> bool:
    return True
