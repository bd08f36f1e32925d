"""The terminal client shows pages of real servers, and does what is typed into it."""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

import pytest

from pycommunicate.conformance.client import check_client
from pycommunicate.conformance.report import Level, Outcome
from pycommunicate.protocol import ClientChannel, Limits, ops
from pycommunicate.protocol.codec import Callback, Ref, to_wire
from pycommunicate.protocol.messages import Batch, Event, Failure, GoneReport, Message, Reply, Welcome, decode, encode
from pycommunicate.testing.dom import Document, actions
from tests.conftest import StartApp
from tests.support.app_server import AppServer

ROOT = Path(__file__).parents[2]
CLIENT = ROOT / "examples" / "terminal_client" / "terminal.py"
TIMEOUT = 20.0
#: A page without a connection, that would steer the terminal if it could.
STATIC = """\
from pycommunicate import CommunicateApp, ControllerFactory, View


class StaticView(View):
    def render(self) -> str:
        return "<title>Still</title><h1>A heading</h1><p hidden>secret<p>Text \\x1b[31m<script>code</script>"


app = CommunicateApp()
app.add_controller("/", ControllerFactory().add_view(StaticView).set_default_view(StaticView))
app.set_secret_key("a test's")
"""


class Client:
    """The program in a process of its own, with pipes in place of a keyboard and a screen."""

    def __init__(self, url: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, str(CLIENT), url],
            env={**os.environ, "PYTHONUNBUFFERED": "1", "PYTHONDONTWRITEBYTECODE": "1", "PYTHONIOENCODING": "utf-8"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        self.out = ""
        self._mark = 0
        self._grew = threading.Condition()
        assert self.process.stdout is not None
        self._reader = threading.Thread(target=self._read, args=(self.process.stdout,), daemon=True)
        self._reader.start()

    def _read(self, output: IO[str]) -> None:
        for line in output:
            with self._grew:
                self.out += line
                self._grew.notify_all()

    @property
    def page(self) -> str:
        """What was shown last."""
        return re.split(r"^─.*\n", self.out, flags=re.MULTILINE)[-1]

    def type(self, line: str) -> None:
        """Type a line, and look only at what comes then."""
        assert self.process.stdin is not None
        with self._grew:
            self._mark = len(self.out)
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()

    def wait_until(self, happened: Callable[[], bool], what: str) -> None:
        """Wait until the output has grown to something."""
        with self._grew:
            assert self._grew.wait_for(happened, TIMEOUT), f"expected {what}, got {self.out}"

    def wait_for(self, pattern: str) -> None:
        """Wait for a line since the last one that was typed."""
        self.wait_until(lambda: re.search(pattern, self.out[self._mark :], re.MULTILINE) is not None, pattern)

    def number_of(self, label: str) -> str:
        """The number of what is shown last."""
        found = re.findall(rf"\[(\d+)\] {label}", self.page)
        assert len(found) == 1, f"expected one {label}, got {self.page}"
        return str(found[0])

    def end(self) -> tuple[int, str]:
        """Wait until it has ended; return its exit code and what it wrote to standard error."""
        assert self.process.stderr is not None
        code = self.process.wait(TIMEOUT)
        self._reader.join(TIMEOUT)
        return code, self.process.stderr.read()

    def close(self) -> None:
        """End it, if nobody did."""
        self.process.kill()
        self.process.wait(TIMEOUT)
        self._reader.join(TIMEOUT)
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            assert pipe is not None
            with contextlib.suppress(BrokenPipeError):
                pipe.close()


@pytest.fixture
def start() -> Iterator[Callable[[str], Client]]:
    clients: list[Client] = []

    def begin(url: str) -> Client:
        clients.append(Client(url))
        return clients[-1]

    yield begin
    for client in clients:
        client.close()


@pytest.fixture
def todo(app_server: StartApp, tmp_path: Path) -> AppServer:
    folder = shutil.copytree(ROOT / "examples" / "todo", tmp_path / "todo")
    (folder / "todo.txt").write_text("- bread\n", encoding="utf-8")
    return app_server(folder)


def see(client: Client, *texts: str, but: str = "Please wait") -> None:
    """Wait until a whole to-do list is shown that has these to-dos, has not *but*, and can be used."""
    wanted = [f"- {text}\n" for text in texts]
    client.wait_until(
        lambda: (page := client.page).endswith("] Add\n") and but not in page and all(text in page for text in wanted),
        f"{texts}, and no {but}",
    )


def add(client: Client, text: str) -> None:
    """Add a to-do."""
    client.type(client.number_of('""') + f" {text}")
    client.wait_for(rf'\[\d+\] "{text}" \[\d+\] Add$')
    client.type(client.number_of("Add"))
    see(client, text)


def remove(client: Client, text: str) -> None:
    """Remove a to-do."""
    found = re.search(rf"^- {text}\n\[(\d+)\] Remove$", client.page, re.MULTILINE)
    assert found is not None, client.page
    client.type(found[1])
    see(client, but=text)


def test_todo_is_added_and_removed(todo: AppServer, start: Callable[[str], Client]) -> None:
    client = start(f"{todo.url}/")
    see(client, "bread")
    add(client, "milk")
    item = r'- milk\n\[\d+\] Remove\nNext \[\d+\] "" \[\d+\] Add\n'
    assert re.search(item, client.page)
    assert (todo.folder / "todo.txt").read_text(encoding="utf-8") == "- bread\n- milk\n"

    remove(client, "milk")
    see(client, "bread")
    assert (todo.folder / "todo.txt").read_text(encoding="utf-8") == "- bread\n"

    client.type("q")
    assert client.end() == (0, "")
    assert "\x1b" not in client.out


def test_two_clients_see_the_same_todos(todo: AppServer, start: Callable[[str], Client]) -> None:
    first = start(f"{todo.url}/")
    see(first, "bread")
    add(first, "milk")
    second = start(f"{todo.url}/")
    see(second, "bread", "milk")
    remove(first, "milk")
    remove(second, "milk")  # as in another tab: it has been removed already


def test_number_of_nothing_and_enter_alone_change_nothing(todo: AppServer, start: Callable[[str], Client]) -> None:
    client = start(f"{todo.url}/")
    see(client, "bread")
    page = client.page
    client.type("77")
    client.wait_for("^Nothing has the number 77")
    client.type("")
    client.wait_until(lambda: client.page == page, "the page as it was")


def test_end_of_what_is_typed_ends_the_client(todo: AppServer, start: Callable[[str], Client]) -> None:
    client = start(f"{todo.url}/")
    see(client, "bread")
    assert client.process.stdin is not None
    client.process.stdin.close()
    assert client.end() == (0, "")


def test_client_comes_back_when_the_server_does(todo: AppServer, start: Callable[[str], Client]) -> None:
    client = start(f"{todo.url}/")
    see(client, "bread")
    add(client, "milk")
    todo.stop()
    client.wait_for("^Trying to reach the server again: ")
    assert client.process.poll() is None
    client.type("")
    client.wait_for("^Trying to reach the server again: ")
    todo.start()
    see(client, "bread", "milk")
    add(client, "salt")


def test_client_comes_back_from_a_server_that_was_killed(todo: AppServer, start: Callable[[str], Client]) -> None:
    client = start(f"{todo.url}/")
    see(client, "bread")
    todo.kill()
    client.wait_for("^Trying to reach the server again: The connection is lost")
    todo.start()
    see(client, "bread")
    add(client, "milk")


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://127.0.0.1:1/", "Connection refused"),
        ("nowhere", "unknown url type"),
        ("ws://127.0.0.1:1/", "unknown url type"),
    ],
)
def test_wrong_address_is_one_line_and_an_exit_code(url: str, why: str, start: Callable[[str], Client]) -> None:
    client = start(url)
    code, said = client.end()
    assert code == 2
    assert said.startswith(f"{url} cannot be loaded: ")
    assert why in said
    assert said.count("\n") == 1
    assert client.out == ""


