"""A page of any pycommunicate app as text in a terminal: a client that is written from protocol/v1/spec.md."""

import argparse
import random
import re
import secrets
import select
import sys
from contextlib import suppress
from http.client import HTTPException
from io import FileIO
from math import inf
from time import monotonic, sleep
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urljoin
from urllib.request import HTTPCookieProcessor, Request, build_opener

from page import Page
from rich.console import Console
from rich.text import Text
from websocket import ABNF, WebSocketException, create_connection

from pycommunicate.errors import RemoteProtocolError
from pycommunicate.protocol import SUBPROTOCOL, ClientChannel, Limits
from pycommunicate.protocol.messages import Ack, Batch, Bye, Refuse, Welcome
from pycommunicate.testing.dom import BEFORE, ActionError, Document, DomError, actions

HELP = "A number clicks, a number with a text fills in, Enter shows the page, q quits."
CONTROLS = "a[href], button, input, select, textarea"


class Terminal:
    def __init__(self, url):
        self.console, self.cookies = Console(highlight=False, soft_wrap=True), HTTPCookieProcessor()
        self.url, self.reloads, self.note = url, [-inf, -inf], HELP if self.console.is_terminal else ""
        self.socket: Any = None
        self.script: Any = None

    def run(self, keyboard):
        self.next = Request(self.url)
        while True:
            while self.next:
                self.leave()
                self.load(self.next)
            self.page.look()
            self.show()
            ready, _, _ = select.select([one for one in (self.socket, keyboard) if one], [], [], 0.1)
            try:
                if self.socket is None and monotonic() >= self.retry_at:
                    self.connect()
                elif self.socket in ready or (self.socket and self.socket.is_ssl() and self.socket.sock.pending()):
                    self.receive()
            except (OSError, WebSocketException):
                self.lose("The connection is lost")
            if keyboard is None:
                self.follow_order()
            elif keyboard in ready:
                self.obey(keyboard.readline().decode(errors="replace"))

    # Fetches a document. With it begin its channel, page and nonce (spec 3 and 4.2).
    def load(self, request):
        self.url, self.next = request.full_url, None
        try:
            response = build_opener(self.cookies).open(request, timeout=30)
        except HTTPError as error:
            response = error  # which is a document, too (spec 4.6)
        html = response.read().decode(response.headers.get_content_charset("utf-8"), "replace")
        self.document = Document(html, response.url, navigate=self.go)
        self.channel, self.nonce = ClientChannel(Limits()), secrets.token_urlsafe(16)
        # While there is no socket the channel keeps what is numbered, for the next one (spec 8.6).
        self.page = Page(self.document, self.channel, lambda frame: self.channel.open and self.send(frame))
        self.failures, self.retry_at, self.numbers, self.shown, self.order = 0, 0, {}, None, None
        self.script = self.document.query(None, "script[data-pycommunicate]")
        if self.script is None:
            self.note, self.retry_at = "This page stands still: it has no script of pycommunicate.", inf
        elif not self.script.get("data-ticket"):
            self.reload("The page was fetched for later.")

    def go(self, request):
        if request.url.startswith("http") and not request.target:
            self.next = Request(request.url, request.body or None, request.headers, method=request.method)

    # Only once a server has answered, and no more than twice in 30 seconds (spec 4.6).
    def reload(self, why):
        if monotonic() - self.reloads[-2] < 30:
            sys.exit(why)
        self.reloads.append(monotonic())
        sleep(random.random())
        self.note, self.next = "", Request(self.document.url)

    # Whole path from the document, subprotocol, Origin and cookie; then the hello (spec 3 and 4).
    def connect(self):
        url = urljoin(self.document.url, self.script.get("data-pycommunicate"))
        cookie = self.cookies.http_request(Request(url)).get_header("Cookie")
        asked = {"subprotocols": [SUBPROTOCOL], "origin": urljoin(url, "/").rstrip("/"), "timeout": 10}
        self.socket = create_connection(url.replace("http", "ws", 1), cookie=cookie, **asked)
        self.send(self.channel.hello(self.script.get("data-ticket"), self.nonce))

    def send(self, frame):
        with suppress(OSError, WebSocketException):  # `receive` meets the same
            self.socket.send_binary(frame)

    def receive(self):
        opcode, frame = self.socket.recv_data_frame(control_frame=True)  # which answers pings, and ends at a close
        if opcode >= ABNF.OPCODE_CLOSE:
            return
        match self.channel.receive(frame.data):  # no text is an array of msgpack: it is a violation, as it should be
            case Welcome() if self.channel is not self.page.channel:
                raise RemoteProtocolError("expected refuse or bye for a page that has ended, got welcome")
            case Welcome():
                self.failures, self.note = 0, "" if self.failures else self.note
                for numbered in self.channel.resend():
                    self.send(numbered)
            case Batch() as batch:
                self.page.apply(batch)
                if self.channel.ack_due:
                    self.send(self.channel.ack())
            case Ack(answer=True):
                self.send(self.channel.ack())
            case Refuse(action="reload", text=why):
                self.reload(why)
            case Bye(action="reload", text=why):  # the next hello is of no channel: it asks for a server (spec 5.10)
                self.channel = ClientChannel(Limits())
                self.lose(why)
            case Refuse(text=why) | Bye(text=why):
                sys.exit(why)

    # The next attempt comes after a random time, longer with each failure (spec 4.5).
    def lose(self, why):
        self.channel.lose()
        self.leave(status=4000)
        self.retry_at = monotonic() + random.uniform(0, min(10, 0.25 * 2**self.failures))
        self.failures, self.note = self.failures + 1, f"Trying to reach the server again: {why}."

    def leave(self, code="left", why="", status=1000):
        if self.socket:
            if self.channel.open:
                self.send(self.channel.bye(code, "stop", why))
            self.socket.close(status, timeout=1)
        self.socket = None

    # --- The user: what follows is of no concern to the specification. ---

    # The text of a copy, in which controls have their numbers before them, and fields what they hold.
    def show(self):
        copy = Document(self.document.read(self.document.root, "outerHTML"))
        for node, twin in zip(*(one.query_all(None, CONTROLS) for one in (self.document, copy)), strict=False):
            if self.document.is_visible(node):
                number, label = self.numbers.setdefault(node, len(self.numbers) + 1), copy.create("span")
                copy.write(label, "textContent", f" [{number}] {self.value_of(node)}")
                copy.place(label, BEFORE, twin)
        lines = [copy.title, *copy.read(copy.body, "innerText").split("\n"), self.note]
        # Codes that would steer a terminal are left out.
        title, *lines = ("".join(letter for letter in line if letter.isprintable()).strip() for line in lines)
        if lines != self.shown:
            self.console.clear()  # of what is no terminal nothing is cleared
            self.console.rule(Text(title))
            self.console.print(*filter(None, lines), sep="\n", markup=False)
        self.shown = lines

    def value_of(self, node):
        if node.get("type") in ("checkbox", "radio"):
            return "(x)" if self.document.read(node, "checked") else "( )"
        return "" if node.tag in ("a", "button") else f'"{self.document.read(node, "value")}"'

    def obey(self, line):
        number, space, text = line.rstrip("\r\n").partition(" ")
        self.note = "" if self.channel.open else self.note
        if not line or number == "q":  # without a line nobody types any more
            sys.exit()
        node = {str(number): node for node, number in self.numbers.items()}.get(number)
        if node is not None:
            self.act(node, text if space else None)
        elif number:
            self.note = f"Nothing has the number {number}. {HELP}"
        else:
            self.shown = None

    # Without a text it is a click.
    def act(self, node, text):
        fill = actions.select if node.tag == "select" else actions.fill
        self.page.fields.touch(node)
        try:
            fill(self.document, node, text) if text is not None else actions.click(self.document, node)
        except (ActionError, DomError) as error:
            self.note = f"{error}."

    # The autopilot does what the conformance kit writes into #do.
    def follow_order(self):
        order = self.document.read(self.document.query(None, "#do"), "textContent")
        found = re.fullmatch(r"\d+ (?:after (\d+) )?(click|fill) (\S+) ?(.*)", order or "")
        if found and order != self.order:
            sleep(int(found[1] or 0) / 1000)
            self.act(self.document.query(None, found[3]), found[4] if found[2] == "fill" else None)
        self.order = order


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, epilog=HELP)
    parser.add_argument("url", help="the address of the page")
    parser.add_argument("--auto", action="store_true", help="do what the conformance kit says, and read no keyboard")
    options = parser.parse_args()
    terminal = Terminal(options.url)
    try:
        terminal.run(None if options.auto else FileIO(0))  # unbuffered: `select` knows of all that waits
    except RemoteProtocolError as error:  # spec 2: a violation
        terminal.leave("violation", str(error))
        sys.exit(f"The server broke the protocol: {error}")
    except (OSError, ValueError, HTTPException) as error:
        parser.exit(2, f"{terminal.url} cannot be loaded: {getattr(error, 'reason', error)}\n")
    except KeyboardInterrupt:
        sys.exit()
    finally:
        terminal.leave()
