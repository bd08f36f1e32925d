"""A user's session as one request or handler sees it.

What is read is kept as live objects until the end of the request or handler, so a nested change
(``session["cart"].append(x)``) counts: at the end every value that was touched is packed again and compared. Only keys
that changed are written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, MutableMapping
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import msgpack

from ..errors import SessionError
from .base import Store

__all__ = ["Session"]


class Session(MutableMapping[str, Any]):
    """A mapping of text keys to values that msgpack can hold, kept for one user.

    Values may be None, bool, int (64 bits), float, str, bytes, aware datetime, and lists and dicts (with text keys) of
    them; tuples come back as lists. Anything else is refused at once, by an error that names the key.

    Args:
        store: Where it is kept.
        user_id: Whose it is.
        lock: Makes what keeps everybody else out while it is entered; see `locked`.
        autosave: Whether each change is written at once: for code that runs outside of any request or handler.

    Attributes:
        written: Whether anything was written by it, at its end or inside of `locked`.
    """

    def __init__(
        self,
        store: Store,
        user_id: str,
        lock: Callable[[], AbstractContextManager[object]],
        *,
        autosave: bool = False,
    ) -> None:
        self._store = store
        self._user_id = user_id
        self._lock = lock
        self._autosave = autosave
        self._packed: dict[str, bytes] | None = None
        self._live: dict[str, Any] = {}
        self.written = False

    def __getitem__(self, key: str) -> Any:
        if key not in self._live:
            self._live[key] = _unpack(self._kept()[key])
        if self._live[key] is _DELETED:
            raise KeyError(key)
        return self._live[key]

    def __setitem__(self, key: str, value: Any) -> None:
        if not isinstance(key, str):
            raise SessionError(f"expected text as a session key, got {key!r}")
        _pack(key, value)
        self._kept()
        self._live[key] = value
        self._changed()

    def __delitem__(self, key: str) -> None:
        if key not in self:
            raise KeyError(key)
        self._live[key] = _DELETED
        self._changed()

    def __contains__(self, key: object) -> bool:
        if not isinstance(key, str):
            return False
        return self._live[key] is not _DELETED if key in self._live else key in self._kept()

    def __iter__(self) -> Iterator[str]:
        keys = [*self._kept(), *(key for key in self._live if key not in self._kept())]
        return iter([key for key in keys if self._live.get(key) is not _DELETED])

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __repr__(self) -> str:
        return f"<Session {dict(self)!r}>"

    @contextmanager
    def locked(self) -> Iterator[Session]:
        """Keep all other requests and handlers of this user out of `locked`: for read-modify-write.

        **Blocks** until they are out. What the others have written is seen inside; what is changed inside is written at
        its end. The browser cannot be waited for inside: that raises WaitForbidden.
        """
        with self._lock():
            self.save()  # which also forgets what was read before
            try:
                yield self
            finally:
                self.save()

    def save(self) -> bool:
        """Write the keys whose values have changed; return whether there were any."""
        if self._packed is None:
            return False
        changes: dict[str, bytes | None] = {}
        for key, value in self._live.items():
            packed = None if value is _DELETED else _pack(key, value)
            if packed != self._packed.get(key):
                changes[key] = packed
        if changes:
            self._store.save(self._user_id, changes)
            self.written = True
        self._packed, self._live = None, {}
        return bool(changes)

    def _kept(self) -> dict[str, bytes]:
        if self._packed is None:
            self._packed = dict(self._store.load(self._user_id))
        return self._packed

    def _changed(self) -> None:
        if self._autosave:
            self.save()


class _Deleted:
    """Stands for the value of a key that was deleted."""


_DELETED = _Deleted()

# msgpack carries no types.
_packb: Any = msgpack.packb


def _pack(key: str, value: Any) -> bytes:
    try:
        _check_keys(value)
        packed: bytes = _packb(value, datetime=True)
    except (TypeError, ValueError, OverflowError, RecursionError) as error:
        raise SessionError(
            f"session[{key!r}] cannot be kept: expected None, bool, int, float, str, bytes, aware datetime, "
            f"or lists and dicts of them, got {value!r:.120} ({error})"
        ) from None
    return packed


def _check_keys(value: Any) -> None:
    if isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str):
                raise TypeError(f"the key {key!r} of a dict is not text")
            _check_keys(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            _check_keys(item)


def _unpack(packed: bytes) -> Any:
    return msgpack.unpackb(packed, timestamp=3)
