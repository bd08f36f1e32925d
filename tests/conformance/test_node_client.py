"""The client for Node.js in protocol/clients/node passes all sections of the conformance kit, over real sockets."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from queue import Empty, SimpleQueue

import pytest

from pycommunicate.conformance.client import check_client
from pycommunicate.conformance.report import Level, Outcome

FOLDER = Path(__file__).parents[2] / "protocol" / "clients" / "node"


class Tabs:
    """Programs of the client; each opens a section's documents, one after the other."""

    def __init__(self) -> None:
        self.programs: list[subprocess.Popen[bytes]] = []
        self.idle: SimpleQueue[subprocess.Popen[bytes]] = SimpleQueue()

    def visit(self, url: str) -> Callable[[], None]:
        """Let a program open an address; return what makes it free for another."""
        try:
            program = self.idle.get_nowait()
        except Empty:
            program = self.start()
        assert program.stdin is not None
        program.stdin.write(f"open {url}\n".encode())
        program.stdin.flush()
        return lambda: self.idle.put(program)

    def start(self) -> subprocess.Popen[bytes]:
        command = ["node", str(FOLDER / "client.mjs"), "--auto"]
        program = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
        self.programs.append(program)
        return program

    def close(self) -> None:
        """End all programs."""
        for program in self.programs:
            program.kill()
            program.communicate()


def test_client_for_node_passes_all_sections() -> None:
    if not (FOLDER / "node_modules").is_dir():
        pytest.fail(f"expected {FOLDER / 'node_modules'}, which is missing: `make test` installs it")
    tabs = Tabs()
    try:
        report = check_client(tabs.visit, at_once=10)
    finally:
        tabs.close()
    assert [str(result) for result in report.results if result.outcome is not Outcome.PASSED] == []
    assert report.level is Level.RESUMING
