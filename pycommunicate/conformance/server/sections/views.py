"""Sections about other documents: another view, another address, and the end that the server makes."""

from __future__ import annotations

from ....protocol.messages import EVENT, Bye
from ....protocol.ops import LISTEN, LOADED, RELEASE, UNLISTEN, VIEW
from ...ops import refs_of
from ...report import Level, Result
from ..endings import is_gone
from ..house import Server, section

__all__ = ["ending", "navigate", "view"]


@section("view", Level.INTERACTIVE, "6.13", "another document in place of the first")
def view(server: Server, result: Result) -> None:
    """Change the view, click on what was there, and go on in the new one."""
    peer = server.loaded()
    old = peer.need("#count").number
    peer.answering = False
    peer.click("#view")
    peer.until(lambda: peer.table.views, "the op view")
    count = len(peer.ops)
    before = set(peer.rules.told) - set(peer.table.nodes)
    whole = peer.table.find("#second") and peer.table.find("#note")
    result.must("6.13", "the view is a document with #second and #note", whole, peer.table.views)
    peer.number(EVENT, old)  # it was clicked before the view came
    peer.quiet()
    peer.gone()
    peer.answering = True
    for ask in list(peer.asks):
        peer.answer(ask)
    peer.until(lambda: peer.table.loaded == 2, "the op loaded, for the new document")
    peer.number(EVENT, old)
    alive = peer.alive()
    peer.quiet()
    result.must("8.5", "events for listeners of the view before are ignored", alive, peer.closing)
    named = [op for op in peer.ops[count:] if op[0] != RELEASE and before.intersection(refs_of(op))]
    result.must("8.5", "their handlers do not run", not named, named)
    codes = [op[0] for op in peer.ops]
    late = [code for code in codes[count:] if code in (LISTEN, LOADED)]
    result.must("6.13", "the view is shown once", codes.count(VIEW) == 1, codes.count(VIEW))
    result.must("6.15", "loaded is said once, behind the listens of the new document", late == [LISTEN, LOADED], late)
    ended = {number for op in peer.ops if op[0] == UNLISTEN for number in op[1]}
    fresh = {one.number for one in peer.table.listeners.values()}
    result.must("6.11", "no listener of the new document is ended", not ended & fresh, ended & fresh)
    peer.click("#second")
    peer.note("second")
    result.must("6.13", "handlers of the new document run", True)
    peer.cut()
    peer.resume()
    peer.click("#second")
    peer.settled()
    peer.quiet()
    result.must("8.6", "loaded is not repeated for a client that comes back", peer.table.loaded == 2, peer.table.loaded)


@section("navigate", Level.INTERACTIVE, "6.14", "another address")
def navigate(server: Server, result: Result) -> None:
    """Let the server send its client elsewhere."""
    peer = server.loaded()
    peer.click("#go")
    peer.until(lambda: peer.table.left_for, "the op navigate")
    peer.quiet()
    result.must(
        "6.14",
        "the client is sent where the app said, once",
        peer.table.left_for == ["/?elsewhere"],
        peer.table.left_for,
    )
    peer.click("#count")
    peer.note("1", "#total")
    result.must("6.14", "the page lives on until its document is left", True)


@section("ending", Level.INTERACTIVE, "5.10", "a page that the server ends")
def ending(server: Server, result: Result) -> None:
    """Let the app end the page."""
    peer = server.loaded()
    if peer.table.listener("#end") is None:
        return  # it is OPTIONAL
    peer.click("#end")
    peer.at_end()
    result.must("5.10", "the page ends by a bye", isinstance(peer.ended, Bye), peer.closing)
    result.must("5.10", "the socket is closed behind it with 1000", peer.close_code == 1000, peer.closing)
    is_gone(peer, result, "the end of it")
