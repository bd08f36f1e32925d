"""A wire client of the app in tests/deployment/program/: knows its page, and its handlers by name."""

from __future__ import annotations

import json
import socket
import ssl
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from pycommunicate.protocol.codec import Ref, to_wire
from pycommunicate.protocol.messages import Bye
from pycommunicate.protocol.ops import LISTEN, SET
from tests.support.wire import WireClient

__all__ = ["PROGRAM", "SOURCE", "TlsSockets", "UnixSockets", "Workshop", "refuses", "settings"]

PROGRAM = Path(__file__).parents[1] / "deployment" / "program"
#: Its program without the last line, which serves it.
SOURCE = (PROGRAM / "main.py").read_text(encoding="utf-8").removesuffix("app.run()\n")
BUTTONS = ("work", "mark", "stick", "hog", "ask", "tick", "again")


def settings(**values: Any) -> dict[str, str]:
    """Return the environment that gives the program these settings."""
    return {"SETTINGS": json.dumps(values)}


def refuses(port: int) -> bool:
    """Wait until nobody listens at *port* any more; return True."""
    deadline = monotonic() + 5
    while monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except ConnectionRefusedError:
            return True
        except ConnectionResetError:  # it was waiting to be taken as the listener closed
            pass
        sleep(0.01)
    return False


class TlsSockets:
    """Stands for `socket` where connections are to have TLS."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self._context = context

    def create_connection(self, address: tuple[str, int], timeout: float) -> ssl.SSLSocket:
        """Return a connection whose handshake is done."""
        return self._context.wrap_socket(socket.create_connection(address, timeout), server_hostname=address[0])


class UnixSockets:
    """Stands for `socket` where everything is at one unix socket."""

    def __init__(self, path: Path) -> None:
        self._path = str(path)

    def create_connection(self, address: tuple[str, int], timeout: float) -> socket.socket:
        """Return a connection, whatever the address."""
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(timeout)
        connection.connect(self._path)
        return connection


class Workshop(WireClient):
    """One document of that page."""

    def __init__(self, url: str, sockets: Any = socket) -> None:
        super().__init__(url, sockets)
        self.headers = {"Origin": url.rpartition("/")[0] if url.count("/") > 2 else url}

    def come_in(self, path: str = "/") -> Workshop:
        """Load the page, attach, and answer what its load() asks."""
        assert self.get(path).status == 200, self.document
        answer = self.connect(self.headers)
        assert answer.status == 101, answer
        self.hello()
        for ref in range(1, len(BUTTONS) + 3):
            self.answer(to_wire(Ref(-ref)))
        self.wait(lambda: len([op for op in self.ops if op[0] == LISTEN]) == len(BUTTONS))
        self.wait_text("home is ready")
        return self

    def click(self, button: str) -> None:
        """Let a handler run."""
        self.event(BUTTONS.index(button) + 1)

    @property
    def texts(self) -> list[str]:
        """What has been written to #out, in order."""
        return [op[3] for op in self.ops if op[0] == SET and op[1] == -1]

    def wait_text(self, text: str) -> None:
        """Take in messages until *text* has been written."""
        self.wait(lambda: text in self.texts)

    def read_until_bye(self, typed: str | None = None) -> Bye:
        """Take in everything to the end, and return the server's goodbye; answer what is asked with *typed*, if any."""
        bye = None
        while (message := self.receive()) is not None:
            if isinstance(message, Bye):
                bye = message
            elif typed is not None and self.asked:
                self.answer(typed)
        self.close()  # as browsers do: the server waits for it, for a while
        assert bye is not None, "the server has closed without a goodbye"
        return bye
