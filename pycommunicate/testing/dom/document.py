"""A document with a browser's semantics."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from . import access, selectors
from .core import Core
from .documents import title_of
from .errors import DomError, script_error
from .host import HostObject
from .methods import call_method
from .names import is_name
from .parse import parse_document
from .render import is_visible
from .request import Request
from .tree import Node, detach, insert_before
from .urls import absolute

__all__ = ["AFTER", "BEFORE", "INSIDE", "Document"]

#: Where a node is put, seen from another (spec 6.6).
INSIDE, AFTER, BEFORE = range(3)


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
    """

    def __init__(
        self, html: str = "", url: str = "about:blank", *, navigate: Callable[[Request], None] = _stay
    ) -> None:
        super().__init__(html, url, navigate)

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

    def read(self, node: Node | Core | None, name: str | list[str]) -> Any:
        """Return a property, as a value (spec 6.3).

        Raises:
            DomError: ``invalid-name`` for a path that leads nowhere, ``unsupported`` for what cannot travel,
                ``js-error`` for what throws.
        """
        return access.read(self, _element(node), name)

    def write(self, node: Node | Core | None, name: str | list[str], value: Any) -> None:
        """Set a property (spec 6.4); errors are as of `read`."""
        access.write(self, _element(node), name, value)

    def call(self, node: Node | Core | None, name: str | list[str], args: list[Any]) -> Any:
        """Call a method; return what it returns, as a value (spec 6.5).

        Raises:
            DomError: ``not-a-function``; ``unsupported`` for what only a real browser can do; ``js-error``.
        """
        try:
            return self._call(_element(node), [name] if isinstance(name, str) else name, args)
        finally:
            self.run_later()

    def _call(self, node: Node | None, path: list[str], args: list[Any]) -> Any:
        holder = access.holder_of(self, node, path)
        method = path[-1]
        if isinstance(holder, HostObject):
            return access.plain(holder.call(method, args))
        if isinstance(holder, (Node, Core)):
            target = holder if isinstance(holder, Node) else None
            return access.plain(call_method(self, target, method, args))
        if isinstance(holder, list) and method == "item" and len(args) == 1:
            return access.get(self, holder, str(args[0]))
        raise DomError("not-a-function", f"not a function: {'.'.join(path)}")

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
