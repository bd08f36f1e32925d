"""The small client with one fault each: what the conformance kit must find."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Set
from typing import Any

from pycommunicate.protocol.messages import BYE, Event, Failure
from tests.conformance.small_client import SmallClient
from tests.conformance.small_document import Document, Listener

__all__ = ["FAULTS"]

#: Each fault with the sections that must find it, and those that may find it, too; None for all.
FAULTS: dict[str, tuple[type[SmallClient], set[str], Set[str] | None]] = {}


def fault(*about: str, also: Set[str] | None = frozenset()) -> Callable[[type[SmallClient]], type[SmallClient]]:
    """Say which sections must find the fault of a client, and which may."""

    def add(client: type[SmallClient]) -> type[SmallClient]:
        FAULTS[client.__name__] = client, set(about), also
        return client

    return add


@fault(
    "failures",
    "acks",
    also={"create", "duplicates", "gone", "held-up", "insert", "listen", "navigate", "remove", "resume"},
)
class AcksTooEarly(SmallClient):
    def apply(self, number: int, batch: list[Any]) -> None:
        self.applied = number
        super().apply(number, batch)


@fault("duplicates", "resume")
class ForgetsDuplicates(SmallClient):
    def is_duplicate(self, number: int) -> bool:
        return False


@fault("refs", also=None)
class TellsPositiveRefs(SmallClient):
    def load(self, url: str) -> None:
        super().load(url)
        self.document.new_ref = self.new_ref  # type: ignore[method-assign]

    def new_ref(self) -> int:
        self.document.last_ref += 1
        return self.document.last_ref + 1000


@fault("gone", "large-gone", "remove", "keep", "view", "events")
class ReportsNothingGone(SmallClient):
    def report(self) -> None:
        self.document.gone = ([], [])


@fault("order")
class RepliesInAnotherOrder(SmallClient):
    def flush(self) -> None:
        self.replies.reverse()
        super().flush()


@fault("events", "early", also={"listen", "view"})
class TellsEventsInAnotherOrder(SmallClient):
    late: Listener | None = None

    def tell(self, listener: Listener) -> None:
        """Keep each first event until the next."""
        if self.late is None:
            self.late = listener
            self.after(0.02, self.tell_late)
            return
        super().tell(listener)
        self.tell_late()

    def tell_late(self) -> None:
        if self.late is not None:
            late, self.late = self.late, None
            super().tell(late)


@fault("credits")
class NeedsNoCredit(SmallClient):
    def tell(self, listener: Listener) -> None:
        self.numbered(Event, listener.number)


@fault("life-signs", "extra-fields")
class GivesNoLifeSigns(SmallClient):
    def life_sign(self) -> None:
        if self.ack_sent < self.applied:
            super().life_sign()


@fault("resume", "away")
class ResendsNothing(SmallClient):
    def resend(self) -> None:
        pass


@fault("resume", "losses", "bye", "backoff")
class HasANewNonceEachTime(SmallClient):
    def say_hello(self) -> None:
        self.nonce = secrets.token_urlsafe(24)
        super().say_hello()


@fault("gaps")
class TakesAGap(SmallClient):
    def check_number(self, number: int) -> None:
        pass


# A click of the kit finds what it clicks on, and releases that.
@fault("releases", also={"create", "events", "keep", "listen", "prevent"})
class ForgetsAtAnyRelease(SmallClient):
    def load(self, url: str) -> None:
        super().load(url)
        forget = Document.release
        self.document.release = lambda ref, times: forget(self.document, ref, 1000)  # type: ignore[method-assign]


@fault("releases")
class ForgetsOnlyAtTheExactCount(SmallClient):
    def load(self, url: str) -> None:
        super().load(url)
        document = self.document

        def release(ref: int, times: int) -> None:
            if ref and ref in document.nodes and document.nodes[ref][1] == times:
                del document.nodes[ref]

        document.release = release  # type: ignore[method-assign]


@fault("refuse")
class ReloadsWhenToldToStop(SmallClient):
    def end(self, action: str) -> None:
        self.reload()


@fault("bye", "extra-fields", also={"violations"})
class ComesBackAfterAnyBye(SmallClient):
    def receive(self, data: bytes) -> None:
        if data[1:2] == bytes((BYE,)):
            self.open = False
            return
        super().receive(data)


@fault("bye", also={"loaded", "losses", "refused-later", "resume", "subprotocol", "too-little"})
class LoadsBeforeAnAnswer(SmallClient):
    def lost(self) -> None:
        super().lost()
        self._due[-1:] = []
        self.reload()


@fault("handshake", also=None)
class SaysHelloTwice(SmallClient):
    def say_hello(self) -> None:
        super().say_hello()
        super().say_hello()


@fault("order", also=None)
class RepliesTwice(SmallClient):
    def answer(self, ask: int, value: Any) -> None:
        super().answer(ask, value)
        super().answer(ask, value)


@fault("failures", also={"create", "insert", "remove"})
class TellsOneFailureOfABatch(SmallClient):
    failed = 0

    def numbered(self, kind: Any, *fields: Any) -> None:
        if kind is Failure:
            if fields[0] == self.failed:
                return
            self.failed = fields[0]
        super().numbered(kind, *fields)


@fault("backoff")
class WaitsNeverLonger(SmallClient):
    def lost(self) -> None:
        super().lost()
        self._due[-1] = (self._due[-1][0] - 10, self._due[-1][1])
