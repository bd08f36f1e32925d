"""The table of ops, and what has not its shape."""

from __future__ import annotations

from typing import Any

import pytest

from pycommunicate.errors import RemoteProtocolError
from pycommunicate.protocol.ops import CREATE, OPS, REMOVE, SET, check_op

SAMPLES: dict[Any, Any] = {int: 1, str: "x", list: [1], dict: {}, bool: True, object: None, (str, list): ["a", "b"]}


@pytest.mark.parametrize("code", list(OPS))
def test_an_op_of_the_shape_of_its_row_is_taken_and_a_shorter_one_is_not(code: int) -> None:
    op = [code, *(SAMPLES[kind] for _, kind in OPS[code][1])]
    assert check_op(op) == tuple(op)
    assert check_op([*op, "later"]) == (*op, "later")
    if OPS[code][1]:
        with pytest.raises(RemoteProtocolError, match=f"fields in op {OPS[code][0]}, got {len(op) - 2}"):
            check_op(op[:-1])


@pytest.mark.parametrize("code", list(OPS))
def test_a_field_of_another_type_is_refused(code: int) -> None:
    name, fields = OPS[code]
    op = [code, *(SAMPLES[kind] for _, kind in fields)]
    for place, (field, kind) in enumerate(fields, 1):
        if kind is not object:
            with pytest.raises(RemoteProtocolError, match=f"expected {name}.{field} to be .*, got None"):
                check_op([*op[:place], None, *op[place + 1 :]])


def test_a_boolean_is_no_integer() -> None:
    with pytest.raises(RemoteProtocolError, match=r"expected set\.ref to be int, got True"):
        check_op([SET, True, "value", 1])
    assert check_op([REMOVE, 1, True])


@pytest.mark.parametrize("op", [[], [99], [-1], ["set"], [None], [True], {}, "set", None, 3, (SET, 1, "value", 1)])
def test_what_is_no_op_is_refused(op: Any) -> None:
    with pytest.raises(RemoteProtocolError, match="expected a known op"):
        check_op(op)


def test_an_op_that_cannot_be_shown_is_refused_all_the_same() -> None:
    with pytest.raises(RemoteProtocolError, match="cannot be shown"):
        check_op([CREATE, [10**5000], 0, 0, "p"])


def test_codes_are_unique_and_without_gaps() -> None:
    assert [*OPS] == list(range(17))
