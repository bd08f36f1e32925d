"""What listeners of the server hear of a document's events: credit, defaults, callbacks (spec 6.10, 7.3, 8.5)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .busy import Busy
from .carried import Carried, Happening, Snapshots
from .dom import OBSERVERS, Document, DomError, Event, Function, HostObject, Node, Observer, actions
from .dom.event_targets import is_target
from .dom.owners import is_link
from .early import Early
from .listener import Listener
from .pacing import Pacing

__all__ = ["Listeners"]

#: How many events may wait for credit, in all.
_MOST_WAITING = 1_000


class Listeners:
    """The listeners of a document.

    Args:
        document: The document.
        snapshots: Takes down what events carry.
        send: Sends an event of a listener, with what it carries.
        now: Returns the time, in seconds.
        credit: How many events a new listener may send.

    Attributes:
        credit_of_new: The same.
        waiting: How many events wait for credit.
        early: What happens before the document is loaded.
    """

    def __init__(
        self,
        document: Document,
        snapshots: Snapshots,
        send: Callable[[int, Carried], None],
        now: Callable[[], float],
        credit: int = 16,
    ) -> None:
        self.credit_of_new = credit
        self.waiting = 0
        self._document = document
        self._snapshots = snapshots
        self._send = send
        self._by_number: dict[int, Listener] = {}
        self._by_node: dict[Any, set[int]] = {}
        self._busy = Busy(document)
        self._deaf = False
        # Those that have ended with an event whose default actions are to come.
        self._just_ended: list[Listener] = []
        document.listen_afterwards("submit", self._guard)
        self.early = Early(document, now, self._leads_away, self._happen)

    def __len__(self) -> int:
        return len(self._by_number)

    # --- what the server says ---------------------------------------------------------------------------------------

    def add(self, number: int, node: Any, type: str, options: dict[str, Any]) -> None:
        """Listen, and claim what has happened already.

        Raises:
            DomError: if nothing can be listened to so.
        """
        listener = Listener(self._document, number, node, type, options, self.credit_of_new)
        listener.pacing = Pacing(options, self._document.surroundings.after, lambda one: self._ready(listener, one))
        if type:
            target = self._target_of(node, options)
            if "observe" in options:
                self._observe(listener, target, options["observe"])
            else:
                self._listen(listener, target, options)
        else:
            listener.node = None
            listener.function = Function(lambda this, args: self._call(listener, args))
        self._by_number[number] = listener
        self._by_node.setdefault(listener.node, set()).add(number)

    def remove(self, number: int) -> None:
        """Listen no more."""
        self._end(number)
        self._busy.end(number)

    def forget(self, node: Any) -> list[int]:
        """Remove the listeners of a node; return their numbers."""
        numbers = sorted(self._by_node.get(node, ()))
        for number in numbers:
            self.remove(number)
        return numbers

    def credit(self, number: int, events: int) -> None:
        """Let a listener send so many events in all."""
        listener = self._by_number.get(number)
        if listener is None:
            return
        listener.credit = events
        while listener.waiting and listener.sent < listener.credit:
            self.waiting -= 1
            self._send_one(listener, listener.waiting.popleft())

    def done(self, number: int, events: int) -> None:
        """Take note that so many events of a listener have been handled, in all."""
        self._busy.done(number, events)

    def leave_disabled(self, element: Any) -> None:
        """Take note that the server says itself whether an element is disabled."""
        if isinstance(element, Node):
            self._busy.leave_disabled(element)

    def end_turn(self) -> None:
        """Take note that what has happened is over, with all that it sets off."""
        self._just_ended.clear()

    def function(self, number: int) -> Function:
        """Return the function that a callback is: the same one each time while its listener is there."""
        listener = self._by_number.get(number)
        if listener is None or listener.function is None:
            return Function(lambda this, args: None)
        return listener.function

    def begin_anew(self) -> None:
        """Keep early events, as another document is shown."""
        self.early.begin_anew()

    def loaded(self) -> None:
        """Hand over the early events that were claimed, and let go of the others: the last that was held happens."""
        held = self.early.end()
        if held is not None:
            self._deaf = True  # whoever listens has heard it when it was held
            try:
                actions.happen_again(self._document, held)
            finally:
                self._deaf = False

    def tick(self) -> None:
        """Take note that a second has passed."""
        self.early.tick()

    # --- making -----------------------------------------------------------------------------------------------------

    def _target_of(self, node: Any, options: dict[str, Any]) -> Any:
        """Return what is listened to in place of *node*."""
        path = options.get("of")
        if path is None:
            if not is_target(node):
                raise DomError("js-error", "TypeError: addEventListener is not a function")
            return node
        try:
            target = self._document.get(node, path)
        except DomError as error:
            raise DomError("invalid-name", error.text) from None
        if not is_target(target):
            raise DomError("invalid-name", "what is to be listened to is no event target")
        return target

    def _listen(self, listener: Listener, target: Any, options: dict[str, Any]) -> None:
        found = self.early.found(listener)
        for place, record in found[:1] if listener.once else found:
            event = record.event
            happening = self._snapshots.take(event, listener.current_of(event), listener.fields)
            self.early.claim(place, listener, happening)
            if listener.prevent is not False and (listener.prevent or self._prevents_by_itself(event, listener)):
                record.held = False

        def hear(event: Event) -> None:
            self._hear(listener, event)

        passive = bool(options.get("passive"))
        token = self._document.listen(target, listener.type, hear, capture=listener.capture, passive=passive)
        listener.stops.append(lambda: self._document.unlisten(token))

    def _observe(self, listener: Listener, target: Any, options: dict[str, Any]) -> None:
        if listener.type not in OBSERVERS:
            raise DomError("unsupported", f"not an observer: {listener.type}")

        def hear(seen: list[HostObject]) -> None:
            for one in seen:
                if listener.stops:  # else it has ended by an earlier one
                    listener.pacing.take(self._snapshots.take(one, listener.node, listener.fields))

        observer = Observer(self._document, listener.type, hear)
        observer.observe(target, options)
        listener.stops.append(observer.disconnect)

    def _end(self, number: int) -> None:
        """Let a listener hear nothing any more; what is busy by it stays so."""
        listener = self._by_number.pop(number, None)
        if listener is None:
            return
        listener.end()
        self.waiting -= len(listener.waiting)
        for carried in listener.waiting:
            self._snapshots.take_back(carried)
        numbers = self._by_node[listener.node]
        numbers.discard(number)
        if not numbers:
            del self._by_node[listener.node]

    # --- what happens -----------------------------------------------------------------------------------------------

    def _hear(self, listener: Listener, event: Event) -> None:
        if self._deaf:
            return
        current = listener.current_of(event)
        if current is None:
            return
        listener.act_on(event, self._prevents_by_itself(event, listener))
        listener.pacing.take(self._snapshots.take(event, current, listener.fields))

    def _call(self, listener: Listener, args: list[Any]) -> None:
        if listener.number in self._by_number:
            listener.pacing.take(self._snapshots.take(_Call(args), None, listener.fields))

    def _ready(self, listener: Listener, happening: Happening) -> None:
        if self.early.claims_wait:  # behind what happened before
            self.early.claim(float("inf"), listener, happening)
        else:
            self._happen(listener, happening)

    def _happen(self, listener: Listener, happening: Happening) -> None:
        if listener.number not in self._by_number:
            return
        waits = listener.sent >= listener.credit
        if waits and self.waiting >= _MOST_WAITING:
            return
        carried = self._snapshots.carry(happening)
        if listener.busy:
            self._busy.begin(listener.number, happening.current, listener.busy)
        if waits:
            listener.waiting.append(carried)
            self.waiting += 1
        else:
            self._send_one(listener, carried)
            if listener.once:
                self._just_ended.append(listener)
                self._end(listener.number)

    def _send_one(self, listener: Listener, carried: Carried) -> None:
        listener.sent += 1
        self._send(listener.number, carried)

    # --- defaults ---------------------------------------------------------------------------------------------------

    def _guard(self, event: Event) -> None:
        """Prevent the submit of a form without an address whose button's click is listened to (spec 6.10)."""
        form, button = event.target, event.submitter
        if button is None or form.get("action") is not None or button.get("formaction") is not None:
            return
        if (button.get("formmethod") or form.get("method") or "").lower() == "dialog":
            return
        listeners = (*self._by_number.values(), *self._just_ended)
        if any(one.type == "click" and one.prevent is not False and one.is_on(button) for one in listeners):
            event.prevent_default()

    def _prevents_by_itself(self, event: Event, listener: Listener) -> bool:
        """Return what is prevented where the program says nothing (spec 6.10)."""
        return event.type == "submit" or self._leads_away(event, listener.current_of(event))

    def _leads_away(self, event: Event, node: Any) -> bool:
        """Return whether an event is a click by which a node, a link, is followed in its own frame."""
        if event.type != "click" or event.button or event.modifiers:
            return False
        if not isinstance(node, Node) or not is_link(node) or node.get("download") is not None:
            return False
        return self._document.target_of(node.get("target")) == ""


class _Call(HostObject):
    """One call of a callback."""

    def __init__(self, args: list[Any]) -> None:
        self._args = args

    def get(self, name: str) -> Any:
        return self._args if name == "args" else None
