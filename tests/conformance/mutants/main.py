"""The conformance app on a server with one fault, which the variable MUTANT names."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

from pycommunicate.conformance.app import app as app
from pycommunicate.errors import BrowserError, PageGone, RemoteProtocolError
from pycommunicate.page import asking, listening
from pycommunicate.page.asks import Asks
from pycommunicate.page.busy import BusyListener
from pycommunicate.page.door import Door
from pycommunicate.page.link import Ending
from pycommunicate.page.listening import Listening
from pycommunicate.page.page import Page
from pycommunicate.page.refs import Refs
from pycommunicate.page.registry import Registry
from pycommunicate.page.stream import Stream
from pycommunicate.protocol import messages
from pycommunicate.protocol.backlog import Backlog
from pycommunicate.protocol.channel import Channel, ServerChannel
from pycommunicate.protocol.codec import Callback
from pycommunicate.protocol.messages import Ack, Bye, encode
from pycommunicate.protocol.ops import BEFORE, DONE, FRAGMENT, LISTEN, LOADED, NAVIGATE
from pycommunicate.protocol.states import State
from pycommunicate.proxies.dom import objects
from pycommunicate.proxies.dom.objects import JSObject
from pycommunicate.server.app import communicate
from pycommunicate.transport.websocket import CarrierSocket, Handler

#: Each fault by its name: the section that is about it, and what makes it.
MUTANTS: dict[str, tuple[str, Callable[[], None]]] = {}


def mutant(section: str) -> Callable[[Callable[[], None]], Callable[[], None]]:
    def add(make: Callable[[], None]) -> Callable[[], None]:
        MUTANTS[make.__name__.replace("_", "-")] = section, make
        return make

    return add


def around(cls: Any, name: str, call: Callable[..., Any]) -> None:
    """Let *call* stand in place of a method; it is called with the method, and with what that is called with."""
    method = getattr(cls, name)
    setattr(cls, name, lambda *args, **kwargs: call(method, *args, **kwargs))


def nothing(*args: Any, **kwargs: Any) -> None:
    """Stand in place of what is forgotten."""


# --- who is let in --------------------------------------------------------------------------------------------------


@mutant("handshake")
def finds_the_subprotocol_in_longer_words() -> None:
    def send(method: Any, self: Any, subprotocol: str) -> None:
        if subprotocol in self.environ.get("HTTP_SEC_WEBSOCKET_PROTOCOL", ""):
            self.environ["HTTP_SEC_WEBSOCKET_PROTOCOL"] = subprotocol
        method(self, subprotocol)

    around(Handler, "send_handshake", send)


@mutant("handshake")
def asks_for_no_origin() -> None:
    communicate.check_origin = nothing


@mutant("frames")
def takes_frames_of_any_size() -> None:
    around(CarrierSocket, "allow", lambda method, self, size: method(self, 2 * size))


@mutant("welcome")
def speaks_before_the_hello() -> None:
    around(Door, "wait", lambda method, self: (method(self), self._carrier.try_send(encode(Ack(0)))))


@mutant("document")
def gives_all_users_one_name() -> None:
    from pycommunicate.server.app.signing import Keys

    around(Keys, "sign", lambda method, self, what, text: method(self, what, "x" if what == "typed" else text))


@mutant("refusals")
def takes_any_nonce() -> None:
    def let_in(method: Any, self: Any, hello: Any, **more: Any) -> None:
        page = self._registry.get(self._page_id)
        method(self, replace(hello, nonce=page.nonce or hello.nonce) if page else hello, **more)

    around(Door, "_let_in", let_in)


@mutant("refusals")
def takes_any_ticket() -> None:
    around(Door, "__init__", lambda method, *args: method(*args[:5], lambda *ticket: True, args[6]))


@mutant("refusals")
def looks_at_the_nonce_first() -> None:
    def let_in(method: Any, self: Any, hello: Any, **more: Any) -> None:
        page = self._registry.get(self._page_id)
        if page is not None and page.nonce and page.nonce != hello.nonce:
            self._refuse("claimed", "reload", "another nonce")
        else:
            method(self, hello, **more)

    around(Door, "_let_in", let_in)


# --- a page without events ------------------------------------------------------------------------------------------


@mutant("loaded")
def forgets_to_say_loaded() -> None:
    Page.loaded = nothing  # type: ignore[method-assign]


@mutant("acks")
def acknowledges_more_than_has_come() -> None:
    around(Channel, "_take_ack", lambda method, self: method(self) + 1)


@mutant("life-signs")
def answers_no_life_signs() -> None:
    around(Stream, "send_ack", lambda method, self, *, asked=False: None if asked else method(self))


@mutant("malformed")
def overlooks_what_is_malformed() -> None:
    def receive(method: Any, self: Any, data: bytes) -> None:
        with suppress(RemoteProtocolError):
            messages.decode(data)
            method(self, data)

    around(Page, "receive", receive)


@mutant("malformed")
def says_nothing_of_violations() -> None:
    around(Page, "end", lambda method, self, why, code, action: method(self, why, "", ""))


@mutant("leaving")
def takes_a_goodbye_for_a_loss() -> None:
    around(Page, "_take", lambda method, self, message: None if isinstance(message, Bye) else method(self, message))


# --- events ---------------------------------------------------------------------------------------------------------


@mutant("events")
def handles_events_only_when_loaded() -> None:
    ready = set()
    around(Page, "loaded", lambda method, self, scope: (ready.add(self), method(self, scope)))
    around(Page, "_take_event", lambda method, self, event: method(self, event) if self in ready else None)


@mutant("numbers")
def forgets_duplicates() -> None:
    def take(method: Any, self: Any, message: Any) -> Any:
        return message if message.number <= self.received else method(self, message)

    around(ServerChannel, "_receive_numbered", take)


@mutant("numbers")
def overlooks_gaps() -> None:
    def take(method: Any, self: Any, message: Any) -> Any:
        self.received = max(self.received, message.number - 1)
        return method(self, message)

    around(ServerChannel, "_receive_numbered", take)


@mutant("credits")
def raises_no_credit() -> None:
    Listening.grant = nothing  # type: ignore[method-assign]


@mutant("credits")
def asks_for_no_credit() -> None:
    from pycommunicate.page.listeners import Listener

    def take(method: Any, self: Any, carried: Any) -> Any:
        self._granted = max(self._granted, self._received + 1)
        return method(self, carried)

    around(Listener, "take", take)


@mutant("violations")
def takes_answers_to_anything() -> None:
    def take(method: Any, self: Any, message: Any) -> None:
        with suppress(RemoteProtocolError):
            method(self, message)

    around(Page, "take_reply", take)


@mutant("ended-listeners")
def takes_late_events_for_violations() -> None:
    def take(method: Any, self: Any, event: Any) -> None:
        if event.listener not in self._by_number:
            raise RemoteProtocolError("expected a listener that has not ended")
        method(self, event)

    around(Listening, "take", take)


@mutant("more-fields")
def takes_no_more_fields() -> None:
    name, decode = messages.MESSAGES[messages.REPLY]

    def strict(array: list[Any]) -> Any:
        if len(array) > 6:
            raise RemoteProtocolError("expected fewer fields")
        return decode(array)

    messages.MESSAGES[messages.REPLY] = name, strict


# --- reads and writes -----------------------------------------------------------------------------------------------


@mutant("reads")
def gives_answers_to_the_oldest_ask() -> None:
    around(Asks, "answer", lambda method, self, number, value: method(self, min(self._open, default=0), value))


@mutant("order")
def turns_the_ops_of_a_batch_round() -> None:
    def take(method: Any, self: Any) -> list[Any]:
        ops = list(method(self))
        return ops if any(op[0] in (LISTEN, LOADED) for op in ops) else ops[::-1]

    around(Backlog, "take", take)


@mutant("errors")
def knows_one_error_only() -> None:
    asking.error_of = lambda code, text, *details: BrowserError(text)


@mutant("values")
def cuts_long_texts() -> None:
    def write(method: Any, self: Any, name: Any, value: Any) -> None:
        method(self, name, value[:1000] if isinstance(value, str) else value)

    around(JSObject, "write_wire", write)


@mutant("refs")
def creates_negative_refs() -> None:
    def new(method: Any, self: Any) -> int:
        return -1_000 - int(method(self))

    around(Refs, "new", new)


@mutant("gone")
def goes_on_with_what_is_gone() -> None:
    around(Page, "_take_gone", lambda method, self, report: self.listening.gone(report.listeners))


@mutant("release")
def releases_too_often() -> None:
    around(Refs, "release", lambda method, self, ref, times: method(self, ref, times + 1))


@mutant("release")
def releases_what_it_uses() -> None:
    around(JSObject, "seen_as_node", lambda method, self: self._page.refs.release(self._ref, 1))


# --- what scripts have to do with ------------------------------------------------------------------------------------


@mutant("carried")
def takes_whatever_is_carried() -> None:
    listening._check_carried = nothing


@mutant("done")
def is_done_when_it_begins() -> None:
    def take(method: Any, self: Any, event: Any) -> bool:
        method(self, event)
        self._over(self._last)
        return True

    around(BusyListener, "take", take)


@mutant("done")
def tells_of_what_is_not_busy() -> None:
    def grant(method: Any, self: Any, listener: Any) -> None:
        method(self, listener)
        if not isinstance(listener, BusyListener):
            self._write((DONE, listener.number, listener._received))

    around(Listening, "grant", grant)


@mutant("no-reply")
def takes_failures_for_violations() -> None:
    def take(method: Any, self: Any, failure: Any) -> None:
        raise RemoteProtocolError("expected no failure")

    around(Page, "_take_failure", take)


@mutant("fragment")
def puts_html_beside_its_place() -> None:
    def ask(method: Any, self: Any, code: int, *fields: Any, **more: Any) -> Any:
        return method(self, code, *((BEFORE, *fields[1:]) if code == FRAGMENT else fields), **more)

    around(Page, "ask_later", ask)


@mutant("callbacks")
def gives_functions_away_that_are_none() -> None:
    whole = objects.callback_of

    def callback_of(page: Any, value: Any) -> Any:
        callback = whole(page, value)
        return None if callback is None else Callback(callback + 1000)

    objects.callback_of = callback_of


@mutant("objects")
def asks_for_values_only() -> None:
    objects.OBJECT = 0


# --- how much is sent ahead -----------------------------------------------------------------------------------------


@mutant("window")
def has_no_window() -> None:
    ServerChannel.window_open = property(lambda self: self.state is State.OPEN)  # type: ignore[assignment]


@mutant("window-bytes")
def has_a_window_of_frames_only() -> None:
    ServerChannel.window_open = property(  # type: ignore[assignment]
        lambda self: self.state is State.OPEN and len(self._unacked) < self.limits.window_frames
    )


@mutant("replacing")
def replaces_writes_across_others() -> None:
    def replace_earlier(method: Any, self: Any, op: Any) -> None:
        if op[0] == 3 and type(op[2]) is str:
            method(self, op)

    around(Backlog, "_replace_earlier", replace_earlier)


# --- other documents ------------------------------------------------------------------------------------------------


@mutant("view")
def goes_on_with_old_listeners() -> None:
    around(Listening, "end", lambda method, self, scope: [])
    around(Page, "change_scope", lambda method, self, scope: setattr(self, "foreground", scope))


@mutant("navigate")
def sends_elsewhere() -> None:
    def send(method: Any, self: Any, op: Any) -> None:
        method(self, (NAVIGATE, "/") if op[0] == NAVIGATE else op)

    around(Page, "send", send)


@mutant("ending")
def ends_without_a_word() -> None:
    around(Page, "end", lambda method, self, why, code, action: method(self, why, "", ""))


# --- sockets that come and go ---------------------------------------------------------------------------------------


@mutant("resume")
def lets_go_of_asks_when_a_socket_is_lost() -> None:
    def lost(method: Any, self: Any, carrier: Any) -> None:
        self._asks.fail_all(PageGone, "the socket is lost")
        method(self, carrier)

    around(Page, "lost", lost)


@mutant("resume")
def says_loaded_again() -> None:
    def attach(method: Any, self: Any, *args: Any) -> None:
        first = not self.nonce
        method(self, *args)
        if not first:
            self._stream.write((LOADED,))

    around(Page, "attach", attach)


@mutant("resume")
def acknowledges_what_it_has_not_handled() -> None:
    heard: set[Any] = set()
    around(Page, "_take", lambda method, self, message: _unless_first(method, self, message, heard))


def _unless_first(method: Any, page: Any, message: Any, heard: set[Any]) -> None:
    """Drop the first event of each socket but the first, though it was counted."""
    first = page.id not in heard
    known = (page.id, id(page._stream.carrier))
    if first or known in heard or not isinstance(message, messages.Event):
        method(page, message)
    heard |= {page.id, known}


@mutant("resend")
def sends_nothing_again() -> None:
    Channel.resend = lambda self: []  # type: ignore[method-assign]


@mutant("resend")
def begins_to_count_anew() -> None:
    def welcome(method: Any, self: Any) -> Any:
        self.sent = 0
        return method(self)

    around(ServerChannel, "welcome", welcome)


@mutant("received")
def takes_any_received() -> None:
    Channel.check_received = nothing  # type: ignore[method-assign]
    around(Channel, "_acknowledge", lambda method, self, number: method(self, min(number, self.sent)))


@mutant("fencing")
def hears_the_old_socket_too() -> None:
    def attach(method: Any, self: Any, *args: Any) -> None:
        if self.carrier is not None:
            self.lose()
        method(self, *args)

    around(Stream, "attach", attach)


@mutant("returning")
def ends_what_was_left() -> None:
    def away(method: Any, self: Any, page: Any, ending: Any) -> None:
        if ending is Ending.LEFT:
            page.end("it was left", "", "")
        else:
            method(self, page, ending)

    around(Registry, "_gone_away", away)


if name := os.environ.get("MUTANT"):
    MUTANTS[name][1]()
