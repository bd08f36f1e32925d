"""The rules of the channel, one test each: refs, and what becomes of those that nobody holds any more."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from pycommunicate.errors import PageGone, ReadTimeout, StaleElement
from pycommunicate.protocol import Limits
from pycommunicate.protocol.codec import Ref, to_wire
from pycommunicate.protocol.messages import Hello, decode
from pycommunicate.protocol.ops import CREATE, EXISTS, FIND, RELEASE, SET
from pycommunicate.proxies.dom import ElementWrapper, HTMLWrapper
from pycommunicate.settings import Settings
from tests.support.house import StartRig
from tests.support.rig import Rig, settle


def find(rig: Rig, ref: int, selector: str = "#here") -> ElementWrapper:
    """Let a task look for an element that the browser finds under *ref*."""
    outcome = rig.start(lambda: HTMLWrapper(rig.page).element(selector))
    rig.answer(to_wire(Ref(ref)))
    element: ElementWrapper = outcome.get()
    outcome.value = None
    return element


def releases(rig: Rig) -> list[list[int]]:
    """Let the page send something, and return what it releases with it."""
    rig.run(lambda: rig.page.send((SET, 0, "title", "flush")))
    return [op[1] for op in rig.take() if op[0] == RELEASE]


def test_the_server_numbers_the_nodes_that_it_makes_and_the_browser_those_that_it_finds(rig: Rig) -> None:
    found = find(rig, -1)

    children = [rig.run(lambda: found.add_child("p")) for _ in range(2)]

    assert rig.take() == [[CREATE, 1, 0, -1, "p"], [CREATE, 2, 0, -1, "p"]]
    assert rig.page.refs.get(-1) is found
    assert [rig.page.refs.get(1), rig.page.refs.get(2)] == children


def test_a_ref_is_never_used_twice(rig: Rig) -> None:
    found = find(rig, -1)
    for _ in range(3):
        rig.run(lambda: found.add_child("p").delete())

    assert [op[1] for op in rig.take() if op[0] == CREATE] == [1, 2, 3]


def test_the_same_node_is_the_same_element(rig: Rig) -> None:
    assert find(rig, -1) is find(rig, -1)


def test_a_forgotten_element_is_released_with_as_many_times_as_it_was_told(rig: Rig) -> None:
    element: Any = find(rig, -1)
    assert find(rig, -1) is find(rig, -1)

    assert releases(rig) == []
    del element

    # The same node was told three times, but the first name held its element all the while.
    assert releases(rig) == [[-1, 3]]


def test_a_made_element_that_nobody_keeps_is_released_behind_its_making(rig: Rig) -> None:
    found = find(rig, -1)

    rig.run(lambda: found.add_child("p").set_property("id", "new"))

    assert [op[:3] for op in rig.take()] == [[CREATE, 1, 0], [SET, 1, "id"], [RELEASE, [1, 1]]]


def test_releases_of_one_flush_leave_as_one_op(rig: Rig) -> None:
    elements = [find(rig, -i) for i in (1, 2, 3)]
    elements.clear()

    pairs = releases(rig)

    assert len(pairs) == 1
    assert sorted(zip(pairs[0][::2], pairs[0][1::2], strict=True)) == [(-3, 1), (-2, 1), (-1, 1)]


def test_a_finalizer_may_run_in_any_thread(rig: Rig) -> None:
    held = [find(rig, -1)]

    thread = threading.Thread(target=held.clear)
    thread.start()
    thread.join()

    assert releases(rig) == [[-1, 1]]


def test_a_ref_that_is_told_again_while_its_release_travels_is_not_lost(rig: Rig) -> None:
    del_me: Any = find(rig, -1)
    del del_me
    # The browser finds the node once more before the release reaches it: it has told the ref twice, and one of the two
    # is taken back.
    again = [find(rig, -1)]
    released = [op[1] for op in rig.ops if op[0] == RELEASE]
    assert released == [[-1, 1]]

    rig.run(lambda: again[0].set_property("id", "lives"))
    assert rig.take() == [[SET, -1, "id", "lives"]]
    again.clear()

    assert releases(rig) == [[-1, 1]]


def test_a_gone_ref_makes_its_element_stale_and_is_not_released(rig: Rig) -> None:
    held = [find(rig, -1, "#child")]

    rig.send(rig.channel.gone([-1, -77], []))

    with pytest.raises(StaleElement, match="'#child' is gone"):
        rig.run(lambda: held[0].set_property("id", "x"))
    assert rig.page.refs.get(-1) is None
    held.clear()
    assert releases(rig) == []


def test_a_node_that_goes_in_the_same_turn_behind_the_reply_that_names_it_is_stale(rig: Rig) -> None:
    outcome = rig.start(lambda: HTMLWrapper(rig.page).element("#child"))
    (op,) = rig.take()

    rig.page.receive(rig.channel.reply(op[1], to_wire(Ref(-1))))
    rig.page.receive(rig.channel.gone([-1], []))

    with pytest.raises(StaleElement, match="'#child' is gone"):
        rig.run(lambda: outcome.get().set_property("id", "x"))


def test_what_is_dropped_by_the_end_of_a_handler_is_released_without_another_write(rig: Rig) -> None:
    outcome = rig.start(lambda: bool(HTMLWrapper(rig.page).element("#child")))

    rig.answer(to_wire(Ref(-1)))

    assert outcome.get()
    settle()
    assert rig.take() == [[RELEASE, [-1, 1]]]


def test_what_the_browser_calls_stale_raises_stale_element(rig: Rig) -> None:
    element = find(rig, -1, "#child")
    outcome = rig.start(lambda: element.value)

    rig.answer(error=["stale-ref", "no node has this ref"])

    with pytest.raises(StaleElement, match="'value' of '#child'"):
        outcome.get()


def test_nodes_in_the_answer_to_an_abandoned_read_are_released(rig: Rig) -> None:
    outcome = rig.start(lambda: HTMLWrapper(rig.page).element("#slow"))
    (op,) = rig.take()
    rig.tick(rig.settings.read_silence + 1)
    with pytest.raises(ReadTimeout):
        outcome.get()

    rig.reply(op[1], [to_wire(Ref(-1)), {"key": to_wire(Ref(-2))}])

    assert releases(rig) == [[-1, 1, -2, 1]]


def test_nothing_is_released_behind_a_closed_window_until_it_opens(start_rig: StartRig) -> None:
    rig = start_rig(Settings(limits=Limits(window_frames=1)))
    element: Any = find(rig, -1)
    rig.take()
    del element
    assert releases(rig) == [[-1, 1]]

    element = find_behind(rig, -2)
    del element
    assert releases(rig) == []
    rig.ack()
    assert [op[0] for op in rig.take()] == [SET, RELEASE]


def find_behind(rig: Rig, ref: int) -> ElementWrapper:
    """`find`, in a page whose window is closed until its browser acknowledges."""
    outcome = rig.start(lambda: HTMLWrapper(rig.page).exists("#other") and HTMLWrapper(rig.page).element("#behind"))
    settle()
    rig.ack()
    op = rig.take()[-1]
    assert op[0] == EXISTS
    rig.reply(op[1], value=True)
    op = rig.take()[-1]
    assert op[0] == FIND
    # The reply acknowledges what came before it, and not the next batch.
    rig.reply(op[1], to_wire(Ref(ref)))
    element: ElementWrapper = outcome.get()
    outcome.value = None
    rig.run(lambda: rig.page.send((SET, 0, "title", "closes the window")))
    rig.take()
    return element


@pytest.mark.parametrize("value", [Ref(1), [Ref(-1), Ref(1)], {"node": Ref(2**31 - 1)}], ids=str)
def test_a_ref_of_ours_that_was_never_allotted_ends_the_page(rig: Rig, value: Any) -> None:
    outcome = rig.start(lambda: HTMLWrapper(rig.page).element("#here"))

    rig.answer(to_wire(value))

    assert rig.page.gone == "its browser broke the protocol"
    with pytest.raises(PageGone):
        outcome.get()


@pytest.mark.parametrize(("refs", "listeners"), [([1], []), ([-1, 5], []), ([], [1]), ([], [0]), ([], [-1])])
def test_gone_of_what_was_never_allotted_ends_the_page(rig: Rig, refs: list[int], listeners: list[int]) -> None:
    rig.send(rig.channel.gone(refs, listeners))

    assert rig.page.gone == "its browser broke the protocol"


def test_gone_of_what_the_page_has_forgotten_is_ordinary(rig: Rig) -> None:
    rig.run(lambda: rig.page.send((CREATE, rig.page.refs.new(), 0, 0, "p")))
    rig.listen()

    for _ in range(2):
        rig.send(rig.channel.gone([1, -7], [1]))

    assert not rig.page.gone


def test_releases_that_a_browser_does_not_take_are_bounded(start_rig: StartRig) -> None:
    rig = start_rig(Settings(limits=Limits(window_frames=1), overflow=100_000))
    outcome = rig.start(lambda: HTMLWrapper(rig.page).exists("#here"))
    rig.take(apply=False)
    rig.run(lambda: rig.page.send((SET, 0, "title", "waits")))
    rig.tick(rig.settings.read_timeout + 1)
    assert outcome.done

    rig.reply(1, to_wire([Ref(-number) for number in range(1, 2000)]))

    assert rig.bye.code == "overflow"


def test_what_is_dropped_while_the_browser_is_away_is_released_when_it_is_back(rig: Rig) -> None:
    element: Any = find(rig, -1)
    rig.lose()
    del element
    settle()

    hello = decode(rig.channel.hello("ticket", "nonce"))
    assert isinstance(hello, Hello)
    rig.page.attach(rig.carrier, hello)
    rig.take_resumed()

    assert [op[1] for op in rig.ops if op[0] == RELEASE] == [[-1, 1]]


def test_what_is_dropped_behind_a_closed_window_is_released_when_it_opens(start_rig: StartRig) -> None:
    rig = start_rig(Settings(limits=Limits(window_frames=1)))
    element: Any = find(rig, -1)
    rig.run(lambda: rig.page.send((SET, 0, "title", "fills the window")))
    rig.take()
    rig.run(lambda: None)
    del element
    rig.run(lambda: None)
    assert rig.take() == []

    rig.ack()

    assert rig.take() == [[RELEASE, [-1, 1]]]


def test_what_only_the_listeners_of_a_gone_node_held_is_released_without_another_write(rig: Rig) -> None:
    held: list[Any] = [find(rig, -1), find(rig, -2)]
    rig.run(lambda: held[0].add_event_listener("click", lambda other=held[1]: other))
    del held[1]
    rig.take()

    rig.send(rig.channel.gone([-1], [1]))

    assert [op for op in rig.take() if op[0] == RELEASE] == [[RELEASE, [-2, 1]]]


def test_an_element_that_only_its_own_listener_held_is_gone_and_not_released(rig: Rig) -> None:
    held: list[Any] = [find(rig, -1)]
    rig.run(lambda: held[0].add_event_listener("click", lambda event: None))
    held.clear()
    rig.take()

    rig.send(rig.channel.gone([-1], [1]))

    assert releases(rig) == []
