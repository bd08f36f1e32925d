"""One document of the test kit and its server: pace, silence, loss, the end (spec 4 and 8)."""

from __future__ import annotations

import pytest

from pycommunicate.protocol.codec import Callback, Ref, to_wire
from pycommunicate.protocol.messages import Ack, Batch, Bye, Event, Failure, GoneReport, Hello, Refuse, Reply, Welcome
from pycommunicate.protocol.ops import CALL, CREATE, FIND, GET, INSIDE, LISTEN, LOADED, OBJECT, SET, VIEW
from tests.support.scripted import Scripted

BUTTON = "<button id=b>Go</button><ul id=l><li>x</ul>"


def listening(**limits: int) -> Scripted:
    """Return a document whose button is listened to."""
    one = Scripted(BUTTON, **limits)
    one.send((FIND, 1, 0, "#b"), (LISTEN, 1, -1, "click", {}), (LOADED,))
    one.heard(Reply)
    return one


def test_what_is_applied_is_acknowledged_soon_and_at_once_after_eight_batches() -> None:
    one = Scripted()
    one.send((SET, 0, "title", "a"))
    assert one.heard(Ack) == []
    one.clock.advance(0.1)
    assert one.heard(Ack) == [Ack(1)]
    for number in range(8):
        assert one.heard(Ack) == []
        one.send((SET, 0, "title", str(number)))
    assert one.heard(Ack) == [Ack(9)]
    one.send((SET, 0, "title", "x" * 70_000))
    assert one.heard(Ack) == [Ack(10)]
    one.clock.advance(1)
    assert one.heard(Ack) == []


def test_replies_before_a_view_are_sent_before_it() -> None:
    one = Scripted()
    one.send((GET, 1, 0, "title"), (VIEW, "<title>two</title>"), (GET, 2, 0, "title"), (SET, 99, "x", 1))
    first, failure, second = one.ends[-1].heard
    assert (first, second) == (Reply(1, 0, 1, ""), Reply(3, 1, 2, "two"))
    assert isinstance(failure, Failure)


def test_reply_that_is_too_large_has_told_nothing() -> None:
    one = Scripted(f"{BUTTON}<p title={'x' * 300}>", frame=200)
    one.send((GET, 1, 0, ["body", "children"]), (GET, 2, 0, ["body", "lastElementChild", "title"]))
    plain, large = one.heard(Reply)
    assert plain.value == [Ref(-1), Ref(-2), Ref(-3)]
    assert large.error is not None
    assert large.error[0] == "too-large"
    one = Scripted("<p></p>" * 100, frame=200)
    one.send((GET, 1, 0, ["body", "children"]))
    assert one.heard(Reply)[0].error is not None
    one.send((GET, 2, 0, ["body", "firstElementChild"]), (SET, -1, "title", "x"))
    # What was not sent has told nothing: its ref means nothing, and the next is a new one.
    assert one.heard(Reply)[0].value == Ref(-101)
    assert [failure.error[0] for failure in one.heard(Failure)] == ["stale-ref"]


def test_text_of_an_error_is_shortened_to_what_a_frame_may_have() -> None:
    one = Scripted(frame=200)
    one.send((FIND, 1, 0, "(" * 5_000), (SET, 0, ["no", "x" * 5_000, "y"], 1))
    assert [len(error[1]) for error in (one.heard(Reply)[0].error, one.heard(Failure)[0].error) if error] == [50, 50]


def test_report_of_what_has_gone_is_split() -> None:
    one = Scripted("<ul>" + "<li></li>" * 60, frame=50)
    for number in range(1, 61):
        one.send((FIND, number, 0, f"li:nth-child({number})"))
    one.send((SET, 0, ["body", "innerHTML"], ""))
    reports = one.heard(GoneReport)
    assert len(reports) > 1
    assert sorted(ref for report in reports for ref in report.refs) == list(range(-60, 0))


def test_silent_server_is_asked_and_then_given_up() -> None:
    one = Scripted()
    one.clock.advance(19)
    assert one.heard(Ack) == []
    one.clock.advance(1)
    assert one.heard(Ack) == [Ack(0, True)]
    one.say(Ack(0))
    one.clock.advance(20)
    assert one.heard(Ack) == [Ack(0, True)]
    assert (one.client.state, len(one.ends)) == ("connected", 1)
    one.clock.advance(12)
    assert one.ends[0].closed
    assert len(one.ends) == 2
    assert [type(message) for message in one.ends[1].heard] == [Hello]


