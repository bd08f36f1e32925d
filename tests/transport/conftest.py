"""Fixtures for tests that run pages in their own process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.echo_server import Served
from tests.support.house import ExpectErrors
from tests.support.house import expect_errors as expect_errors
from tests.support.house import rig as rig
from tests.support.house import start_rig as start_rig
from tests.support.rig import settle


@pytest.fixture
def served(expect_errors: ExpectErrors) -> Iterator[Served]:
    """A server whose WebSockets echo."""
    one = Served()
    yield one
    one.close()
    settle()
