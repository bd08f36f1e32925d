"""What is chosen: checkboxes, radio buttons, options.

What an attribute says holds until a user or a program chooses. Of radio buttons, and of options where one can be
chosen, the one that was put into the tree last wins: that is the one that still goes by its attribute.
"""

from __future__ import annotations

from .core import Core
from .owners import form_of, input_type, is_no_choice
from .tree import Node, top_of

__all__ = [
    "chosen_index",
    "group_of",
    "is_checked",
    "is_multiple",
    "is_selected",
    "options_of",
    "select_of",
    "selected_options",
    "set_checked",
    "set_chosen",
    "set_selected",
    "shows_one",
]


# --- checkboxes and radio buttons -------------------------------------------------------------------------------------


def group_of(core: Core, radio: Node) -> list[Node]:
    """Return the radio buttons of a group, in document order."""
    name = radio.get("name")
    if not name:
        return [radio]
    form = form_of(core, radio)
    return [
        node
        for node in top_of(radio).iter("input")
        if node.get("name") == name and input_type(node) == "radio" and form_of(core, node) is form
    ]


def is_checked(core: Core, node: Node) -> bool:
    """Return whether a checkbox or radio button is checked."""
    own = _own_checked(core, node)
    checked = node.get("checked") is not None if own is None else own
    if not checked or not node.get("name") or input_type(node) != "radio":
        return checked
    rivals = [one for one in group_of(core, node) if _own_checked(core, one) is None and one.get("checked") is not None]
    return not rivals or rivals[-1] is node


def _own_checked(core: Core, node: Node) -> bool | None:
    state = core.known_state(node)
    return state.checked if state is not None else None


def set_checked(core: Core, node: Node, checked: bool) -> None:
    """Check or uncheck; others of a radio button's group are unchecked."""
    if checked and input_type(node) == "radio":
        for other in group_of(core, node):
            if other is not node:
                core.state(other).checked = False
    core.state(node).checked = checked


# --- options ----------------------------------------------------------------------------------------------------------


def select_of(option: Node) -> Node | None:
    """Return the select that an option belongs to."""
    around = next(option.iterancestors("select", "option", "datalist"), None)
    return around if around is not None and around.tag == "select" else None


def options_of(select: Node) -> list[Node]:
    """Return all options of a select, in document order."""
    return list(select.iter("option"))


def is_multiple(select: Node) -> bool:
    """Return whether many options of a select can be chosen."""
    return select.get("multiple") is not None


def shows_one(select: Node) -> bool:
    """Return whether the select is a drop-down, which always shows one of its options."""
    size = select.get("size", "")
    return not is_multiple(select) and (not size.isdigit() or int(size) <= 1)


def selected_options(core: Core, select: Node) -> list[Node]:
    """Return the options that are chosen, in document order."""
    options = options_of(select)
    chosen = [option for option in options if _is_marked(core, option)]
    if is_multiple(select):
        return chosen
    if chosen:
        by_attribute = [option for option in chosen if _own_selected(core, option) is None]
        return (by_attribute or chosen)[-1:]
    if not shows_one(select):
        return []
    state = core.known_state(select)
    if state is not None and state.blank is not None:
        if state.blank == options:
            return []
        state.blank = None
    return next(([option] for option in options if not is_no_choice(option)), [])


def _own_selected(core: Core, option: Node) -> bool | None:
    state = core.known_state(option)
    return state.selected if state is not None else None


def _is_marked(core: Core, option: Node) -> bool:
    own = _own_selected(core, option)
    return option.get("selected") is not None if own is None else own


def is_selected(core: Core, option: Node) -> bool:
    """Return whether an option is chosen."""
    select = select_of(option)
    if select is None or is_multiple(select):
        return _is_marked(core, option)
    return option in selected_options(core, select)


def set_selected(core: Core, option: Node, selected: bool) -> None:
    """Choose an option, or take back the choice."""
    select = select_of(option)
    if select is None or is_multiple(select):
        core.state(option).selected = selected
        return
    core.state(select).blank = None
    if selected:
        set_chosen(core, select, [option])
    elif selected_options(core, select) in ([], [option]):
        set_chosen(core, select, [])
        core.state(select).blank = None


def set_chosen(core: Core, select: Node, chosen: list[Node]) -> None:
    """Choose these options of a select and no others; none at all leaves a drop-down blank."""
    options = options_of(select)
    for option in options:
        core.state(option).selected = option in chosen
    core.state(select).blank = None if chosen else options


def chosen_index(core: Core, select: Node) -> int:
    """Return the place of the first option that is chosen, or -1."""
    chosen = selected_options(core, select)
    return options_of(select).index(chosen[0]) if chosen else -1
