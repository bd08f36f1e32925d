"""The examples in a real Chromium, by the test kit: the steps of tests/support/steps.py."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from pycommunicate.testing import TestClient
from pycommunicate.testing.live import Chromium
from tests.support.steps import Step, app_of, parameters


@pytest.mark.parametrize(("name", "step"), parameters())
def test_example(name: str, step: Step, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, browser: Browser) -> None:
    monkeypatch.setenv("TODO_FILE", str(tmp_path / "todo.txt"))
    Chromium.shared().adopt(browser)
    with TestClient(app_of(name), live=True) as client:
        step(client)
