"""Sections of parts of the tree: what HTML says, what is waited for, and what is moved (spec 6.1, 6.7, 6.17)."""

from __future__ import annotations

from time import monotonic
from typing import Any

from ....protocol.codec import Ref, shown
from ....protocol.messages import Failure, Reply
from ....protocol.ops import (
    AFTER,
    BEFORE,
    CREATE,
    EXISTS,
    FIND,
    FRAGMENT,
    GET,
    INSERT,
    INSIDE,
    INSTEAD,
    NO_ASK,
    OBJECT,
    RELEASE,
    REMOVE,
    SET,
)
from ...report import Result
from ..peer import Peer
from ..registry import CLIENT, INTERACTIVE
from .reading import NEVER, error_of

__all__ = ["find_wait", "fragment", "moves"]


def _refs(value: Any) -> list[int]:
    """Return the refs of a list of nothing else; an empty one of anything else."""
    whole = isinstance(value, list) and all(isinstance(one, Ref) for one in value)
    return [int(one) for one in value] if whole else []


@CLIENT.add("fragment", INTERACTIVE, "a text of HTML that is put into the tree")
def fragment(peer: Peer, result: Result) -> None:
    """Put rows into a table, and other things elsewhere."""
    peer.begin()
    list_, two, main = peer.find("#list"), peer.find("#two"), peer.find("#main")
    reply = peer.ask(FRAGMENT, INSIDE, list_, '<li id="a">a<b></b></li>text<li id="b">b</li>')
    peer.need(reply, "fragment")
    refs = _refs(reply.value)
    ids = [peer.get(ref, "id") for ref in refs]
    result.must("6.17", "the reply is a list of refs: the topmost elements, in order", ids == ["a", "b"], (reply, ids))
    text = peer.get(list_, "textContent")
    result.must("6.17", "all nodes are put there, in order", text == "onetwothreeatextb", text)
    result.must("6.17", "inside is last", peer.exists("#list > #three + #a + #b:last-child"))
    peer.batch((RELEASE, [refs[0], 1]))
    stale = error_of(peer.ask(GET, refs[0], "id"))
    result.must("7.2", "each of these refs is told once", stale == "stale-ref", stale)
    after, before = (
        peer.asking(FRAGMENT, place, two, html) for place, html in ((AFTER, "<i></i>"), (BEFORE, "<b></b>"))
    )
    peer.batch(after, before)
    counts = [len(_refs(peer.reply(op).value)) for op in (after, before)]
    there = peer.exists("#list > #one + b + #two + i + #three")
    result.must("6.17", "after is next, before is previous", counts == [1, 1] and there, counts)
    nothing = peer.ask(FRAGMENT, INSIDE, list_, "")
    result.must("6.17", "where there is nothing the list is empty", nothing.value == [], nothing)
    _in_its_place(peer, result, main)
    _instead(peer, result, list_)
    _failing(peer, result, list_)


def _in_its_place(peer: Peer, result: Result, main: int) -> None:
    table, body = peer.new_ref(), peer.new_ref()
    rows = peer.asking(FRAGMENT, INSIDE, body, '<tr id="row"><td>1</td><td>2</td></tr><tr><td>3</td></tr>')
    peer.batch((CREATE, table, INSIDE, main, "table"), (CREATE, body, INSIDE, table, "tbody"), rows)
    count = len(_refs(peer.reply(rows).value))
    there = peer.exists("table > tbody > #row:first-child > td + td") and peer.exists("table > tbody > #row + tr > td")
    result.must("6.17", "rows are put into the body of a table", count == 2 and there, count)
    row = peer.find("#row")
    cells = peer.ask(FRAGMENT, INSIDE, row, "<td>new</td>"), peer.ask(FRAGMENT, AFTER, row, "<tr><th>new</th></tr>")
    counts = [len(_refs(reply.value)) for reply in cells]
    there = peer.exists("#row > td + td + td:last-child") and peer.exists("tbody > #row + tr > th")
    result.must("6.17", "what it is parsed as is what stands inside of where it comes to be", there, counts)
    shape = _refs(peer.ask(FRAGMENT, INSIDE, main, '<svg id="image"></svg>').value)
    inner = _refs(peer.ask(FRAGMENT, INSIDE, shape[0], "<circle></circle>").value) if shape else []
    names = [peer.get(ref, "namespaceURI") for ref in (*shape, *inner)]
    known = len(names) == 2 and set(names) <= {None, "http://www.w3.org/2000/svg"}
    result.must("6.17", "a shape in an image is one, where there is such a thing", known, names)
    before = peer.get(0, "title")
    peer.ask(FRAGMENT, INSIDE, main, "<p><script>document.title = 'it ran'</script></p>")
    result.must("6.17", "scripts do not run", peer.get(0, "title") == before)


def _instead(peer: Peer, result: Result, list_: int) -> None:
    inside = [peer.find("#one"), peer.find("#two")]
    op = peer.asking(FRAGMENT, INSTEAD, list_, 'new <li id="one">one</li>')
    old = peer.asking(GET, inside[0], "id")
    batch = peer.batch(op, old)
    refs = _refs(peer.reply(op).value)
    result.must("6.17", "what it takes the place of is stale at once", error_of(peer.reply(old)) == "stale-ref")
    report = peer.gone(inside)
    result.should("7.2", "that has gone, and is told behind the batch", report.ack >= batch, report)
    whole = peer.get(list_, "textContent"), peer.exists("#list > #one:only-child")
    result.must("6.17", "with 3 it is there in place of all that was inside", whole == ("new one", True), whole)
    new = len(refs) == 1 and refs[0] not in inside
    result.must("7.2", "what is new has another ref", new and peer.get(refs[0], "id") == "one", refs)


