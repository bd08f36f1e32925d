"""Events in a real browser: what is prevented and what goes through, in which order handlers run, and what they get."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.support.app_server import AppServer
from tests.support.bench import Bench


def watch(bench: Bench, event: str) -> None:
    """Lets the page take down of each such event whether its own action was prevented."""
    bench.page.evaluate(
        "type => { window.prevented = []; addEventListener(type, event => prevented.push(event.defaultPrevented)) }",
        event,
    )


def prevented(bench: Bench) -> list[bool] | None:
    """Tells what `watch` took down; None if the page is another one since."""
    result: list[bool] | None = bench.page.evaluate("window.prevented")
    return result


# --- submit -----------------------------------------------------------------------------------------------------------


def test_submit_handler_prevents_the_submit(bench: Bench) -> None:
    bench.place("<form id=a action=/elsewhere><input name=b><button id=c>Go</button></form>")
    bench.run("element('#a').add_event_listener('submit', lambda: log('submitted', element('input').value))")
    watch(bench, "submit")
    bench.page.fill("input", "soup")
    bench.page.press("input", "Enter")
    bench.expect_log("submitted soup")
    bench.page.click("#c")
    bench.expect_log("submitted soup", "submitted soup")
    assert prevented(bench) == [True, True]


def test_submit_goes_through_where_the_program_says_so(bench: Bench) -> None:
    bench.place("<form id=a action=/elsewhere><input name=b value=soup><button id=c>Go</button></form>")
    bench.run("element('#a').add_event_listener('submit', lambda: None, prevent_default=False)")
    bench.tab.allow("404")
    with bench.page.expect_navigation(url="**/elsewhere?b=soup"):
        bench.page.click("#c")


def test_click_on_the_button_of_a_form_without_action_is_heard_and_does_not_submit(bench: Bench) -> None:
    bench.place("<form id=a><input name=b value=soup><button id=c>Go</button></form>")
    bench.run("element('#c').add_event_listener('click', lambda: log('clicked'))")
    watch(bench, "submit")
    bench.page.click("#c")
    bench.expect_log("clicked")
    assert prevented(bench) == [True]


def test_enter_in_a_field_clicks_the_button_of_its_form(bench: Bench) -> None:
    bench.place("<form id=a><input name=b value=soup><button id=c>Go</button></form>")
    bench.run("element('#c').add_event_listener('click', lambda: log('clicked'))")
    watch(bench, "submit")
    bench.page.press("input", "Enter")
    bench.expect_log("clicked")
    assert prevented(bench) == [True]


def test_click_on_a_submit_button_still_validates_the_form(bench: Bench) -> None:
    bench.place("<form id=a><input name=b required><button id=c>Go</button></form>")
    bench.page.evaluate("""
        window.invalid = 0;
        document.querySelector('input').addEventListener('invalid', () => window.invalid++)
    """)
    bench.run("element('#c').add_event_listener('click', lambda: log('clicked'))")
    watch(bench, "submit")
    bench.page.click("#c")
    bench.expect_log("clicked")
    assert bench.page.evaluate("[window.invalid, document.activeElement.name]") == [1, "b"]
    assert prevented(bench) == []


def test_click_on_the_button_of_a_form_with_action_submits_it(bench: Bench) -> None:
    bench.place("<form id=a action=/elsewhere><input name=b value=soup><button id=c>Go</button></form>")
    bench.run("element('#c').add_event_listener('click', lambda: None)")
    bench.tab.allow("404")
    with bench.page.expect_navigation(url="**/elsewhere?b=soup"):
        bench.page.click("#c")


def test_click_on_a_button_with_formaction_submits_there(bench: Bench) -> None:
    bench.place("<form id=a><input name=b value=soup><button id=c formaction=/elsewhere>Go</button></form>")
    bench.run("element('#c').add_event_listener('click', lambda: None)")
    bench.tab.allow("404")
    with bench.page.expect_navigation(url="**/elsewhere?b=soup"):
        bench.page.click("#c")


def test_click_submits_a_form_without_action_where_the_program_says_so(bench: Bench) -> None:
    bench.place("<form id=a><input name=b value=soup><button id=c>Go</button></form>")
    bench.run("element('#c').add_event_listener('click', lambda: None, prevent_default=False)")
    with bench.page.expect_navigation(url="**/?b=soup"):
        bench.page.click("#c")


def test_form_without_any_handler_submits_as_ever(bench: Bench) -> None:
    bench.place("<form id=a><input name=b value=soup><button id=c>Go</button></form>")
    bench.run("element('input').add_event_listener('click', lambda: None)")
    with bench.page.expect_navigation(url="**/?b=soup"):
        bench.page.click("#c")


def test_button_of_a_dialog_closes_it(bench: Bench) -> None:
    bench.place("<dialog id=a><form method=dialog><button id=c value=yes>Yes</button></form></dialog>")
    bench.run("element('#c').add_event_listener('click', lambda: log('clicked'))")
    bench.page.evaluate("document.querySelector('#a').showModal()")
    bench.page.click("#c")
    bench.expect_log("clicked")
    assert bench.page.evaluate("[document.querySelector('#a').open, document.querySelector('#a').returnValue]") == [
        False,
        "yes",
    ]


# --- links ------------------------------------------------------------------------------------------------------------


def test_plain_click_on_a_link_is_heard_and_not_followed(bench: Bench) -> None:
    bench.place("<a id=a href=/elsewhere><b>Link</b></a>")
    bench.run("element('#a').add_event_listener('click', lambda: log('clicked'))")
    watch(bench, "click")
    bench.page.click("#a b")
    bench.expect_log("clicked")
    assert prevented(bench) == [True]


def test_link_is_followed_where_the_program_says_so(bench: Bench) -> None:
    bench.place("<a id=a href=/elsewhere>Link</a>")
    bench.run("element('#a').add_event_listener('click', lambda: None, prevent_default=False)")
    bench.tab.allow("404")
    with bench.page.expect_navigation(url="**/elsewhere"):
        bench.page.click("#a")


def test_click_handler_above_a_link_does_not_prevent_it(bench: Bench) -> None:
    bench.place("<div id=b><a id=a href=/elsewhere>Link</a></div>")
    bench.run("element('#b').add_event_listener('click', lambda: None)")
    bench.tab.allow("404")
    with bench.page.expect_navigation(url="**/elsewhere"):
        bench.page.click("#a")


def test_clicks_on_a_link_that_open_elsewhere_are_heard_and_followed(bench: Bench) -> None:
    heard = []
    watch(bench, "click")
    # Once it is known whether we prevented it, nothing is to open here.
    bench.page.evaluate("addEventListener('click', event => event.preventDefault())")
    for link, init, expected in (
        ("href=/x", "{}", True),
        ("href=/x", "{ctrlKey: true}", False),
        ("href=/x", "{metaKey: true}", False),
        ("href=/x", "{shiftKey: true}", False),
        ("href=/x", "{altKey: true}", False),
        ("href=/x", "{button: 1}", False),
        ("href=/x target=_blank", "{}", False),
        ("href=/x target=other", "{}", False),
        ("href=/x target=_self", "{}", True),
        ("href=/x download", "{}", False),
        ("href=#x", "{}", True),
        ("", "{}", False),
    ):
        bench.place(f"<a id=a {link}>Link</a>")
        bench.run("element('#a').add_event_listener('click', lambda: log('clicked'))")
        bench.page.evaluate(f"""
            prevented.length = 0;
            document.querySelector('#a').dispatchEvent(
                new MouseEvent('click', {{bubbles: true, cancelable: true, ...{init}}}))
        """)
        assert prevented(bench) == [expected], (link, init)
        heard.append("clicked")
        bench.expect_log(*heard)


def test_ctrl_click_opens_a_new_tab_and_is_heard(bench: Bench) -> None:
    bench.place("<a id=a href=/elsewhere>Link</a>")
    bench.run("element('#a').add_event_listener('click', lambda: log('clicked'))")
    with bench.page.context.expect_page() as opened:
        bench.page.click("#a", modifiers=["Control"])
    opened.value.close()
    bench.expect_log("clicked")


def test_nothing_else_is_prevented(bench: Bench) -> None:
    bench.place("<input id=a type=checkbox><input id=b>")
    bench.run("""
        element("#a").add_event_listener("click", lambda: log("clicked"))
        element("#b").add_event_listener("keydown", lambda: log("pressed"))
    """)
    bench.page.click("#a")
    bench.page.press("#b", "x")
    bench.expect_log("clicked", "pressed")
    assert bench.page.is_checked("#a")
    assert bench.page.input_value("#b") == "x"


def test_anything_is_prevented_where_the_program_says_so(bench: Bench) -> None:
    bench.place("<input id=a type=checkbox><input id=b>")
    bench.run("""
        element("#a").add_event_listener("click", lambda: log("clicked"), prevent_default=True)
        element("#b").add_event_listener("keydown", lambda: log("pressed"), prevent_default=True)
    """)
    bench.page.click("#a")
    bench.page.press("#b", "x")
    bench.expect_log("clicked", "pressed")
    assert not bench.page.is_checked("#a")
    assert bench.page.input_value("#b") == ""


# --- handlers ---------------------------------------------------------------------------------------------------------


def test_handlers_of_one_listener_run_one_after_the_other(bench: Bench) -> None:
    bench.place("<button id=a>A</button>")
    bench.run("""
        def slow():
            log("begins")
            sleep(0.05)
            element("#a").id
            log("ends")
        element("#a").add_event_listener("click", slow)
    """)
    bench.page.dblclick("#a")
    bench.expect_log("begins", "ends", "begins", "ends")


def test_handlers_of_two_listeners_run_side_by_side(bench: Bench) -> None:
    bench.place("<button id=a>Start</button><button id=b>Cancel</button>")
    bench.run("""
        import gevent.event
        cancelled = gevent.event.Event()
        def start():
            log("started")
            log("cancelled" if cancelled.wait(10) else "timed out")
        element("#a").add_event_listener("click", start)
        element("#b").add_event_listener("click", lambda: cancelled.set())
    """)
    bench.page.click("#a")
    bench.expect_log("started")
    bench.page.click("#b")
    bench.expect_log("started", "cancelled")


def test_two_listeners_of_one_element_are_both_called(bench: Bench) -> None:
    bench.place("<button id=a>A</button>")
    bench.run("""
        element("#a").add_event_listener("click", lambda: log("one"))
        element("#a").add_event_listener("click", lambda: log("two"))
    """)
    bench.page.click("#a")
    expect(bench.page.locator("#log")).to_contain_text("one")
    expect(bench.page.locator("#log")).to_contain_text("two")


def test_more_events_than_the_credit_arrive_in_order_exactly_once(bench: Bench, workbench: AppServer) -> None:
    bench.place("<button id=a>A</button>")
    bench.run("""
        numbers = iter(range(1, 101))
        def slow():
            sleep(0)
            element("#a").id
            log(next(numbers))
        element("#a").add_event_listener("click", slow)
    """)
    bench.page.evaluate("for (let i = 0; i < 100; i++) document.querySelector('#a').click()")
    bench.expect_log(*map(str, range(1, 101)))
    assert bench.run("result = next(numbers, 'no more')") == "'no more'"
    assert "broke the protocol" not in workbench.log


def test_events_in_the_browser_wait_for_credit_of_a_handler_that_hangs(bench: Bench) -> None:
    bench.place("<button id=a>A</button><button id=b>B</button>")
    bench.run("""
        import gevent.event
        go = gevent.event.Event()
        def wait():
            go.wait(10)
            log("a")
        element("#a").add_event_listener("click", wait)
        element("#b").add_event_listener("click", lambda: (log("b"), go.set()))
    """)
    bench.page.evaluate("for (let i = 0; i < 40; i++) document.querySelector('#a').click()")
    bench.page.click("#b")
    bench.expect_log("b", *["a"] * 40)


def test_handler_with_a_parameter_gets_the_event(bench: Bench) -> None:
    bench.place("<button id=a>A</button>")
    bench.run("""
        a = element("#a")
        a.add_event_listener("click", lambda event: log(event.type, event.current_target is a))
    """)
    bench.page.click("#a")
    bench.expect_log("click True")


def test_handler_with_a_default_gets_no_event(bench: Bench) -> None:
    bench.place("<button id=a>A</button>")
    bench.run("for i in range(3): element('#a').add_event_listener('click', lambda i=i: log(i))")
    bench.page.click("#a")
    bench.expect_log("0", "1", "2")


def test_handler_that_raises_is_logged_and_the_page_lives(bench: Bench, workbench: AppServer) -> None:
    workbench.expect_traceback()
    bench.place("<button id=a>A</button>")
    bench.run("""
        def fails():
            log("called")
            raise LookupError("no soup today")
        element("#a").add_event_listener("click", fails)
    """)
    bench.page.click("#a")
    bench.expect_log("called")
    workbench.wait_for_log("LookupError: no soup today")
    assert "handler fails of 'click' on '#a' failed" in workbench.log
    bench.page.click("#a")
    bench.expect_log("called", "called")


def test_events_bubble_to_a_listener_above(bench: Bench) -> None:
    bench.place("<div id=a><button id=b>B</button></div>")
    bench.run("element('#a').add_event_listener('click', lambda: log('heard'))")
    bench.page.click("#b")
    bench.expect_log("heard")


@pytest.mark.parametrize("removal", ["element('#a').delete()", "element('#place').prop('innerHTML', '-')"])
def test_click_on_its_way_while_its_element_is_deleted_hurts_nobody(bench: Bench, removal: str) -> None:
    bench.place("<button id=a>A</button>")
    bench.run("element('#a').add_event_listener('click', lambda: log('clicked'))")
    bench.page.evaluate("window.a = document.querySelector('#a')")
    bench.run(removal)
    bench.page.evaluate("window.a.click()")
    assert bench.run("result = view.lines") == "[]"


def test_thing_that_is_no_handler_is_refused(bench: Bench) -> None:
    bench.place("<button id=a>A</button>")
    assert bench.error("element('#a').add_event_listener('click', None)").startswith(
        "pycommunicate.errors.ConfigurationError: expected a function"
    )
    assert "with 2" in bench.error("element('#a').add_event_listener('click', lambda a, b: 0)")


def test_link_that_opens_elsewhere_by_the_base_of_its_document_is_followed(bench: Bench) -> None:
    bench.place("<a id='link' href='/nowhere'>Link</a>")
    bench.page.evaluate("document.head.insertAdjacentHTML('beforeend', '<base target=_blank>')")
    bench.run("element('#link').add_event_listener('click', lambda: log('heard'))")
    prevented = bench.page.evaluate(
        """() => new Promise((resolve) => {
            addEventListener('click', (event) => { resolve(event.defaultPrevented); event.preventDefault(); });
            document.querySelector('#link').click();
        })"""
    )
    assert prevented is False
    bench.page.evaluate("document.querySelector('base').remove()")


def test_listeners_inside_of_what_was_taken_out_end_when_that_is_deleted(bench: Bench) -> None:
    bench.place("<div id='box'><button id='inside'>Inside</button></div>")
    bench.run(
        """
        inside = element('#inside')
        inside.add_event_listener('click', lambda: None)
        box = element('#box')
        box.detach()
        box.delete()
        """
    )
    assert "StaleElement" in bench.error("element('body').value; inside.id = 'x'")
