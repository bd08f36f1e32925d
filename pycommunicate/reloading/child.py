"""The process that serves, as its parent has started it: it ends with the parent, and listens on one socket for all."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Callable
from typing import Any

import gevent
from gevent import get_hub
from gevent.monkey import get_original

from ..server.app.place import BACKLOG, Place
from ..server.app.serving import cannot_serve

__all__ = ["HURRY", "VARIABLE", "Child"]

#: What a parent tells its child, as JSON.
VARIABLE = "PYCOMMUNICATE_CHILD"
#: What comes by the lifeline when the child has been told to stop, and shall wait for no handler any more.
HURRY = b"!"


class Child:
    """What this process knows of its parent.

    Args:
        told: What the parent tells: ``control``, a socket that leads to it; ``lifeline``, a pipe that ends with it;
            ``first``, whether this is its first child; ``listener``, descriptor, host and port of a socket that
            listens, or None.

    Attributes:
        first: Whether it is the first child.
    """

    def __init__(self, told: dict[str, Any]) -> None:
        self.first: bool = told["first"]
        self._control: int = told["control"]
        self._listener: tuple[int, str, int] | None = tuple(told["listener"]) if told["listener"] else None
        self._finish: Callable[[float], None] | None = None
        self._loop: Any = get_hub().loop
        for descriptor in (told["control"], told["lifeline"], *(self._listener or ())[:1]):
            os.set_inheritable(int(descriptor), False)
        # A thread of the system, not a greenlet: whatever the program does, its parent's end is its own.
        get_original("_thread", "start_new_thread")(self._end_with, (told["lifeline"],))

    @classmethod
    def from_environment(cls) -> Child | None:
        """Return what this process knows of its parent, or None if it has none of ours."""
        told = os.environ.pop(VARIABLE, None)
        return cls(json.loads(told)) if told is not None else None

    @property
    def address(self) -> tuple[str, int] | None:
        """Host and port that children before this one were served on, as they asked for them."""
        return self._listener[1:] if self._listener is not None else None

    def hurry_by(self, finish: Callable[[float], None]) -> None:
        """Call *finish* with 0 seconds, in a greenlet of this thread, when the parent waits no longer."""
        self._finish = finish

    def listen(self, host: str, port: int) -> int:
        """Return the descriptor of a socket that listens there: one that was there before, if possible.

        Raises:
            ServeError: if there can be none.
        """
        if self._listener is not None and self._listener[1:] == (host, port):
            return self._listener[0]
        listener = _listen(host, port)
        with socket.socket(fileno=self._control) as control:
            socket.send_fds(control, [json.dumps([host, port]).encode()], [listener.fileno()])
        return listener.detach()

    def _end_with(self, lifeline: int) -> None:
        while os.read(lifeline, 1) == HURRY:
            if self._finish is not None:
                self._loop.run_callback_threadsafe(gevent.spawn, self._finish, 0.0)
        os._exit(1)


def _listen(host: str, port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except (OSError, UnicodeError) as error:
        listener.close()
        raise cannot_serve(Place(host, port), error) from None
    return listener
