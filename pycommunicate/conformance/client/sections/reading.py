"""Sections of reads and writes: what is found, read and written, in order (spec 6.1 to 6.4)."""

from __future__ import annotations

from ....protocol.codec import Ref, shown
from ....protocol.messages import Failure, Reply
from ....protocol.ops import EXISTS, FIND, GET, SET
from ...report import Result
from ..peer import Peer
from ..registry import CLIENT, READER

__all__ = ["NEVER", "error_of", "failures", "find", "get", "order", "write"]

#: A ref that nobody has told.
NEVER = -999_999


def error_of(reply: Reply | Failure) -> str:
    """Return the code of an error, or an empty text."""
    return reply.error[0] if reply.error else ""


@CLIENT.add("find", READER, "find and exists")
def find(peer: Peer, result: Result) -> None:
    """Look for what is there, and for what is not."""
    peer.begin()
    list_ = peer.find("#list")
    item = peer.ask(FIND, list_, "li")
    result.must("6.1", "what is found is a ref", isinstance(item.value, Ref), shown(item.value))
    if isinstance(item.value, Ref):
        text = peer.get(int(item.value), "id")
        result.must("6.1", "it is the first in document order inside of the scope", text == "one", shown(text))
    result.must("6.1", "what is not there is nil", peer.ask(FIND, 0, "#missing").value is None)
    outside = peer.ask(FIND, list_, "#go").value
    result.must("6.1", "what is outside of the scope is not found", outside is None, shown(outside))
    itself = peer.ask(FIND, list_, "#list").value
    result.must("6.1", "what is found is inside of the scope, which is not itself", itself is None, shown(itself))
    there = [peer.ask(EXISTS, 0, selector).value for selector in ("#list > li", "#missing", "ul, ol", "input#name")]
    result.must("6.2", "exists says true or false", there == [True, False, True, True], there)
    for op, name in ((FIND, "find"), (EXISTS, "exists")):
        reply = peer.ask(op, 0, "#")
        result.must(
            "6", f"{name} of what is no selector is `invalid-selector`", error_of(reply) == "invalid-selector", reply
        )
        reply = peer.ask(op, NEVER, "p")
        result.must("6", f"{name} inside of what is not there is `stale-ref`", error_of(reply) == "stale-ref", reply)


@CLIENT.add("get", READER, "properties and paths")
def get(peer: Peer, result: Result) -> None:
    """Read properties, by name and by path."""
    peer.begin()
    text, name = peer.find("#text"), peer.find("#name")
    for ref, key, expected in ((text, "id", "text"), (name, "value", "first"), (0, "title", "get")):
        value = peer.get(ref, key)
        result.must("6.3", f"{key} is read", value == expected, shown(value))
    words = [peer.get(text, key) for key in ("innerText", "textContent")]
    result.must("6.3", "innerText or textContent is read", "text" in words, words)
    value = peer.get(0, ["body", "id"])
    result.must("6.3", "a path is read part by part", value == "top", shown(value))
    value = peer.get(text, ["id"])
    result.must("6.3", "a path of one part is read as its name is", value == "text", shown(value))
    value = peer.get(text, "nothingOfTheKind")
    result.must("6.3", "a property that is not there is nil", value is None, shown(value))
    reply = peer.ask(GET, text, ["nothingOfTheKind", "more"])
    result.must("6.3", "a path through nil is `invalid-name`", error_of(reply) == "invalid-name", reply)
    reply = peer.ask(GET, NEVER, "id")
    result.must("6", "get of what is not there is `stale-ref`", error_of(reply) == "stale-ref", reply)