def test_page_without_the_script_is_shown_and_said_to_be_so(
    app_server: StartApp, start: Callable[[str], Client]
) -> None:
    client = start(f"{app_server(STATIC).url}/")
    client.wait_for("^This page stands still: it has no script of pycommunicate.$")
    assert client.page.startswith("A heading\nText [31m\n")
    assert "secret" not in client.out
    assert "code" not in client.out
    assert "\x1b" not in client.out
    client.type("q")
    assert client.end() == (0, "")


def test_session_in_the_documentation_is_what_happens(todo: AppServer, start: Callable[[str], Client]) -> None:
    (todo.folder / "todo.txt").write_text("", encoding="utf-8")
    todo.restart()
    page = (ROOT / "docs" / "examples" / "terminal_client.md").read_text(encoding="utf-8")
    session = re.findall(r"```text\n(.*?)```", page, re.DOTALL)[0]
    # Help is for those who see a terminal.
    _, *steps = re.split(r"^(\d.*|q)\n", re.sub(r"^A number.*\n", "", session, flags=re.MULTILINE), flags=re.MULTILINE)
    client = start(f"{todo.url}/")
    see(client)
    for typed, shown in zip(steps[::2], steps[1::2], strict=True):
        before = len(client.out)
        client.type(typed)
        client.wait_until(lambda: client.out[before:] == shown, shown)  # noqa: B023
    assert client.end() == (0, "")


