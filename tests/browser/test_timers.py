"""Timers of a view, seen in a real browser."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.support.app_server import AppServer
from tests.support.bench import Bench


def test_timer_repeats_until_cancelled(bench: Bench) -> None:
    bench.run("""
        def tick():
            log("tick")
            if len(view.lines) == 3:
                view.cancel_timer(timer)
        timer = view.add_timer(0.01, tick)
    """)
    bench.expect_log("tick", "tick", "tick")
    bench.run("view.add_timer(0.05, lambda: log('later'))")
    expect(bench.page.locator("#log")).to_contain_text("later")
    assert bench.run("result = view.lines[:4]") == "['tick', 'tick', 'tick', 'later']"


def test_timer_reads_the_page(bench: Bench) -> None:
    bench.place("<input id=a value=soup>")
    bench.run("timer = view.add_timer(0.01, lambda: (log(element('#a').value), view.cancel_timer(timer)))")
    bench.expect_log("soup")


def test_timer_that_raises_is_logged_and_goes_on(bench: Bench, workbench: AppServer) -> None:
    workbench.expect_traceback()
    bench.run("""
        def fails():
            log("called")
            if len(view.lines) == 3:
                view.cancel_timer(timer)
            raise LookupError("no soup today")
        timer = view.add_timer(0.01, fails)
    """)
    bench.expect_log("called", "called", "called")
    workbench.wait_for_log("LookupError: no soup today")


def test_slow_timer_is_not_joined_by_a_second_call(bench: Bench) -> None:
    bench.run("""
        running, most = 0, 0
        def slow():
            global running, most
            running += 1
            most = max(most, running)
            sleep(0.03)
            running -= 1
            log("done")
        timer = view.add_timer(0.005, slow)
    """)
    expect(bench.page.locator("#log")).to_contain_text("done\ndone\ndone")
    assert bench.run("view.cancel_timer(timer); result = most") == "1"
