"""What a page asks of whatever carries its frames, and what it offers in return."""

from __future__ import annotations

from enum import Enum
from typing import Protocol

__all__ = ["Carrier", "Ending", "Receiver"]


class Ending(Enum):
    """How a carrier came to its end (spec 4.5)."""

    LOST = "lost"  # in any other way: its browser will come back
    LEFT = "left"  # the other side closed it in good order, as a document does that is left
    BROKEN = "broken"  # the other side broke a rule of the carrier: nothing of it is taken any more


class Receiver(Protocol):
    """Takes frames in. Neither method ever waits: the caller may be the event loop itself."""

    def receive(self, data: bytes) -> None:
        """Take in one frame."""

    def lost(self, carrier: Carrier) -> None:
        """The carrier is gone; no frame will come from it any more."""


class Carrier(Protocol):
    """Carries frames to one browser for a while.

    Attributes:
        receiver: Takes the frames that come.
        ending: Once it is gone: how that came.
    """

    receiver: Receiver | None
    ending: Ending

    def try_send(self, data: bytes) -> None:
        """Send one frame without ever waiting: what the socket does not take now, a writer sends later."""

    def allow(self, max_size: int) -> None:
        """Let frames have *max_size* bytes from now on; until its hello, a browser may send little."""

    def close(self, code: int, reason: str) -> None:
        """Close after all that was sent, without waiting."""
