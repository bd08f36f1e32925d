"""Our client in Chromium passes all sections of the conformance kit."""

from __future__ import annotations

import json
from pathlib import Path

from tests.browser.conftest import OpenTab
from tests.support.program import Program

TIMEOUT_MS = 120_000


def test_our_client_passes_all_sections(open_tab: OpenTab, tmp_path: Path) -> None:
    with Program(["-m", "pycommunicate", "conformance", "client", "--json"], tmp_path) as program:
        tab = open_tab()
        # On purpose: sockets are refused, a violation is told of, a promise that nobody waits for is rejected, and what
        # is passive cannot prevent.
        tab.allow("WebSocket connection to|nobody is told|inside passive event listener")
        tab.page.goto(program.url)
        # The documents lead on from section to section by themselves.
        program.process.wait(TIMEOUT_MS / 1000)
        tab.page.goto("about:blank")
        report = json.loads(program.out)
    told = [
        f"{section['name']}: {check['word']} {check['rule']}, got {check.get('got')}"
        for section in report["sections"]
        for check in section["checks"]
        if not check["kept"]
    ]
    assert told == []
    assert [section["name"] for section in report["sections"] if section["outcome"] != "passed"] == []
    assert report["level"] == "resuming"
