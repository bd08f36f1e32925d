"""Sections of events: listeners, credits, default actions, what the user does early (spec 6.10, 8.5, 8.8)."""

from __future__ import annotations

from ....protocol.messages import Event, Failure, GoneReport
from ....protocol.ops import CREDIT, GET, LISTEN, LOADED, RELEASE, SET, UNLISTEN, VIEW
from ...report import Result
from ..documents import VIEWED
from ..peer import Peer
from ..registry import CLIENT, INTERACTIVE
from .reading import NEVER, error_of

__all__ = ["credits_", "early", "events", "listen", "loaded", "prevent"]


@CLIENT.add("listen", INTERACTIVE, "listeners, from the first to the last")
def listen(peer: Peer, result: Result) -> None:
    """Listen, and stop."""
    peer.begin()
    go, other = peer.find("#go"), peer.find("#other")
    first = peer.listen(go)
    peer.fence()
    peer.failures("listen")
    result.must("6.10", "a listener is silent until something happens", not peer.taken(Event))
    peer.click("#go")
    event = peer.expect(Event)
    result.must("5.5", "a click is an event of its listener", event.listener == first, event)
    second = peer.listen(go)
    peer.click("#go")
    got = [peer.expect(Event).listener, peer.expect(Event).listener]
    result.must("6.10", "each listener of a node hears it, in the order of `listen`", got == [first, second], got)
    peer.batch((UNLISTEN, [first, NEVER * -1]))
    peer.click("#go")
    got = [peer.expect(Event).listener, *peer.heard()]
    result.must("6.11", "one that was ended hears nothing", got == [second], got)
    failed = peer.taken(Failure)
    result.must("6.11", "one that is not known is ignored", not failed, failed)
    peer.batch((RELEASE, [go, 1]))
    peer.click("#go")
    got = [peer.expect(Event).listener, *peer.heard()]
    result.must("6.9", "listeners of a node whose ref is released go on", got == [second], got)
    third = peer.new_listener()
    peer.batch((LISTEN, third, NEVER, "click", {}), (LISTEN, peer.new_listener(), other, "click", {"mood": 1}))
    peer.click("#other")
    event = peer.expect(Event)
    result.must("6.10", "unknown options are ignored", event.listener == third + 1, event)
    failed_as = [error_of(failure) for failure in peer.taken(Failure)]
    result.must("6.10", "there is no listening on what is not there", failed_as == ["stale-ref"], failed_as)


@CLIENT.add("events", INTERACTIVE, "events, in the order in which they happen")
def events(peer: Peer, result: Result) -> None:
    """Click here and there."""
    peer.begin()
    go, other, buttons, inside = (peer.find(one) for one in ("#go", "#other", "#buttons", "#inside"))
    a, b = peer.listen(go), peer.listen(other)
    for selector in ("#go", "#other", "#other", "#go", "#other"):
        peer.click(selector)
    got = [peer.expect(Event).listener for _ in range(5)]
    result.must("8.1", "events come in the order in which they happen", got == [a, b, b, a, b], got)
    outer, whole = peer.listen(buttons), peer.listen(0)
    inner = peer.listen(inside)
    peer.click("#inside")
    got = [peer.expect(Event).listener for _ in range(4)]
    result.must("6.10", "a click reaches the ancestors, the document at last", got == [inner, a, outer, whole], got)
    peer.click("#text")
    got = [peer.expect(Event).listener, *peer.heard()]
    result.must("6.10", "and nobody else", got == [whole], got)
    peer.batch((SET, go, "innerText", "Went"))
    report = peer.expect(GoneReport)
    result.must("7.2", "a listener ends with its node", list(report.listeners) == [inner], report)
    peer.click("#go")
    got = [peer.expect(Event).listener for _ in range(3)]
    result.must("6.10", "those of its ancestors go on", got == [a, outer, whole], got)
    result.must("8.5", "each event is told once", not peer.heard())


@CLIENT.add("credits", INTERACTIVE, "as many events as there is credit for")
def credits_(peer: Peer, result: Result) -> None:
    """Click more often than may be told."""
    peer.begin(events=2)
    a, b = peer.listen(peer.find("#go")), peer.listen(peer.find("#other"))
    for _ in range(6):
        peer.click("#go")
    peer.click("#other")
    peer.expect(Event, where=lambda event: event.listener == b)
    got = peer.heard()
    result.must("8.5", "a listener sends as many events as the limit says", got == [a, a], got)
    peer.batch((CREDIT, a, 3))
    got = [peer.expect(Event).listener, *peer.heard()]
    result.must("8.5", "credit is how many it may have sent in all; what waits is sent", got == [a], got)
    peer.batch((CREDIT, a, 5))
    got = [peer.expect(Event).listener, peer.expect(Event).listener, *peer.heard()]
    result.must("8.5", "so it is by further credit", got == [a, a], got)
    peer.batch((CREDIT, NEVER * -1, 5), (CREDIT, a, 10))
    got = [peer.expect(Event).listener, *peer.heard()]
    result.must("8.5", "no more is sent than has happened", got == [a], got)
    peer.click("#go")
    result.must("8.5", "what happens then is sent at once", peer.expect(Event).listener == a)
    failed = peer.taken(Failure)
    result.must("6.12", "credit for what is not known is ignored", not failed, failed)
    for _ in range(4):
        peer.click("#other")
    peer.expect(Event)
    peer.batch((UNLISTEN, [b]), (CREDIT, b, 20))
    got = peer.heard()
    result.must("6.11", "what waits for credit is dropped when its listener ends", not got, got)


