"""Sections about what the user does: events, their numbers, and their credit (spec 5.5, 8.1, 8.2, 8.5)."""

from __future__ import annotations

from ....protocol.codec import to_wire
from ....protocol.messages import ACK, EVENT, FAILURE, GONE, REPLY
from ....protocol.ops import CREDIT, GET
from ...report import Level, Result, Skipped
from ..endings import ends
from ..house import Server, section
from ..peer import QUIET

__all__ = ["credits", "ended_listeners", "events", "more_fields", "numbers", "violations"]

#: How many events a listener may send ahead, for a section that sends as many.
_MOST_EVENTS = 500


@section("events", Level.INTERACTIVE, "5.5", "an event runs its handler")
def events(server: Server, result: Result) -> None:
    """Click before and after loaded, on one listener and on two at a time."""
    peer = server.attach()
    peer.until(lambda: peer.table.listener("#count"), "a listener for click on #count")
    early = not peer.table.loaded
    peer.click("#count")
    peer.note("1", "#total")
    result.must("8.8", f"an event is taken as soon as its listen has come{' (before loaded)' if early else ''}", True)
    peer.until(lambda: peer.table.loaded, "the op loaded")
    for number in range(2, 5):
        peer.click("#count")
        peer.note(str(number), "#total")
    result.must("5.5", "each event runs its handler once", True)
    peer.answering = False
    peer.click("#echo")
    ask = peer.ask(GET, "payload")
    peer.click("#count")
    peer.note("5", "#total")
    result.must("8.7", "a handler that waits holds up no handler of another listener", True)
    peer.reply(ask, "there")
    peer.until(lambda: peer.table["#out"].properties.get("payload") == "there", "what the waiting handler writes")
    other = server.loaded(peer.document.cookies)
    other.click("#count")
    other.note("1", "#total")
    result.must("2", "another page of the user has handlers of its own", True)


@section("numbers", Level.INTERACTIVE, "8.2", "duplicates are dropped, and a gap is none")
def numbers(server: Server, result: Result) -> None:
    """Send frames again, and leave one out."""
    peer = server.loaded()
    first = peer.click("#count")
    peer.wire.send(first)
    second = peer.click("#count")
    for frame in (first, second, first):
        peer.wire.send(frame)
    peer.click("#count")
    peer.settled()
    peer.note("3", "#total")
    peer.quiet()
    total = peer.table["#total"].text
    result.must("8.2", "a frame that comes again is dropped: its handler has run once", total == "3", f"{total} of 3")
    peer.answering = False
    peer.click("#echo")
    reply = peer.reply(peer.ask(GET, "payload"), "once")
    peer.wire.send(reply)
    result.must("8.2", "a reply that comes again is dropped, and no second answer", peer.alive(), peer.closing)
    peer.until(lambda: peer.table["#out"].properties.get("payload") == "once", "the value of the reply")

    peer.sent += 1
    peer.click("#count")
    ends(peer, result, "a number that is left out")


@section("credits", Level.INTERACTIVE, "8.5", "how many events may be sent ahead")
def credits(server: Server, result: Result) -> None:
    """Send as many events as there is credit for, again and again; then send one too many."""
    peer = server.loaded()
    count = peer.need("#count")
    limit = peer.rules.limits.events
    if limit > _MOST_EVENTS:
        raise Skipped(f"expected limits.events of at most {_MOST_EVENTS}, got {limit}: so many would take too long")
    for _ in range(3 * limit):
        peer.until(lambda: count.sent < count.credit, f"credit for more than {count.sent} events")
        peer.click("#count")
    peer.note(str(3 * limit), "#total")
    result.must("8.5", "credit is raised as handlers end, so that events can go on", True)
    peer.until(lambda: count.credit - count.sent > 0, "credit for another event")
    peer.quiet()
    left = count.credit - count.sent
    result.must("8.5", "no more credit is given than limits.events ahead", left <= limit, f"{left} events ahead")
    granted = [op[2] for op in peer.ops if op[0] == CREDIT and op[1] == count.number]
    result.must(
        "8.5",
        "credit tells of all events since the listener was made",
        granted[-1] == count.credit > 3 * limit,
        granted,
    )

    peer.answering = False
    add = peer.need("#add")
    for _ in range(limit):
        peer.click("#add")
    peer.ask(GET, "value")
    peer.quiet()
    result.must("5.5", "as many events as there is credit for are taken", peer.closing == "nothing", peer.closing)
    for _ in range(add.credit - add.sent + 1):
        peer.number(EVENT, add.number)
    ends(peer, result, "an event without credit")


