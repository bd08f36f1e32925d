"""A browser without a document that answers whatever it is asked with something plausible, and clicks on everything."""

from __future__ import annotations

from typing import Any

from pycommunicate.protocol.codec import Ref, to_wire
from pycommunicate.protocol.messages import Bye, Refuse
from pycommunicate.protocol.ops import CALL, EXISTS, FIND, LISTEN, LOADED, NAVIGATE
from tests.support.wire import WireClient

__all__ = ["PlausibleClient"]

_VALUES: dict[str, Any] = {"checked": True, "files": [], "selectedIndex": 0}


class PlausibleClient(WireClient):
    """One document, whose elements are all there: fields hold "7", boxes are checked.

    Attributes:
        over: Whether the page has ended, or leads elsewhere.
    """

    over = False
    _found = 0
    _seen = 0

    def load(self, path: str) -> None:
        """Open a page, and answer until its `load` has ended; one that is refused is over."""
        assert self.get(path).socket, f"expected a live page, got {self.document}"
        assert self.connect().status == 101
        self.over = isinstance(self.hello(), Refuse)
        while not self.over and not any(op[0] == LOADED for op in self.ops):
            self._take()

    def click_on_everything(self) -> None:
        """Let every listener have one event; return when the server has taken them."""
        for _, listener, _, _, options in [op[:5] for op in self.ops if op[0] == LISTEN]:
            self.event(listener, {name: self._value(name) for name in options.get("with", [])})
        while not self.over and self.channel.acknowledged < self.channel.sent:
            self._take()

    def answer_until_closed(self) -> None:
        """Answer to the end."""
        while not self.over:
            self._take()
        self.close()

    def _take(self) -> None:
        message = self.receive()
        self.over = self.over or message is None or isinstance(message, (Bye, Refuse))
        new, self._seen = self.ops[self._seen :], len(self.ops)
        self.over = self.over or any(op[0] == NAVIGATE for op in new)
        if not self.over:
            while self.asked:
                self.answer(to_wire(self._answer_to(self.asked)))
            if self.channel.ack_due:
                self.ack()

    def _answer_to(self, ask: list[Any]) -> Any:
        if ask[0] == FIND:
            self._found += 1
            return Ref(-self._found)
        if ask[0] == EXISTS:
            return True
        return None if ask[0] == CALL else self._value(ask[3])

    @staticmethod
    def _value(name: Any) -> Any:
        return _VALUES.get(name if isinstance(name, str) else name[-1], "7")
