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
from pycommunicate.proxies.dom.event import Event


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

    @View.on("#name", "keydown", debounce=0.2)
    @View.on("form", "submit", fields=["key", ("target", "id")], when_busy="drop")
    def typed(self, event: Event) -> None:
        text: str = event.key if "Alt" in event.modifiers else event.data["name"]
        self.html_wrapper.element("#rows").content = text

    @View.on("li", "click")
    def listens(self) -> None:
        rows = self.html_wrapper.element("#rows", timeout=5)
        for number in range(3):
            rows.add_event_listener("click", lambda number=number: self.rows.pop(number))
        listener = rows.add_event_listener("click", lambda event: self.stop(event), delegate="p", throttle=1)
        listener.remove()
        rows.remove_event_listener("click", self.add)
        rows.observe_resize(lambda event: self.add_timer(event.width, self.tick))
        with rows.events("click", delegate="p") as clicks:
            first: Event = clicks.get(timeout=5)
            places: list[float] = [click.x for click in clicks]
        self.stop(first if places else rows.wait_for("input", timeout=1.5, prevent_default=False))


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
        self.html_wrapper.document.add_event_listener("click", 6)
        self.html_wrapper.document.wait_for("click", debounce="1")
        self.html_wrapper.document.wait_for("click").kee
        self.html_wrapper.document.observe_resize(self.load, busy=True)


CommunicateApp(port=5)
ControllerFactory().add_view(Bench).add_controller("/")
Settings(heartbeat="x")
"""


ELEMENTS = """
from __future__ import annotations

from pycommunicate import ElementWrapper, Markup, View
from pycommunicate.errors import JSError, NoSuchElement
from pycommunicate.proxies.dom import Elements, JSObject, MediaQuery, Window


class Table(View):
    def render(self) -> str:
        return self.controller.templater.render("table.html")

    def load(self) -> None:
        page = self.html_wrapper
        self.table: ElementWrapper = page.element("table", timeout=5)
        self.field = page.element("#name")
        page.element("#add").add_event_listener("click", self.add)
        page.document.add_event_listener("keydown", self.add, delegate="input")
        page.title = page.title.strip() + "!"
        self.seen: dict[ElementWrapper, int] = {row: len(row.cells) for row in page.elements("tr")}
        body: ElementWrapper = page.body
        body.append(Markup("<p>{}</p>").format(self.field.value))
        name, ticked = page.read((self.field, "value"), (page.element("#box"), "checked"))
        self.field.value = f"{name} {ticked}"
        window: Window = page.window
        wide: MediaQuery = window.media("(min-width: 40em)")
        wide.add_event_listener("change", self.add)
        body.hidden = not wide.matches
        window.send("console.log", {"rows": [row.tag for row in self.seen]}, self.hear)
        chart: JSObject = window.new("Chart", self.table, {"type": "bar"})
        chart.set_property("options.animation", False)

    def hear(self, what: str) -> None:
        print(what)

    def add(self) -> None:
        rows: Elements[ElementWrapper] = self.table.append("row.html", name=self.field.value)
        first: ElementWrapper = rows[0]
        first.classes.add("new", "large")
        first.classes |= {"shown"}
        first.classes = ["new"]
        if "new" in first.classes and first.matches(".new"):
            first.classes.toggle("old", on=False)
        first.attributes["title"] = "x"
        width: int = int(first.attributes.get("width", "0"))
        first.dataset["width"] = width + 1
        del first.style["color"]
        first.style["--accent"] = "teal"
        text: str = first.text + first.content + first.html + first.id + first.tag
        first.html = Markup("<td>") + text
        last: ElementWrapper = first.parent.children[-1]
        last.before(first)
        last.next.prepend(last.previous)
        last.closest("table").render(Markup("<tr>"))
        disabled: bool = last.disabled
        last.disabled = not disabled
        if not self.field.set_value("x", force=True):
            self.field.focus()
        try:
            self.html_wrapper.element("#late", timeout=1).scroll_into_view(smooth=True)
        except NoSuchElement:
            print(self.html_wrapper.window.call("navigator.clipboard.readText", timeout=60))
        except JSError as error:
            print(error.name, error.message, error.stack)
"""

WRONG_ELEMENTS = """
from pycommunicate import View


class Table(View):
    def load(self) -> None:
        body = self.html_wrapper.body
        self.html_wrapper.element("#a", timeout="5")  # wrong
        body.clases  # wrong
        body.hidden = "yes"  # wrong
        body.attributes["a"] = None  # wrong
        body.dataset["a"] = ["b"]  # wrong
        body.append(5)  # wrong
        body.parent.append("x.html")
        body.children.append(5)  # wrong
        self.html_wrapper.read("value")  # wrong
        self.html_wrapper.title = 5  # wrong
        self.html_wrapper.window.localStorage  # wrong
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


@pytest.mark.parametrize("program", [RIGHT, ELEMENTS], ids=["views", "elements"])
@pytest.mark.parametrize("tool", ["mypy", "pyright"])
def test_program_of_a_user_is_clean(tool: str, program: str, tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text(program, encoding="utf-8")
    result = check(tool, tmp_path / "main.py")
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize("tool", ["mypy", "pyright"])
def test_mistakes_of_a_user_are_found(tool: str, tmp_path: Path) -> None:
    found, said = mistakes_in(tool, WRONG, tmp_path / "main.py")
    wrong = [
        number
        for number, line in enumerate(WRONG.splitlines(), 1)
        if any(w in line for w in ("(5)", "elemnt", '"1"', '", 6)', ".kee", "busy=", "port=", "add_controller", '"x"'))
    ]
    assert found == set(wrong), said


@pytest.mark.parametrize("tool", ["mypy", "pyright"])
def test_mistakes_with_elements_are_found(tool: str, tmp_path: Path) -> None:
    found, said = mistakes_in(tool, WRONG_ELEMENTS, tmp_path / "main.py")
    wrong = {number for number, line in enumerate(WRONG_ELEMENTS.splitlines(), 1) if "# wrong" in line}
    assert found == wrong, said


def mistakes_in(tool: str, program: str, target: Path) -> tuple[set[int], str]:
    """Return the lines of *program* in which a checker finds mistakes, and all that it says."""
    target.write_text(program, encoding="utf-8")
    result = check(tool, target)
    found = {
        int(line.split("main.py:")[1].split(":")[0])
        for line in result.stdout.splitlines()
        if "error" in line and "main.py:" in line
    }
    return found, result.stdout


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
