"""A browser without a document that answers whatever it is asked with something plausible, and clicks on everything."""

from __future__ import annotations

from typing import Any

from pycommunicate.protocol.codec import Ref, to_wire
from pycommunicate.protocol.messages import Bye, Refuse
from pycommunicate.protocol.ops import CALL, EXISTS, FIND, FRAGMENT, GET, LISTEN, LOADED, NAVIGATE, OBJECT
from tests.support.wire import WireClient

__all__ = ["PlausibleClient"]

_VALUES: dict[str, Any] = {"checked": True, "files": [], "selectedIndex": 0}
#: What leads to a node, and to a list of nodes.
_NODES = ("parentElement", "previousElementSibling", "nextElementSibling", "closest", "body", "head")
_LISTS = ("children", "querySelectorAll", "rows", "cells")
#: What forms of the documentation have.
_FORM = ("name", "words", "text", "item")


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
            fields = options.get("fields")
            self.event(listener, None if fields is None else [self._carried(name) for name in fields])
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
        if ask[0] == EXISTS:
            return True
        name = ask[3] if ask[0] in (GET, CALL) else ""
        flags = {GET: ask[4:], CALL: ask[5:]}.get(ask[0])
        if ask[0] == FIND or name in _NODES or (flags and flags[0] & OBJECT):
            return self._node()
        if ask[0] == FRAGMENT or name in _LISTS:
            return [self._node()]
        return None if ask[0] == CALL else self._value(name)

    def _node(self) -> Ref:
        self._found += 1
        return Ref(-self._found)

    def _carried(self, name: Any) -> Any:
        if name in ("target", "current"):
            return to_wire(Ref(-max(1, self._found)))
        return [[field, "7"] for field in _FORM] if name == "form" else self._value(name)

    @staticmethod
    def _value(name: Any) -> Any:
        return _VALUES.get(name if isinstance(name, str) else name[-1], "7")
