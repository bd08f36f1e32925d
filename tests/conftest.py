"""Fixtures for all tests: apps that run in processes of their own."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

import hypothesis
import pytest

from tests.support.app_server import AppServer

StartApp: TypeAlias = Callable[..., AppServer]

_servers = pytest.StashKey[list[AppServer]]()

# A busy machine must not fail a test that only looked at what is computed.
hypothesis.settings.register_profile("pycommunicate", deadline=None)
hypothesis.settings.load_profile("pycommunicate")


@pytest.fixture
def app_server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[StartApp]:
    """Starts apps; call it with source text, or with a path.

    Source text is laid into a new folder as `main.py`, with `templates` (name to text) beside it in `templates/`, and
    other `files` (path to text) where they say. A path names the program itself, or a folder with a `main.py`, and is
    run where it lies. `arguments` are added to the command line, `environment` to the environment. `server` is the
    class that runs it.
    """
    yield from _start_apps(request.node, tmp_path)


@pytest.fixture(scope="module")
def shared_app_server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[StartApp]:
    """Starts apps that all tests of a module share; called as `app_server` is."""
    yield from _start_apps(request.node, tmp_path_factory.mktemp("shared"))


@pytest.fixture(autouse=True)
def _check_shared_servers(request: pytest.FixtureRequest) -> Iterator[None]:
    """Lays an unexpected traceback of a shared server at the door of the test that caused it."""
    yield
    module = request.node.getparent(pytest.Module)
    for server in module.stash.get(_servers, []) if module is not None else []:
        server.check()


def _start_apps(node: pytest.Item | pytest.Collector, folder: Path) -> Iterator[StartApp]:
    servers = node.stash.setdefault(_servers, [])

    def start(
        app: str | Path,
        templates: Mapping[str, str] | None = None,
        *,
        files: Mapping[str, str] | None = None,
        arguments: Sequence[str] = (),
        environment: Mapping[str, str] | None = None,
        server: type[AppServer] = AppServer,
    ) -> AppServer:
        if isinstance(app, str):
            beside = {**{f"templates/{name}": text for name, text in (templates or {}).items()}, **(files or {})}
            program = _lay_out(folder / f"app{len(servers) + 1}", {"main.py": app, **beside})
        else:
            assert templates is files is None, "an app that is run where it lies brings its own templates and files"
            program = app / "main.py" if app.is_dir() else app
        started = server(program.parent, f"{program.stem}:app", arguments, environment or {})
        servers.append(started)
        started.start()
        return started

    yield start

    failures = []
    for server in servers:
        try:
            server.close()
        except AssertionError as failure:
            failures.append(str(failure))
    if failures:
        pytest.fail("\n\n".join(failures), pytrace=False)


def _lay_out(folder: Path, files: Mapping[str, str]) -> Path:
    """Write files into a new folder; returns the one that is the program."""
    (folder / "templates").mkdir(parents=True)
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text), encoding="utf-8")
    return folder / "main.py"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Puts the logs of a failed test's servers into its report."""
    report = yield
    if report.failed and report.when != "teardown":
        for server in [server for node in item.listchain() for server in node.stash.get(_servers, [])]:
            report.sections.append((f"log of the app at {server.url or server.folder}", server.log))
    return report