class Attached:
    """The client's page without a terminal and a socket, and the messages of its server."""

    def __init__(self, html: str, **limits: int) -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.syspath_prepend(str(CLIENT.parent))
            for name in ("fields", "listeners", "page"):
                patch.delitem(sys.modules, name, raising=False)
            module = importlib.import_module("page")
            for name in ("fields", "listeners", "page"):
                del sys.modules[name]
        self.document = Document(html, "http://app.test/", navigate=lambda request: self.left.append(request.url))
        self.channel = ClientChannel(Limits())
        self.frames: list[bytes] = []
        self.left: list[str] = []
        self.page = module.Page(self.document, self.channel, self.frames.append)
        self.channel.hello("t", "n")
        self.channel.receive(encode(Welcome(0, limits)))

    def batch(self, *written: tuple[Any, ...]) -> list[Message]:
        """Apply one batch; return what the client has told since it was asked last."""
        batch = Batch(self.channel.received + 1, self.channel.sent, list(written))
        self.page.apply(self.channel.receive(encode(batch)))
        return self.told()

    def told(self) -> list[Message]:
        told = [decode(frame) for frame in self.frames]
        self.frames.clear()
        return told

    def click(self, selector: str) -> None:
        node = self.document.query(None, selector)
        assert node is not None
        actions.click(self.document, node)

    def fill(self, selector: str, *texts: str) -> None:
        node = self.document.query(None, selector)
        assert node is not None
        self.page.fields.touch(node)
        if node.tag == "select":
            actions.select(self.document, node, texts)
        else:
            actions.fill(self.document, node, texts[0])


def answers(told: list[Message]) -> list[Any]:
    """Return the values of replies, the codes of their errors, and those of failures."""
    found = [one for one in told if isinstance(one, (Reply, Failure))]
    return [one.value if isinstance(one, Reply) and one.error is None else one.error[0] for one in found]  # type: ignore[index]


def events(told: list[Message]) -> list[tuple[int, Any]]:
    """Return the listeners of events, and what they carried."""
    return [(one.listener, one.carried) for one in told if isinstance(one, Event)]


LIST = "<ul><li><button>1</button><li><button>2 <b>x</b></button></ul>"
FORM = "<form><input name=a value=1><input name=c type=checkbox checked><button name=b value=2>Go</button></form>"


def test_page_puts_fragments_into_the_tree() -> None:
    tab = Attached("<div><p>old</p></div><table><tbody></table>")
    tab.batch((ops.FIND, 1, 0, "div"), (ops.FIND, 2, 0, "p"), (ops.FIND, 3, 0, "tbody"))
    told = tab.batch(
        (ops.FRAGMENT, 4, ops.INSTEAD, -1, "text<p>new</p>"),
        (ops.FRAGMENT, 5, ops.AFTER, -1, "<hr>"),
        (ops.FRAGMENT, 6, ops.INSIDE, -3, "<tr><td>1"),
        (ops.FRAGMENT, 0, ops.INSIDE, -1, "<i></i>"),
        (ops.FRAGMENT, 0, 9, -1, ""),
        (ops.EXISTS, 7, 0, "td"),
    )
    assert answers(told) == [[Ref(-4)], [Ref(-5)], [Ref(-6)], "unsupported", True]
    assert [one.refs for one in told if isinstance(one, GoneReport)] == [[-2]]
    assert tab.document.read(tab.document.query(None, "div"), "innerHTML") == "text<p>new</p><i></i>"


