"""The command `conformance client`: what it starts, prints and returns."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from tests.support.program import Program, run

ROOT = Path(__file__).parents[2]
CLIENT = f"{sys.executable} {Path(__file__).with_name('client_program.py')}"
COMMAND = ("-m", "pycommunicate", "conformance", "client")
HERE = {"PYTHONPATH": str(ROOT)}


def test_client_is_started_for_each_document(tmp_path: Path) -> None:
    names = ("--section", "handshake", "--section", "find")
    done = run(*COMMAND, "--run", f"{CLIENT} {{url}}", *names, folder=tmp_path, environment=HERE)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert [line.split()[:2] for line in lines[:2]] == [["passed", "handshake"], ["passed", "find"]]
    assert lines[2].startswith("level reader (2 passed), in ")
    assert "a client is awaited on http://127.0.0.1:" in done.stderr


def test_failures_are_told_in_json_and_by_the_exit_code(tmp_path: Path) -> None:
    program = tmp_path / "client.py"
    program.write_text(
        "import sys\n"
        "from tests.conformance.broken_clients import TakesAGap\n"
        "TakesAGap(sys.argv[1]).start()\n"
        "import time; time.sleep(60)\n"
    )
    names = ("--section", "gaps", "--section", "get", "--json")
    done = run(*COMMAND, "--run", f"{sys.executable} {program} {{url}}", *names, folder=tmp_path, environment=HERE)
    assert done.returncode == 1, done.stderr
    report = json.loads(done.stdout)
    assert (report["subject"], report["version"], report["level"]) == ("client", 1, None)
    outcomes = {section["name"]: section["outcome"] for section in report["sections"]}
    assert outcomes == {"get": "passed", "gaps": "failed"}


def test_command_without_an_address_is_refused(tmp_path: Path) -> None:
    done = run(*COMMAND, "--run", "browser", folder=tmp_path)
    assert done.returncode == 2
    assert "expected {url} in the command" in done.stderr


def test_unknown_section_is_refused(tmp_path: Path) -> None:
    done = run(*COMMAND, "--section", "moons", folder=tmp_path)
    assert done.returncode == 2
    assert "expected sections among transport, " in done.stderr


def test_without_a_command_it_tells_what_to_open(tmp_path: Path) -> None:
    with Program([*COMMAND, "--section", "find"], tmp_path) as program:
        assert '<a href="/find">find</a>' in program.get()
        program.wait_until(lambda: "pycommunicate: open http://127.0.0.1:" in program.err, "what to open")


def test_serving_imports_nothing_of_it(tmp_path: Path) -> None:
    code = "import sys, pycommunicate.cli; print([name for name in sys.modules if 'conformance' in name])"
    assert run("-c", code, folder=tmp_path).stdout == "[]\n"


@pytest.mark.parametrize("kind", ["client", "server"])
def test_help_tells_of_both(kind: str, tmp_path: Path) -> None:
    done = run("-m", "pycommunicate", "conformance", kind, "--help", folder=tmp_path)
    assert done.returncode == 0
    assert f"  python -m pycommunicate conformance {kind} " in done.stdout
