"""Sections of scripts: objects that are no nodes, functions of the server's, and calls that nobody waits for.

What they work on is a property that no document knows, and what the document's own script has made, where scripts run.
"""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from ....errors import RemoteProtocolError
from ....protocol.codec import Callback, Ref, shown, unpack
from ....protocol.messages import Event, Failure, Reply
from ....protocol.ops import (
    CALL,
    CREDIT,
    FIND,
    GET,
    INSERT,
    INSIDE,
    LISTEN,
    LOADED,
    NEW,
    NO_ASK,
    OBJECT,
    RELEASE,
    SET,
    UNLISTEN,
    VIEW,
)
from ...report import Result, Skipped
from ..documents import VIEWED
from ..peer import Peer
from ..registry import CLIENT, INTERACTIVE
from .carried import OWN
from .reading import NEVER, error_of

__all__ = ["callbacks", "details", "no_reply", "objects"]

_DATE = datetime(2024, 2, 29, 12, 30, tzinfo=timezone.utc)
#: What the document's script makes, where it runs.
_SCRIPT = "conformance"


def _scripted(peer: Peer) -> bool:
    """Return whether the document's script has run."""
    return bool(peer.get(0, [_SCRIPT, "big"]) == 2**70)


def _keep(peer: Peer, ref: int, value: Any) -> None:
    """Write a property that no document knows; skip the section if the client keeps none."""
    peer.batch((SET, ref, OWN, "kept"))
    if peer.get(ref, OWN) != "kept":
        raise Skipped("the client keeps no properties that it does not know")
    peer.batch((SET, ref, OWN, value))
    peer.fence()
    peer.failures("such a value")


def _object(peer: Peer, ref: int, name: str | list[str]) -> int | None:
    """Return the ref of an object that a property holds."""
    value = peer.ask(GET, ref, name, OBJECT).value
    return int(value) if isinstance(value, Ref) else None


@CLIENT.add("objects", INTERACTIVE, "refs of what is no node")
def objects(peer: Peer, result: Result) -> None:
    """Read objects as such, and work with them."""
    peer.begin()
    text, list_ = peer.find("#text"), peer.find("#list")
    _keep(peer, text, {"inner": {"a": 1}, "list": [1, 2], "date": _DATE})
    reply = peer.ask(GET, text, OWN, OBJECT)
    peer.need(reply, "get of an object")
    outer = _object(peer, text, OWN)
    if not result.must("6.3", "with the flag 1 an object is replied as a ref", outer is not None, reply):
        return
    assert outer is not None
    result.must("7.2", "what is told again has the same ref", reply.value == outer, (reply, outer))
    refs = [_object(peer, text, [OWN, name]) for name in ("inner", "list", "date")]
    distinct = None not in refs and len({*refs, outer, text}) == 5
    result.must("6.3", "so are a list and a date, each by its own", distinct, refs)
    inner = refs[0] or NEVER
    plain = [peer.ask(GET, text, name, OBJECT).value for name in ("title", "nothingOfTheKind", [OWN, "inner", "a"])]
    result.must("6.3", "what is no object is replied as without it", plain == ["hint", None, 1], plain)
    node = peer.ask(FIND, 0, "#list").value, peer.ask(GET, 0, ["body", "parentNode"], OBJECT).value
    result.must("7.2", "a node has the ref of a node", node[0] == Ref(list_) and node[1] != outer, node)
    value = peer.get(outer, "inner"), peer.get(outer, ["list", "length"])
    result.must("6.3", "an object is read by its ref", value == ({"a": 1}, 2), value)
    peer.batch((SET, inner, "a", "written"), (SET, list_, OWN, {"same": Ref(inner)}))
    value = peer.get(text, OWN)
    inside = value.get("inner") if isinstance(value, dict) else value
    result.must("6.4", "it is written to by its ref", inside == {"a": "written"}, shown(value))
    same = _object(peer, list_, [OWN, "same"])
    result.must("7.2", "in a value a ref is the very object", same == inner, same)
    peer.batch((INSERT, inner, INSIDE, list_))
    peer.fence()
    failed_as = [error_of(one) for one in peer.taken(Failure)]
    result.must("6", "where a node is asked for, an object is `js-error`", failed_as == ["js-error"], failed_as)
    _made_by_scripts(peer, result)
    _over_a_view(peer, result, outer)


