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
        event_rate: Events of one page that are handled a second, in the long run; more of them wait their turn.
        event_burst: How many are handled at once before that counts.
        max_pages: Pages at a time, in all. The oldest unclaimed ones make room.
        max_pages_per_user: Pages of one user that browsers are attached to; further ones are refused.
        max_unclaimed_pages: Pages whose browser has not attached yet, in all; the oldest goes.
        max_unclaimed_pages_per_user: The same for one user.
        max_unclaimed_pages_per_address: The same for one client address.
        max_waiting_sockets: WebSockets that have not said hello yet, in all; the oldest goes, and may come again.
        max_users: Users (and sessions) that are kept, in all; the one without pages that is idle longest goes.
        unclaimed_lifetime: How long a page waits for its browser to attach.
        hello_timeout: How long a new WebSocket may take until its hello.
        read_silence: A read fails after this long without any frame from its page.
        read_timeout: A read fails after this long in any case.
        user_lifetime: How long an idle user (and session) without any page is kept.
        detached_lifetime: How long a page whose connection was lost waits for its browser to come back.
        left_lifetime: How long a page waits whose document was left in good order, as for the back button.
        handover_lifetime: How long ``change_view(..., reload=True)`` waits for the browser to come back.
        high_water: Bytes of ops behind a closed window at which a page's own handlers wait.
        overflow: Bytes of ops behind a closed window at which the page ends.
        backlog_memory: Bytes that all pages together may hold back for browsers that are away or take nothing; then
            pages end, first the one whose browser is away longest.
        heartbeat: How often WebSockets are pinged; a dead peer is found within twice as long.
        header_timeout: How long the head of a request may take, and a TLS handshake.
        keep_alive_timeout: How long a connection may wait for another request.
        send_timeout: How long a peer may take nothing of what is sent to it, or send nothing of a request's body.
        max_connections: Connections at a time; more wait until one ends.
        stop_timeout: How long handlers may run on when the server stops.
        trusted_proxies: How many proxies stand in front, whose ``X-Forwarded-For``, ``-Proto``, ``-Host``, ``-Port``
            and ``-Prefix`` are believed. Leave it at 0 if anybody can reach the server past them.
        trusted_hosts: Names that the app may be asked by, as ``example.org`` (any port) or ``.example.org`` (and all
            below it). None for any; but an app that is served on a loopback address without ``trusted_proxies`` then
            answers to that machine's own names only, so that no other web site can come in by a name of its own.
        allowed_origins: Origins besides the app's own that may attach, as ``https://example.org``.
        cookie_name: Name of the user's cookie; None for ``pycommunicate_`` and the port.
        cookie_path: Path of the user's cookie; None for where the app is mounted.
        cookie_samesite: ``Lax``, ``Strict``, or ``None`` (the text) for embedding in other sites.
        cookie_secure: Whether the cookie is for https only; None to decide by the request.
    """

    limits: Limits = field(default_factory=Limits)
    event_rate: float = 500.0
    event_burst: int = 1_000
    max_pages: int = 10_000
    max_pages_per_user: int = 100
    max_unclaimed_pages: int = 2_000
    max_unclaimed_pages_per_user: int = 32
    max_unclaimed_pages_per_address: int = 256
    max_waiting_sockets: int = 1_000
    max_users: int = 100_000
    unclaimed_lifetime: float = 60.0
    hello_timeout: float = 10.0
    read_silence: float = 10.0
    read_timeout: float = 120.0
    user_lifetime: float = 24 * 60 * 60.0
    detached_lifetime: float = 15 * 60.0
    left_lifetime: float = 30.0
    handover_lifetime: float = 30.0
    high_water: int = 1024 * 1024
    overflow: int = 8 * 1024 * 1024
    backlog_memory: int = 256 * 1024 * 1024
    heartbeat: float = 15.0
    header_timeout: float = 20.0
    keep_alive_timeout: float = 75.0
    send_timeout: float = 30.0
    max_connections: int = 10_000
    stop_timeout: float = 10.0
    trusted_proxies: int = 0
    trusted_hosts: Sequence[str] | None = None
    allowed_origins: Sequence[str] = ()
    cookie_name: str | None = None
    cookie_path: str | None = None
    cookie_samesite: str = "Lax"
    cookie_secure: bool | None = None

    def __post_init__(self) -> None:
        for one in fields(self):
            value = getattr(self, one.name)
            if one.name == "trusted_proxies":
                if type(value) is not int or value < 0:
                    raise ConfigurationError(
                        f"expected settings.trusted_proxies to be a number of proxies, got {value!r}"
                    )
            elif isinstance(one.default, int) and (type(value) is not int or value < 1):
                raise ConfigurationError(f"expected settings.{one.name} to be a whole number above 0, got {value!r}")
            elif isinstance(one.default, float) and (not isinstance(value, (int, float)) or not value > 0):
                raise ConfigurationError(f"expected settings.{one.name} to be a number above 0, got {value!r}")
        for name in ("allowed_origins", "trusted_hosts"):
            value = getattr(self, name)
            if isinstance(value, str):
                raise ConfigurationError(f"expected settings.{name} to be a list of texts, got the text {value!r}")
        for host in self.trusted_hosts or ():
            if not isinstance(host, str) or not host or "/" in host:
                raise ConfigurationError(
                    f"expected settings.trusted_hosts to be names like 'example.org', got {host!r} among them"
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
