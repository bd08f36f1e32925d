"""Sections about asks: their answers, their errors, and the values that come and go (spec 5.6, 6, 7, 10)."""

from __future__ import annotations

from ....protocol.codec import pack, to_wire
from ....protocol.messages import ERRORS
from ....protocol.ops import CREATE, GET, SET
from ...report import Level, Result
from ...values import same
from ..bad import BAD_VALUES
from ..endings import ends
from ..house import Server, section
from ..peer import Peer
from ..values import FORMS, VALUES

__all__ = ["errors", "order", "reads", "values"]


@section("reads", Level.INTERACTIVE, "5.6", "an answer reaches the handler that asked")
def reads(server: Server, result: Result) -> None:
    """Answer asks at once, late, and in another order than they were asked."""
    peer = server.loaded()
    peer.table["#name"].properties["value"] = "Ann"
    peer.click("#add")
    peer.until(
        lambda: [one.text for one in peer.table["#list"].children] == ["Ann"],
        "a new element with the text that was read",
    )
    made = next(op for op in peer.ops if op[0] == CREATE)
    result.must("6.6", "the element is created inside of #list", made[2:4] == [0, peer.table["#list"].ref], made)

    peer.answering = False
    peer.click("#add")
    name = peer.ask(GET, "value")
    peer.click("#echo")
    payload = peer.ask(GET, "payload")
    result.must("8.7", "two asks may wait at a time", name != payload, name)
    peer.quiet()
    result.must("5.6", "a handler waits until its ask is answered", len(peer.table["#list"].children) == 1)
    peer.reply(payload, "second")
    peer.until(lambda: peer.table["#out"].properties.get("payload") == "second", "what the second ask was answered by")
    peer.reply(name, "Bob")
    peer.until(
        lambda: [one.text for one in peer.table["#list"].children] == ["Ann", "Bob"],
        "what the first ask was answered by",
    )
    result.must("6.5", "replies may come in another order than their asks", True)


@section("order", Level.INTERACTIVE, "6", "writes and reads of one handler keep their order")
def order(server: Server, result: Result) -> None:
    """Look at the ops of a handler that writes and reads by turns."""
    peer = server.loaded()
    count = len(peer.ops)
    peer.click("#order")
    peer.note("1 2")
    out = peer.table["#out"].ref
    seen = [(op[0], *(op[3:4] if op[0] == GET else op[2:4])) for op in peer.ops[count:] if op[1] == out or op[0] == GET]
    steps = [
        *((SET, "step", 1), (GET, "step"), (SET, "step", 2), (SET, "mark", "between")),
        *((GET, "step"), (SET, "step", 3)),
    ]
    result.must("6", "ops stand in the order in which the handler made them", seen == steps, seen)


@section("errors", Level.INTERACTIVE, "10", "errors reach the handler that asked")
def errors(server: Server, result: Result) -> None:
    """Answer by each error of the list."""
    peer = server.loaded()
    peer.answering = False
    for code in (code for code in ERRORS if code != "kept"):  # which no read fails by
        peer.click("#fail")
        peer.reply(peer.ask(GET, "broken"), error=[code, "for no reason\n" + "x" * 990])
        peer.until(lambda: peer.table["#note"].text, "what the handler got")
        text = peer.table["#note"].properties.pop("innerText", "") or peer.table["#note"].properties.pop(
            "textContent", ""
        )
        result.must("10", f"the handler gets the error {code}", text == code, text)


@section("values", Level.INTERACTIVE, "7", "values come and go as they are")
def values(server: Server, result: Result) -> None:
    """Let the server read each value, and write it again."""
    peer = server.loaded()
    peer.answering = False
    shortest = True
    for what, value in VALUES.items():
        wire = pack(to_wire(value))
        got, frame = _echo(peer, wire)
        result.must("7.1", f"{what} comes back as it went", same(value, got, whole=True), f"{got!r:.80}")
        shortest = shortest and (not same(value, got, whole=True) or len(frame) <= len(wire) + 64)
    for what, (value, wire) in FORMS.items():
        got, _ = _echo(peer, wire)
        result.must("7", f"{what} is taken", same(value, got, whole=True), f"{got!r:.80}")
    result.should("7", "values are sent in their shortest form", shortest)

    target = peer.table["#target"]
    peer.table["#out"].properties.clear()
    peer.click("#echo")
    peer.reply(peer.ask(GET, "payload"), {"rows": [target]})
    back = peer.until(lambda: peer.table["#out"].properties.pop("payload", None), "the value with a node in it")
    result.must("7.1", "a node comes back as its ref", back == {"rows": [target.ref]}, back)

    for what, data in BAD_VALUES.items():
        peer = server.loaded()
        peer.answering = False
        peer.click("#echo")
        peer.reply_bytes(peer.ask(GET, "payload"), data)
        ends(peer, result, f"a reply with {what}")


def _echo(peer: Peer, wire: bytes) -> tuple[object, bytes]:
    """Let the server read a value, given as its bytes; return what it writes, and the op's bytes."""
    properties = peer.table["#out"].properties
    properties.pop("payload", None)
    peer.click("#echo")
    peer.reply_bytes(peer.ask(GET, "payload"), wire)
    peer.until(lambda: "payload" in properties, "the value that was read")
    return properties["payload"], pack([to_wire(properties["payload"])])
