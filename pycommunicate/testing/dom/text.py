"""The text of what is shown: `innerText`."""

from __future__ import annotations

import re

from .choices import select_of, shows_one
from .core import Core
from .letters import outside
from .lines import line_has_before, line_has_behind
from .parse import make_breaks
from .render import BLOCKS, REPLACED, UNSEEN, display_of, inherited_style, is_hidden_by_parent, is_rendered, own_style
from .tree import Node, is_element, text_content, with_ancestors
from .words import words

__all__ = ["inner_text", "set_inner_text", "set_outer_text"]

_spaces = re.compile("[ \t\n\r\f]+").sub
_spaces_in_line = re.compile("[ \t]+").sub
_around_breaks = re.compile("[ \t]*\n[ \t]*").sub
_PRE = words("pre listing xmp plaintext textarea")
_INLINE_BLOCKS = words("inline-block inline-flex inline-grid inline-table")


def inner_text(core: Core, node: Node) -> str:
    """Return `innerText`."""
    if not is_rendered(core, node) or (node.tag == "option" and _is_in_popup(node)):
        return text_content(node)
    if node.tag in ("textarea", "input"):
        return ""
    text = node.text
    if not len(node) and text and not text[0].isspace() and not text[-1].isspace() and _simple(node):
        # Nearly all that tests read: words in an element.
        return outside(_spaces(" ", text))
    inline = display_of(node) in ("inline", "contents")
    collector = _Collector(inline and line_has_before(node))
    white_space = next(filter(None, map(_white_space_of, with_ancestors(node))), "normal")
    visible = inherited_style(node, "visibility") not in UNSEEN
    collector.children(node, white_space, inherited_style(node, "text-transform"), visible)
    return outside(collector.text(inline and line_has_behind(node)))


def _is_in_popup(option: Node) -> bool:
    select = select_of(option)
    return select is not None and shows_one(select)


def _simple(node: Node) -> bool:
    return not any(one.tag in _PRE or one.get("style") for one in with_ancestors(node))


def _white_space_of(node: Node) -> str:
    """Return the `white-space` that is said by the element itself or by its tag; empty for neither."""
    return own_style(node, "white-space") or ("pre" if node.tag in _PRE else "")