@CLIENT.add("prevent", INTERACTIVE, "default actions")
def prevent(peer: Peer, result: Result) -> None:
    """Click on what would leave the document, and on a checkbox."""
    peer.begin()
    page = peer.now
    link, form, send = peer.find("#link"), peer.find("#form"), peer.find("#send")
    box = peer.find("#box")
    on_link = peer.listen(link)
    peer.click("#link")
    result.must("6.10", "a click on a link is heard", peer.expect(Event).listener == on_link)
    on_form = peer.listen(form, "submit")
    peer.click("#send")
    result.must("6.10", "a submit is heard", peer.expect(Event).listener == on_form)
    peer.batch((UNLISTEN, [on_form]))
    on_send = peer.listen(send)
    peer.click("#send")
    result.must("6.10", "a click on the button that submits is heard", peer.expect(Event).listener == on_send)
    peer.silence(0.3)
    stays = peer.pages[-1] is page and not peer.socket.over
    result.must("6.10", "a listener without options keeps the document where it is", stays)
    listener = peer.listen(box)
    peer.click("#box")
    peer.expect(Event)
    result.must("6.10", "and leaves other actions alone", peer.get(box, "checked") is True)
    peer.batch((UNLISTEN, [listener]))
    peer.listen(box, prevent=True)
    peer.click("#box")
    peer.expect(Event)
    result.must("6.10", "with `prevent` the action is prevented", peer.get(box, "checked") is True)
    peer.batch((UNLISTEN, [on_link]))
    peer.listen(link, prevent=False)
    peer.click("#link")
    new = peer.next_page()
    result.must("6.10", "with `prevent` false it is not", new is not page)


@CLIENT.add("early", INTERACTIVE, "what the user does before there is a listener")
def early(peer: Peer, result: Result) -> None:
    """Click before `listen`, and before `loaded`."""
    peer.open()
    peer.welcome()
    for selector in ("#go", "#other", "#go"):
        peer.click(selector)
    go, other, box = peer.find("#go"), peer.find("#other"), peer.find("#box")
    b, a = peer.listen(other), peer.listen(go)
    unheard = peer.listen(box)
    got = peer.heard()
    waited = not got
    peer.batch((LOADED,))
    got += peer.heard()
    if not got:
        result.should("8.8", "what the user did before `loaded` is told to listeners that come later", False, "nothing")
        return
    result.must("8.8", "they are told in the order in which they happened", got == [a, b, a], got)
    result.should("8.8", "they are told at `loaded`", waited)
    peer.click("#box")
    got = [peer.expect(Event).listener, *peer.heard()]
    result.must("8.8", "behind it all is as ever", got == [unheard], got)
    late = peer.listen(other)
    got = peer.heard()
    result.must("8.8", "what happened behind `loaded` is for nobody who comes later", not got, (got, late))

    peer.open()
    peer.welcome()
    peer.click("#go")
    listener = peer.listen(0)
    peer.click("#other")  # heard, and behind the claim
    peer.batch((VIEW, VIEWED.format(head="", body="")), (LOADED,))
    got = peer.heard()
    peer.failures("view")
    told = got in ([listener], [listener] * 2)
    result.must("8.8", "what was heard while claims wait is told, though a view comes", told, got)


@CLIENT.add("loaded", INTERACTIVE, "the end of the beginning")
def loaded(peer: Peer, result: Result) -> None:
    """Say it more than once; let the user type, and load the document anew."""
    peer.begin()
    peer.batch((LOADED,), (LOADED, "more"))
    peer.fence()
    failed = peer.taken(Failure)
    result.must("6.15", "one more is ignored", not failed, failed)
    peer.do("fill #name typed by the user")
    name = peer.find("#name")
    peer.silence(0.2)
    if peer.get(name, "value") != "typed by the user":
        return  # nobody types here
    peer.cut()
    peer.greet()
    peer.refuse("gone", "reload")
    peer.next_page(8.0)
    peer.greet()
    peer.welcome()
    name = peer.find("#name")
    before = peer.get(name, "value")
    peer.batch((LOADED,))
    value = peer.ask(GET, name, "value").value
    result.must("4.6", "what the user has typed is not put back before `loaded`", before == "first", before)
    result.should("4.6", "what the user has typed is put back at `loaded`", value == "typed by the user", value)
