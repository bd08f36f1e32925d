"""Sections of other documents: view, the scripts that it waits for, and navigate (spec 6.13 and 6.14)."""

from __future__ import annotations

from contextlib import suppress

from ....protocol.messages import Bye, Event, Failure
from ....protocol.ops import EXISTS, GET, LOADED, NAVIGATE, SET, VIEW
from ...report import Result
from ..documents import VIEWED, parts
from ..peer import Peer
from ..registry import CLIENT, INTERACTIVE
from ..visitor import Missing
from .connecting import RELOADS
from .reading import error_of

__all__ = ["navigate", "suspend", "view"]


@CLIENT.add("view", INTERACTIVE, "another document in place of this one")
def view(peer: Peer, result: Result) -> None:
    """Show a second document."""
    peer.begin()
    list_, go = peer.find("#list"), peer.find("#go")
    on_go, on_document = peer.listen(go), peer.listen(0)
    shown = VIEWED.format(head="", body='<p id="new">new</p><button id="go" type="button">Go</button>')
    title = peer.asking(GET, 0, "title")
    first = peer.asking(EXISTS, 0, "#list")
    second = peer.asking(EXISTS, 0, "html.second > body#second > #new")
    peer.batch(first, (VIEW, shown), title, second, (LOADED,))
    replies = [peer.reply(op).value for op in (first, title, second)]
    peer.failures("view")
    result.must("6.13", "an op before it is applied to the old document", replies[0] is True, replies[0])
    result.must("6.13", "ops behind it are applied to the new one", replies[1:] == ["Second", True], replies)
    report = peer.gone((list_, go), (on_go,))
    result.must("6.13", "what was replaced is forgotten", report.refs == sorted((list_, go)), report)
    stays = on_document not in report.listeners
    result.must("6.13", "the document itself is not, nor its listeners", stays, report)
    stale = error_of(peer.ask(GET, go, "id"))
    result.must("7.2", "what has gone names nothing", stale == "stale-ref", stale)
    new = peer.find("#go")
    result.must("7.2", "what is in its place has another ref", new != go, new)
    listener = peer.listen(new)
    peer.click("#go")
    got = [peer.expect(Event).listener, peer.expect(Event).listener]
    result.must("6.13", "events of the new document are heard", got == [listener, on_document], got)


@CLIENT.add("suspend", INTERACTIVE, "what waits for the scripts of a view")
def suspend(peer: Peer, result: Result) -> None:
    """Show a document whose script takes its time."""
    peer.begin()
    page = peer.now
    script = '<script src="/suspend/held/slow.js"></script>'
    peer.files["slow.js"] = "document.title = 'by the script';"
    before, behind = peer.asking(EXISTS, 0, "#list"), peer.asking(GET, 0, "title")
    held = peer.batch(before, (VIEW, VIEWED.format(head=script, body=parts("/suspend?left"))), behind)
    last = peer.asking(EXISTS, 0, "body")
    peer.batch(last)
    with suppress(Missing):
        peer.wait(lambda: "slow.js" in peer.requested or page.inbox[1:], "the script to be loaded")
    if "slow.js" not in peer.requested:
        peer.failures("view")
        result.must("6.13", "ops behind a view are applied after it", peer.reply(behind).value == "Second")
        return  # a client that runs no scripts waits for none
    result.must("8.3", "replies to asks before it are sent before it", peer.reply(before).value is True)
    bare = len(page.acks)
    peer.answer(ask=True)
    peer.wait(lambda: len(page.acks) > bare, "a bare ack")
    result.must("8.7", "a life sign is given whatever the queue waits for", True)
    peer.silence(0.4)
    result.must("6.13", "ops behind it wait", not peer.order())
    result.must("8.3", "batches that it holds up are not acknowledged", page.exchange.acked < held, page.exchange.acked)
    peer.give("slow.js")
    reply = peer.reply(behind)
    result.must("6.13", "they go on when the script has run", reply.value == "by the script", reply)
    result.must("6.13", "so do the batches behind", peer.reply(last).value is True)
    peer.batch((LOADED,), (SET, 0, "title", "over"))
    peer.fence()


@CLIENT.add("navigate", INTERACTIVE, "leaving for another address")
def navigate(peer: Peer, result: Result) -> None:
    """Navigate to the same document."""
    first = peer.open()
    peer.welcome()
    peer.batch((LOADED,))
    for url in ("javascript:void(0)", "mailto:nobody@localhost", "http://"):
        peer.batch((NAVIGATE, url))
        peer.fence()
        failed_as = [error_of(one) for one in peer.failures("navigate")]
        result.must("6.14", f"{url} is `invalid-name`", failed_as == ["invalid-name"], failed_as)
    peer.batch((NAVIGATE, "#there"))
    peer.fence()
    failed = peer.taken(Failure)
    stays = not failed and not peer.socket.over and len(peer.pages) == 1
    result.must("6.14", "an address with another fragment leaves nothing", stays, failed)
    old = peer.now
    peer.batch((NAVIGATE, "navigate?again=1"))
    peer.next_page(RELOADS)
    result.must("6.14", "an address is resolved against the document's", True)
    peer.wait(lambda: old.wires[-1].over, "the end of the old socket")
    byes = [one for one in old.inbox if isinstance(one, Bye)]
    said = bool(byes) and (byes[0].code, byes[0].action) == ("left", "stop")
    result.should("4.5", "who leaves for good says bye with `left` and `stop`", said, byes)
    second = peer.greet()
    result.must("4.2", "the new document has a nonce of its own", second.nonce != first.nonce)
    peer.welcome()
    peer.fence()
    result.must("4.5", "the document that was left opens no socket", len(old.attempts) == 1, len(old.attempts))
