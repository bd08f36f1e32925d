"""The tree of a document with all that stands beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urljoin

from lxml import etree

from .errors import script_error
from .events import Events
from .letters import inside, outside
from .mutations import Mutations
from .parse import parse_document
from .request import Request
from .state import NodeState
from .surroundings import Surroundings
from .tree import (
    Node,
    detach,
    insert_after,
    insert_before,
    insert_first,
    is_element,
    make,
    take_children,
    top_of,
    unwrap_into,
    with_ancestors,
)
from .urls import same_but_fragment

__all__ = ["Core"]

_elements_with_ids = etree.XPath("descendant-or-self::*[@id]")


class Core(Events):
    """A document's tree, and what stands beside it.

    State is kept beside the tree, in tables that hold their elements: lxml makes another object for an element that
    nobody holds.

    Args:
        html: The whole document.
        url: Its address.
        navigate: Is told what the document asks its browser to load.
        surroundings: What is around it.

    Attributes:
        root: The root element; it stays the same for good.
        url: The address, as what scrolls within the document changes it.
        navigate: See above.
        surroundings: See above.
        mutations: Who observes the tree.
        layout: What is observed of a layout: see `observers`.
        after_turn: Called when something has happened by itself, by a timer say.
        script_listeners: What scripts have begun to listen to, with the tokens.
        handlers: What properties as `onclick` hold, by node and type, with the tokens.
        history_length: How many entries the tab's history has.
        history_state: What scripts have given the newest of them.
        focused: The element of the document that has the focus; None for none.
        hovered: The element of the document that the pointer is on.
        composing: Where an input method composes, from where on, and what; None where none does.
        modals: Dialogs that are open as modal ones, the last one foremost.
        expandos: Properties of the document that no browser knows.
        compiled: Selectors that ask for the state of nodes, made ready.
    """

    def __init__(
        self, html: str, url: str, navigate: Callable[[Request], None], surroundings: Surroundings | None = None
    ) -> None:
        super().__init__(parse_document(html))
        self.url = url
        self.navigate = navigate
        self.surroundings = surroundings or Surroundings()
        self.mutations = Mutations(self)
        self.layout: Any = None
        self.after_turn: Callable[[], None] = lambda: None
        self.script_listeners: dict[tuple[Any, ...], int] = {}
        self.handlers: dict[tuple[Any, str], tuple[Any, int]] = {}
        self.history_length = 1
        self.history_state: Any = None
        self.focused: Node | None = None
        self.hovered: Node | None = None
        self.composing: tuple[Node, int, str] | None = None
        self.modals: list[Node] = []
        self.expandos: dict[str, Any] = {}
        self.compiled: dict[str, Any] = {}
        self._states: dict[Node, NodeState] = {}
        self._removed: list[Node] = []
        self._ids: dict[str, list[Node]] | None = None

    # --- parts --------------------------------------------------------------------------------------------------

    @property
    def head(self) -> Node | None:
        return self.root.find("head")

    @property
    def body(self) -> Node | None:
        return self.root.find("body")

    @property
    def active(self) -> Node:
        """The element that has the focus, else the body, or the root where there is none."""
        return next((node for node in (self.focused, self.body) if node is not None), self.root)

    @property
    def base_url(self) -> str:
        """What addresses are relative to."""
        for base in self.root.iter("base"):
            if base.get("href") is not None:
                return urljoin(self.url, base.get("href", ""))
        return self.url

    def state(self, node: Node) -> NodeState:
        """Return the state of *node*, to be changed."""
        found = self._states.get(node)
        if found is None:
            found = self._states[node] = NodeState()
        return found

    def known_state(self, node: Node) -> NodeState | None:
        """Return the state of *node*, if it has any."""
        return self._states.get(node)

    def connected(self, node: Node) -> bool:
        """Return whether *node* is in the document."""
        return top_of(node) is self.root

    def by_id(self, name: str) -> list[Node]:
        """Return the elements of the document with that id, in no order."""
        index = self._ids
        if index is None:
            index = self._ids = {}
            self._note_all_ids(self.root)
        found = index.get(name)
        if not found:
            return []
        inner = inside(name)
        still = [node for node in found if node.get("id") == inner and self.connected(node)]
        if len(still) != len(found):
            index[name] = still
        return still

    def first_with_id(self, name: str) -> Node | None:
        """Return the first element of the document with that id."""
        found = self.by_id(name)
        return found[0] if len(found) == 1 else next((node for node in self.root.iter("*") if node in found), None)

    # --- attributes ---------------------------------------------------------------------------------------------

    def attribute(self, node: Node, name: str) -> str | None:
        """Return an attribute, or None where there is none."""
        try:
            value = node.get(name)
        except ValueError:
            return None  # lxml holds none of that name
        return value if value is None or value.isascii() else outside(value)

    def set_attribute(self, node: Node, name: str, value: str) -> None:
        """Set an attribute, whose name is in small letters.

        Raises:
            DomError: if nothing can have such a name.
        """
        old = self.attribute(node, name) if self.mutations else None
        try:
            node.set(name, inside(value))
        except ValueError:
            raise script_error("InvalidCharacterError", f"'{name}' is not a valid attribute name") from None
        if name == "id" and self._ids is not None:
            self._note_id(node)
        self.mutations.attribute(node, name, old)

    def remove_attribute(self, node: Node, name: str) -> None:
        """Take an attribute away, if it is there."""
        old = self.attribute(node, name)
        if old is not None:
            del node.attrib[name]
            self.mutations.attribute(node, name, old)

    # --- the tree -----------------------------------------------------------------------------------------------

    def create(self, tag: str) -> Node:
        """Return a new element, which is nowhere yet."""
        return make(tag)

    def append(self, parent: Node, node: Node) -> None:
        """Move *node* to the end of *parent*."""
        self._move(node, parent)
        parent.append(node)
        self.mutations.children(parent, [node], [])

    def prepend(self, parent: Node, node: Node) -> None:
        """Move *node* before everything in *parent*."""
        self._move(node, parent)
        insert_first(node, parent)
        self.mutations.children(parent, [node], [])

    def put_before(self, sibling: Node, node: Node) -> None:
        """Move *node* right before *sibling*, which has a parent."""
        self._put_beside(sibling, node, insert_before)

    def put_after(self, sibling: Node, node: Node) -> None:
        """Move *node* right behind *sibling*, which has a parent."""
        self._put_beside(sibling, node, insert_after)

    def _put_beside(self, sibling: Node, node: Node, insert: Callable[[Node, Node], None]) -> None:
        if node is sibling:
            return
        parent = sibling.getparent()
        assert parent is not None
        self._move(node, parent)
        insert(node, sibling)
        self.mutations.children(parent, [node], [])

    def put_in(self, holder: Node, parent: Node, before: Node | None = None, *, first: bool = False) -> None:
        """Move what *holder* holds, which is new, into *parent*."""
        if self._ids is not None and len(holder):
            self._note_all_ids(holder)
        nodes, text = [node for node in holder if is_element(node)], holder.text
        unwrap_into(holder, parent, before, first=first)
        if nodes or text:
            self.mutations.children(parent, nodes, [])

    def take_out(self, node: Node) -> None:
        """Take *node* out of its parent."""
        parent = node.getparent()
        if parent is None:
            return
        was_there = self.connected(node)
        detach(node)
        self.mutations.children(parent, [], [node])
        if was_there:
            self._note_removed([node])

    @contextmanager
    def keeping_focus(self, node: Node) -> Iterator[None]:
        """While this is entered, *node* is moved within the document, and keeps the focus and the pointer."""
        focused, hovered = self.focused, self.hovered
        there = self.connected(node)
        yield
        if there and self.connected(node):
            if focused is not None and self.connected(focused):
                self.focused = focused
            if hovered is not None and self.connected(hovered):
                self.hovered = hovered

    def empty(self, node: Node) -> None:
        """Take everything out of *node*."""
        changes = bool(len(node) or node.text)
        taken = take_children(node)
        if changes:
            self.mutations.children(node, [], taken)
        if taken and self.connected(node):
            self._note_removed(taken)

    def set_text(self, node: Node, text: str) -> None:
        """Let *text* be all that is in *node*."""
        with self.mutations.as_one(node):
            self.empty(node)
            node.text = inside(text) or None
            if text:
                self.mutations.children(node, [], [])

    def take_removed(self) -> list[Node]:
        """Return the roots of the subtrees that have left the document since last asked, and have not come back."""
        if not self._removed:
            return []
        removed, self._removed = self._removed, []
        return [node for node in dict.fromkeys(removed) if not self.connected(node)]

    def _note_removed(self, nodes: list[Node]) -> None:
        self._removed += nodes
        # What leaves takes the focus and the pointer with it, and does not bring them back.
        if self.focused is not None and not self.connected(self.focused):
            self.focused = None
        if self.hovered is not None and not self.connected(self.hovered):
            self.hovered = None

    def _move(self, node: Node, parent: Node) -> None:
        """Take *node* out of where it is, on its way into *parent*."""
        if node in with_ancestors(parent):
            raise script_error("HierarchyRequestError", "The new child element contains the parent.")
        if self.connected(node):
            self.take_out(node)
            return
        before = node.getparent()
        detach(node)
        if before is not None:
            self.mutations.children(before, [], [node])
        if self._ids is not None:
            # What is out of the document is forgotten by the index, and comes in again.
            self._note_all_ids(node)

    def _note_all_ids(self, root: Node) -> None:
        for node in _elements_with_ids(root):
            self._note_id(node)

    def _note_id(self, node: Node) -> None:
        assert self._ids is not None
        found = self._ids.setdefault(outside(node.get("id")), [])
        if node not in found:
            found.append(node)

    # --- other documents ----------------------------------------------------------------------------------------

    def target_of(self, own: str | None) -> str:
        """Return where a link or a form leads: by its own word, else the document's; empty for the same frame."""
        target = own or next((base.get("target", "") for base in self.root.iter("base") if base.get("target")), "")
        return "" if target.lower() == "_self" else target

    def go(self, request: Request) -> None:
        """Leave for another document; an address within this one only scrolls."""
        stays = "#" in request.url and same_but_fragment(request.url, self.url)
        if stays and not (request.target or request.download):
            self.url = request.url
        else:
            self.navigate(request)
