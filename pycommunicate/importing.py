"""Whether a program is only being imported, to be served by who imports it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

__all__ = ["importing", "is_importing", "only_import"]

_importing: ContextVar[bool] = ContextVar("pycommunicate_importing", default=False)


@contextmanager
def importing() -> Iterator[None]:
    """While this is entered, ``app.run()`` at a program's end does nothing."""
    token = _importing.set(True)
    try:
        yield
    finally:
        _importing.reset(token)


def only_import() -> None:
    """Let ``app.run()`` do nothing from now on: a server that imports programs has this process."""
    _importing.set(True)


def is_importing() -> bool:
    """Return whether a program is only being imported."""
    return _importing.get()
