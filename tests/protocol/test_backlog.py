"""Ops that wait: their order, what replaces what, and what they weigh."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from pycommunicate.protocol.backlog import Backlog, len_of
from pycommunicate.protocol.ops import CALL, CREATE, GET, LISTEN, NAVIGATE, RELEASE, SET, VIEW

Op = tuple[Any, ...]


def held(*ops: Op) -> Backlog:
    backlog = Backlog()
    backlog.holding = True
    for op in ops:
        backlog.append(op)
    return backlog


def a_set(ref: int, name: str | list[str], value: Any) -> Op:
    return (SET, ref, name, value)


def test_ops_leave_in_the_order_in_which_they_came() -> None:
    ops = [a_set(1, "value", "a"), a_set(1, "value", "b"), (GET, 1, 1, "value")]
    backlog = Backlog()
    for op in ops:
        backlog.append(op)
    assert len(backlog) == 3
    assert backlog.take() == ops
    assert (len(backlog), backlog.cost, backlog.take()) == (0, 0, [])


def test_a_held_write_replaces_the_earlier_one_of_the_same_property() -> None:
    backlog = held(a_set(1, "value", "a"), a_set(1, "value", "b"))
    assert len(backlog) == 1
    assert backlog.take() == [a_set(1, "value", "b")]


def test_the_later_write_stays_in_its_own_place() -> None:
    ops = [a_set(1, "checked", True), a_set(2, "checked", True), a_set(1, "title", "t"), a_set(1, "checked", True)]
    assert held(*ops).take() == ops[1:]


def test_writes_to_other_nodes_and_properties_are_kept() -> None:
    ops = [a_set(1, "value", "a"), a_set(2, "value", "b"), a_set(1, "title", "c"), a_set(0, "title", "d")]
    assert held(*ops).take() == ops


def test_nothing_is_replaced_across_any_other_op() -> None:
    others: list[Op] = [
        (GET, 1, 1, "value"),
        (CALL, 1, 1, "focus", []),
        (CREATE, 5, 0, 1, "p"),
        (VIEW, "<p>"),
        (LISTEN, 1, 1, "input", {}),
        a_set(1, ["style", "color"], "red"),
    ]
    for other in others:
        ops = [a_set(1, "value", "a"), other, a_set(1, "value", "b")]
        assert held(*ops).take() == ops


def test_what_came_before_the_backlog_was_held_is_not_replaced() -> None:
    backlog = Backlog()
    backlog.append(a_set(1, "value", "a"))
    backlog.holding = True
    backlog.append(a_set(1, "value", "b"))
    assert [op[3] for op in backlog.take()] == ["a", "b"]


def test_what_has_left_is_not_replaced() -> None:
    backlog = held(a_set(1, "value", "a"))
    backlog.take()
    backlog.append(a_set(1, "value", "b"))
    assert backlog.take() == [a_set(1, "value", "b")]
    assert backlog.cost == 0


def test_many_replaced_writes_take_no_room() -> None:
    backlog = held(a_set(9, "title", "first"))
    for i in range(10_000):
        backlog.append(a_set(1 + i % 2, "value", str(i)))
    assert len(backlog) == 3
    assert len(backlog._ops) < 200
    assert backlog.take() == [a_set(9, "title", "first"), a_set(1, "value", "9998"), a_set(2, "value", "9999")]


def test_the_cost_counts_what_is_large_wherever_it_stands() -> None:
    large = "x" * 10_000
    numbers = list(range(10_000))
    ops: list[Op] = [
        (VIEW, large),
        (NAVIGATE, large),
        (CALL, 1, 1, "f", [large]),
        (RELEASE, numbers),
        a_set(1, "a", {"a": large}),
        a_set(1, "b", large.encode()),
    ]
    for op in ops:
        assert held(op).cost > 10_000


def test_a_replaced_write_costs_nothing_any_more() -> None:
    assert held(a_set(1, "value", "x" * 1000), a_set(1, "value", "y")).cost == held(a_set(1, "value", "y")).cost


def test_the_weight_of_a_value_is_about_its_size() -> None:
    assert [len_of(value) for value in ("abc", b"ab", 1, None, True, 2.5)] == [3, 2, 0, 0, 0, 0]
    assert len_of(["abc", ["de"]]) == 8 + 3 + 8 + 8 + 2
    assert len_of({"ab": "cde"}) == 8 + 2 + 3


SETS = st.builds(a_set, st.integers(0, 2), st.sampled_from("ab"), st.integers(0, 9) | st.text("xyz", max_size=9))
PATHS = st.builds(a_set, st.integers(0, 2), st.just(["style", "a"]), st.integers(0, 9))
OTHERS = st.builds(lambda ask, ref: (GET, ask, ref, "a"), st.integers(0, 5), st.integers(0, 2))
STEPS = st.lists(st.one_of(SETS, SETS, SETS, PATHS, OTHERS, st.sampled_from([None, True, False])), max_size=150)


def _apply(ops: list[Any]) -> tuple[dict[Any, Any], list[Any]]:
    """Returns the document that the ops make, and what each read in between has seen."""
    document: dict[Any, Any] = {}
    seen = []
    for op in ops:
        if op[0] == SET:
            document[op[1], str(op[2])] = op[3]
        else:
            seen.append((op, dict(document)))
    return document, seen


@given(STEPS)
def test_the_document_is_what_all_writes_would_have_made_it(steps: list[Any]) -> None:
    backlog = Backlog()
    written: list[Any] = []
    left: list[Any] = []
    for one in steps:
        if one is None:
            left += backlog.take()
            assert backlog.cost == 0
        elif isinstance(one, bool):
            backlog.holding = one
        else:
            written.append(one)
            backlog.append(one)
            assert backlog.cost >= 0
    before = len(backlog)
    last = backlog.take()
    assert len(last) == before
    assert _apply(left + last) == _apply(written)