def test_hello_that_nobody_answers_is_given_up() -> None:
    one = Scripted(greeted=False)
    one.clock.advance(10)
    assert len(one.ends) == 1
    one.clock.advance(3)
    assert len(one.ends) == 2


def test_waits_grow_with_each_failure_up_to_ten_seconds_and_begin_anew_after_a_welcome() -> None:
    one = Scripted()
    waits = []
    for _ in range(200):
        one.lose()
        before = one.clock.now()
        while len(one.ends) == len(waits) + 1:
            one.clock.advance(0.01)
        waits.append(one.clock.now() - before)
    assert max(waits[:1]) <= 0.26
    assert 5 < max(waits) <= 10.02
    assert min(waits[20:]) < 2  # full jitter
    one.welcome()
    one.lose()
    one.clock.advance(0.26)
    assert isinstance(one.ends[-1].heard[0], Hello)


def test_what_the_server_lacks_comes_again_behind_the_welcome() -> None:
    one = listening()
    one.do("click", "#b")
    one.do("click", "#b")
    sent = one.heard(Event)
    one.lose()
    one.do("click", "#b")
    one.clock.advance(1)
    assert one.heard(Event) == []
    one.welcome(received=sent[0].number)
    assert [event.number for event in one.heard(Event)] == [sent[1].number, sent[1].number + 1]


@pytest.mark.parametrize(("action", "reloads"), [("reload", ["why"]), ("stop", [])])
def test_refusal_is_acted_on(action: str, reloads: list[str]) -> None:
    one = Scripted(greeted=False)
    one.say(Refuse("gone", action, "why"))
    assert (one.client.state, one.client.reason, one.ends[0].closed) == ("gone", "why", True)
    one.clock.advance(60)
    assert (one.reloads, len(one.ends)) == (reloads, 1)


def test_bye_that_says_reload_asks_for_a_server_before_it_loads() -> None:
    one = listening()
    one.say(Bye(0, "stopping", "reload", "the server stops"))
    one.lose()
    one.do("click", "#b")  # nobody hears of it
    one.clock.advance(1)
    assert [type(message) for message in one.ends[-1].heard] == [Hello]
    one.say(Bye(0, "stopping", "reload", "not yet"))
    one.lose()
    one.clock.advance(1)
    assert (one.reloads, len(one.ends)) == ([], 3)
    one.say(Refuse("gone", "reload", "started anew"))
    one.clock.advance(1)
    assert one.reloads == ["started anew"]


def test_welcome_for_a_page_that_has_ended_breaks_a_rule() -> None:
    one = Scripted()
    one.say(Bye(0, "ended", "reload", "over"))
    one.lose()
    one.clock.advance(1)
    one.say(Welcome(0, one.limits))
    assert one.client.state == "gone"
    assert "expected refuse or bye for a page that has ended, got welcome" in one.client.reason


def test_server_that_breaks_a_rule_is_told_so_and_left() -> None:
    one = Scripted()
    one.say(Batch(5, 0, []))
    (bye,) = one.heard(Bye)
    assert (bye.code, bye.action) == ("violation", "stop")
    one.clock.advance(60)
    assert (one.client.state, one.reloads, len(one.ends)) == ("gone", [], 1)
    unwelcome = Scripted(greeted=False)
    unwelcome.say(Batch(1, 0, []))
    assert (unwelcome.client.state, unwelcome.heard(Bye)) == ("gone", [])


def test_clicks_on_a_page_that_is_gone_are_nobodys() -> None:
    one = listening()
    one.say(Bye(0, "ended", "stop", "over"))
    one.do("click", "#b")
    assert (one.client.state, one.heard(Event)) == ("gone", [])


def test_document_that_is_looked_at_again_asks_for_a_sign_or_comes_back_at_once() -> None:
    one = Scripted()
    one.client.wake()
    assert one.heard(Ack) == [Ack(0, True)]
    one.lose()
    one.client.wake()
    assert len(one.ends) == 2
    one.client.leave()
    one.client.wake()
    assert len(one.ends) == 2


