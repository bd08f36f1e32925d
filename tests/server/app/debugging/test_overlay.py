"""Faults are handed to the page as a property of its root element; never in a loop, and never without end."""

from __future__ import annotations

from pycommunicate.page.faults import Fault, describe, fault_of_write
from pycommunicate.page.registry import Registry
from pycommunicate.protocol.messages import Batch
from pycommunicate.protocol.ops import DOCUMENT, SET
from pycommunicate.server.app.debugging.debugging import Debugging
from pycommunicate.server.app.debugging.overlay import Overlay
from pycommunicate.settings import Settings
from tests.support.house import ExpectErrors, StartRig
from tests.support.house import start_rig as start_rig
from tests.support.rig import FastClock, Rig, settle

NAME = ["documentElement", "pycommunicateError"]


def debugged(start_rig: StartRig) -> Rig:
    """Return a page in debug whose faults are shown."""
    registry = Registry(Settings(), 100, FastClock())
    registry.watch = Debugging()
    return start_rig(registry=registry)


def shown(rig: Rig) -> list[dict[str, str]]:
    rig.take()
    return [op[3] for op in rig.ops if op[0] == SET and op[1:3] == [DOCUMENT, NAME]]


def fail(rig: Rig, ops: int = 1) -> None:
    """Let the newest ops of the last batch fail in the browser."""
    batch: Batch = rig.batches[-1]
    for index in range(len(batch.ops) - ops, len(batch.ops)):
        rig.send(rig.channel.failure(batch.number, index, ["js-error", "TypeError: <no>"]))
    settle()


def test_code_that_raises_is_told_with_its_label_and_its_lines(
    start_rig: StartRig, expect_errors: ExpectErrors
) -> None:
    rig = debugged(start_rig)

    def handler() -> None:
        raise LookupError("nothing here")

    rig.page.spawn(rig.page.foreground, "handler Main.go of 'click'", handler)
    settle()
    (fault,) = shown(rig)
    assert fault["title"] == "handler Main.go of 'click' failed"
    assert fault["message"] == "LookupError: nothing here"
    first, *_, line, _, last = fault["trace"].splitlines()
    assert first == "Traceback (most recent call last):"
    assert line.startswith(f'  File "{__file__}", line {handler.__code__.co_firstlineno + 1}, in handler')
    assert last == "LookupError: nothing here"
    assert "page.py" not in fault["trace"]
    assert expect_errors() == ["handler Main.go of 'click' failed"]


def test_write_that_failed_is_told_and_logged_with_the_line_that_made_it(
    start_rig: StartRig, expect_errors: ExpectErrors
) -> None:
    rig = debugged(start_rig)

    def handler() -> None:
        rig.page.send((SET, 5, "selectionStart", 1))

    rig.run(handler)
    rig.take(apply=False)
    fail(rig)
    (fault,) = shown(rig)
    line = handler.__code__.co_firstlineno + 1
    assert fault["title"] == "a write to the page failed: set ref=5, name='selectionStart', value=1"
    assert fault["message"] == "js-error: TypeError: <no>"
    assert f'test_overlay.py", line {line}, in handler\n    rig.page.send((SET, 5,' in fault["trace"]
    (logged,) = expect_errors()
    assert f"test_overlay.py:{line} in handler" in logged
    assert "js-error: 'TypeError: <no>'" in logged


def test_fault_of_the_overlay_itself_is_not_shown(start_rig: StartRig, expect_errors: ExpectErrors) -> None:
    rig = debugged(start_rig)
    rig.page.spawn(rig.page.foreground, "a task", lambda: 1 / 0)
    settle()
    assert len(shown(rig)) == 1
    rig.batches[-1].ops[:] = [op for op in rig.batches[-1].ops if op[0] == SET]
    fail(rig)
    assert len(shown(rig)) == 1
    assert len(expect_errors()) == 2  # the log has both


def test_one_page_is_told_of_so_many_faults_and_another_of_its_own(start_rig: StartRig) -> None:
    overlay = Overlay()
    one, other = debugged(start_rig), debugged(start_rig)
    for number in range(150):
        overlay.show(one.page, Fault("title", str(number), ""))
    overlay.show(other.page, Fault("title", "message", ""))
    assert [fault["message"] for fault in shown(one)] == [str(number) for number in range(100)]
    assert len(shown(other)) == 1


def test_page_without_a_browser_is_told_nothing(start_rig: StartRig, expect_errors: ExpectErrors) -> None:
    rig = debugged(start_rig)
    rig.page.end("it is over", "", "")
    Overlay().show(rig.page, Fault("title", "message", "trace"))
    assert shown(rig) == []


def test_text_travels_whatever_is_in_it(start_rig: StartRig) -> None:
    rig = debugged(start_rig)
    Overlay().show(rig.page, Fault("\udc80title", "x" * 100_000, ""))
    settle()
    (fault,) = shown(rig)
    assert fault["title"] == "?title"
    assert len(fault["message"]) < 21_000
    assert "\n...\n" in fault["message"]


def test_write_that_nothing_is_known_of_any_more_is_told_all_the_same() -> None:
    fault = fault_of_write("js-error", "why", None, describe(None), ())
    assert fault == Fault("a write to the page failed: an op that is not known any more", "js-error: why", "", None)
