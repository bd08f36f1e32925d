"""A document without a browser, on which a small client carries out ops: lxml, and no more than the kit looks at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from cssselect import HTMLTranslator, SelectorError
from lxml import html

from pycommunicate.protocol.codec import Callback, Ref
from tests.conformance.small_fields import Fields

__all__ = ["Document", "Fault", "Function", "Listener"]

#: What rows and cells are parsed inside of, and where they are then.
_AROUND = {
    "table": "<table>{}</table>",
    "tbody": "<table><tbody>{}</tbody></table>",
    "tr": "<table><tbody><tr>{}</tr></tbody></table>",
}


class Fault(Exception):
    """What goes back as an error of the closed list."""

    def __init__(self, code: str, text: str = "") -> None:
        super().__init__(text or code)
        self.code = code


class Function:
    """A function of the server's.

    Args:
        number: Its listener.
        called: Is told the number and the arguments of each call.
    """

    def __init__(self, number: int, called: Callable[[int, list[Any]], None]) -> None:
        self._number, self._called = number, called

    def __call__(self, values: list[Any]) -> None:
        self._called(self._number, values)


class Listener:
    """What one `listen` has made.

    Attributes:
        place: What listens: the node, or what is there in place of it.
        waiting: What has happened and has no credit.
        held: What is held back by `debounce` or `throttle`.
        free_at: When the time of `throttle` is up.
        happened: How many events are to be done.
        ended: Whether it has ended.
    """

    def __init__(self, number: int, node: Any, place: Any, kind: str, options: dict[str, Any], credit: int) -> None:
        self.number, self.node, self.place, self.kind = number, node, place, kind
        self.options, self.credit = options, credit
        self.sent = self.happened = 0
        self.waiting: list[Any] = []
        self.held: Any = None
        self.free_at = 0.0
        self.ended = False


class Document:
    """Nodes, with the refs and listeners that they have.

    Attributes:
        root: The element html.
        nodes: What refs name, and how often each was told; 0 is the document itself.
        listeners: By number.
        functions: Those of the server's, by listener.
        fields: What the user types into.
        gone: Refs and listeners that are to be reported.
    """

    def __init__(self, text: str) -> None:
        self.root = html.document_fromstring(text)
        self.nodes: dict[int, list[Any]] = {0: [self, 1]}
        self.listeners: dict[int, Listener] = {}
        self.gone: tuple[list[int], list[int]] = ([], [])
        self.last_ref = 0
        self._own: dict[Any, dict[str, Any]] = {}
        self._kept: list[Any] = []
        self.functions: dict[int, Function] = {}
        self.fields = Fields(lambda node: self.read(node, "value"), lambda node, value: self.own(node, "value", value))
        # An lxml element is the same object only while somebody holds it.
        self._held = list(self.root.iter())

    # --- refs ---------------------------------------------------------------------------------------------------

    def node(self, ref: int) -> Any:
        if ref not in self.nodes:
            raise Fault("stale-ref")
        return self.nodes[ref][0]

    def tell(self, node: Any) -> int:
        """Return the ref of a node, counted as told."""
        ref = next((ref for ref, (known, _) in self.nodes.items() if known is node), None)
        if ref is None:
            ref = self.new_ref()
            self.nodes[ref] = [node, 0]
        self.nodes[ref][1] += 1
        return ref

    def new_ref(self) -> int:
        self.last_ref -= 1
        return self.last_ref

    def release(self, ref: int, times: int) -> None:
        if ref in self.nodes and ref != 0:
            self.nodes[ref][1] -= times
            if self.nodes[ref][1] <= 0:
                del self.nodes[ref]

    def forget(self, root: Any) -> None:
        """Forget what names a node, or anything inside."""
        for node in root.iter():
            refs = [ref for ref, (known, _) in self.nodes.items() if known is node]
            listeners = [one.number for one in self.listeners.values() if one.node is node]
            for ref in refs:
                del self.nodes[ref]
            for number in listeners:
                self.listeners.pop(number).ended = True
            self.gone[0].extend(refs)
            self.gone[1].extend(listeners)

    # --- reading and writing ------------------------------------------------------------------------------------

    def is_node(self, value: Any) -> bool:
        return value is self or isinstance(value, html.HtmlElement)

    def query(self, scope: Any, selector: str) -> Any:
        if not self.is_node(scope):
            raise Fault("js-error", "no node")
        try:
            path = HTMLTranslator().css_to_xpath(selector, "descendant-or-self::" if scope is self else "descendant::")
        except SelectorError:
            raise Fault("invalid-selector") from None
        found = (self.root if scope is self else scope).xpath(path)
        return found[0] if found else None

    def holder(self, node: Any, name: Any) -> tuple[Any, str]:
        """Return the object that has the property, and its name."""
        if isinstance(name, str):
            return node, name
        for part in name[:-1]:
            node = self.read(node, part)
            if node is None:
                raise Fault("invalid-name")
        return node, name[-1]

    def read(self, node: Any, name: str) -> Any:
        if isinstance(node, dict):
            return node.get(name)
        if isinstance(node, list):
            return len(node) if name == "length" else dict(enumerate(node)).get(int(name) if name.isdecimal() else -1)
        if not self.is_node(node):
            return None
        if name in self._own.get(node, {}):
            return self._own[node][name]
        if node is self:
            title = self.root.find("head/title")
            return {"title": title.text if title is not None else "", "body": self.root.find("body")}.get(name)
        if name in ("innerText", "textContent"):
            return node.text_content()
        if name == "parentNode":
            return node.getparent()
        if name == "classList":
            return node.get("class", "").split()
        if name == "checked":
            return False
        if name == "value" and node.tag == "textarea":
            return node.text_content()
        if name == "value" and node.get("type") == "checkbox":
            return node.get("value", "on")
        return node.get(name) if name in ("id", "title", "value") else None

    def write(self, node: Any, name: str, value: Any) -> None:
        if isinstance(node, dict):
            node[name] = value
        elif node is not self and name in ("innerText", "textContent"):
            for child in list(node):
                self.take_out(child)
            node.text = value
        elif node is not self and name in ("id", "title"):
            node.set(name, value)
        elif node is not self and name == "disabled":
            node.attrib.pop(name, None)
            if value:
                node.set(name, "")
        else:
            self.own(node, name, value)

    def own(self, node: Any, name: str, value: Any) -> None:
        """Keep a property of a node that is no part of the tree."""
        self._own.setdefault(node, {})[name] = value

    # --- the tree -----------------------------------------------------------------------------------------------

    def create(self, tag: str) -> Any:
        if not tag.isalnum():
            raise Fault("invalid-name")
        node = html.Element(tag)
        self._held.append(node)
        return node

    def place(self, node: Any, position: int, target: Any) -> None:
        if position not in (0, 1, 2):
            raise Fault("unsupported")
        if not self.is_node(node) or not self.is_node(target):
            raise Fault("js-error", "no node")
        if any(one is target for one in node.iter()):
            raise Fault("js-error", "HierarchyRequestError")
        self._kept = [one for one in self._kept if one is not node]
        if node.getparent() is not None:
            self._unlink(node)
        if position == 0:
            target.append(node)
        elif position == 1:
            target.addnext(node)
        else:
            target.addprevious(node)

    def fragment(self, position: int, target: Any, text: str) -> list[Any]:
        """Put what a text says into the tree; return its topmost elements."""
        if position not in (0, 1, 2, 3):
            raise Fault("unsupported")
        parent = target if position in (0, 3) else target.getparent()
        if parent is None:
            raise Fault("js-error", "there is no place")
        top = self.parsed(text, parent.tag)
        elements = list(top)
        self._held += [node for element in elements for node in element.iter()]
        if position == 3:
            for child in list(target):
                self.take_out(child)
            target.text = None
        place = parent.index(target) + (position == 1) if position in (1, 2) else len(parent)
        if place and top.text:
            parent[place - 1].tail = (parent[place - 1].tail or "") + top.text
        elif top.text:
            parent.text = (parent.text or "") + top.text
        for element in reversed(elements):
            parent.insert(place, element)
        return elements

    def parsed(self, text: str, tag: str) -> Any:
        """Return an element of that tag with what the text says inside."""
        around = _AROUND.get(tag, "<div>{}</div>")
        top = html.fragment_fromstring(around.format(text))
        for _ in range(around.count("<t") - 1):
            top = top[0]
        return top

    def remove(self, node: Any, keep: bool) -> None:
        if node is self:
            raise Fault("js-error", "TypeError")
        if keep:
            self._kept.append(node)
            self._unlink(node)
        else:
            self.take_out(node)

    def take_out(self, node: Any) -> None:
        self._unlink(node)
        self.forget(node)

    def _unlink(self, node: Any) -> None:
        node.tail = None
        if node.getparent() is not None:
            node.getparent().remove(node)

    def show(self, text: str) -> None:
        """Be another document."""
        old, new = self.root, html.document_fromstring(text)
        self._held += list(new.iter())
        for child in list(old):
            self.take_out(child)
        old.attrib.clear()
        old.attrib.update(new.attrib)
        old.extend(list(new))

    # --- what the user does -------------------------------------------------------------------------------------

    def path(self, node: Any) -> Iterator[Any]:
        """Yield a node, its ancestors, and the document."""
        while node is not None:
            yield node
            node = node.getparent()
        yield self

    def form_of(self, node: Any) -> Any:
        return next((one for one in self.path(node) if one is not self and one.tag == "form"), None)

    def live(self, value: Any) -> Any:
        """Return what a value of the server is here."""
        if isinstance(value, Ref):
            return self.node(int(value))
        if isinstance(value, Callback):
            return self.functions.get(int(value)) or Function(int(value), lambda number, values: None)
        if isinstance(value, list):
            return [self.live(item) for item in value]
        if isinstance(value, dict):
            return {key: self.live(item) for key, item in value.items()}
        if isinstance(value, datetime):
            return value.replace(microsecond=value.microsecond // 1000 * 1000)
        # As JavaScript has it: a float that is whole is an integer.
        return int(value) if isinstance(value, float) and _is_whole(value) else value

    def called(self, node: Any, name: str, values: list[Any]) -> Any:
        """Return what a method returns."""
        function = self.read(node, name)
        if isinstance(function, Function):
            function(values)
            return None
        if not self.is_node(node):
            raise Fault("not-a-function")
        if name == "getAttribute":
            return node.get(str(values[0]))
        if name == "matches":
            return any(one is node for one in self.root.xpath(HTMLTranslator().css_to_xpath(values[0])))
        if name == "contains":
            return any(one is values[0] for one in node.iter())
        if name == "querySelector":
            try:
                return self.query(node, values[0])
            except Fault as fault:
                raise Fault("js-error", f"SyntaxError: {fault}") from None
        raise Fault("not-a-function")


def _is_whole(value: float) -> bool:
    return value.is_integer() and abs(value) < 2**53 and not (value == 0 and str(value)[0] == "-")
