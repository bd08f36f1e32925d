"""Fixtures for tests that run pages in their own process: rigs, and a watch on what goes wrong unseen."""

from __future__ import annotations

import gc
import logging
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

import pytest
from gevent import get_hub

from tests.support.rig import Rig, errors_in, settle

__all__ = ["ExpectErrors", "StartRig", "expect_errors", "living", "rig", "start_rig"]

StartRig: TypeAlias = Callable[..., Rig]
ExpectErrors: TypeAlias = Callable[[], list[str]]


@pytest.fixture(autouse=True)
def expect_errors(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Iterator[ExpectErrors]:
    """Fails a test in which something raised unseen: in the event loop, in a bare greenlet, or into the log.

    A test that wants errors to be logged calls it for what has been logged as an error until then.
    """
    unseen: list[str] = []
    expected: list[bool] = []

    def handle_error(context: object, kind: type, value: object, traceback: object) -> None:
        unseen.append(f"{context!r}: {value!r}")

    def expect() -> list[str]:
        settle()
        expected.append(True)
        return errors_in(caplog.get_records("call"))

    monkeypatch.setattr(get_hub(), "handle_error", handle_error)
    caplog.set_level(logging.DEBUG, "pycommunicate")
    yield expect
    settle()
    if not expected:
        unseen += errors_in(caplog.get_records("call"))
    assert not unseen, "something failed unseen:\n" + "\n".join(unseen)


@pytest.fixture
def start_rig(expect_errors: ExpectErrors) -> Iterator[StartRig]:
    """Makes rigs whose pages end with the test."""
    rigs: list[Rig] = []

    def start(*args: Any, **options: Any) -> Rig:
        rigs.append(Rig(*args, **options))
        return rigs[-1]

    yield start
    for one in rigs:
        one.page.end("the test ends", "", "")
    settle()


@pytest.fixture
def rig(start_rig: StartRig) -> Rig:
    """One attached page."""
    return start_rig()


def living(kind: type) -> list[Any]:
    """Return the objects of a class that are still there after a collection."""
    gc.collect()
    return [one for one in gc.get_objects() if type(one) is kind]