def _failing(peer: Peer, result: Result, list_: int) -> None:
    alone = peer.new_ref()
    peer.batch((CREATE, alone, INSIDE, list_, "p"), (REMOVE, alone, True))
    cases = ((AFTER, alone, "js-error"), (BEFORE, alone, "js-error"), (INSIDE, NEVER, "stale-ref"))
    got = [error_of(peer.ask(FRAGMENT, place, ref, "<b></b>")) for place, ref, _ in cases]
    result.must("6.17", "a place that is none is an error", got == [error for _, _, error in cases], got)
    got = [error_of(peer.ask(FRAGMENT, 4, list_, "<b></b>"))]
    result.must("6.6", "any other position is `unsupported`", got == ["unsupported"], got)
    peer.batch((FRAGMENT, NO_ASK, INSIDE, alone, '<i id="quiet"></i>'), (FRAGMENT, NO_ASK, INSIDE, NEVER, "<i></i>"))
    peer.batch((INSERT, alone, INSIDE, list_))
    result.must("6.17", "it may be put into what is kept", peer.exists("p > #quiet"))
    told = [error_of(one) for one in peer.taken(Failure)], peer.taken(Reply)
    result.must("6", "with an ask of 0 what fails is told by a failure", told == (["stale-ref"], []), told)


@CLIENT.add("find-wait", INTERACTIVE, "what is waited for")
def find_wait(peer: Peer, result: Result) -> None:
    """Look for what is not there yet."""
    peer.begin()
    list_, text = peer.find("#list"), peer.find("#text")
    places = (0, "#late"), (list_, "p"), (0, "#text[title=ready]")
    late, other, ready = (peer.asking(FIND, scope, selector, 60_000) for scope, selector in places)
    new = peer.new_ref()
    peer.batch(late, other, ready)
    there = peer.exists("body")
    replies = peer.taken(Reply)
    for reply in replies:
        peer.need(reply, "find with wait")
    result.must("6.1", "it holds nothing up, and is not answered before", there and not replies, replies)
    peer.batch((CREATE, new, INSIDE, peer.find("#main"), "p"), (SET, new, "id", "late"))
    reply = peer.reply(late)
    result.must("6.1", "the reply comes when there is something", reply.value == Ref(new), reply)
    peer.batch((SET, text, "title", "ready"))
    reply = peer.reply(ready)
    result.must("6.1", "attributes are among what is waited for", reply.value == Ref(text), reply)
    result.must("6.1", "what is outside of the scope is not what is waited for", not peer.taken(Reply))
    peer.batch((RELEASE, [list_, 1]))
    list_ = peer.find("#list")
    peer.batch((INSERT, new, INSIDE, list_))
    reply = peer.reply(other)
    result.must("6.1", "what comes into the scope is, though that was released", reply.value == Ref(new), reply)

    begun = monotonic()
    never = peer.ask(FIND, 0, "#never", 300)
    took = monotonic() - begun
    result.must("6.1", "when the time is up the reply is nil", never.value is None and not never.error, never)
    result.must("6.1", "and not before", took >= 0.27, f"{took:.2f} s")
    result.should("6.1", "nor long behind", took <= 2.3, f"{took:.2f} s")
    places = (list_, "li"), (NEVER, "p"), (0, "#")
    replies = [peer.ask(FIND, *place, 60_000) for place in places]
    got = [isinstance(replies[0].value, Ref), *map(error_of, replies[1:]), peer.ask(FIND, 0, "#never", 0).value]
    wanted = [True, "stale-ref", "invalid-selector", None]
    result.must("6.1", "what is there, and what cannot be, is answered at once", got == wanted, got)


@CLIENT.add("moves", INTERACTIVE, "what a node has when it is moved")
def moves(peer: Peer, result: Result) -> None:
    """Move a field that has the focus, and a checkbox that is checked."""
    peer.begin()
    name, box, list_, go = (peer.find(one) for one in ("#name", "#box", "#list", "#go"))
    listener = peer.listen(go)
    peer.click("#box")
    peer.batch((SET, name, "value", "written"), (INSERT, name, INSIDE, list_), (INSERT, box, BEFORE, name))
    state = peer.get(name, "value"), peer.get(box, "checked")
    result.must("6.7", "what is moved holds what it held", state == ("written", True), shown(state))
    peer.batch((INSERT, go, AFTER, name))
    peer.click("#go")
    events = peer.heard()
    result.must("6.7", "its listeners are as they were", events == [listener], events)
    peer.call(name, "focus")
    focused = ["activeElement", "id"]
    browser_moves = isinstance(peer.ask(GET, 0, ["body", "moveBefore"], OBJECT).value, Ref)
    if peer.get(0, focused) != "name" or not browser_moves:
        return  # there is no focus, or no way to keep it
    peer.batch((INSERT, name, BEFORE, list_), peer.asking(EXISTS, 0, "body"))
    got = peer.get(0, focused)
    result.should("6.7", "what is moved keeps the focus, where a browser can let it", got == "name", got)
