"""Answers that no browser gives: they end the page, or the read, and cost little."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pycommunicate.errors import LimitReached, PageGone, WaitTimeout
from pycommunicate.protocol import Limits
from pycommunicate.protocol.ops import RELEASE
from pycommunicate.proxies.dom import ElementWrapper, HTMLWrapper
from pycommunicate.settings import Settings
from tests.support.house import StartRig
from tests.support.rig import Rig
from tests.support.stand_ins import find, node


@pytest.mark.parametrize(
    ("read", "answer"),
    [
        (lambda element: dict(element.attributes), [5] * 3),
        (lambda element: dict(element.attributes), None),
        (lambda element: dict(element.dataset), {"a": 1}),
        (lambda element: dict(element.dataset), ["a"]),
        (lambda element: element.elements("p"), 5),
        (lambda element: element.elements("p"), None),
        (lambda element: element.elements("p"), ["x"]),
        (lambda element: element.element("p"), "x"),
    ],
)
def test_an_answer_of_another_kind_breaks_the_protocol(
    rig: Rig, read: Callable[[ElementWrapper], Any], answer: Any
) -> None:
    element = find(rig)
    outcome = rig.start(lambda: read(element))
    rig.answer(answer)
    with pytest.raises(PageGone):
        outcome.get()
    assert "broke the protocol" in rig.page.gone


@pytest.mark.parametrize("answer", [None, "x", 7])
def test_a_media_query_is_an_object(rig: Rig, answer: Any) -> None:
    outcome = rig.start(lambda: HTMLWrapper(rig.page).window.media("print"))
    rig.answer(answer)
    with pytest.raises(PageGone):
        outcome.get()


def test_so_many_attributes_are_not_asked_for(rig: Rig) -> None:
    element = find(rig)
    outcome = rig.start(lambda: dict(element.attributes))
    rig.answer(["a"] * 10_001)
    with pytest.raises(LimitReached, match="10000"):
        outcome.get()
    assert not rig.page.gone
    assert rig.take() == []


def test_what_stands_behind_one_element_too_many_is_let_go(start_rig: StartRig) -> None:
    rig = start_rig(Settings(limits=Limits(refs=4)))
    element = find(rig)
    outcome = rig.start(lambda: element.elements("li"))
    rig.answer([node(-number) for number in range(2, 10)])
    with pytest.raises(LimitReached):
        outcome.get()
    del outcome
    released = [ref for op in rig.take() if op[0] == RELEASE for ref in op[1][::2]]
    assert sorted(released) == list(range(-9, -1))


def test_a_call_that_may_take_so_long_takes_no_longer(rig: Rig) -> None:
    element = find(rig)
    outcome = rig.start(lambda: element.call("slow", timeout=0.05))
    rig.take()
    with pytest.raises(WaitTimeout, match=r"0\.05 seconds"):
        outcome.get()  # and nobody has looked after the deadlines of all pages