@section("violations", Level.INTERACTIVE, "2", "rules that a client breaks, and that end its page alone")
def violations(server: Server, result: Result) -> None:
    """Break each rule on a page of its own."""
    bystander = server.loaded()
    limits = bystander.rules.limits

    def broken(what: str, kind: int, *fields: object, ack: int | None = None) -> None:
        peer = server.loaded(bystander.document.cookies)
        if kind == ACK:
            peer.send(ACK, *fields)
        elif ack is not None:
            peer.applied, applied = ack, peer.applied
            peer.number(kind, *fields)
            peer.applied = applied
        else:
            peer.number(kind, *fields)
        ends(peer, result, what)

    listener = bystander.need("#count").number
    error = ["stale-ref", ""]
    broken("an event of a listener that was never made", EVENT, 1_000_000)
    broken("an event of listener 0", EVENT, 0)
    broken("carried values that nobody asked for", EVENT, listener, ["x"])
    broken("an acknowledgement of what was not sent", ACK, 1_000_000)
    broken("an event that acknowledges what was not sent", EVENT, listener, ack=1_000_000)
    broken("a reply to an ask that was never made", REPLY, 1_000_000, None)
    broken("a reply to ask 0", REPLY, 0, None)
    broken("a gone of a ref that was never allotted", GONE, [1_000_000], [])
    broken("a gone of a listener that was never made", GONE, [], [1_000_000])
    broken("a gone of listener 0", GONE, [], [0])
    broken("a failure of a batch that was never sent", FAILURE, 1_000_000, 0, error)

    peer = server.loaded()
    peer.answering = False
    peer.click("#echo")
    ask = peer.ask(GET, "payload")
    peer.reply(ask, 1)
    peer.settled()
    peer.reply(ask, 2)
    ends(peer, result, "a second answer to one ask")

    for what, failures in (
        ("a failure that comes twice", [(0, 0), (0, 0)]),
        ("a failure of an op before the last one that failed", [(0, 1), (0, 0)]),
        ("a failure of a batch before that of the last one", [(1, 0), (0, 0)]),
    ):
        peer = server.attach()
        peer.acking = False
        peer.load()
        first = peer.taken - 1
        for batch, index in failures:
            peer.number(FAILURE, first + batch, index, error)
        ends(peer, result, what)

    if limits.containers < limits.frame - 100:
        peer = server.loaded()
        peer.answering = False
        peer.click("#echo")
        peer.reply(peer.ask(GET, "payload"), [[]] * limits.containers)
        ends(peer, result, "a frame of more arrays and maps than limits.containers")

    bystander.click("#count")
    bystander.note("1", "#total")
    result.must("11", "the server ends the page, and not itself or another", True)


@section("ended-listeners", Level.INTERACTIVE, "8.5", "events of listeners that have ended")
def ended_listeners(server: Server, result: Result) -> None:
    """Click on what is removed, as if the click had been on its way."""
    peer = server.loaded()
    peer.click("#make")
    made = peer.until(lambda: peer.table.made, "a listener for click on what #make has made")[0]
    peer.number(EVENT, made.number)
    peer.note("made")
    result.must("6.6", "what was created can be listened to", True)
    peer.answering = False
    peer.click("#drop")
    peer.until(lambda: made.number in peer.table.ended, "the removal of what was made")
    peer.number(EVENT, made.number)  # it was clicked just before; the server may handle that
    peer.gone()
    peer.settled()
    peer.quiet(QUIET)
    peer.table["#note"].properties.clear()
    peer.number(EVENT, made.number)
    alive = peer.alive()
    peer.quiet(QUIET)
    result.must("8.5", "an event for a listener that has ended is ignored", alive, peer.closing)
    text = peer.table["#note"].text
    result.must("8.5", "its handler does not run", text == "", text)


@section("more-fields", Level.INTERACTIVE, "5", "messages with more fields than they have")
def more_fields(server: Server, result: Result) -> None:
    """Send one of each kind."""
    peer = server.loaded()
    carries = peer.table.find("#carry") and peer.table.listener("#carry")
    if carries:  # an event that carries nothing has no place for more
        peer.number(EVENT, carries.number, to_wire(carries.carried({"detail": "more"})), {}, "more")
        peer.until(lambda: peer.table["#out"].properties.get("payload") == "more", "the value that was carried")
    peer.click("#count")
    peer.note("1", "#total")
    result.must("5", "an event is taken with more fields", True)
    peer.answering = False
    for error, what in (
        (None, "an error of nil, and more fields"),
        (["js-error", "text", {"name": "Error", "more": 1}, "more"], "an error with more fields"),
    ):
        peer.click("#fail")
        ask = peer.ask(GET, "broken")
        del peer.asks[ask]
        peer.number(REPLY, ask, None, error, "more")
        peer.note("js-error" if error else "no error")
        result.must("5", f"a reply is taken with {what}", True)
    peer.number(GONE, [], [], "more")
    peer.number(FAILURE, peer.taken, 0, ["js-error", ""], "more")
    result.must("5", "a gone and a failure are taken with more fields", peer.alive(), peer.closing)
