"""Fixtures for tests that run pages in their own process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

import pytest

from tests.support.echo_server import Served
from tests.support.house import ExpectErrors
from tests.support.house import expect_errors as expect_errors
from tests.support.house import rig as rig
from tests.support.house import start_rig as start_rig
from tests.support.rig import settle

Serve: TypeAlias = Callable[..., Served]


@pytest.fixture
def serve(expect_errors: ExpectErrors) -> Iterator[Serve]:
    """Starts servers whose WebSockets echo; called with the options of `Served`."""
    running: list[Served] = []

    def start(**options: Any) -> Served:
        running.append(Served(**options))
        return running[-1]

    yield start
    for one in running:
        one.close()
    settle()


@pytest.fixture
def served(serve: Serve) -> Served:
    """A server whose WebSockets echo."""
    return serve()
