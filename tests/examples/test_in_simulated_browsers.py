"""The examples, used by what the test kit simulates: the steps of tests/support/steps.py."""

from __future__ import annotations

from pathlib import Path

import pytest

from pycommunicate.testing import TestClient
from tests.support.steps import EXAMPLES, STEPS, Step, app_of, parameters


def test_every_example_has_steps() -> None:
    assert {name for name, _ in STEPS} == {path.parent.name for path in EXAMPLES.glob("*/main.py")}


@pytest.mark.parametrize(("name", "step"), parameters())
def test_example(name: str, step: Step, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TODO_FILE", str(tmp_path / "todo.txt"))
    with TestClient(app_of(name)) as client:
        step(client)
