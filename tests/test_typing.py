"""What type checkers say: of the package, of the examples, and of a user's program, right or wrong."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

RIGHT = """
from __future__ import annotations

from pycommunicate import CommunicateApp, Controller, ControllerFactory, Limits, Settings, View
from pycommunicate.proxies.context import CallCTX
from pycommunicate.proxies.dom.element import ElementWrapper
from pycommunicate.proxies.dom.handlers import Event


class Bench(View):
    def render(self) -> str:
        return self.controller.templater.render("bench.html", name=self.controller.user.session.get("name"))

    def load(self) -> None:
        self.rows: list[ElementWrapper] = []
        self.html_wrapper.element("#add").add_event_listener("click", self.add)
        self.html_wrapper.element("#stop").add_event_listener("click", self.stop, prevent_default=True)
        self.timer: int = self.add_timer(0.5, self.tick)

    def add(self) -> None:
        row = self.html_wrapper.element("#rows").add_child("p")
        row.content = f"row {len(self.rows)}"
        self.rows.append(row)

    def stop(self, event: Event) -> None:
        self.cancel_timer(self.timer)
        event.current_target.set_property("disabled", True)

    def tick(self) -> None:
        if self.html_wrapper.exists("#rows"):
            name: str = self.html_wrapper.element("#name").get_property("value")
            self.controller.user.session["name"] = name


def before(context: CallCTX) -> None:
    if context.user.session.get("banned"):
        context.abort(403)


class Own(Controller):
    pass


class Factory(ControllerFactory):
    controller_class = Own


app = CommunicateApp(8080, settings=Settings(limits=Limits(listeners=100), trusted_proxies=1))
app.add_controller("/", Factory().add_view(Bench).set_default_view(Bench).with_before_connect(before))
app.set_secret_key(b"key")
"""

WRONG = """
from pycommunicate import CommunicateApp, ControllerFactory, Settings, View


class Bench(View):
    def load(self) -> None:
        self.html_wrapper.element(5)
        self.html_wrapper.elemnt("#a")
        self.add_timer("1", self.load)


CommunicateApp(port=5)
ControllerFactory().add_view(Bench).add_controller("/")
Settings(heartbeat="x")
"""


def check(tool: str, target: Path) -> subprocess.CompletedProcess[str]:
    """Run a checker, as strict as it is, from the checkout: so it finds the package as it lies there."""
    if tool == "mypy":
        command = [
            "mypy",
            "--config-file",
            "",
            "--strict",
            "--follow-imports=silent",
            "--python-version",
            "3.10",
            str(target),
        ]
        command[1:1] = ["--cache-dir", str(ROOT / ".mypy_cache" / "user")]
    else:
        # Strict for what is checked; what it imports is seen as it is.
        config = target.parent / "pyrightconfig.json"
        paths = f'"include": ["{target}"], "extraPaths": ["{ROOT}"]'
        config.write_text(f'{{{paths}, "typeCheckingMode": "strict", "pythonVersion": "3.10"}}', encoding="utf-8")
        command = ["basedpyright", "--pythonpath", sys.executable, "--project", str(config)]
    program = Path(sys.executable).with_name(command[0])
    return subprocess.run([program, *command[1:]], cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("tool", ["mypy", "pyright"])
def test_program_of_a_user_is_clean(tool: str, tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text(RIGHT, encoding="utf-8")
    result = check(tool, tmp_path / "main.py")
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize("tool", ["mypy", "pyright"])
def test_mistakes_of_a_user_are_found(tool: str, tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text(WRONG, encoding="utf-8")
    result = check(tool, tmp_path / "main.py")
    found = {
        int(line.split("main.py:")[1].split(":")[0])
        for line in result.stdout.splitlines()
        if "error" in line and "main.py:" in line
    }
    wrong = [
        number
        for number, line in enumerate(WRONG.splitlines(), 1)
        if any(w in line for w in ("(5)", "elemnt", '"1"', "port=", "add_controller", '"x"'))
    ]
    assert found == set(wrong), result.stdout


def test_package_is_clean_for_pyright() -> None:
    program = Path(sys.executable).with_name("basedpyright")
    command = [program, "--pythonpath", sys.executable, "--project", str(ROOT / "pyproject.toml")]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize("tool", ["mypy", "pyright"])
def test_examples_are_clean(tool: str, tmp_path: Path) -> None:
    programs = sorted((ROOT / "examples").glob("*/main.py"))
    assert len(programs) >= 8
    # Under names of their own, since each is a `main`.
    for program in programs:
        (tmp_path / f"{program.parent.name}_example.py").write_text(
            program.read_text(encoding="utf-8"), encoding="utf-8"
        )
    result = check(tool, tmp_path) if tool == "mypy" else check(tool, tmp_path / "*_example.py")
    assert result.returncode == 0, result.stdout
