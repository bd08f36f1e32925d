"""Sections of the tree: create, insert, remove, and call (spec 6.5 to 6.8)."""

from __future__ import annotations

from ....protocol.codec import Ref, shown
from ....protocol.messages import Event, Failure, GoneReport, Reply
from ....protocol.ops import AFTER, BEFORE, CALL, CREATE, EXISTS, FIND, GET, INSERT, INSIDE, RELEASE, REMOVE, SET
from ...report import Result
from ..peer import Peer
from ..registry import CLIENT, INTERACTIVE
from .reading import NEVER, error_of

__all__ = ["call", "create", "insert", "remove", "remove_and_keep"]


@CLIENT.add("create", INTERACTIVE, "new elements")
def create(peer: Peer, result: Result) -> None:
    """Make elements, and work with them at once."""
    peer.begin()
    list_, two = peer.find("#list"), peer.find("#two")
    inside, after, before, within = (peer.new_ref() for _ in range(4))
    read = peer.asking(GET, inside, "textContent")
    peer.batch(
        (CREATE, inside, INSIDE, list_, "li"),
        (SET, inside, "innerText", "new"),
        read,
        (CREATE, after, AFTER, two, "i"),
        (CREATE, before, BEFORE, two, "b"),
        (CREATE, within, INSIDE, before, "em"),
    )
    reply = peer.reply(read)
    peer.failures("create")
    result.must("6.6", "a new element is there for the ops behind it", reply.value == "new", reply)
    shape = "#list > #one + b + #two + i + #three + li:last-child"
    result.must("6.6", "inside is last, after is next, before is previous", peer.exists(shape), shape)
    result.must("6.6", "a new element is a target", peer.exists("#list > b > em"))
    found = peer.ask(FIND, 0, "#list > b").value
    result.must("7.2", "a created node that is found has its own ref", found == Ref(before), shown(found))
    bad, far, nowhere = (peer.new_ref() for _ in range(3))
    peer.batch(
        (CREATE, bad, INSIDE, list_, "<p>"),
        (SET, bad, "title", "x"),
        (CREATE, far, 3, list_, "p"),
        (CREATE, nowhere, INSIDE, NEVER, "p"),
        (SET, nowhere, "title", "x"),
    )
    peer.fence()
    failed_at = [(failure.index, error_of(failure)) for failure in peer.taken(Failure)]
    wanted = [(0, "invalid-name"), (1, "stale-ref"), (2, "unsupported"), (3, "stale-ref"), (4, "stale-ref")]
    result.must("6.6", "a tag, position or target that cannot be makes no element", failed_at == wanted, failed_at)
    peer.batch((RELEASE, [inside, 1]))
    stale = error_of(peer.ask(GET, inside, "id"))
    result.must("7.2", "a create counts as one telling", stale == "stale-ref", stale)
    peer.batch((RELEASE, [before, 1]))
    result.must("7.2", "so what was created and found counts as two", peer.ask(GET, before, "id").error is None)


@CLIENT.add("insert", INTERACTIVE, "moving what is there")
def insert(peer: Peer, result: Result) -> None:
    """Move items of the list."""
    peer.begin()
    list_, one, three, go = (peer.find(selector) for selector in ("#list", "#one", "#three", "#go"))
    peer.batch((INSERT, one, AFTER, three), (INSERT, go, INSIDE, list_), (INSERT, three, BEFORE, one))
    there = peer.exists("#list > #two + #three + #one + #go:last-child")
    failed = peer.failures("insert")
    result.must("6.7", "nodes are moved", there and not failed, failed)
    result.must("6.7", "what was moved is not in two places", not peer.exists("#buttons > #go"))
    peer.fence()
    gone = peer.taken(GoneReport)
    result.must("7.2", "what was moved has not gone", not gone, gone)
    result.must("7.2", "and has its ref", peer.get(one, "id") == "one")
    peer.batch(
        (INSERT, one, 7, three),
        (INSERT, NEVER, INSIDE, list_),
        (INSERT, one, INSIDE, NEVER),
        (INSERT, list_, INSIDE, one),
    )
    peer.fence()
    failed_as = [error_of(failure) for failure in peer.taken(Failure)]
    wanted = ["unsupported", "stale-ref", "stale-ref", "js-error"]
    result.must("6.7", "a position, node or target that cannot be moves nothing", failed_as == wanted, failed_as)
    result.must("6.7", "so all stays where it is", peer.exists("#list > #two + #three + #one + #go:last-child"))