def test_created_nodes_are_the_servers_to_number() -> None:
    one = Scripted("<ul id=l></ul>")
    one.send((FIND, 1, 0, "#l"), (CREATE, 1, INSIDE, -1, "li"), (SET, 1, "innerText", "x"), (FIND, 2, 0, "li"))
    assert [reply.value for reply in one.heard(Reply)] == [Ref(-1), Ref(1)]


def test_what_was_thrown_is_told_with_its_name() -> None:
    one = Scripted()
    one.send((CALL, 1, 0, "querySelector", ["#"]), (CALL, 2, 0, "nothing", []))
    thrown, missing = one.heard(Reply)
    assert thrown.error is not None
    code, text, details = thrown.error
    assert (code, details["name"], text) == ("js-error", "SyntaxError", f"SyntaxError: {details['message']}")
    assert missing.error == ["not-a-function", "not a function: nothing"]


def test_where_a_frame_has_no_room_nothing_is_told_of_what_was_thrown() -> None:
    one = Scripted(frame=10_000)
    one.send((CALL, 1, 0, "querySelector", ["#"]))
    (thrown,) = one.heard(Reply)
    assert thrown.error is not None
    assert len(thrown.error) == 2


def test_answer_to_what_is_waited_for_comes_when_it_is_there_or_the_time_is_up() -> None:
    one = Scripted("<p>")
    one.send((FIND, 1, 0, "#a", 500), (FIND, 2, 0, "#b", 500))
    one.clock.advance(0.4)
    assert one.heard(Reply) == []
    one.send((SET, 0, ["body", "firstElementChild", "id"], "a"))
    assert [(reply.ask, reply.value) for reply in one.heard(Reply)] == [(1, Ref(-1))]
    one.clock.advance(0.2)
    assert [(reply.ask, reply.value) for reply in one.heard(Reply)] == [(2, None)]


def test_document_that_is_gone_answers_nothing_any_more() -> None:
    one = Scripted("<p>")
    one.send((FIND, 1, 0, "#a", 500))
    one.say(Bye(0, "ended", "stop", "over"))
    one.clock.advance(1)
    assert one.heard(Reply) == []


def test_promise_is_answered_when_it_is_settled_with_what_can_travel() -> None:
    one = Scripted("<p>")
    one.send((GET, 1, 0, "defaultView", OBJECT))
    one.send((CALL, 2, 0, ["defaultView", "Promise", "resolve"], [[1]]))
    one.send((CALL, 3, 0, ["defaultView", "Promise", "resolve"], to_wire([Ref(-1)])))
    one.send((CALL, 4, 0, ["defaultView", "Promise", "resolve"], to_wire([Ref(-1)]), OBJECT))
    assert [(reply.value, reply.error and reply.error[0]) for reply in one.heard(Reply)] == [
        *((Ref(-1), None), ([1], None), (None, "unsupported"), (Ref(-1), None))
    ]


def test_event_whose_errors_do_not_fit_either_is_not_sent() -> None:
    one = Scripted("<button id=b>x", frame=60)
    one.send((LISTEN, 1, 0, "click", {"fields": [["target", "outerHTML"]] * 30}), (LISTEN, 2, 0, "click", {}))
    one.send((LOADED,))
    one.do("click", "#b")
    assert [event.listener for event in one.heard(Event)] == [2]


def test_timer_of_a_document_tells_what_it_has_done() -> None:
    one = Scripted("<p>x")
    one.send((FIND, 1, 0, "p"))
    one.send((CALL, 2, 0, ["defaultView", "setTimeout"], to_wire([Callback(1), 1000])))
    one.send((LISTEN, 1, 0, "", {}))
    one.send((SET, 0, ["body", "onpoke"], None))
    one.heard(Reply)
    one.clock.advance(1)
    assert one.heard(Event) == []  # there was no listener when the function was made
    one.send((CALL, 3, 0, ["defaultView", "setTimeout"], to_wire([Callback(1), 1000])))
    one.clock.advance(1)
    assert [event.listener for event in one.heard(Event)] == [1]
