"""The sections for servers, gone through with ours, and with what is no server of the conformance app."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pycommunicate.conformance.app import BUTTONS
from pycommunicate.conformance.report import Level, Outcome
from pycommunicate.conformance.server import check_server, main
from pycommunicate.conformance.server.bad import BAD_FRAMES, BAD_HELLOS, BAD_VALUES
from pycommunicate.conformance.server.sections import chosen
from pycommunicate.conformance.server.values import FORMS, VALUES, same
from pycommunicate.errors import RemoteProtocolError
from pycommunicate.protocol.codec import pack, to_wire, unpack
from pycommunicate.protocol.messages import decode
from tests.support.app_server import AppServer

ROOT = Path(__file__).parents[2]
VECTORS = ROOT / "protocol" / "v1" / "vectors" / "messages"
#: What stands in frames where no page that lives has sent as much: the vectors have 1, as theirs have sent nothing.
_NEVER_SENT = pack(1_000_000)


@pytest.fixture(scope="module")
def conforming() -> Iterator[AppServer]:
    server = AppServer(ROOT, "pycommunicate.conformance.app:app")
    server.start()
    try:
        yield server
    finally:
        server.close()


def test_our_server_keeps_all_rules(conforming: AppServer) -> None:
    report = check_server(conforming.url + "/")
    assert [str(result) for result in report.results if result.outcome is not Outcome.PASSED] == []
    assert report.level is Level.RESUMING


def test_a_run_of_chosen_sections_is_printed(conforming: AppServer, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(conforming.url + "/", ["welcome"]) == 0
    printed = capsys.readouterr().out
    assert "passed  welcome (reader)" in printed
    assert "level reader" in printed


def test_a_run_is_told_to_machines(conforming: AppServer, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(conforming.url + "/", ["welcome", "order"], as_json=True) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["subject"] == "server"
    assert [section["name"] for section in report["sections"]] == ["welcome", "order"]


def test_a_server_of_another_app_is_held_against_what_needs_no_app() -> None:
    server = AppServer(ROOT / "examples" / "counter")
    server.start()
    try:
        report = check_server(server.url + "/", ["welcome", "refusals", "loaded", "order"])
    finally:
        server.close()
    outcomes = {result.name: result.outcome for result in report.results}
    assert outcomes == {
        "welcome": Outcome.PASSED,
        "refusals": Outcome.PASSED,
        "loaded": Outcome.SKIPPED,
        "order": Outcome.SKIPPED,
    }
    first, second = report.results[-2:]
    assert 'expected <meta name="pycommunicate-conformance" content="1"> in its document, got none' in first.skipped
    assert second.skipped == "the server does not serve the conformance app, as was said"


def test_a_run_says_that_there_is_no_live_document(capsys: pytest.CaptureFixture[str]) -> None:
    server = AppServer(ROOT / "examples" / "hello")
    server.start()
    try:
        assert main(server.url + "/") == 2
    finally:
        server.close()
    assert "expected a document with a script element that has data-pycommunicate" in capsys.readouterr().out


def test_a_run_says_that_nothing_answers(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        assert main(f"http://127.0.0.1:{nobody.getsockname()[1]}/") == 2
    assert "expected an answer from http://127.0.0.1:" in capsys.readouterr().out


def test_a_run_says_that_there_is_no_such_section_or_address(capsys: pytest.CaptureFixture[str]) -> None:
    assert main("http://127.0.0.1:9/", ["nonsense"]) == 2
    assert main("127.0.0.1:9") == 2
    printed = capsys.readouterr().out
    assert "got nonsense" in printed
    assert "expected a URL that begins with http:// or https://, got '127.0.0.1:9'" in printed


def test_what_takes_a_minute_is_gone_through_only_if_it_is_asked_for() -> None:
    assert "silence" not in [section.name for section in chosen((), slow=False)]
    assert "silence" in [section.name for section in chosen((), slow=True)]
    assert [section.name for section in chosen(("silence",), slow=False)] == ["silence"]


def test_the_document_of_the_kit_names_its_sections_and_the_buttons_of_the_app() -> None:
    text = (ROOT / "protocol" / "conformance.md").read_text(encoding="utf-8").partition("## Servers")[2]
    app, _, sections = text.partition("### Sections of a server")
    rows = re.findall(r"^\| `([\w-]+)` \| (\w+) \|", sections, re.MULTILINE)
    assert sorted(rows) == sorted((section.name, section.level.value) for section in chosen((), slow=True))
    assert tuple(re.findall(r"^\| `(\w+)` \|", app, re.MULTILINE)) == BUTTONS


@pytest.mark.parametrize(("file", "frames"), [("refuse.json", BAD_FRAMES), ("refuse-first.json", BAD_HELLOS)])
def test_bad_frames_are_those_of_the_vectors(file: str, frames: dict[str, bytes]) -> None:
    cases = json.loads((VECTORS / file).read_text(encoding="utf-8"))["cases"]
    # Those that a hello can be refused by only behind all the other checks stand in a section of their own.
    wanted = {case["name"]: bytes.fromhex(case["hex"]) for case in cases if "server" in case["receivers"]}
    wanted.pop("received of what was not sent", None)
    assert frames.keys() == wanted.keys()
    for name, frame in frames.items():
        assert frame.replace(_NEVER_SENT, b"\x01") == wanted[name], name


@pytest.mark.parametrize("what", BAD_VALUES)
def test_bad_values_are_no_values(what: str) -> None:
    frame = b"\x95\x05\x01\x00\x01" + BAD_VALUES[what]
    with pytest.raises(RemoteProtocolError):
        decode(frame)


@pytest.mark.parametrize("what", VALUES)
def test_values_are_the_same_as_themselves_only(what: str) -> None:
    value = VALUES[what]
    assert same(value, unpack(pack(to_wire(value))))
    others: list[Any] = [other for name, other in VALUES.items() if name != what]
    assert not any(same(value, other) for other in others)


@pytest.mark.parametrize("what", FORMS)
def test_other_forms_are_of_the_same_values(what: str) -> None:
    value, wire = FORMS[what]
    assert same(value, unpack(wire))
