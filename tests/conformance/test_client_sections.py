"""The sections for clients: a client that keeps all rules passes, and the document lists what there is."""

from __future__ import annotations

import re
from typing import Any

import pytest

from pycommunicate.conformance.client import check_client
from pycommunicate.conformance.client.run import chosen
from pycommunicate.conformance.client.sections import CLIENT
from pycommunicate.conformance.ops import ASKS
from pycommunicate.conformance.report import Level, Outcome
from pycommunicate.protocol.messages import Failure, Reply
from tests.conformance.small_client import SmallClient
from tests.conformance.small_document import Fault
from tests.support.notation import PROTOCOL

DOCUMENT = (PROTOCOL / "conformance.md").read_text(encoding="utf-8")


def test_small_client_passes_all_sections() -> None:
    report = check_client(lambda url: SmallClient(url).start(), at_once=16)
    not_kept = [str(result) for result in report.results if result.outcome is not Outcome.PASSED]
    assert not_kept == []
    assert report.level is Level.RESUMING
    assert [result.name for result in report.results] == [section.name for section in chosen()]


def test_client_without_do_cannot_be_seen_away() -> None:
    class NobodyThere(SmallClient):
        def follow(self) -> None:
            pass

    report = check_client(lambda url: NobodyThere(url).start(), ["away", "loaded", "events", "typing"], at_once=4)
    assert [result.outcome for result in report.results] == [Outcome.PASSED] * 3 + [Outcome.SKIPPED]


def test_client_without_call_is_told_by_do() -> None:
    class CallsNothing(SmallClient):
        op_call = None  # type: ignore[assignment]

    names = ["listen", "events", "credits", "keep", "prevent", "early", "navigate"]
    names += ["moves", "carried", "form", "options", "delegate", "of", "busy", "typing"]
    needing = ["call", "debounce", "throttle", "callbacks", "no-reply", "details"]
    report = check_client(lambda url: CallsNothing(url).start(), names + needing, at_once=8)
    outcomes = {result.name: result.outcome for result in report.results}
    assert {outcomes.pop(name) for name in needing} == {Outcome.SKIPPED}
    assert set(outcomes.values()) == {Outcome.PASSED}


def test_what_a_client_lacks_of_an_op_is_skipped() -> None:
    class LacksMuch(SmallClient):
        op_fragment = None  # type: ignore[assignment]

        def op_find(self, ask: int, scope: int, selector: str, wait: int = 0, /) -> Any:
            if wait:
                raise Fault("unsupported")
            return super().op_find(ask, scope, selector)

        def op_get(self, ask: int, ref: int, name: Any, flags: int = 0, /) -> Any:
            if flags:
                raise Fault("unsupported")
            return super().op_get(ask, ref, name)

        def op_listen(self, number: int, ref: int, kind: str, options: dict[str, Any]) -> None:
            if options or not kind:
                raise Fault("unsupported")
            super().op_listen(number, ref, kind, options)

    names = ["fragment", "find-wait", "objects", "callbacks", "carried", "form", "options", "delegate", "of"]
    names += ["debounce", "throttle", "busy"]
    report = check_client(lambda url: LacksMuch(url).start(), names, at_once=8)
    outcomes = {result.name: result.outcome for result in report.results}
    assert set(outcomes.values()) == {Outcome.SKIPPED}, outcomes


def test_client_that_keeps_no_unknown_properties_is_asked_for_less() -> None:
    class KeepsLittle(SmallClient):
        def op_set(self, ref: int, name: object, *more: Any) -> None:
            if name != "conformanceValue":
                super().op_set(ref, name, *more)

    names = ["values", "containers", "carried", "objects", "callbacks"]
    report = check_client(lambda url: KeepsLittle(url).start(), names, at_once=5)
    assert [result.outcome for result in report.results] == [Outcome.PASSED] * 3 + [Outcome.SKIPPED] * 2


def test_unknown_section_is_named_with_those_that_there_are() -> None:
    with pytest.raises(ValueError, match=r"expected sections among transport, .*, got moons"):
        check_client(lambda url: None, ["moons"])


def test_slow_sections_are_gone_through_if_asked_for() -> None:
    assert {section.name for section in CLIENT} - {section.name for section in chosen()} == {"silence"}
    assert {section.name for section in chosen(slow=True)} == {section.name for section in CLIENT}
    assert [section.name for section in chosen(["silence"])] == ["silence"]


def test_client_that_does_not_come_fails_and_harms_nobody() -> None:
    report = check_client(lambda url: None, ["handshake"], open_within=0.2)
    (result,) = report.results
    assert result.outcome is Outcome.FAILED
    assert "expected the document to be loaded within 0.2 s, got nothing" in str(result)


def test_sections_are_those_of_the_document() -> None:
    rows = re.findall(r"^\| `([\w-]+)` \| (\w+) \| (.+) \|$", DOCUMENT.partition("## Servers")[0], re.MULTILINE)
    assert rows == [(section.name, section.level.value, section.title) for section in CLIENT]


def test_client_without_ops_can_be_looked_at_as_it_attaches() -> None:
    class HasNoOps(SmallClient):
        def carry_out(self, number: int, index: int, op: list[Any]) -> None:
            error = ["unsupported", "no op is"]
            if op[0] in ASKS:
                self.replies.append(lambda: self.numbered(Reply, op[1], None, error))
            else:
                self.numbered(Failure, number, index, error)

    names = ["transport", "no-ticket", "refuse", "answers", "violations", "life-signs", "bye"]
    report = check_client(lambda url: HasNoOps(url).start(), names, at_once=7)
    assert [str(result) for result in report.results if result.name in report.failed] == []
