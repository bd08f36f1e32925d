"""Tests of the words for what went wrong."""

from __future__ import annotations

from pycommunicate.page.faults import describe
from pycommunicate.protocol.ops import CALL, CREATE, INSERT, REMOVE, SET
from pycommunicate.proxies.dom import ElementWrapper
from tests.support.house import ExpectErrors
from tests.support.rig import Rig


def test_an_op_is_described_by_its_fields_and_what_stands_for_its_refs() -> None:
    known = {5: ["button"], 6: ["list"]}.get

    assert describe((SET, 5, "title", 5), known) == "set ref=['button'], name='title', value=5"
    assert describe((INSERT, 5, 6, 6), known) == "insert ref=['button'], position=6, target=['list']"
    assert describe((REMOVE, 7, False), known) == "remove ref=7, keep=False"
    assert describe((SET, 5, "title", "x")) == "set ref=5, name='title', value='x'"
    assert describe((CALL, 0, 5, "f", [1])) == "call ref=5, name='f', arguments=[1]"
    assert describe(None) == "an op that is not known any more"
    assert len(describe((CREATE, 9, 0, 6, "x" * 1000), known)) < 200


def test_a_write_that_fails_is_logged_with_the_element_that_it_was_made_on(
    rig: Rig, expect_errors: ExpectErrors
) -> None:
    element = ElementWrapper(rig.page, -1, ("#here", None))
    rig.run(lambda: element.set_property("title", "x"))
    rig.take()

    rig.send(rig.channel.failure(1, 0, ["js-error", "no title"]))

    [line] = expect_errors()
    assert "set ref=<ElementWrapper '#here'>, name='title', value='x'" in line
