"""A document with a browser's semantics."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from . import access, selectors
from .core import Core
from .documents import title_of
from .errors import DomError, script_error
from .names import is_name
from .observers import Layout
from .parse import parse_document, parse_fragment
from .render import is_visible
from .request import Request
from .surroundings import Surroundings
from .tree import Node, detach, insert_after, insert_before, is_element, make
from .urls import absolute
from .window import Window

__all__ = ["AFTER", "BEFORE", "INSIDE", "INSTEAD", "Document"]

#: Where a node is put, seen from another (spec 6.6); a fragment may be put in place of what is inside (spec 6.17).
INSIDE, AFTER, BEFORE, INSTEAD = range(4)


def _element(node: Node | Core | None) -> Node | None:
    """Return an element, or None for the document."""
    return None if isinstance(node, Core) else node


def _stay(request: Request) -> None:
    """Go nowhere."""


class Document(Core):
    """A document: a tree of elements, what stands beside it, and what a browser does with both.

    Nodes are lxml's elements. The document is a node, too: this object, or None where a node is handed in.

    Args:
        html: Its text.
        url: Its address.
        navigate: Is told what it asks its browser to load.
        surroundings: What is around it.
    """

    def __init__(
        self,
        html: str = "",
        url: str = "about:blank",
        *,
        navigate: Callable[[Request], None] = _stay,
        surroundings: Surroundings | None = None,
    ) -> None:
        super().__init__(html, url, navigate, surroundings)
        self.window = Window(self)
        self.layout = Layout(self)

    @property
    def title(self) -> str:
        """The title, its spaces made one."""
        return title_of(self)

    # --- looking ------------------------------------------------------------------------------------------------

    def query(self, scope: Node | Core | None, selector: str) -> Node | None:
        """Return the first node inside of *scope* that matches.

        Raises:
            DomError: ``invalid-selector``.
        """
        return selectors.first(self, _element(scope), selector)

    def query_all(self, scope: Node | Core | None, selector: str) -> list[Node]:
        """Return all nodes inside of *scope* that match, in document order; see `query`."""
        return selectors.every(self, _element(scope), selector)

    def matches(self, node: Node, selector: str) -> bool:
        """Return whether *node* matches; see `query`."""
        return selectors.matches(self, node, selector)

    def walk(self, root: Node) -> Iterator[Node]:
        """Yield *root* and all elements inside of it, in document order."""
        return root.iter("*")

    def is_visible(self, node: Node) -> bool:
        """Return whether a user can see *node*, as far as that goes without style sheets."""
        return is_visible(self, node)

    def web_address(self, url: str) -> str:
        """Return a whole address, seen from the document.

        Raises:
            DomError: ``invalid-name`` if it is none of http or https.
        """
        whole = absolute(self.base_url, url)
        if whole is None or not whole.startswith(("http:", "https:")):
            raise DomError("invalid-name", f"not a web address: {url}")
        return whole

    # --- properties and methods ---------------------------------------------------------------------------------

    def read(self, start: Any, name: str | list[str]) -> Any:
        """Return a property of a node or an object, as a value (spec 6.3); None is the document.

        Raises:
            DomError: ``invalid-name`` for a path that leads nowhere, ``unsupported`` for what cannot travel,
                ``js-error`` for what throws.
        """
        return access.read(self, start, name)

    def get(self, start: Any, name: str | list[str]) -> Any:
        """Return what a property holds, be it an object or a function (spec 6.3); errors are as of `read`."""
        return access.get_itself(self, start, name)

    def follow(self, start: Any, path: list[str]) -> Any:
        """Return what a path leads to, be it an object; None where it leads nowhere."""
        return access.follow(self, start, path)

    def plain(self, value: Any) -> Any:
        """Return an object as the value that it travels as (spec 7.1).

        Raises:
            DomError: ``unsupported``.
        """
        return access.plain(value)

    def write(self, start: Any, name: str | list[str], value: Any) -> None:
        """Set a property (spec 6.4); errors are as of `read`."""
        access.write(self, start, name, value)

    def call(self, start: Any, name: str | list[str], args: list[Any]) -> Any:
        """Call a method; return what it returns, as a value (spec 6.5).

        Raises:
            DomError: ``not-a-function``; ``unsupported`` for what only a real browser can do; ``js-error``.
        """
        return access.plain(self.invoke(start, name, args))

    def invoke(self, start: Any, name: str | list[str], args: list[Any]) -> Any:
        """Call a method; return what it returns, be it an object or a promise; errors are as of `call`."""
        try:
            return access.call(self, start, name, args)
        finally:
            self.run_later()

    def construct(self, start: Any, name: str | list[str], args: list[Any]) -> Any:
        """Construct what a path leads to; errors are as of `call`."""
        try:
            return access.construct(self, start, name, args)
        finally:
            self.run_later()

    def holder_of(self, start: Any, name: str | list[str]) -> Any:
        """Return what has the last property of a path."""
        return access.holder_of(self, start, [name] if isinstance(name, str) else name)

    # --- the tree -----------------------------------------------------------------------------------------------

    def create(self, tag: str) -> Node:
        """Return a new element, which is nowhere yet.

        Raises:
            DomError: ``invalid-name``.
        """
        if not is_name(tag):
            raise DomError("invalid-name", f"not the name of an element: {tag}")
        return super().create(tag.lower())

    def place(self, node: Node, position: int, target: Node | Core | None) -> None:
        """Put *node* inside of, after or before *target*; beside what has no parent, it stays where it is.

        Raises:
            DomError: ``unsupported`` for an unknown position, ``js-error`` where no node can be.
        """
        if position not in (INSIDE, AFTER, BEFORE):
            raise DomError("unsupported", f"unknown position {position}")
        if target is None or isinstance(target, Core):
            if position != INSIDE:
                raise script_error("TypeError", "the document has nothing beside it")
            raise script_error("HierarchyRequestError", "Only one element on document allowed.")
        if position == INSIDE:
            self.append(target, node)
            return
        if target is self.root:
            raise script_error("HierarchyRequestError", "Only one element on document allowed.")
        if target.getparent() is not None:
            put = self.put_after if position == AFTER else self.put_before
            put(target, node)

    def move(self, node: Node, position: int, target: Node | Core | None) -> None:
        """Put *node* somewhere as `place` does; within the document it keeps its state, and the focus (spec 6.7)."""
        with self.keeping_focus(node):
            self.place(node, position, target)

    def put_fragment(self, position: int, target: Node | Core | None, html: str) -> list[Node]:
        """Put what *html* says inside of, after or before *target*, or in place of what is in it (spec 6.17).

        Returns:
            Its topmost elements.

        Raises:
            DomError: As for `place`; ``js-error`` beside what has no parent.
        """
        if position not in (INSIDE, AFTER, BEFORE, INSTEAD):
            raise DomError("unsupported", f"unknown position {position}")
        if not isinstance(target, Node):
            raise script_error("HierarchyRequestError", "Only one element on document allowed.")
        parent = target if position in (INSIDE, INSTEAD) else target.getparent()
        if parent is None:
            raise script_error("NoModificationAllowedError", "The element has no parent.")
        holder = parse_fragment(html, str(parent.tag))
        nodes = [node for node in holder if is_element(node)]
        with self.mutations.as_one(parent):
            if position == INSTEAD:
                self.empty(target)
            if position == BEFORE:
                self.put_in(holder, parent, target)
            elif position == AFTER:
                mark = make("i")
                insert_after(mark, target)
                self.put_in(holder, parent, mark)
                detach(mark)
            else:
                self.put_in(holder, parent)
        return nodes

    def close(self) -> None:
        """Let nothing happen by itself any more."""
        self.window.close()

    def end_turn(self) -> None:
        """Let happen what was to happen when something else was over, and tell who observes."""
        self.run_later()
        self.layout.look()
        self.run_later()

    def show(self, html: str) -> None:
        """Show another document in place of this one (spec 6.13); no script runs."""
        new = parse_document(html)
        head, body = new.find("head"), new.find("body")
        if head is None or body is None:
            raise DomError("unsupported", "a document of frames")
        for name in list(self.root.keys()):
            if new.get(name) is None:
                self.remove_attribute(self.root, name)
        for name, value in new.items():
            self.set_attribute(self.root, name, value)
        self._replace_head(head)
        old = self.body
        if old is None:
            self.append(self.root, body)
        else:
            self.put_before(old, body)
            self.take_out(old)

    def _replace_head(self, new: Node) -> None:
        """Replace what is in the head; a link to a style sheet that is in both stays."""
        old = self.head
        if old is None:
            self.prepend(self.root, new)
            return
        staying = {_key(link): link for link in old.iterchildren("link") if "stylesheet" in link.get("rel", "").split()}
        for node in list(new.iterchildren("link")):
            link = staying.pop(_key(node), None)
            if link is not None:
                detach(link)
                insert_before(link, node)
                detach(node)
        self.empty(old)
        self.put_in(new, old)


def _key(link: Node) -> tuple[tuple[str, str], ...]:
    return tuple(link.items())
