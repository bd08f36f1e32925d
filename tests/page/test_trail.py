"""Which lines of a program made an op, remembered in debug; and tracebacks that begin where the program does."""

from __future__ import annotations

import gc
import json
import sys
from types import FrameType

import pytest

from pycommunicate.errors import RemoteProtocolError
from pycommunicate.page import Clock
from pycommunicate.page.budget import Budget
from pycommunicate.page.refs import Refs
from pycommunicate.page.stream import Stream
from pycommunicate.page.trail import TracedChannel, is_ours, place_of, text_of, traceback_text
from pycommunicate.protocol import ClientChannel
from pycommunicate.protocol.limits import Limits
from pycommunicate.protocol.messages import Batch
from pycommunicate.protocol.ops import SET
from pycommunicate.settings import Settings


class Pair:
    """A traced channel and its browser."""

    def __init__(self, limits: Limits | None = None) -> None:
        limits = limits or Limits()
        self.server, self.client = TracedChannel(limits), ClientChannel(limits)
        self.server.receive(self.client.hello("ticket", "nonce"))
        self.client.receive(self.server.welcome())

    def write(self, ref: int, name: str = "value") -> int:
        """Write, and return the line that did."""
        self.server.write((SET, ref, name, "text"))
        return sys._getframe().f_lineno - 1

    def send(self) -> int:
        """Send what was written; return the number of its batch."""
        data = self.server.batch_to_send()
        assert data is not None
        message = self.client.receive(data)
        assert isinstance(message, Batch)
        return message.number

    def fail(self, batch: int, index: int) -> None:
        self.server.receive(self.client.failure(batch, index, ["js-error", "no"]))


def lines(channel: TracedChannel) -> list[int]:
    return [line for code, line in channel.failed_trail if code.co_name == "write"]


def test_failed_op_is_laid_at_the_line_that_made_it() -> None:
    pair = Pair()
    written = pair.write(1)
    other = pair.write(2)
    batch = pair.send()
    pair.fail(batch, 1)
    assert lines(pair.server) == [other]
    assert place_of(pair.server.failed_trail).endswith(f"test_trail.py:{written} in write")
    names = [code.co_name for code, _ in pair.server.failed_trail]
    assert names[:2] == ["write", "test_failed_op_is_laid_at_the_line_that_made_it"]


def test_lines_stay_with_their_ops_while_the_window_is_closed_and_writes_replace_each_other() -> None:
    pair = Pair(Limits(window_frames=1))
    pair.write(1)
    first = pair.send()
    pair.write(9)
    assert pair.server.batch_to_send() is None  # closed: from now on writes replace each other
    for _ in range(200):
        pair.write(1)
    marked = sys._getframe().f_lineno + 1
    pair.server.write((SET, 2, "value", "text"))
    pair.write(1)
    pair.client.applied(first)
    pair.server.receive(pair.client.ack())
    data = pair.server.batch_to_send()
    assert data is not None
    message = pair.client.receive(data)
    assert isinstance(message, Batch)
    assert [op[1] for op in message.ops] == [9, 2, 1]
    pair.fail(message.number, 1)
    assert pair.server.failed_trail[0][1] == marked


def test_lines_are_kept_for_as_long_as_the_batch_is_and_no_longer() -> None:
    pair = Pair()
    for ref in range(1, 4):
        pair.write(ref)
        pair.client.applied(pair.send())
    assert len(pair.server._trails) == 3
    pair.server.receive(pair.client.ack())
    assert pair.server._trails == {}
    pair.fail(1, 0)
    assert pair.server.failed_trail == ()
    assert place_of(()) == ""


def test_failure_of_what_was_never_sent_is_refused_as_ever() -> None:
    pair = Pair()
    with pytest.raises(RemoteProtocolError):
        pair.fail(7, 0)


def test_no_frame_is_kept() -> None:
    pair = Pair()
    secret = object()

    def handler() -> None:
        kept = secret
        pair.write(1)
        assert kept

    handler()
    pair.send()
    gc.collect()
    assert not any(isinstance(one, FrameType) for one in gc.get_referrers(secret) if one is not sys._getframe())


def test_without_debug_a_stream_has_no_traced_channel() -> None:
    for traced in (False, True):
        stream = Stream(Settings(), Refs(10), lambda *told: None, Clock(), Budget(1, lambda: None), traced=traced)
        assert isinstance(stream._channel, TracedChannel) is traced


def test_lines_read_as_a_traceback_does_with_the_innermost_last() -> None:
    pair = Pair()
    written = pair.write(1)
    pair.fail(pair.send(), 0)
    text = text_of(pair.server.failed_trail)
    assert text.endswith(f'test_trail.py", line {written}, in write\n    self.server.write((SET, ref, name, "text"))\n')
    assert text.index("in test_lines_read_as") < text.index("in write")


def test_traceback_begins_at_the_first_line_of_the_program() -> None:
    pair = Pair()
    try:
        pair.server.receive(b"\xff")
    except RemoteProtocolError as error:
        text = traceback_text(error)
    assert text.startswith("Traceback (most recent call last):\n")
    assert text.splitlines()[1].strip().startswith('File "')
    assert "test_trail.py" in text.splitlines()[1]
    assert "channel.py" in text  # what lies behind it stays


def test_traceback_that_has_no_line_of_the_program_stays_whole() -> None:
    caught: list[BaseException] = []
    try:
        Limits(frame=-1)
    except Exception as error:
        trace = error.__traceback__
        assert trace is not None
        caught.append(error.with_traceback(trace.tb_next))
    assert caught
    assert "limits.py" in traceback_text(caught[0])


def test_syntax_error_tells_its_own_place_and_nothing_of_imports() -> None:
    caught: list[BaseException] = []
    try:
        compile("def x(:", "program.py", "exec")
    except SyntaxError as error:
        caught.append(error.with_traceback(None))
    assert traceback_text(caught[0]).splitlines()[0] == '  File "program.py", line 1'


def test_causes_are_told_too() -> None:
    try:
        try:
            raise LookupError("the cause")
        except LookupError as cause:
            raise ValueError("the effect") from cause
    except ValueError as error:
        text = traceback_text(error)
    assert "LookupError: the cause" in text
    assert text.endswith("ValueError: the effect\n")


@pytest.mark.parametrize(
    ("file", "ours"),
    [(sys.modules[Stream.__module__].__file__, True), (__file__, False), (json.__file__, False), ("<string>", False)],
)
def test_ours_are_the_package_and_what_starts_it(file: str, ours: bool) -> None:
    assert is_ours(file) is ours
