"""What a small client hears: listeners, what their events carry, when they are sent, and what is busy meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

from pycommunicate.errors import UnsupportedValue
from pycommunicate.protocol.codec import Ref, to_wire
from pycommunicate.protocol.limits import Limits
from pycommunicate.protocol.messages import Event
from tests.conformance.small_document import Document, Fault, Function, Listener
from tests.conformance.small_fields import fields_of, is_field

__all__ = ["Happening", "Happens", "SmallListeners"]

BUSY = "pycommunicate-busy"


@dataclass
class Happening:
    """Something that a user does: an event of the document."""

    kind: str
    target: Any
    submitter: Any = None
    prevented: bool = False
    stopped: bool = False


@dataclass
class Happens:
    """What is told of it to one listener.

    Attributes:
        current: The element that it is for.
        carried: The values of the listener's fields, as they travel; None if it has none.
        errors: Those of what does not, by place.
        told: Refs in the values.
        seen: Fields whose values the server is told, with these.
    """

    current: Any
    carried: list[Any] | None = None
    errors: dict[str, list[str]] = field(default_factory=dict)
    told: list[int] = field(default_factory=list)
    seen: list[tuple[Any, Any]] = field(default_factory=list)


class SmallListeners:
    """Hears, and tells; what is told is for a subclass to send.

    Attributes:
        early: What the user has done until `loaded`; None from then on.
        claims: Places in that, the listeners that have claimed them, and what they are told.
        busy: Events that are not done, by listener: how many that listener had by then, and what they are for.
        marks: What was put on elements that are busy.
    """

    document: Document
    limits: Limits
    sent: int

    def begin_to_hear(self) -> None:
        self.early: list[Happening] | None = []
        self.claims: list[tuple[float, Listener, Happens]] = []
        self.busy: dict[int, list[tuple[int, Any]]] = {}
        self.marks: dict[Any, set[str]] = {}

    def numbered(self, kind: Any, *fields: Any) -> None:
        raise NotImplementedError

    def after(self, seconds: float, what: Callable[[], None]) -> None:
        raise NotImplementedError

    # --- listeners ----------------------------------------------------------------------------------------------

    def op_listen(self, number: int, ref: int, kind: str, options: dict[str, Any]) -> None:
        node = self.document.node(ref)
        if "observe" in options:
            raise Fault("unsupported", f"no {kind} is here")
        if "delegate" in options:
            self.document.query(self.document, options["delegate"])
        place = self.place_of(node, options)
        listener = Listener(number, node, place, kind, options, self.limits.events)
        self.document.listeners[number] = listener
        if not kind:
            self.document.functions[number] = Function(number, self.call_back)
            return
        for index, happening in enumerate(self.early or ()):
            reached = any(one is place for one in self.document.path(happening.target))
            if happening.kind == kind and reached and (current := self.current(listener, happening)) is not None:
                self.claims.append((index, listener, self.taken_down(listener, happening, current)))
                if options.get("once"):
                    self.forget_listener(number, done=False)
                    return

    def place_of(self, node: Any, options: dict[str, Any]) -> Any:
        """Return what listens in place of a node."""
        if "of" not in options:
            return node
        place = self.document.read(*self.document.holder(node, options["of"]))
        if not self.document.is_node(place):
            raise Fault("invalid-name", "no event target")
        return place

    def op_unlisten(self, listeners: list[int]) -> None:
        for number in listeners:
            self.forget_listener(number)

    def forget_listener(self, number: int, *, done: bool = True) -> None:
        """Let a listener end; with what it has marked, if that is *done*."""
        if number not in self.document.listeners:
            return
        self.document.listeners.pop(number).ended = True
        self.document.functions.pop(number, None)
        if done:
            self.busy.pop(number, None)
            self.unmark()

    def op_credit(self, number: int, events: int) -> None:
        listener = self.document.listeners.get(number)
        if listener is None:
            return
        listener.credit = events
        waiting, listener.waiting = listener.waiting, []
        for happens in waiting:
            self.offer(listener, happens)

    # --- what happens -------------------------------------------------------------------------------------------

    def heard(self, happening: Happening) -> Iterator[Listener]:
        """Yield the listeners that it reaches, in their order."""
        path = list(self.document.path(happening.target))
        for capture, places in ((True, path[::-1]), (False, path)):
            for place in places:
                stopped = happening.stopped
                for one in list(self.document.listeners.values()):
                    fits = one.place is place and one.kind == happening.kind
                    if fits and bool(one.options.get("capture")) is capture and not stopped:
                        yield one

    def current(self, listener: Listener, happening: Happening) -> Any:
        """Return the element that it is for; None if the listener does not hear it."""
        selector = listener.options.get("delegate")
        if selector is None:
            return listener.node
        for node in self.document.path(happening.target):
            if node is listener.place:
                return None
            if node is not self.document and self.document.called(node, "matches", [selector]):
                return node
        return None

    def dispatch(self, happening: Happening) -> bool:
        """Let it happen; return whether its default action is prevented."""
        if self.early is not None:
            self.early.append(happening)
        for listener in self.heard(happening):
            current = self.current(listener, happening)
            if current is None:
                continue
            self.act_on(happening, listener, current)
            self.hear(listener, self.taken_down(listener, happening, current))
        return happening.prevented

    def act_on(self, happening: Happening, listener: Listener, current: Any) -> None:
        """Prevent and stop, as the listener says."""
        options, kind = listener.options, happening.kind
        leaves = kind == "submit" or (kind == "click" and getattr(current, "tag", "") == "a")
        if options.get("prevent", leaves) and not options.get("passive"):
            happening.prevented = True
        happening.stopped = happening.stopped or bool(options.get("stop"))

    def call_back(self, number: int, values: list[Any]) -> None:
        """Take in a call of a function of the server's."""
        listener = self.document.listeners.get(number)
        if listener is not None:
            self.hear(listener, self.taken_down(listener, {"args": values}, None))

    def hear(self, listener: Listener, happens: Happens) -> None:
        """Hold what has happened back, or tell of it."""
        if self.claims:
            self.claims.append((float("inf"), listener, happens))
        elif wait := listener.options.get("debounce", 0):
            listener.held = happens
            self.after(wait / 1000, lambda: self.let_go(listener, happens))
        elif (wait := listener.options.get("throttle", 0)) and monotonic() < listener.free_at:
            if listener.held is None:
                self.after(listener.free_at - monotonic(), lambda: self.let_go(listener, listener.held))
            listener.held = happens
        else:
            listener.free_at = monotonic() + wait / 1000
            self.tell(listener, happens)
        if listener.options.get("once"):
            self.forget_listener(listener.number, done=False)

    def let_go(self, listener: Listener, happens: Happens | None) -> None:
        """Tell of what was held back, unless something else is by now."""
        if listener.ended or happens is None or listener.held is not happens:
            return
        listener.held = None
        listener.free_at = monotonic() + listener.options.get("throttle", 0) / 1000
        self.tell(listener, happens)

    # --- what is carried ----------------------------------------------------------------------------------------

    def taken_down(self, listener: Listener, happening: Any, current: Any) -> Happens:
        """Return what is told of it, as it is now."""
        fields = [[name] if isinstance(name, str) else name for name in listener.options.get("fields", ())]
        happens = Happens(current)
        if not fields:
            return happens
        happens.carried = []
        for place, path in enumerate(fields):
            try:
                value, told = self.snapshot(self.field(happening, current, path))
            except Fault as fault:
                happens.carried.append(None)
                happens.errors[str(place)] = [fault.code, str(fault)]
            else:
                happens.carried.append(value)
                happens.told += told
                happens.seen += self.seen_by(happening, current, path)
        return happens

    def field(self, happening: Any, current: Any, path: list[str]) -> Any:
        if path[0] == "form":
            value = self.entries(happening)
        elif isinstance(happening, dict):
            value = happening.get(path[0])
        else:
            value = {"type": happening.kind, "target": happening.target, "current": current}.get(path[0])
        for part in path[1:]:
            if value is None:
                break
            value = self.document.read(value, part)
        return value

    def form(self, happening: Happening) -> Any:
        return happening.target if happening.kind == "submit" else self.document.form_of(happening.target)

    def entries(self, happening: Happening) -> list[list[Any]] | None:
        form = self.form(happening)
        if form is None:
            return None
        fields = [one for one in fields_of(form) if one.get("name")]
        entries = [
            [one.get("name"), self.document.read(one, "value")]
            for one in fields
            if one.get("type") != "checkbox" or self.document.read(one, "checked")
        ]
        if happening.submitter is not None and happening.submitter.get("name"):
            entries.append([happening.submitter.get("name"), happening.submitter.get("value")])
        return entries

    def seen_by(self, happening: Any, current: Any, path: list[str]) -> list[tuple[Any, Any]]:
        """Return the fields whose values a field of an event tells of, with these."""
        nodes: list[Any] = []
        if path in (["target", "value"], ["current", "value"]):
            nodes = [current if path[0] == "current" else happening.target]
        elif path[0] == "form" and self.form(happening) is not None:
            nodes = fields_of(self.form(happening))
        return [(node, self.document.read(node, "value")) for node in nodes if is_field(node)]

    def snapshot(self, value: Any) -> tuple[Any, list[int]]:
        """Return a value as it travels, and the refs that it tells."""
        told: list[int] = []

        def ref_of(one: Any) -> Ref | None:
            if isinstance(one, Function) or not self.document.is_node(one):
                return None
            told.append(self.document.tell(one))
            return Ref(told[-1])

        try:
            return to_wire(value, ref_of), told
        except UnsupportedValue as error:
            self.take_back(told)
            raise Fault("unsupported", str(error)) from None

    def take_back(self, told: list[int]) -> None:
        for ref in told:
            self.document.release(ref, 1)

    # --- what is told -------------------------------------------------------------------------------------------

    def tell(self, listener: Listener, happens: Happens) -> None:
        """Mark what it is for, and send an event or let it wait for credit."""
        if listener.options.get("busy"):
            listener.happened += 1
            self.mark(listener, happens.current)
        self.offer(listener, happens)

    def offer(self, listener: Listener, happens: Happens) -> None:
        if listener.sent < listener.credit:
            listener.sent += 1
            self.send_event(listener, happens)
        else:
            listener.waiting.append(happens)

    def send_event(self, listener: Listener, happens: Happens) -> None:
        if happens.carried is None:
            self.numbered(Event, listener.number)
            return
        try:
            self.numbered(Event, listener.number, happens.carried, happens.errors or None)
        except Fault:
            self.take_back(happens.told)
            places = range(len(happens.carried))
            errors = {str(place): ["too-large", ""] for place in places}
            self.numbered(Event, listener.number, [None for _ in places], errors)
        else:
            self.document.fields.see(happens.seen, self.sent)

    # --- what is busy -------------------------------------------------------------------------------------------

    def mark(self, listener: Listener, node: Any) -> None:
        self.busy.setdefault(listener.number, []).append((listener.happened, node))
        if node is None or node is self.document:
            return
        marks = self.marks.setdefault(node, set())
        if node.get("aria-busy") != "true":
            node.set("aria-busy", "true")
            marks.add("aria-busy")
        classes = node.get("class", "").split()
        if BUSY not in classes:
            node.set("class", " ".join([*classes, BUSY]))
            marks.add(BUSY)
        if (
            listener.options["busy"] == 2
            and node.tag in ("button", "input", "textarea")
            and "disabled" not in node.attrib
        ):
            node.set("disabled", "")
            marks.add("disabled")

    def op_done(self, number: int, events: int) -> None:
        self.busy[number] = [one for one in self.busy.get(number, ()) if one[0] > events]
        self.unmark()

    def unmark(self) -> None:
        """Take away what was put on elements that are not busy any more."""
        busy = [node for waiting in self.busy.values() for _, node in waiting]
        for node in [one for one in self.marks if not any(one is other for other in busy)]:
            marks = self.marks.pop(node)
            for name in marks & {"aria-busy", "disabled"}:
                node.attrib.pop(name, None)
            if BUSY in marks:
                classes = [one for one in node.get("class", "").split() if one != BUSY]
                node.set("class", " ".join(classes))
