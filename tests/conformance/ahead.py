"""What tests look at is gone through ahead of them, a few at a time: most of it is waiting."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

import pytest

__all__ = ["ahead"]

_Result = TypeVar("_Result")


def ahead(
    request: pytest.FixtureRequest, go_through: Callable[[str], _Result], at_once: int
) -> Iterator[dict[str, Future[_Result]]]:
    """Yield what comes of each `name` that the tests of a file are to be run with.

    Args:
        request: Of a fixture of the file.
        go_through: Is called with the names, in threads.
        at_once: How many of them there are at a time.
    """
    items = [item for item in request.session.items if item.path == request.path]
    names = [item.callspec.params["name"] for item in items if hasattr(item, "callspec")]
    with ThreadPoolExecutor(at_once) as pool:
        yield {name: pool.submit(go_through, name) for name in names}
