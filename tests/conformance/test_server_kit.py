"""The sections for servers, gone through with ours, and with what is no server of the conformance app."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from pycommunicate.conformance.app import BUTTONS
from pycommunicate.conformance.commands import conformance
from pycommunicate.conformance.report import Level, Outcome, Report
from pycommunicate.conformance.report import Result as SectionResult
from pycommunicate.conformance.server import check_server
from pycommunicate.conformance.server.bad import BAD_FRAMES, BAD_HELLOS, BAD_VALUES
from pycommunicate.conformance.server.sections import chosen
from pycommunicate.conformance.server.values import FORMS, VALUES
from pycommunicate.conformance.values import same
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
    report = check_server(conforming.url + "/", at_once=6)
    assert [str(result) for result in report.results if result.outcome is not Outcome.PASSED] == []
    assert report.level is Level.RESUMING


def command(*arguments: str) -> Result:
    """Run the command `conformance server`."""
    return CliRunner().invoke(conformance, ["server", *arguments])


def test_a_run_of_chosen_sections_is_printed(conforming: AppServer) -> None:
    done = command(conforming.url + "/", "--section", "welcome")
    assert done.exit_code == 0
    assert "passed  welcome (reader)" in done.stdout
    assert done.stdout.splitlines()[-1] == "level reader (1 passed)"


def test_a_run_is_told_to_machines(conforming: AppServer) -> None:
    done = command(conforming.url + "/", "--json", "--section", "welcome", "--section", "order")
    assert done.exit_code == 0
    report = json.loads(done.stdout)
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


@pytest.mark.parametrize(("kept", "code"), [((True, True), 0), ((True, False), 1), ((False, True), 1), ((), 1)])
def test_exit_code_tells_whether_something_failed_or_no_level_was_reached(
    kept: tuple[bool, ...], code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = Report("server")
    for level, one in zip(Level, kept, strict=False):
        report.results.append(SectionResult("one", level))
        report.results[-1].must("1", "a rule", one)
    monkeypatch.setattr("pycommunicate.conformance.server.run.check_server", lambda *args, **more: report)
    assert command("http://127.0.0.1:9/").exit_code == code


def test_a_run_says_that_there_is_no_live_document() -> None:
    server = AppServer(ROOT / "examples" / "hello")
    server.start()
    try:
        done = command(server.url + "/")
    finally:
        server.close()
    assert done.exit_code == 2
    assert "expected a document with a script element that has data-pycommunicate" in done.stderr


def test_a_run_says_that_nothing_answers() -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        done = command(f"http://127.0.0.1:{nobody.getsockname()[1]}/")
    assert done.exit_code == 2
    assert "expected an answer from http://127.0.0.1:" in done.stderr


def test_a_run_says_that_there_is_no_such_section_or_address() -> None:
    done = command("http://127.0.0.1:9/", "--section", "nonsense")
    assert (done.exit_code, "got nonsense" in done.stderr) == (2, True)
    done = command("127.0.0.1:9")
    assert done.exit_code == 2
    assert "expected a URL that begins with http:// or https://, got '127.0.0.1:9'" in done.stderr


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
    assert same(value, unpack(pack(to_wire(value))), whole=True)
    others: list[Any] = [other for name, other in VALUES.items() if name != what]
    assert not any(same(value, other, whole=True) for other in others)


@pytest.mark.parametrize("what", FORMS)
def test_other_forms_are_of_the_same_values(what: str) -> None:
    value, wire = FORMS[what]
    assert same(value, unpack(wire), whole=True)