def _over_a_view(peer: Peer, result: Result, ref: int) -> None:
    peer.batch((VIEW, VIEWED.format(head="", body="")), (LOADED,))
    peer.fence()
    peer.failures("view")
    value = peer.get(ref, ["list", "length"])
    result.must("7.2", "a view changes nothing for an object", value == 2, shown(value))
    result.must("7.2", "it is never gone", ref not in peer.now.exchange.gone)
    peer.batch((RELEASE, [ref, 1]))
    lives = error_of(peer.ask(GET, ref, "date")), error_of(peer.ask(GET, ref, OWN))
    peer.batch((RELEASE, [ref, 1]))
    stale = error_of(peer.ask(GET, ref, "date"))
    result.must("7.2", "it is forgotten when it is released as often as told", (*lives, stale) == ("", "", "stale-ref"))


def _made_by_scripts(peer: Peer, result: Result) -> None:
    """Construct, and let promises settle to objects."""
    if not _scripted(peer):
        return
    date = peer.call(0, ["defaultView", "Date"], 0, flags=NEW | OBJECT)
    made = isinstance(date.value, Ref) and peer.call(int(date.value), "getTime").value == 0
    result.must("6.5", "with the flag 2 what the name leads to is constructed", made, date)
    date = peer.call(0, ["defaultView", "Date"], 0, flags=NEW)
    result.must("6.5", "without 1 that is a value", date.value == datetime(1970, 1, 1, tzinfo=timezone.utc), date)
    failed = [peer.call(0, name, flags=NEW) for name in (["body", "click"], "title", [_SCRIPT, "fails"])]
    failed_as = [error_of(one) for one in failed]
    wanted = ["js-error", "not-a-function", "js-error"]
    result.must("6.5", "what cannot be constructed is an error", failed_as == wanted, failed_as)
    window = peer.ask(GET, 0, "defaultView", OBJECT)
    known = isinstance(window.value, Ref) and peer.get(int(window.value), ["document", "title"]) == "objects"
    result.must("6.3", "a window is an object", known, window)
    promised = peer.asking(CALL, 0, [_SCRIPT, "slowly"], [], OBJECT)
    settled = peer.asking(CALL, 0, [_SCRIPT, "done"], [])
    peer.batch(promised, (SET, 0, [_SCRIPT, "outcome"], {"a": 1}), settled)
    ref = peer.reply(promised).value
    known = isinstance(ref, Ref) and peer.get(int(ref), "a") == 1
    result.must("6.5", "of a promise the object is what it settles to", known, shown(ref))


@CLIENT.add("callbacks", INTERACTIVE, "functions of the server's")
def callbacks(peer: Peer, result: Result) -> None:
    """Write functions, and call them."""
    peer.begin(events=2)
    text = peer.find("#text")
    listener, bare, once = (peer.new_listener() for _ in range(3))
    fields = [["args", "0"], ["args", "1", "a"], ["args", "length"], "nothingOfTheKind"]
    peer.batch(
        (LISTEN, listener, 0, "", {"fields": fields}),
        (LISTEN, bare, 0, "", {}),
        (LISTEN, once, 0, "", {"once": True, "fields": ["args"]}),
    )
    peer.fence()
    peer.failures("listen for callbacks")
    functions = {"f": Callback(listener), "in": [{"g": Callback(bare)}], "once": Callback(once), "no": Callback(999)}
    _keep(peer, text, functions)
    reply = peer.call(text, [OWN, "f"], "one", {"a": 2}, None)
    peer.need(reply, "a call of a callback")
    event = peer.expect(Event)
    carried = ["one", 2, 3, None]
    result.must("7.3", "each call is an event", event.listener == listener, event)
    result.must("6.10", "whose fields are read from what it was called with", event.carried == carried, event)
    result.must("7.3", "it returns undefined", reply.value is None and reply.error is None, reply)
    peer.call(text, [OWN, "in", "0", "g"])
    event = peer.expect(Event)
    result.must("7.3", "a callback may be at any depth", event.listener == bare, event)
    again = peer.call(text, [OWN, "once"], 1), peer.call(text, [OWN, "once"], 2)
    calls = [event.carried for event in peer.taken(Event)]
    result.must("6.10", "with `once` the first call is heard", calls == [[[1]]] and not again[1].error, calls)
    read = error_of(peer.ask(GET, text, [OWN, "f"])), _object(peer, text, [OWN, "f"])
    result.must("7.3", "it is a function as any other", read[0] == "unsupported" and read[1] is not None, read)
    peer.batch((SET, text, OWN + "2", Callback(listener)))
    same = _object(peer, text, OWN + "2")
    result.must("7.3", "it is the same one each time", same == read[1], (same, read[1]))

    for number in range(2):
        peer.call(text, [OWN, "f"], number)
    got = peer.heard()
    result.must("8.5", "its events are sent within their credit", got == [listener], got)
    peer.batch((CREDIT, listener, 3))
    event = peer.expect(Event)
    result.must("8.5", "and wait for more", (event.carried or [None])[0] == 1, event)
    peer.batch((UNLISTEN, [listener]))
    replies = [peer.call(text, [OWN, name]) for name in ("f", "no")]
    nothing = not peer.heard() and all(one.value is None and one.error is None for one in replies)
    result.must("7.3", "when its listener has ended, or never was, it does nothing", nothing, replies)


