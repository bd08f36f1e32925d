"""What the secret key signs: the user's cookie, the ticket of a page, the way back after a reload."""

from __future__ import annotations

import logging
import secrets

from itsdangerous import BadSignature, Signer

from ...errors import ConfigurationError

__all__ = ["Keys"]

_log = logging.getLogger("pycommunicate.app")


class Keys:
    """Signs and checks with the app's secret key."""

    def __init__(self) -> None:
        self._signers: dict[str, Signer] = {}
        self._key: bytes | None = None

    def set_key(self, key: str | bytes) -> None:
        """Set the secret key.

        Raises:
            ConfigurationError: if it is neither text nor bytes, or empty.
        """
        if not isinstance(key, (str, bytes)) or not key:
            raise ConfigurationError(f"expected a secret key of text or bytes, got {type(key).__name__} {key!r:.20}")
        self._key = key.encode() if isinstance(key, str) else key
        self._signers.clear()

    def sign(self, purpose: str, text: str) -> str:
        """Return *text* with its signature."""
        return self._signer(purpose).sign(text).decode()

    def unsign(self, purpose: str, signed: str) -> str | None:
        """Return the text that was signed for *purpose*, or None if it was not."""
        try:
            return self._signer(purpose).unsign(signed).decode()
        except (BadSignature, UnicodeError):
            return None

    def ready(self) -> None:
        """Make up a key if none was set, and say so."""
        if self._key is None:
            _log.warning(
                "no secret key is set: a random one is used, and users will not be known again after a restart; "
                "call app.set_secret_key(...)"
            )
            self._key = secrets.token_bytes(32)

    def _signer(self, purpose: str) -> Signer:
        if purpose not in self._signers:
            self.ready()
            assert self._key is not None
            self._signers[purpose] = Signer(self._key, salt=f"pycommunicate.{purpose}")
        return self._signers[purpose]
