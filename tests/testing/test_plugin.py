"""The pytest plugin, as a project that uses it sees it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

APP = """
from pycommunicate import CommunicateApp, ControllerFactory, View

class Hello(View):
    def render(self):
        return f"<!DOCTYPE html>{self.controller.templater.add_includes()}<button>Go</button><p>waiting</p>"

    def load(self):
        self.html_wrapper.element("button").add_event_listener("click", self.go)

    def go(self):
        self.html_wrapper.element("p").content = "gone"

app = CommunicateApp()
app.add_controller("/", ControllerFactory().add_view(Hello).set_default_view(Hello))
app.set_secret_key("a test's")
"""
TEST = """
def test_it(pycommunicate_client):
    page = pycommunicate_client.open("/")
    page.find("button").click()
    page.wait_for("p", text="gone")
    {more}
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "main.py").write_text(APP, encoding="utf-8")
    (tmp_path / "test_it.py").write_text(TEST.format(more=""), encoding="utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\npycommunicate_app = main:app\npythonpath = .\n", encoding="utf-8")
    return tmp_path


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-q", "-W", "error", "-p", "no:cacheprovider", "-p", "no:anyio"]
    return subprocess.run([*command, *arguments], cwd=folder, capture_output=True, text=True, timeout=60, check=False)


def test_app_of_the_setting_is_tested(project: Path) -> None:
    done = run(project)
    assert (done.returncode, "1 passed" in done.stdout) == (0, True), done.stdout


def test_app_of_a_fixture_is_tested(project: Path) -> None:
    (project / "pytest.ini").write_text("[pytest]\npythonpath = .\n", encoding="utf-8")
    fixture = "import main, pytest\n@pytest.fixture\ndef pycommunicate_app():\n    return main.app\n"
    (project / "conftest.py").write_text(fixture, encoding="utf-8")
    assert run(project).returncode == 0


def test_without_an_app_it_is_said_what_to_do(project: Path) -> None:
    (project / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    done = run(project)
    assert done.returncode != 0
    assert "set pycommunicate_app = main:app" in done.stdout


def test_with_live_the_same_test_runs_in_chromium(project: Path) -> None:
    more = 'page.screenshot("shot.png")'
    (project / "test_it.py").write_text(TEST.format(more=more), encoding="utf-8")
    done = run(project, "--live")
    assert (done.returncode, "1 passed" in done.stdout) == (0, True), done.stdout + done.stderr
    assert (project / "shot.png").read_bytes().startswith(b"\x89PNG")
    assert "run this test with --live" in run(project).stdout


def test_plugin_costs_nothing_where_it_is_not_used() -> None:
    code = (
        "import sys, pycommunicate.testing.plugin\n"
        "print(sorted({'gevent', 'lxml', 'werkzeug', 'playwright', 'websocket'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