@CLIENT.add("no-reply", INTERACTIVE, "calls that nobody waits for")
def no_reply(peer: Peer, result: Result) -> None:
    """Call with an ask of 0."""
    peer.begin()
    go, text = peer.find("#go"), peer.find("#text")
    listener = peer.listen(go)
    probe = peer.ask(CALL, text, "matches", ["p"])
    peer.need(probe, "call")
    batch = peer.batch(
        (CALL, NO_ASK, go, "click", []),
        (CALL, NO_ASK, NEVER, "click", []),
        (SET, NEVER, "title", "x"),
        (CALL, NO_ASK, text, "nothingOfTheKind", []),
        (CALL, NO_ASK, 0, "querySelector", ["#"]),
        (CALL, NO_ASK, text, "getAttribute", ["title"]),
    )
    peer.fence()
    result.must("6", "it is called all the same", [one.listener for one in peer.taken(Event)] == [listener])
    replies = peer.taken(Reply)
    result.must("6", "no reply is sent", not replies, replies)
    failed = [(one.batch, one.index, error_of(one)) for one in peer.taken(Failure)]
    wanted = [(batch, 1, "stale-ref"), (batch, 2, "stale-ref"), (batch, 3, "not-a-function"), (batch, 4, "js-error")]
    result.must("6", "its failure is told like that of any other op", failed == wanted, failed)
    if _scripted(peer):
        peer.batch((CALL, NO_ASK, 0, [_SCRIPT, "rejects"], []))
        peer.fence()
        peer.silence(0.1)
        told = peer.order()
        result.must("6", "what becomes of a promise then is told to nobody", not told, told)


@CLIENT.add("details", INTERACTIVE, "what was thrown")
def details(peer: Peer, result: Result) -> None:
    """Let methods throw, and let an error be longer than a frame."""
    peer.begin(frame=2048)
    reply = peer.call(0, "querySelector", "#")
    peer.need(reply, "call")
    result.must("6.5", "what the method throws is `js-error`", error_of(reply) == "js-error", reply)
    _look(peer, result, reply, {})
    if not _scripted(peer):
        return
    reply = peer.ask(GET, 0, [_SCRIPT, "thrower", "it"])
    _look(peer, result, reply, {"name": "TypeError", "message": "why"})
    for size in (1500, 9000):
        reply = peer.call(0, [_SCRIPT, "fails"], size)
        rule = f"an error of {size} characters is `js-error` in a frame that fits"
        result.must("10", rule, error_of(reply) == "js-error", shown(reply))
        _look(peer, result, reply, {})


def _look(peer: Peer, result: Result, reply: Reply, wanted: dict[str, str]) -> None:
    """Look at what is told of what was thrown, as it came."""
    try:
        error = unpack(peer.now.exchange.frames[reply.number])[5]
    except (RemoteProtocolError, LookupError):
        return  # the rules of all times have said so
    if len(error) < 3:
        return  # it MAY be told
    told = error[2]
    short = all(len(told.get(name, "")) <= most for name, most in (("name", 1000), ("message", 1000), ("stack", 4000)))
    result.must("10", "name and message have at most 1,000 characters, the stack 4,000", short, shown(error))
    right = all(told.get(name, text) == text for name, text in wanted.items())
    result.must("10", "they are those of what was thrown", right, shown(told))
