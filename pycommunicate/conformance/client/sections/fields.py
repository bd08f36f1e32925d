"""The section of what the user types, and the server writes (spec 6.4)."""

from __future__ import annotations

from typing import Any

from ....protocol.codec import shown
from ....protocol.messages import Event, Failure
from ....protocol.ops import GET, SET, UNLISTEN
from ...report import Result
from ..peer import Peer
from ..registry import CLIENT, INTERACTIVE
from ..visitor import Missing
from .reading import error_of

__all__ = ["typing"]

_FIELDS = """\
<form id="form"><input id="name" name="name" value="first"> <textarea id="note" name="note">first</textarea>
<input id="many" name="many" type="number" value="1"> <input id="box" name="box" type="checkbox"></form>
"""
#: Seconds within which a user who follows `#do` has typed.
_TYPES = 2.0


class _Field:
    """A field that the user and the server write to.

    Args:
        peer: The section's.
        selector: Which it is.
        sync: A listener that hears whatever is typed.
    """

    def __init__(self, peer: Peer, selector: str, sync: int) -> None:
        self._peer = peer
        self._selector = selector
        self._sync = sync
        self.ref = peer.find(selector)

    def types(self, text: str) -> None:
        """Let the user type something in place of what is there."""
        self._peer.do(f"fill {self._selector} {text}")
        self._peer.expect(Event, _TYPES, lambda event: event.listener == self._sync)

    def read(self) -> int:
        """Let the server read what it holds; return the number of the frame that tells it."""
        return self._peer.ask(GET, self.ref, "value").number

    def written(self, *values: Any) -> tuple[Any, list[str]]:
        """Let the server write values in one batch; return what the field holds then, and what was told of it.

        That is read, and so seen, but not before the next batch.
        """
        peer = self._peer
        read = peer.asking(GET, self.ref, "value")
        writes = [(SET, self.ref, "value", *(value if isinstance(value, tuple) else (value,))) for value in values]
        peer.batch(*writes, read)
        held = peer.reply(read).value
        return held, [error_of(one) for one in peer.taken(Failure)]


@CLIENT.add("typing", INTERACTIVE, "what the user has typed, and the server writes to")
def typing(peer: Peer, result: Result) -> None:
    """Let the user type, and write to the same fields."""
    peer.body = _FIELDS
    peer.begin(events=1000)
    sync = peer.hear(peer.find("#form"), "input")
    name, note, many = (_Field(peer, selector, sync) for selector in ("#name", "#note", "#many"))
    try:
        many.types("12")
    except Missing:
        return  # nobody types here

    def look(rule: str, got: tuple[Any, list[str]], wanted: str, *, kept: bool = False) -> None:
        result.must("6.4", rule, got == (wanted, ["kept"] * kept), shown(got))

    rule = "what is no text has no beginning: what the user has entered is kept"
    look(rule, many.written("3"), "12", kept=True)
    look("when it has been read it was seen, and is written over", many.written("3"), "3")
    note.types("first and more")
    rule = "what was there before the user typed is replaced, the rest stays"
    look(f"in a textarea {rule}", note.written("second"), "second and more")
    name.types("first and more")
    look(rule, name.written("second"), "second and more")
    name.types("second and more of it")
    rule = "so is what was read, and what was written to that, as often as it is"
    look(rule, name.written("once", "twice"), "twice of it")
    name.types("another")
    look("what begins otherwise is kept, and told so", name.written("x"), "another", kept=True)
    look("it is written over when it has been read", name.written("x"), "x")
    name.types("mine")
    look("the very value that is there is seen", name.written("mine", "x"), "x")
    name.types("typed")
    look("what is forced is written", name.written(("x", True)), "x")
    name.written("")
    name.types("typed")
    look("nothing is no beginning", name.written("x"), "typed", kept=True)
    _on_its_way(peer, result, name)
    _carried(peer, result, name)
    box = peer.find("#box")
    peer.click("#box")
    peer.batch((SET, box, "checked", False))
    got = peer.get(box, "checked"), peer.taken(Failure)
    result.must("6.4", "other properties are written to as ever", got == (False, []), shown(got))


def _on_its_way(peer: Peer, result: Result, name: _Field) -> None:
    before = peer.now.exchange.received
    name.types("unseen")
    read = peer.asking(GET, name.ref, "value")
    peer.batch(read, (SET, name.ref, "value", "x"))
    held = peer.reply(read).value
    peer.fence()
    failed = [error_of(one) for one in peer.taken(Failure)]
    rule = "what is still on its way was not seen when the server wrote"
    result.must("6.4", rule, (held, failed) == ("unseen", ["kept"]), shown((held, failed)))
    got = name.written(("x", False, before))
    result.must("6.4", "nor was what came `after` the op was made", got == ("unseen", ["kept"]), shown(got))
    got = name.written("x")
    result.must("6.4", "else what has come was seen", got == ("x", []), shown(got))
    name.types("m")
    first = name.read()
    name.types("mi")
    second = name.read()
    got = name.written(("M", False, first), ("MI", False, second))
    rule = "where a beginning was replaced, what was told meanwhile counts with the new one"
    result.must("6.4", rule, got == ("MI", []), shown(got))


def _carried(peer: Peer, result: Result, name: _Field) -> None:
    cases: tuple[tuple[str, Any], ...] = (
        ("of the target", [["target", "value"]]),
        ("of the current element", [["current", "value"]]),
        ("of a form", ["type", "form"]),
    )
    for what, fields in cases:
        listener = peer.hear(name.ref, "input", fields=fields)
        name.types(f"typed {len(what)}")
        peer.expect(Event, where=lambda event, listener=listener: event.listener == listener)  # type: ignore[misc]
        got = name.written("x")
        result.must("6.4", f"what an event has carried {what} was seen", got == ("x", []), shown(got))
        peer.batch((UNLISTEN, [listener]))
