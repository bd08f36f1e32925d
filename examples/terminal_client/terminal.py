"""A page of any pycommunicate app as text in a terminal: a client that is written from protocol/v1/spec.md."""

import argparse
import contextlib
import random
import re
import secrets
import select
import sys
from http.client import HTTPException
from http.cookiejar import CookieJar
from time import monotonic, sleep
from urllib.error import HTTPError
from urllib.parse import urljoin
from urllib.request import HTTPCookieProcessor, Request, build_opener

from document import Failed
from drawing import draw
from page import Page
from rich.console import Console
from rich.text import Text
from websocket import ABNF, WebSocketException, create_connection

from pycommunicate.errors import RemoteProtocolError
from pycommunicate.protocol import SUBPROTOCOL, ClientChannel, Limits
from pycommunicate.protocol.messages import Ack, Batch, Bye, Event, Refuse, Welcome, decode

HELP = "A number clicks, a number with a text fills in, Enter shows the page, q quits."
# What the conformance kit writes into the element #do.
ORDER = re.compile(r"(?:\d+ )?(?:after (\d+) )?(click|fill) (\S+) ?(.*)")


class Terminal:
    def __init__(self, auto):
        self.auto, self.console = auto, Console(highlight=False, soft_wrap=True)
        self.cookies = CookieJar()
        self.opener = build_opener(HTTPCookieProcessor(self.cookies))
        self.socket, self.reloads, self.exit_code = None, [], None
        self.state, self.note = "", HELP if self.console.is_terminal else ""  # both stand below the page

    def run(self, url):
        self.load(url)
        keyboard = None if self.auto else sys.stdin.buffer.raw  # it reads nothing ahead, of which select would not know
        while self.exit_code is None:
            if self.script is not None and self.socket is None and monotonic() >= self.retry_at:
                self.connect()
            ready, _, _ = select.select([one for one in (self.socket, keyboard) if one], [], [], 0.1)
            if self.socket and (self.socket in ready or (self.socket.is_ssl() and self.socket.sock.pending())):
                self.receive()
            if keyboard in ready:
                self.obey(keyboard.readline().decode(errors="replace"))
            if self.auto:
                self.follow_orders()
            self.look_for_life()
            if self.page.document.next_url and self.exit_code is None:
                self.leave()
                self.load(self.page.document.next_url)
        return self.exit_code

    # Fetches a document. With it begin its channel, nonce and page (spec 3 and 4.2).
    def load(self, url):
        self.url = url
        try:
            response = self.opener.open(url, timeout=30)
        except HTTPError as error:
            response = error  # which is a page, too
        html = response.read().decode(response.headers.get_content_charset("utf-8"), "replace")
        self.channel, self.nonce, self.ended = ClientChannel(Limits()), secrets.token_urlsafe(16), False
        self.page = Page(html, response.url, self.channel, self.send_numbered)
        self.failures, self.retry_at, self.heard_at, self.asked_at = 0, 0, 0, None
        self.numbers, self.shown, self.last_order, self.orders = {}, None, "", []
        self.script = self.page.document.find(self.page.document, "script[data-pycommunicate]")
        if self.script is None:
            self.note = "This page stands still: it has no script of pycommunicate."
        self.show()
        if self.script is not None and not self.script.get("data-ticket"):
            self.reload("The page was fetched for later.")

    # Only once a server has answered, and no more than twice in 30 seconds (spec 4.6).
    def reload(self, why):
        self.drop(1000)
        self.reloads = [time for time in self.reloads if time > monotonic() - 30]
        if len(self.reloads) == 2:
            self.end(why, 1)
        else:
            self.reloads.append(monotonic())
            if any(isinstance(decode(frame), Event) for frame in self.page.channel.resend()):
                self.note = "What you did last may not have been done."
            sleep(random.random())
            self.load(self.page.document.url)

    # Whole path from the document, subprotocol, Origin and cookie; then the hello (spec 3 and 4).
    def connect(self):
        url = urljoin(self.page.document.url, self.script.get("data-pycommunicate"))
        request = Request(url)
        self.cookies.add_cookie_header(request)
        asked = {"subprotocols": [SUBPROTOCOL], "origin": urljoin(url, "/").rstrip("/"), "timeout": 10}
        try:
            self.socket = create_connection(url.replace("http", "ws", 1), cookie=request.get_header("Cookie"), **asked)
        except (OSError, WebSocketException):
            self.lose()
        else:
            self.send(self.channel.hello(self.script.get("data-ticket"), self.nonce))

    def send(self, frame, wants_answer=True):
        if wants_answer and self.asked_at is None:
            self.asked_at = monotonic()
        with contextlib.suppress(OSError, WebSocketException):  # receive meets the same
            self.socket.send_binary(frame)

    # While there is no socket the channel keeps what is numbered, for the next one (spec 8.6).
    def send_numbered(self, frame):
        if self.channel.open:
            self.send(frame)

    def receive(self):
        try:
            opcode, frame = self.socket.recv_data_frame(control_frame=True)  # which answers pings
        except (OSError, WebSocketException):
            opcode = ABNF.OPCODE_CLOSE
        if opcode == ABNF.OPCODE_CLOSE:
            self.lose()
        elif opcode in (ABNF.OPCODE_BINARY, ABNF.OPCODE_TEXT):
            self.heard_at, self.asked_at = monotonic(), None
            try:
                if opcode == ABNF.OPCODE_TEXT:
                    raise RemoteProtocolError("expected a binary message, got a text")
                self.take(self.channel.receive(frame.data))
            except RemoteProtocolError as error:  # a violation (spec 2)
                self.say_bye("violation", str(error))
                self.end(f"The server broke the protocol: {error}", 1)

    def take(self, message):
        match message:
            case Welcome() if self.ended:
                raise RemoteProtocolError("expected refuse or bye for a page that has ended, got welcome")
            case Welcome():
                self.failures, self.state = 0, ""
                for frame in self.channel.resend():
                    self.send(frame)
            case Batch():
                self.page.apply(message)
                if self.channel.ack_due:
                    self.send(self.channel.ack(), wants_answer=False)
            case Ack(answer=True):
                self.send(self.channel.ack(), wants_answer=False)
            case Refuse(action="reload"):
                self.reload(message.text)
            case Bye(action="reload"):
                # The channel has ended. The next hello is of none, and tells when there is a server again (spec 5.10).
                self.ended, self.channel = True, ClientChannel(Limits())
                self.channel.received = self.page.channel.received
                self.channel.applied(self.channel.received)
                self.lose(message.text)
            case Refuse() | Bye():
                self.end(message.text, 1)
        self.show()

    # The next attempt comes after a random time, longer with each failure (spec 4.5).
    def lose(self, why="The connection is lost"):
        self.drop(4000)
        self.channel.lose()
        self.retry_at = monotonic() + random.uniform(0, min(10, 0.25 * 2**self.failures))
        self.failures += 1
        self.state = f"Trying to reach the server again: {why}."
        self.show()

    # A silent server is asked after 20 seconds; one that owes an answer for 10 is lost (spec 8.7).
    def look_for_life(self):
        if self.asked_at and monotonic() > self.asked_at + 10:
            self.lose()
        elif self.channel.open and not self.asked_at and monotonic() > self.heard_at + 20:
            self.send(self.channel.ack(answer=True))

    def drop(self, code):
        if self.socket:
            self.socket.close(code, timeout=1)
        self.socket, self.asked_at = None, None

    def say_bye(self, code, why):
        if self.channel.open:
            self.send(self.channel.bye(code, "stop", why))

    def leave(self):
        self.say_bye("left", "")
        self.drop(1000)

    def end(self, why, exit_code):
        self.drop(1000)
        self.state, self.exit_code = why, exit_code
        self.show()

    # --- The user ---

    def show(self, again=False):
        lines = [*draw(self.page.document, self.numbers), Text(self.note, "italic"), Text(self.state, "italic")]
        if again or lines != self.shown:
            self.console.clear()  # of what is no terminal nothing is cleared
            self.console.rule(Text(self.page.document.read(self.page.document, "title") or ""))
            self.console.print(*filter(None, lines), sep="\n")
        self.shown = lines

    def obey(self, line):
        number, space, text = line.rstrip("\r\n").partition(" ")
        nodes = {str(number): node for node, number in self.numbers.items()}
        self.note = ""
        if line == "" or number == "q":  # nobody types any more
            self.leave()
            self.exit_code = 0
            return
        if number in nodes:
            self.act(nodes[number], text if space else None)
        elif number:
            self.note = f"Nothing has the number {number}. {HELP}"
        self.show(again=not number)

    # Without a text it is a click. When the page has ended nobody would hear of it.
    def act(self, node, text):
        try:
            if text is not None and not self.ended:
                self.page.document.fill(node, text)
            elif not self.ended:
                self.page.document.click(node)
        except Failed as failed:
            self.note = failed.args[1]

    def follow_orders(self):
        node = self.page.document.find(self.page.document, "#do")
        text = "" if node is None else node.text_content()
        if text != self.last_order and (order := ORDER.fullmatch(text)):
            self.orders.append((monotonic() + int(order[1] or 0) / 1000, order))
        self.last_order = text
        for due_at, order in [one for one in self.orders if one[0] <= monotonic()]:
            self.orders.remove((due_at, order))
            self.act(self.page.document.find(self.page.document, order[3]), order[4] if order[2] == "fill" else None)
            self.show()


def main():
    parser = argparse.ArgumentParser(description=__doc__, epilog=HELP)
    parser.add_argument("url", help="the address of the page")
    parser.add_argument("--auto", action="store_true", help="do what the conformance kit says, and read no keyboard")
    options = parser.parse_args()
    terminal = Terminal(options.auto)
    try:
        return terminal.run(options.url)
    except KeyboardInterrupt:
        return terminal.leave()
    except (OSError, ValueError, HTTPException) as error:
        print(f"{terminal.url} cannot be loaded: {getattr(error, 'reason', error)}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