@CLIENT.add("remove", INTERACTIVE, "taking nodes out for good")
def remove(peer: Peer, result: Result) -> None:
    """Remove nodes that have refs and listeners."""
    peer.begin()
    go, inside, buttons = peer.find("#go"), peer.find("#inside"), peer.find("#buttons")
    kept = peer.find("#other")
    listener, other = peer.listen(go), peer.listen(inside)
    peer.fence()
    batch = peer.batch((REMOVE, go, False), peer.asking(EXISTS, 0, "#go"))
    reply = peer.expect(Reply)
    peer.failures("remove")
    result.must("6.8", "what was removed is not there", reply.value is False, reply)
    earlier = peer.taken(GoneReport)
    behind = all(report.number > reply.number for report in earlier)
    result.must("7.2", "what has gone is reported behind the replies of the batch that removed it", behind, earlier)
    peer.now.inbox[:0] = earlier
    report = peer.gone((go, inside), (listener, other))
    result.should("7.2", "and acknowledges that batch", report.ack >= batch, report.ack)
    result.must("7.2", "it is reported as gone with what is inside", report.refs == sorted((go, inside)), report)
    ended = report.listeners == sorted((listener, other))
    result.must("7.2", "listeners end with their nodes, and are reported", ended, report)
    result.must("7.2", "what stays has its ref", peer.get(kept, "id") == "other")
    peer.batch((REMOVE, go, False), (REMOVE, buttons, False), (REMOVE, 0, False), (SET, buttons, "title", "x"))
    peer.fence()
    failed_as = [error_of(failure) for failure in peer.taken(Failure)]
    wanted = ["stale-ref", "js-error", "stale-ref"]
    result.must(
        "6.8",
        "what has gone and the document cannot be removed, and it is stale at once",
        failed_as == wanted,
        failed_as,
    )
    peer.batch((REMOVE, peer.find("#list"), False))
    number = peer.new_ref()
    peer.batch((CREATE, number, INSIDE, peer.find("#main"), "p"), (REMOVE, number, False))
    report = peer.expect(GoneReport, where=lambda report: number in report.refs)
    result.must("7.2", "what was created and removed at once has gone", number in report.refs)


@CLIENT.add("keep", INTERACTIVE, "taking nodes out to put them in again")
def remove_and_keep(peer: Peer, result: Result) -> None:
    """Remove with keep, and insert."""
    peer.begin()
    go, inside, list_, buttons = (peer.find(selector) for selector in ("#go", "#inside", "#list", "#buttons"))
    listener = peer.listen(go)
    peer.batch((REMOVE, go, True))
    there = peer.exists("#go")
    peer.failures("remove")
    result.must("6.8", "what was taken out is not there", not there)
    read = peer.get(go, "id"), peer.get(inside, "id")
    result.must("6.8", "what was taken out to come back keeps its refs", read == ("go", "inside"), read)
    peer.batch((SET, inside, "innerText", "Went"), (INSERT, go, INSIDE, list_))
    result.must("6.7", "it is put in again", peer.exists("#list > #go > #inside"))
    result.must("6.8", "what was written to it meanwhile stands", peer.get(inside, "textContent") == "Went")
    gone = peer.taken(GoneReport)
    result.must("7.2", "it was never gone", not gone, gone)
    peer.click("#go")
    event = peer.expect(Event)
    result.must("6.8", "its listeners are as they were", event.listener == listener, event)
    peer.batch((SET, list_, "innerText", ""))
    peer.gone((go, inside))
    result.must("6.7", "what was put in again is an ordinary node, and goes as one", True)
    other = peer.find("#other")
    peer.batch((REMOVE, other, True), (SET, buttons, "innerText", ""))
    result.must("6.8", "what was taken out does not go with where it was", peer.get(other, "id") == "other")


@CLIENT.add("call", INTERACTIVE, "methods")
def call(peer: Peer, result: Result) -> None:
    """Call methods that return, throw, or promise."""
    peer.begin()
    text, list_ = peer.find("#text"), peer.find("#list")
    reply = peer.ask(CALL, text, "getAttribute", ["title"])
    peer.need(reply, "call")
    result.must("6.5", "what the method returns is the reply", reply.value == "hint", reply)
    reply = peer.ask(CALL, 0, ["body", "matches"], ["body"])
    result.must("6.5", "a path names a method", reply.value is True, reply)
    reply = peer.ask(CALL, list_, "contains", [Ref(peer.find("#two"))])
    result.must("6.5", "refs become their nodes", reply.value is True, reply)
    reply = peer.ask(CALL, list_, "contains", [Ref(NEVER)])
    result.must("6.5", "a ref that names nothing is `stale-ref`", error_of(reply) == "stale-ref", reply)
    for name in ("id", "nothingOfTheKind"):
        reply = peer.ask(CALL, text, name, [])
        result.must("6.5", f"{name} is `not-a-function`", error_of(reply) == "not-a-function", reply)
    reply = peer.ask(CALL, 0, "querySelector", ["#"])
    result.must("6.5", "what the method throws is `js-error`", error_of(reply) == "js-error", reply)
    result.must("10", "it has a text", bool(reply.error and reply.error[1]), reply)
    if peer.get(0, ["conformance", "big"]) != 2**70:
        return  # no scripts: there are no promises
    promised = peer.asking(CALL, 0, ["conformance", "slowly"], [])
    peer.batch(promised)
    result.must("6.5", "a promise holds nothing up", peer.exists("body"))
    peer.acked(peer.now.exchange.sent)
    result.must("6.5", "nor is it answered before it is settled", not peer.taken(Reply))
    peer.batch(peer.asking(CALL, 0, ["conformance", "done"], []))
    reply = peer.reply(promised)
    result.must("6.5", "what it is settled with is the reply", reply.value == "settled", reply)
