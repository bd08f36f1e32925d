"""Every number and name of an app that a deployment may want to change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields

from .errors import ConfigurationError
from .protocol.limits import Limits

__all__ = ["Settings"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Settings of a `CommunicateApp`. All times are in seconds.

    Attributes:
        limits: What one page may use; announced to its browser and enforced.
        max_pages: Pages at a time, in all. The oldest unclaimed ones make room.
        max_unclaimed_pages: Pages whose browser has not attached yet, in all; the oldest goes.
        max_unclaimed_pages_per_user: The same for one user.
        max_unclaimed_pages_per_address: The same for one client address.
        unclaimed_lifetime: How long a page waits for its browser to attach.
        hello_timeout: How long a new WebSocket may take until its hello.
        read_silence: A read fails after this long without any frame from its page.
        read_timeout: A read fails after this long in any case.
        user_lifetime: How long an idle user (and session) without any page is kept.
        handover_lifetime: How long ``change_view(..., reload=True)`` waits for the browser to come back.
        high_water: Bytes of ops behind a closed window at which a page's own handlers wait.
        overflow: Bytes of ops behind a closed window at which the page ends.
        allowed_origins: Origins besides the app's own that may attach, as ``https://example.org``.
        cookie_name: Name of the user's cookie; None for ``pycommunicate_`` and the port.
        cookie_path: Path of the user's cookie; None for where the app is mounted.
        cookie_samesite: ``Lax``, ``Strict``, or ``None`` (the text) for embedding in other sites.
        cookie_secure: Whether the cookie is for https only; None to decide by the request.
    """

    limits: Limits = field(default_factory=Limits)
    max_pages: int = 10_000
    max_unclaimed_pages: int = 2_000
    max_unclaimed_pages_per_user: int = 32
    max_unclaimed_pages_per_address: int = 256
    unclaimed_lifetime: float = 60.0
    hello_timeout: float = 10.0
    read_silence: float = 10.0
    read_timeout: float = 120.0
    user_lifetime: float = 24 * 60 * 60.0
    handover_lifetime: float = 30.0
    high_water: int = 1024 * 1024
    overflow: int = 8 * 1024 * 1024
    allowed_origins: Sequence[str] = ()
    cookie_name: str | None = None
    cookie_path: str | None = None
    cookie_samesite: str = "Lax"
    cookie_secure: bool | None = None

    def __post_init__(self) -> None:
        for one in fields(self):
            value = getattr(self, one.name)
            if isinstance(one.default, (int, float)) and (not isinstance(value, (int, float)) or not value > 0):
                raise ConfigurationError(f"expected settings.{one.name} to be a number above 0, got {value!r}")
        if isinstance(self.allowed_origins, str):
            raise ConfigurationError(
                f"expected settings.allowed_origins to be a list of origins, got the text {self.allowed_origins!r}"
            )
        for origin in self.allowed_origins:
            if "://" not in origin:
                raise ConfigurationError(
                    f"expected settings.allowed_origins to be like 'https://example.org', got {origin!r} among them"
                )
        if self.cookie_samesite not in ("Lax", "Strict", "None"):
            raise ConfigurationError(
                f"expected settings.cookie_samesite to be 'Lax', 'Strict' or 'None', got {self.cookie_samesite!r}"
            )
