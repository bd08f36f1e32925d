"""The rules that every op of a server is held against, one by one, without a socket."""

from __future__ import annotations

from typing import Any

import pytest

from pycommunicate.conformance.report import Level, Result
from pycommunicate.conformance.server.rules import Ledger, Rules
from pycommunicate.protocol.codec import Callback, Ref, to_wire
from pycommunicate.protocol.messages import Batch, Welcome, encode
from pycommunicate.protocol.ops import (
    CALL,
    CREATE,
    CREDIT,
    DONE,
    EXISTS,
    FIND,
    FRAGMENT,
    GET,
    LISTEN,
    RELEASE,
    SET,
    UNLISTEN,
)

BUSY = (LISTEN, 1, 0, "click", {"busy": 1})


def broken(*ops: tuple[Any, ...], sent: int = 5, ack: int = 5) -> set[str]:
    """Return the sections of the spec whose rules are broken by a server that says these ops in one batch."""
    result = Result("one", Level.READER)
    rules = Rules(Ledger(result))
    rules.sent = sent
    rules.listens.sent[1] = 2
    rules.connected(0)
    rules.frame(encode(Welcome(0, {})))
    rules.frame(encode(Batch(1, ack, [[to_wire(field) for field in op] for op in ops])))
    return {check.spec for check in result.checks if not check.kept}


@pytest.mark.parametrize(
    "ops",
    [
        [(CALL, 0, 0, "click", []), (CALL, 0, 0, "click", []), (FRAGMENT, 0, 3, 0, ""), (FRAGMENT, 1, 0, 0, "")],
        [(FIND, 1, 0, "p", 1000), (GET, 2, 0, "body", 1), (CALL, 3, 0, "Date", [], 3)],
        [(SET, 0, "value", "x", True), (SET, 0, "value", "x", False, 5), (SET, 0, "value", "x", False, 2)],
        [(LISTEN, 1, 0, "", {"fields": ["args", ["a", "b"]]}), (CALL, 0, 0, "f", [{"a": [Callback(1)]}])],
        [BUSY, (DONE, 1, 1), (DONE, 1, 2)],
        [(LISTEN, 1, 0, "click", {"stop": True, "throttle": 5, "delegate": "p", "of": "body", "new": 1})],
        [(CREATE, 1, 0, 0, "p"), (FRAGMENT, 0, 1, 1, "<b>"), (RELEASE, [1, 1])],
    ],
)
def test_ops_that_keep_all_rules_break_none(ops: list[tuple[Any, ...]]) -> None:
    assert broken(*ops) == set()


@pytest.mark.parametrize(
    ("spec", "ops"),
    [
        ("6", [(FIND, 0, 0, "p")]),
        ("6", [(EXISTS, 0, 0, "p")]),
        ("6", [(GET, 0, 0, "title")]),
        ("6.1", [(CALL, 1, 0, "a", []), (FRAGMENT, 1, 0, 0, "")]),
        ("5", [(FIND, 1, 0, "p", True)]),
        ("5", [(FIND, 1, 0, "p", -1)]),
        ("5", [(GET, 1, 0, "title", "object")]),
        ("5", [(CALL, 1, 0, "f", [], None)]),
        ("5", [(SET, 0, "value", "x", 1)]),
        ("5", [(SET, 0, "value", "x", False, None)]),
        ("6.4", [(SET, 0, "value", "x", False, 6)]),
        ("6.17", [(FRAGMENT, 1, 4, 0, "")]),
        ("7.2", [(FRAGMENT, 1, 0, -1, "")]),
        ("7.2", [(CALL, 1, 0, "f", [[Ref(-1)]])]),
        ("7.3", [(SET, 0, "f", Callback(1))]),
        ("7.3", [(LISTEN, 1, 0, "click", {}), (SET, 0, "f", Callback(1))]),
        ("6.10", [(CREATE, 1, 0, 0, "p"), (LISTEN, 1, 1, "", {})]),
        ("6.10", [(LISTEN, 1, 0, "click", {}), (LISTEN, 1, 0, "click", {})]),
        ("6.10", [(LISTEN, 1, 0, "click", {"once": 1})]),
        ("6.10", [(LISTEN, 1, 0, "click", {"debounce": 0.5})]),
        ("6.10", [(LISTEN, 1, 0, "click", {"delegate": ["p"]})]),
        ("6.10", [(LISTEN, 1, 0, "click", {"fields": "type"})]),
        ("6.10", [(LISTEN, 1, 0, "click", {"fields": [[]]})]),
        ("6.10", [(LISTEN, 1, 0, "click", {"of": 1})]),
        ("6.10", [(LISTEN, 1, 0, "click", {"observe": True})]),
        ("6.16", [(LISTEN, 1, 0, "click", {"busy": 0}), (DONE, 1, 1)]),
        ("6.16", [(DONE, 1, 0)]),
        ("6.16", [BUSY, (DONE, 1, 2), (DONE, 1, 1)]),
        ("6.16", [BUSY, (DONE, 1, 3)]),
        ("6.11", [(UNLISTEN, [1])]),
        ("6.12", [(CREDIT, 1, 17)]),
        ("8.5", [BUSY, (CREDIT, 1, 16)]),
    ],
)
def test_op_that_breaks_a_rule_is_named_by_its_section(spec: str, ops: list[tuple[Any, ...]]) -> None:
    assert broken(*ops) == {spec}