class _Collector:
    """Puts together the text of what is shown, line by line."""

    def __init__(self, begun: bool = False) -> None:
        self._out: list[str] = []
        self._breaks = 0  # that are due before what comes next
        self._space = False  # that is due, if anything comes behind it in its line
        self._line_empty = not begun

    def text(self, goes_on: bool = False) -> str:
        """Return what was put together; a space at its end counts where its line goes on."""
        if goes_on:
            self._flush_space()
        return "".join(self._out)

    def children(self, node: Node, white_space: str, transform: str, visible: bool) -> None:
        silent = node.tag == "select" or (node.tag == "details" and node.get("open") is None)
        if node.text and not silent:
            self.words(node.text, white_space, transform, visible)
        blockified = own_style(node, "display") in ("flex", "grid", "inline-flex", "inline-grid")
        for child in node:
            if is_element(child) and not is_hidden_by_parent(child, node):
                self.element(child, white_space, transform, visible, blockified)
            if child.tail and not silent:
                self.words(child.tail, white_space, transform, visible)

    def element(self, node: Node, white_space: str, transform: str, visible: bool, blockified: bool) -> None:
        display = display_of(node)
        if display == "none":
            return None
        tag = str(node.tag)
        white_space = _white_space_of(node) or white_space
        if node.get("style"):
            transform = own_style(node, "text-transform") or transform
            visibility = own_style(node, "visibility")
            visible = visibility not in UNSEEN if visibility else visible
        if tag == "br":
            return self.line_break()
        if tag == "svg":
            return self.drawing(node)
        if tag in REPLACED:
            if display not in BLOCKS:
                return self.atom()
            self.block(1)
            self.atom()
            return self.block(1)
        if blockified or display in BLOCKS:
            due = 2 if tag == "p" else 1
            self.block(due)
            self.children(node, white_space, transform, visible)
            return self.block(due)
        if display in ("table-row", "table-cell"):
            return self.part_of_table(node, display, white_space, transform, visible)
        if display in _INLINE_BLOCKS:
            return self.inline_block(node, white_space, transform, visible)
        return self.children(node, white_space, transform, visible)

    def drawing(self, node: Node) -> None:
        for text in node.iter("text"):
            self.block(1)
            self.children(text, "normal", "", True)
            self.block(1)

    def part_of_table(self, node: Node, display: str, white_space: str, transform: str, visible: bool) -> None:
        self._space = False
        self._line_empty = True
        self.children(node, white_space, transform, visible)
        self._space = False
        if display == "table-cell":
            if any(True for _ in node.itersiblings("td", "th")):
                self._emit("\t")
                self._line_empty = True
        elif not _is_last_row(node):
            self._emit("\n")
            self._line_empty = True

    def inline_block(self, node: Node, white_space: str, transform: str, visible: bool) -> None:
        if node.tag == "select":
            # Its options stand in lines of their own, and it in the line of what is around it.
            self.atom()
            for option in node.iter("option"):
                self.element(option, white_space, transform, visible, False)
            self._line_empty = False
            return
        self._flush_space()
        self._line_empty = True
        self.children(node, white_space, transform, visible)
        self._space = self._line_empty = False

    def atom(self) -> None:
        self._flush_space()
        self._line_empty = False

    def block(self, breaks: int) -> None:
        self._space = False
        self._line_empty = True
        self._breaks = max(self._breaks, breaks)

    def line_break(self) -> None:
        self._space = False
        self._emit("\n")
        self._line_empty = True

    def words(self, text: str, white_space: str, transform: str, visible: bool) -> None:
        if not visible:
            return
        if white_space in ("pre", "pre-wrap", "break-spaces"):
            self._flush_space()
            self._emit(_transformed(text, transform))
            self._line_empty = text.endswith("\n")
            return
        if white_space == "pre-line":
            text = _around_breaks("\n", _spaces_in_line(" ", text))
            for index, line in enumerate(text.split("\n")):
                if index:
                    self.line_break()
                self._words_in_line(line, transform)
            return
        self._words_in_line(_spaces(" ", text), transform)

    def _words_in_line(self, text: str, transform: str) -> None:
        if not text:
            return
        if text[0] == " ":
            self._space = self._space or not self._line_empty
            text = text[1:]
            if not text:
                return
        ends = text[-1] == " "
        if ends:
            text = text[:-1]
        if text:
            self._flush_space()
            self._emit(_transformed(text, transform))
            self._line_empty = False
        self._space = ends

    def _flush_space(self) -> None:
        if self._space:
            self._emit(" ")
            self._space = False

    def _emit(self, text: str) -> None:
        if not text:
            return
        if self._breaks:
            if self._out:
                self._out.append("\n" * self._breaks)
            self._breaks = 0
        self._out.append(text)


def _is_last_row(row: Node) -> bool:
    if any(True for _ in row.itersiblings("tr")):
        return False
    group = row.getparent()
    if group is None or group.tag not in ("thead", "tbody", "tfoot"):
        return True
    return not any(len(other) for other in group.itersiblings("thead", "tbody", "tfoot"))


def _transformed(text: str, transform: str) -> str:
    match transform:
        case "uppercase":
            return text.upper()
        case "lowercase":
            return text.lower()
        case "capitalize":
            return re.sub(r"\b\w", lambda found: found[0].upper(), text)
    return text


def set_inner_text(core: Core, node: Node, text: str) -> None:
    """Set `innerText`: lines are parted by `br`."""
    if "\n" not in text and "\r" not in text:
        core.set_text(node, text)
        return
    with core.mutations.as_one(node):
        core.empty(node)
        core.put_in(make_breaks(text), node)


def set_outer_text(core: Core, node: Node, text: str) -> None:
    """Set `outerText`: the element gives way to its text."""
    parent = node.getparent()
    assert parent is not None
    core.put_in(make_breaks(text), parent, node)
    core.take_out(node)
