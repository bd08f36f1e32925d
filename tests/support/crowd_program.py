"""The process of a `Crowd`: a greenlet for each page, told what to do by lines on standard input.

Each line is a JSON array of a command (a method of `_Crowd`) and its arguments; each answer is one of an error (empty
if there was none) and a result.
"""

from __future__ import annotations

import itertools
import json
import random
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from time import monotonic
from typing import Any

import gevent
from gevent import socket
from gevent.event import Event as Signal
from gevent.os import tp_read
from gevent.pool import Pool

from pycommunicate.protocol.codec import Ref, to_wire
from pycommunicate.protocol.messages import Batch, Bye, Message, Welcome
from pycommunicate.protocol.ops import EXISTS, FIND, GET, LISTEN, SET
from tests.support.crowd import Crowd
from tests.support.wire import WireClient

__all__ = ["main"]

TIMEOUT = 30.0
#: How many pages are opened at a time.
_AT_ONCE = 32
#: Seconds of the browser client's backoff: at least, and at most (docs: connections).
_BACKOFF = 0.25, 10.0


class _Guest(WireClient):
    """One page: finds whatever is looked for, has its name in every field, and comes back when it may.

    Attributes:
        texts: What was written to its elements, in order.
        welcomes: How often it was let in.
        bye: The server's goodbye.
        over: Set when no socket will come any more.
        fault: What went wrong for good, or an empty text.
    """

    def __init__(self, url: str, name: str, cookies: dict[str, str] | None = None) -> None:
        super().__init__(url, socket, TIMEOUT, cookies)
        self.name = name
        self.texts: list[str] = []
        self.listening = 0
        self.welcomes = 0
        self.bye: Bye | None = None
        self.over = Signal()
        self.fault = ""
        self.may_return = Signal()
        self.may_return.set()
        self.backoff = False
        self._found = 0
        self._reader: Any = None

    def come_in(self, listeners: int) -> None:
        """**Block** until the page is loaded, attached and listens to so much."""
        self.open()
        self.welcomes = 1
        while self.listening < listeners or not self.texts:
            message = self.receive()
            assert message is not None, f"the server closed with code {self.close_code}"
            self._take(message)
        self._reader = gevent.spawn(self._run)

    def click(self, listener: int) -> None:
        """Let an event happen, whether there is a socket or not."""
        frame = self.channel.event(listener)
        if self.channel.open:
            self._send(frame)

    def cut(self) -> None:
        """Reset the socket."""
        assert self.websocket is not None
        self.websocket.reset()

    def leave(self) -> None:
        """Leave the page for good."""
        gevent.kill(self._reader)
        self.send(self.channel.bye("left", "stop", "the document was left"))
        self.close()

    def _run(self) -> None:
        try:
            while not self.bye:
                self._read_until_lost()
                if not self.bye:
                    self._come_back()
        except Exception as error:
            self.fault = f"page {self.name}: {error!r}"
        self.over.set()

    def _read_until_lost(self) -> None:
        # What ends within a frame is an AssertionError of the socket's.
        with suppress(OSError, AssertionError):
            while (message := self.receive()) is not None:
                self._take(message)
        self.close()
        if not self.bye:
            self.channel.lose()

    def _come_back(self) -> None:
        failures = 0
        while True:
            self.may_return.wait()
            if self.backoff:
                gevent.sleep(random.random() * min(_BACKOFF[1], _BACKOFF[0] * 2**failures))
            try:
                answer = self.connect().status
                assert answer == 101, f"expected an upgrade, got {answer}"
                welcome = self.hello()
                if welcome is None:  # the server has closed without a word: it takes us later
                    raise ConnectionResetError
                assert isinstance(welcome, Welcome), f"expected a welcome, got {welcome}"
                for frame in self.channel.resend():
                    self.send(frame)
            except OSError:
                failures += 1
                assert failures < 20, "the server cannot be reached"
                self.close()
                self.channel.lose()
            else:
                self.welcomes += 1
                return

    def _take(self, message: Message) -> None:
        if isinstance(message, Bye):
            self.bye = message
        if not isinstance(message, Batch):
            return
        for op in message.ops:
            self._apply(op)
        self.ops.clear()
        if self.channel.ack_due and self.channel.open:
            self._send(self.channel.ack())

    def _apply(self, op: list[Any]) -> None:
        code, *fields = op
        if code == FIND:
            self._found -= 1
            self._send(self.channel.reply(fields[0], to_wire(Ref(self._found))))
        elif code == EXISTS:
            self._send(self.channel.reply(fields[0], True))
        elif code == GET:
            self._send(self.channel.reply(fields[0], self.name))
        elif code == LISTEN:
            self.listening += 1
        elif code == SET:
            self.texts.append(fields[2])

    def _send(self, frame: bytes) -> None:
        # What a lost socket does not take is sent again.
        with suppress(OSError):
            self.send(frame)