def test_page_sends_no_reply_to_an_ask_of_zero() -> None:
    tab = Attached(LIST)
    assert tab.batch((ops.CALL, 0, 0, "hasFocus", []), (ops.CALL, 0, 0, ["body", "querySelector"], ["p"])) == []
    assert answers(tab.batch((ops.CALL, 0, 0, "nothing", []))) == ["not-a-function"]
    assert len(tab.page.nodes) == 0


def test_page_says_what_it_lacks() -> None:
    tab = Attached(LIST)
    told = tab.batch(
        (ops.LISTEN, 1, 0, "MutationObserver", {"observe": {}}),
        (ops.LISTEN, 2, 0, "click", {"of": "title"}),
        (ops.LISTEN, 3, 0, "click", {"delegate": "#"}),
        (99,),
        (ops.DONE, 1, 1),
    )
    assert answers(told) == ["unsupported", "invalid-name", "invalid-selector", "unsupported"]


def test_page_keeps_objects_and_calls_functions() -> None:
    tab = Attached(LIST)
    tab.batch(
        (ops.LISTEN, 1, 0, "", {"fields": [["args", "0"]]}),
        (ops.SET, 0, "mine", {"a": [1.0], "f": to_wire(Callback(1))}),
    )
    told = tab.batch(
        (ops.GET, 1, 0, "mine", ops.OBJECT),
        (ops.GET, 2, 0, ["mine", "a"], ops.OBJECT),
        (ops.GET, 3, -1, ["a", "0"]),
        (ops.CALL, 4, -1, "f", ["x"]),
        (ops.GET, 5, 0, "title", ops.OBJECT),
        (ops.INSERT, -1, ops.INSIDE, 0),
    )
    assert answers(told) == [Ref(-1), Ref(-2), 1, None, "", "js-error"]
    assert events(told) == [(1, ["x"])]


def test_page_answers_a_find_when_there_is_something() -> None:
    tab = Attached(LIST)
    assert tab.batch((ops.FIND, 1, 0, "p", 60_000), (ops.FIND, 2, 0, "i", 1)) == []
    time.sleep(0.01)
    assert answers(tab.batch((ops.FIND, 3, 0, "ul"))) == [Ref(-1), None]
    assert answers(tab.batch((ops.CREATE, 1, ops.INSIDE, -1, "p"))) == [Ref(1)]


FIELDS = "<form><input value=first><select multiple><option>a<option>b<option>c</select></form>"


def test_page_keeps_what_the_user_has_typed() -> None:
    tab = Attached(FIELDS)
    tab.batch((ops.FIND, 1, 0, "input"), (ops.FIND, 2, 0, "select"))
    tab.fill("input", "first and more")
    tab.fill("select", "a", "c")
    told = tab.batch(
        (ops.SET, -1, "value", "second"),
        (ops.SET, -1, "value", "x", False, 0),
        (ops.SET, -2, "value", "b"),
        (ops.GET, 3, -1, "value"),
        (ops.SET, -1, "value", "y"),  # that was on its way
        (ops.GET, 4, -2, ["selectedOptions", "length"]),
    )
    assert answers(told) == ["kept", "kept", "second and more", 2]
    assert answers(tab.batch((ops.GET, 5, -1, "value"))) == ["y and more"]
    assert answers(tab.batch((ops.SET, -1, "value", "z"), (ops.GET, 6, -1, "value"))) == ["z"]


def test_page_lets_a_reset_field_be_written() -> None:
    tab = Attached(FIELDS)
    tab.batch((ops.FIND, 1, 0, "input"), (ops.FIND, 2, 0, "form"))
    tab.fill("input", "mine")
    assert answers(tab.batch((ops.SET, -1, "value", "x"))) == ["kept"]
    tab.batch((ops.CALL, 0, -2, "reset", []))
    assert answers(tab.batch((ops.SET, -1, "value", "x"), (ops.GET, 3, -1, "value"))) == ["x"]


