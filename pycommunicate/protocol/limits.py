"""The limits that a server announces in its welcome, and both sides keep (spec 9)."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from ..errors import LocalProtocolError, RemoteProtocolError
from .codec import MAX_DEPTH, shown

__all__ = ["Limits"]


@dataclass(frozen=True, slots=True)
class Limits:
    """What one page may use.

    Attributes:
        frame: Bytes of the largest frame that the client may send.
        depth: Levels of arrays and maps in one value; always 32 in version 1.
        containers: Arrays and maps in one frame of the client; they cost many times what they weigh on the wire.
        refs: Nodes that the client may have told the server of, and the server not yet released.
        listeners: Listeners of one page at a time.
        events: Events of one listener that the server has not granted credit for again.
        window_frames: Batches that the server may send before the first of them is acknowledged.
        window_bytes: The same in bytes.

    Raises:
        LocalProtocolError: if one of them is no positive integer.
    """

    frame: int = 1024 * 1024
    depth: int = MAX_DEPTH
    containers: int = 65_536
    refs: int = 100_000
    listeners: int = 100_000
    events: int = 16
    window_frames: int = 64
    window_bytes: int = 4 * 1024 * 1024

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if type(value) is not int or value < 1:
                raise LocalProtocolError(f"expected limit {field.name} to be a positive integer, got {shown(value)}")
        if self.depth != MAX_DEPTH:
            raise LocalProtocolError(f"expected limit depth to be {MAX_DEPTH}, as version 1 has it, got {self.depth}")

    def to_map(self) -> dict[str, int]:
        """Return the limits as they stand in a welcome."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    @classmethod
    def from_map(cls, limits: dict[str, Any]) -> Limits:
        """Return the limits of a welcome; unknown names are ignored, missing ones take the default.

        Raises:
            RemoteProtocolError: if one of them cannot be.
        """
        try:
            return cls(**{field.name: limits[field.name] for field in fields(cls) if field.name in limits})
        except LocalProtocolError as error:
            raise RemoteProtocolError(str(error)) from None