class _Crowd:
    """All pages, and what can be done to them."""

    def __init__(self, url: str, listeners: int = 2) -> None:
        self._url = url
        self._listeners = listeners
        self._guests: list[_Guest] = []
        self._jars: list[dict[str, str]] = []
        self._cut_at = 0.0

    def open(self, pages: int) -> float:
        first = len(self._guests)
        self._guests += [_Guest(self._url, str(number)) for number in range(first, first + pages)]
        return self._each(lambda guest: guest.come_in(self._listeners), self._guests[first:])

    def click(self, listener: int, times: int) -> None:
        for _ in range(times):
            for guest in self._guests:
                guest.click(listener)

    def cut(self) -> None:
        for guest in self._guests:
            guest.may_return.clear()
        self._cut_at = monotonic()
        for guest in self._guests:
            guest.cut()
        self._until(lambda guest: not guest.channel.open)

    def resume(self, backoff: bool) -> float:
        before = [guest.welcomes for guest in self._guests]
        for guest in self._guests:
            guest.backoff = backoff
            guest.may_return.set()
        for guest, welcomes in zip(self._guests, before, strict=True):
            self._until(lambda guest, welcomes=welcomes: guest.welcomes > welcomes, [guest])  # type: ignore[misc]
        return monotonic() - self._cut_at

    def wait_for_texts(self, count: int) -> None:
        self._until(lambda guest: len(guest.texts) >= count)

    def texts(self) -> list[list[str]]:
        return [guest.texts for guest in self._guests]

    def goodbyes(self) -> list[list[Any]]:
        for guest in self._guests:
            assert guest.over.wait(TIMEOUT), f"page {guest.name} has not ended"
            assert not guest.fault, guest.fault
        return [
            [guest.bye and guest.bye.code, guest.bye and guest.bye.action, guest.close_code] for guest in self._guests
        ]

    def reconnect(self, times: int) -> float:
        began = monotonic()
        for _ in range(times):
            self.cut()
            self.resume(False)
        return monotonic() - began

    def visit(self, times: int) -> float:
        def come_and_go(guest: _Guest) -> None:
            guest.come_in(self._listeners)
            guest.leave()

        if not self._jars:
            self._jars = [{} for _ in range(Crowd.VISITORS)]
            self._each(come_and_go, [_Guest(self._url, "visitor", jar) for jar in self._jars])
        jars = itertools.cycle(self._jars)
        return self._each(come_and_go, [_Guest(self._url, "visitor", next(jars)) for _ in range(times)])

    def leave(self) -> None:
        guests, self._guests = self._guests, []
        for guest in guests:
            guest.leave()

    def _each(self, call: Callable[[_Guest], None], guests: list[_Guest]) -> float:
        """Do something for each, many at a time; return seconds."""
        began = monotonic()
        pool = Pool(_AT_ONCE)
        for greenlet in [pool.spawn(call, guest) for guest in guests]:
            greenlet.get()
        return monotonic() - began

    def _until(self, happened: Callable[[_Guest], Any], guests: list[_Guest] | None = None) -> None:
        """Wait until something is true of each."""
        deadline = monotonic() + TIMEOUT
        for guest in self._guests if guests is None else guests:
            while not happened(guest):
                assert not guest.fault, guest.fault
                assert monotonic() < deadline, f"page {guest.name} did not get there, but has {guest.texts[-3:]}"
                gevent.sleep(0.005)


def _lines() -> Iterator[str]:
    rest = b""
    while data := tp_read(0, 65_536):
        *lines, rest = (rest + data).split(b"\n")
        yield from (line.decode() for line in lines)


def main(url: str) -> None:
    """Obey until the end of the input."""
    crowd = _Crowd(url)
    for line in _lines():
        name, *args = json.loads(line)
        try:
            answer = ["", getattr(crowd, name)(*args)]
        except Exception as error:
            answer = [repr(error), None]
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