def test_page_marks_what_is_busy() -> None:
    tab = Attached("<button class=mine>Go</button>")
    tab.batch((ops.FIND, 1, 0, "button"), (ops.LISTEN, 1, 0, "click", {"busy": 2, "delegate": "button", "once": True}))
    tab.click("button")
    marked = "button.mine.pycommunicate-busy[aria-busy=true]:disabled"
    assert answers(tab.batch((ops.EXISTS, 2, 0, marked))) == [True]
    told = tab.batch((ops.DONE, 1, 1), (ops.EXISTS, 3, 0, "button.mine:enabled:not([aria-busy], .pycommunicate-busy)"))
    assert answers(told) == [True]


def test_page_hears_for_what_a_delegate_finds() -> None:
    tab = Attached(LIST)
    tab.batch((ops.FIND, 1, 0, "ul"), (ops.FIND, 2, 0, "li:last-child"))
    tab.batch(
        (
            ops.LISTEN,
            1,
            -1,
            "click",
            {"delegate": "li", "fields": ["current", ["target", "tagName"], ["current", "no"]]},
        ),
        (ops.LISTEN, 2, -1, "click", {"delegate": "ul"}),
    )
    tab.click("b")
    assert events(tab.told()) == [(1, [Ref(-2), "B", None])]
    tab.click("ul")
    assert tab.told() == []


def test_page_stops_events_and_ends_listeners_by_the_first() -> None:
    tab = Attached(LIST + FORM)
    tab.batch((ops.FIND, 1, 0, "ul"), (ops.FIND, 2, 0, "form button"))
    tab.batch(
        (ops.LISTEN, 1, -1, "click", {"once": True, "stop": True}),
        (ops.LISTEN, 2, 0, "click", {}),
        (ops.LISTEN, 3, -2, "click", {"once": True}),
    )
    tab.click("b")
    tab.click("b")
    assert events(tab.told()) == [(1, None), (2, None)]
    tab.click("form button")
    assert tab.left == []  # spec 6.10: the submit of that very click is prevented, too
    tab.click("form button")
    assert tab.left == ["http://app.test/?a=1&c=on&b=2"]
    assert events(tab.told()) == [(3, None), (2, None), (2, None)]


def test_page_carries_forms_and_what_cannot_travel_as_an_error() -> None:
    tab = Attached(FORM)
    tab.batch((ops.LISTEN, 1, 0, "submit", {"fields": ["form", "type", "view"]}), (ops.LISTEN, 2, 0, "click", {}))
    tab.click("form button")
    told = tab.told()
    assert events(told) == [(2, None), (1, [[["a", "1"], ["c", "on"], ["b", "2"]], "submit", None])]


def test_page_carries_nothing_that_is_too_large_and_keeps_no_ref_of_it() -> None:
    tab = Attached(f"<p title={'x' * 300}>", frame=200, events=1)
    tab.batch((ops.LISTEN, 1, 0, "click", {"fields": ["target", ["target", "title"]]}))
    tab.click("p")
    (event,) = tab.told()
    assert isinstance(event, Event)
    assert event.carried == [None, None]
    assert event.errors is not None
    assert [error[0] for error in event.errors.values()] == ["too-large", "too-large"]
    tab.click("p")  # which waits for credit
    assert len(tab.page.nodes) == 0


def visit(url: str) -> Callable[[], None]:
    """Start the program as the conformance kit wants it; return what ends it."""
    process = subprocess.Popen(
        [sys.executable, str(CLIENT), "--auto", url], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )

    def stop() -> None:
        process.kill()
        process.wait()

    return stop


def test_conformance_kit_finds_nothing_and_tells_the_level() -> None:
    report = check_client(visit, at_once=6)
    left = [str(result) for result in report.results if result.outcome in (Outcome.FAILED, Outcome.SKIPPED)]
    assert left == []
    assert report.level is Level.RESUMING


def test_conformance_kit_starts_it_by_the_documented_command() -> None:
    auto = [sys.executable, str(CLIENT), "--auto", "{url}"]
    command = [
        sys.executable,
        "-m",
        "pycommunicate",
        "conformance",
        "client",
        "--json",
        "--section",
        "find",
        "--section",
    ]
    command += ["resume", "--run", shlex.join(auto)]
    run = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", cwd=ROOT, timeout=60)
    report = json.loads(run.stdout)
    assert [(section["name"], section["outcome"]) for section in report["sections"]] == [
        ("find", "passed"),
        ("resume", "passed"),
    ]
    assert run.returncode == 0
