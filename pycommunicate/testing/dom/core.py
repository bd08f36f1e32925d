"""The tree of a document with all that stands beside it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urljoin

from lxml import etree

from .errors import script_error
from .event import Event
from .letters import inside, outside
from .parse import parse_document
from .request import Request
from .state import NodeState
from .tree import (
    Node,
    append_text,
    detach,
    insert_after,
    insert_before,
    insert_first,
    make,
    take_children,
    top_of,
    unwrap_into,
)

__all__ = ["Core"]

_elements_with_ids = etree.XPath("descendant-or-self::*[@id]")


class Core:
    """A document's tree, the state of its nodes, and who listens to them.

    State is kept beside the tree, in tables that hold their elements: lxml makes another object for an element that
    nobody holds.

    Args:
        html: The whole document.
        url: Its address.
        navigate: Is told what the document asks its browser to load.

    Attributes:
        root: The root element; it stays the same for good.
        url: The address, as what scrolls within the document changes it.
        navigate: See above.
        focused: The element that has the focus; None for none.
        hovered: The element that the pointer is on.
        left: The element that had the focus before.
        modals: Dialogs that are open as modal ones, the last one foremost.
        expandos: Properties of the document that no browser knows.
        compiled: Selectors that ask for the state of nodes, made ready.
        opened_by: What had the focus when a dialog was opened.
    """

    def __init__(self, html: str, url: str, navigate: Callable[[Request], None]) -> None:
        self.root = parse_document(html)
        self.url = url
        self.navigate = navigate
        self.focused: Node | None = None
        self.hovered: Node | None = None
        self.left: Node | None = None
        self.modals: list[Node] = []
        self.opened_by: dict[Node, Node | None] = {}
        self.expandos: dict[str, Any] = {}
        self.compiled: dict[str, Any] = {}
        self._states: dict[Node, NodeState] = {}
        self._listeners: dict[Node | Core, list[tuple[int, str, Callable[[Event], None]]]] = {}
        self._listened: dict[str, int] = {}
        self._last_token = 0
        self._token_nodes: dict[int, tuple[Node | Core, str]] = {}
        self._later: list[Callable[[], object]] = []
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
        focused = self.focused
        if focused is not None:
            if self.connected(focused):
                return focused
            self.focused = None
        body = self.body
        return self.root if body is None else body

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
        try:
            node.set(name, inside(value))
        except ValueError:
            raise script_error("InvalidCharacterError", f"'{name}' is not a valid attribute name") from None
        if name == "id" and self._ids is not None:
            self._note_id(node)

    def remove_attribute(self, node: Node, name: str) -> None:
        """Take an attribute away, if it is there."""
        if self.attribute(node, name) is not None:
            del node.attrib[name]

    # --- the tree -----------------------------------------------------------------------------------------------

    def create(self, tag: str) -> Node:
        return make(tag)

    def append(self, parent: Node, node: Node) -> None:
        """Move *node* to the end of *parent*."""
        self._move(node, parent)
        parent.append(node)

    def prepend(self, parent: Node, node: Node) -> None:
        self._move(node, parent)
        insert_first(node, parent)

    def put_before(self, sibling: Node, node: Node) -> None:
        if node is not sibling:
            parent = sibling.getparent()
            assert parent is not None
            self._move(node, parent)
            insert_before(node, sibling)

    def put_after(self, sibling: Node, node: Node) -> None:
        if node is not sibling:
            parent = sibling.getparent()
            assert parent is not None
            self._move(node, parent)
            insert_after(node, sibling)

    def put_in(self, holder: Node, parent: Node, before: Node | None = None, *, first: bool = False) -> None:
        """Move what *holder* holds, which is new, into *parent*."""
        if self._ids is not None and len(holder):
            self._note_all_ids(holder)
        unwrap_into(holder, parent, before, first=first)

    def take_out(self, node: Node) -> None:
        """Take *node* out of its parent."""
        if node.getparent() is None:
            return
        if self.connected(node):
            self._removed.append(node)
        detach(node)

    def empty(self, node: Node) -> None:
        """Take everything out of *node*."""
        if len(node):
            taken = take_children(node)
            if taken and self.connected(node):
                self._removed += taken
        node.text = None

    def set_text(self, node: Node, text: str) -> None:
        """Let *text* be all that is in *node*."""
        if len(node):
            self.empty(node)
        node.text = inside(text) or None

    def append_text(self, node: Node, text: str) -> None:
        append_text(node, text)

    def take_removed(self) -> list[Node]:
        """Return the roots of the subtrees that have left the document since last asked, and have not come back."""
        if not self._removed:
            return []
        removed, self._removed = self._removed, []
        return [node for node in dict.fromkeys(removed) if not self.connected(node)]

    def _move(self, node: Node, parent: Node) -> None:
        """Take *node* out of where it is, on its way into *parent*."""
        ancestor: Node | None = parent
        while ancestor is not None:
            if ancestor is node:
                raise script_error("HierarchyRequestError", "The new child element contains the parent.")
            ancestor = ancestor.getparent()
        if node.getparent() is not None:
            self.take_out(node)
        elif self._ids is not None and (len(node) or node.get("id") is not None):
            # What is out of the document is forgotten by the index, and comes in again.
            self._note_all_ids(node)

    def _note_all_ids(self, root: Node) -> None:
        for node in _elements_with_ids(root):
            self._note_id(node)

    def _note_id(self, node: Node) -> None:
        assert self._ids is not None
        found = self._ids.setdefault(outside(node.get("id")), [])
        if not any(one is node for one in found):
            found.append(node)

    # --- events -------------------------------------------------------------------------------------------------

    def listen(self, node: Node | Core | None, type: str, callback: Callable[[Event], None]) -> int:
        """Call *callback* for each event of that type that reaches *node*; return a token for `unlisten`."""
        at = self if node is None else node
        self._last_token = token = self._last_token + 1
        self._listeners.setdefault(at, []).append((token, type, callback))
        self._listened[type] = self._listened.get(type, 0) + 1
        self._token_nodes[token] = (at, type)
        return token

    def unlisten(self, token: int) -> None:
        """Stop what `listen` began; once is enough."""
        entry = self._token_nodes.pop(token, None)
        if entry is None:
            return
        node, type = entry
        self._listened[type] -= 1
        left = [listener for listener in self._listeners[node] if listener[0] != token]
        if left:
            self._listeners[node] = left
        else:
            del self._listeners[node]

    def dispatch(self, node: Node | Core | None, event: Event) -> bool:
        """Let *event* happen on *node*; None is the document.

        Returns:
            Whether its default action may follow.
        """
        event.target = target = self if node is None else node
        if self._listened.get(event.type):
            for current in self.path_of(target) if event.bubbles else [target]:
                self._tell(current, event)
                if event.stopped:
                    break
        return not event.default_prevented

    def fire(self, node: Node | Core | None, type: str, **options: Any) -> bool:
        """Let an event of that type happen on *node*; see `dispatch`."""
        if not self._listened.get(type):
            return True
        return self.dispatch(node, Event.of(type, **options))

    def later(self, happening: Callable[[], object]) -> None:
        """Let something happen when what happens now is over."""
        self._later.append(happening)

    def run_later(self) -> None:
        """Let happen what was to happen later."""
        while self._later:
            self._later.pop(0)()

    def path_of(self, node: Node | Core) -> list[Node | Core]:
        """Return *node* with all that is around it, the document last if it is in it."""
        if isinstance(node, Core):
            return [node]
        path: list[Node | Core] = [node, *node.iterancestors()]
        if path[-1] is self.root:
            path.append(self)
        return path

    def _tell(self, current: Node | Core, event: Event) -> None:
        event.current_target = current
        for listener in self._listeners.get(current, ()):
            if listener[1] == event.type and listener[0] in self._token_nodes:
                listener[2](event)
                if event.stopped_at_once:
                    return
