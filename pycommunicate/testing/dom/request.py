"""What a document asks its browser to load."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Request"]


@dataclass(frozen=True, slots=True)
class Request:
    """Where a link or a form leads.

    Attributes:
        url: The whole address.
        method: ``"GET"`` or ``"POST"``.
        body: What a form sends by POST.
        content_type: Of the body.
        target: The name of the frame or window, as ``"_blank"``; empty for the document's own.
        download: Whether it is to be saved instead of shown.
    """

    url: str
    method: str = "GET"
    body: bytes = b""
    content_type: str = ""
    target: str = ""
    download: bool = False

    @property
    def headers(self) -> dict[str, str]:
        """What the request says of itself."""
        return {"Content-Type": self.content_type} if self.content_type else {}
