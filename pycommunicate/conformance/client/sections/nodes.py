"""Sections of what names a node: refs, and how they end (spec 7.2)."""

from __future__ import annotations

from ....protocol.codec import Ref, shown
from ....protocol.messages import Failure, GoneReport
from ....protocol.ops import FIND, GET, RELEASE, SET
from ...report import Result
from ..peer import Peer
from ..registry import CLIENT, READER
from .reading import NEVER, error_of

__all__ = ["gone", "refs", "releases"]


@CLIENT.add("refs", READER, "which number a node has")
def refs(peer: Peer, result: Result) -> None:
    """Find nodes more than once."""
    peer.begin()
    first, second = peer.find("#one"), peer.find("#two")
    result.must(
        "7.2", "a client allots the refs of what is found from -1 down", first < 0 and second < 0, (first, second)
    )
    result.must("7.2", "two nodes have two refs", first != second, first)
    again = peer.find("#list > li")
    result.must("7.2", "a node that is told again has the same ref", again == first, again)
    list_ = peer.find("#list")
    reply = peer.ask(GET, first, "parentNode")
    result.must("7.2", "so it has in any value", reply.value in (None, Ref(list_)), shown(reply.value))
    reply = peer.ask(FIND, first, "*")
    result.must("6.1", "a found node is a scope", reply.error is None and reply.value is None, shown(reply))
    result.must("6", "what was found is read by its ref", peer.get(second, "id") == "two")


@CLIENT.add("releases", READER, "when a ref is forgotten")
def releases(peer: Peer, result: Result) -> None:
    """Release refs, by more and less than was told."""
    peer.begin()
    ref = peer.find("#one")
    peer.find("#one")
    peer.batch((RELEASE, [ref, 1]))
    result.must("7.2", "a ref that was told twice and released once lives", peer.get(ref, "id") == "one")
    peer.batch((RELEASE, [ref, 1]))
    result.must(
        "7.2", "released as often as told, a ref names nothing", error_of(peer.ask(GET, ref, "id")) == "stale-ref"
    )
    new = peer.find("#one")
    result.must("7.2", "a ref is never used twice", new != ref, new)

    # The client tells it again before it hears that the server has no use for it.
    again = peer.asking(FIND, 0, "#one")
    peer.batch(again)
    peer.batch((RELEASE, [new, 1]))
    told = peer.reply(again).value
    result.must("7.2", "what was told again meanwhile has the same ref", told == new, told)
    result.must("7.2", "what was told again meanwhile stays counted", peer.get(new, "id") == "one")
    peer.batch((RELEASE, [new, 1]))
    result.must("7.2", "the server's count begins at that telling", error_of(peer.ask(GET, new, "id")) == "stale-ref")

    ref, other = peer.find("#one"), peer.find("#two")
    peer.batch((RELEASE, [ref, 5, 0, 1, NEVER, 1, other, 1]))
    stale = [error_of(peer.ask(GET, one, "id")) for one in (ref, other)]
    result.must("6.9", "a release of many is one of each; below zero is forgotten", stale == ["stale-ref"] * 2, stale)
    result.must("6.9", "ref 0 is never forgotten", peer.get(0, "title") == "releases")
    failed = peer.taken(Failure)
    result.must("6.9", "a release of what is not known is ignored", not failed, failed)


@CLIENT.add("gone", READER, "nodes that leave the document")
def gone(peer: Peer, result: Result) -> None:
    """Overwrite what has refs."""
    peer.begin()
    list_, one, two, text = peer.find("#list"), peer.find("#one"), peer.find("#two"), peer.find("#text")
    batch = peer.batch((SET, list_, "innerText", ""))
    report = peer.gone((one, two))
    whole = report.refs == sorted((one, two))
    result.must("7.2", "refs of what was overwritten are reported as gone", whole, report)
    result.should("7.2", "they are reported after the batch that removed them", report.ack >= batch, report.ack)
    stale = [error_of(peer.ask(GET, ref, "id")) for ref in (one, two)]
    result.must("7.2", "what has gone names nothing", stale == ["stale-ref"] * 2, stale)
    peer.batch((SET, one, "title", "x"))
    peer.fence()
    failed = [error_of(failure) for failure in peer.taken(Failure)]
    result.must("6", "a write to what has gone is a failure", failed == ["stale-ref"], failed)
    result.must("7.2", "what stays in the document is not gone", peer.get(list_, "id") == "list")
    inside, input_ = peer.find("#inside"), peer.find("#name")
    main = peer.find("#main")
    peer.batch((SET, main, "innerText", "nothing more"))
    inner = sorted((list_, inside, text, input_))
    report = peer.gone(inner)
    result.must("7.2", "so are those of an ancestor's descendants", report.refs == inner, report)
    peer.fence()
    result.must("7.2", "each is reported once", not peer.taken(GoneReport))