@CLIENT.add("set", READER, "writes, and reads behind them")
def write(peer: Peer, result: Result) -> None:
    """Write, and read what was written."""
    peer.begin()
    name, text = peer.find("#name"), peer.find("#text")
    reads = [peer.asking(GET, name, "value") for _ in range(3)]
    peer.batch(
        reads[0],
        (SET, name, "value", "second"),
        reads[1],
        (SET, name, "value", "third \u00e9\u4e2d\U0001f600"),
        reads[2],
    )
    values = [peer.reply(read).value for read in reads]
    result.must(
        "6",
        "a read tells what was written before it",
        values == ["first", "second", "third \u00e9\u4e2d\U0001f600"],
        values,
    )
    peer.batch((SET, text, "innerText", "written"))
    value = peer.get(text, "textContent")
    result.must("6.4", "innerText is written", value == "written", shown(value))
    peer.batch((SET, 0, ["body", "title"], "by a path"))
    value = peer.get(0, ["body", "title"])
    result.must("6.4", "what a path names is written", value == "by a path", shown(value))
    peer.batch((SET, 0, "title", "another title"))
    value = peer.get(0, "title")
    result.must("6.4", "the document itself is written to by ref 0", value == "another title", shown(value))
    failed = peer.taken(Failure)
    result.must("6.4", "what can be written is no failure", not failed, failed)


@CLIENT.add("order", READER, "replies: one for each ask, in order")
def order(peer: Peer, result: Result) -> None:
    """Ask a lot at once."""
    peer.begin()
    name = peer.find("#name")
    asks = []
    for i in range(10):
        ops = [
            (SET, name, "value", str(i)),
            peer.asking(GET, name, "value"),
            peer.asking(EXISTS, 0, "#" if i == 5 else "#name"),
            peer.asking(FIND, 0, "#missing"),
        ]
        asks += [op for op in ops if op[0] != SET]
        peer.batch(*ops)
    replies = [peer.expect(Reply) for _ in asks]
    numbers = [reply.ask for reply in replies]
    result.must("6", "asks are answered in their order", numbers == [op[1] for op in asks], numbers)
    values = [reply.value for reply in sorted(replies, key=lambda reply: reply.ask)[::3]]
    result.must("6", "each op is applied wholly before the next", values == [str(i) for i in range(10)], values)
    peer.fence()
    result.must("6", "each ask has one reply", not peer.order())
    acks = peer.now.exchange.acked
    result.should("8.3", "the replies of a batch acknowledge it", acks == peer.now.exchange.sent, acks)


@CLIENT.add("failures", READER, "ops that fail")
def failures(peer: Peer, result: Result) -> None:
    """Let ops fail between others."""
    peer.begin()
    name = peer.find("#name")
    first, second = peer.asking(GET, name, "value"), peer.asking(FIND, 0, "#")
    batch = peer.batch(
        (SET, NEVER, "value", "nowhere"),
        (SET, name, "value", "one"),
        (99, 1, 2),
        first,
        (SET, name, ["nothingOfTheKind", "more"], 1),
        second,
        (SET, name, "value", Ref(NEVER)),
        (SET, name, "value", "two"),
    )
    later = peer.batch((SET, NEVER, "value", "nowhere"))
    result.must("6", "a failing op keeps no op behind it", peer.get(name, "value") == "two")
    result.must("6", "an ask between failing ops is answered", peer.reply(first).value == "one")
    result.must("6", "an ask that fails is answered by an error", error_of(peer.reply(second)) == "invalid-selector")
    failed = [(one.batch, one.index, error_of(one)) for one in peer.taken(Failure)]
    wanted = [
        (batch, 0, "stale-ref"),
        (batch, 2, "unsupported"),
        (batch, 4, "invalid-name"),
        (batch, 6, "stale-ref"),
        (later, 0, "stale-ref"),
    ]
    result.must("5.8", "each op that fails is told by one failure, in order", failed == wanted, failed)
    peer.batch(*((SET, NEVER, "value", i) for i in range(50)))
    peer.fence()
    failed = [(one.batch, one.index, error_of(one)) for one in peer.taken(Failure)]
    wanted = [(later + 2, i, "stale-ref") for i in range(50)]
    result.must("5.8", "fifty ops that fail are fifty failures", failed == wanted, len(failed))
