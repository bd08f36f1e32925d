"""The process of a server: which signals stop it, and how many files it may have open."""

from __future__ import annotations

import os
import resource
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from pycommunicate.server.app.process import spare_descriptors, stop_signals
from tests.support.program import run

SECOND = """
import os, signal, sys
from pycommunicate.server.app.process import stop_signals

with stop_signals() as stopped:
    os.kill(os.getpid(), signal.SIGTERM)
    print("going on", flush=True)
    os.kill(os.getpid(), {second})
    print("never", flush=True)
"""


@pytest.fixture
def limits() -> Iterator[tuple[int, int]]:
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    yield before
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


def test_limit_of_open_files_is_raised_as_far_as_it_may(limits: tuple[int, int]) -> None:
    most = limits[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, most))
    spare = spare_descriptors()
    assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] == most
    assert spare > 256 or most <= 512
    assert spare < most or most == resource.RLIM_INFINITY


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_first_signal_is_told_and_the_handlers_from_before_come_back(number: int) -> None:
    before = {one: signal.getsignal(one) for one in (signal.SIGTERM, signal.SIGINT)}
    with stop_signals() as stopped:
        assert not stopped.is_set()
        os.kill(os.getpid(), number)
        assert stopped.wait(5)
    assert {one: signal.getsignal(one) for one in before} == before


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_second_signal_ends_the_process_at_once_by_its_own_number(tmp_path: Path, number: int) -> None:
    result = run("-c", SECOND.format(second=int(number)), folder=tmp_path)
    assert (result.returncode, result.stdout, result.stderr) == (128 + number, "going on\n", "")


def test_sigterm_right_behind_a_sigint_is_the_same_wish_handed_on_and_the_next_one_is_not(tmp_path: Path) -> None:
    program = SECOND.format(second="signal.SIGTERM").replace("signal.SIGTERM", "signal.SIGINT", 1)
    again = '    print("going on", flush=True)\n    os.kill(os.getpid(), {number})\n    print("never", flush=True)\n'
    for number in (signal.SIGINT, signal.SIGTERM):
        last = again.format(number=int(number))
        result = run("-c", program.replace("never", "handed on") + last, folder=tmp_path)
        assert (result.returncode, result.stdout) == (128 + number, "going on\nhanded on\ngoing on\n")


def test_outside_of_the_main_thread_signals_are_left_alone() -> None:
    before = signal.getsignal(signal.SIGTERM)
    during: list[object] = []

    def serve() -> None:
        with stop_signals():
            during.append(signal.getsignal(signal.SIGTERM))

    thread = threading.Thread(target=serve)
    thread.start()
    thread.join()
    assert during == [before]
