"""What is installed works without the checkout: by a wheel, and as an editable install."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.program import Program

ROOT = Path(__file__).parents[1]
SOURCES = ["pycommunicate", "client", "setup.cfg", "setup.py", "pyproject.toml", "MANIFEST.in", "README.md"]
SOURCES += ["CHANGELOG.md", "LICENSE"]

APP = """
from pycommunicate import CommunicateApp, ControllerFactory, View

class Shown(View):
    def render(self):
        return f"{self.controller.templater.add_includes()} Hello from an installed package"

app = CommunicateApp(0, "127.0.0.1")
app.add_controller("/", ControllerFactory().add_view(Shown).set_default_view(Shown))
app.set_secret_key("key")
"""


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the sources: building leaves files beside them."""
    copy = tmp_path_factory.mktemp("packaging") / "source"
    copy.mkdir()
    for name in SOURCES:
        path = ROOT / name
        if path.is_dir():
            shutil.copytree(path, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(path, copy / name)
    return copy


@pytest.fixture(scope="module")
def wheel(source: Path) -> Path:
    folder = source.parent / "wheel"
    pip("wheel", "--no-deps", "--wheel-dir", str(folder), str(source))
    (found,) = folder.iterdir()
    return found


@pytest.fixture(scope="module")
def environment(source: Path) -> Path:
    """An empty virtual environment; pip is run from the tests' own, which is quicker than installing it."""
    folder = source.parent / "environment"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    return folder


def pip(*arguments: str, into: Path | None = None) -> None:
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    command += ["--python", str(into / "bin" / "python")] if into else []
    result = subprocess.run([*command, *arguments], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr


def serves(environment: Path, folder: Path, starting: Callable[[Path], list[str]]) -> None:
    """Serve an app from an empty folder, and get its page and the client."""
    folder.mkdir()
    (folder / "main.py").write_text(APP, encoding="utf-8")
    python = environment / "bin" / "python"
    nothing_of_ours = {"PYTHONPATH": "", "PYTHONSAFEPATH": ""}
    with Program(starting(environment), folder, nothing_of_ours, python=python) as program:
        page = program.get()
        assert page.endswith("Hello from an installed package")
        (script,) = re.findall(r'src="/([^"]+)"', page)
        assert "WebSocket" in program.get(script)
        assert program.stop() == 0


def test_wheel_has_the_package_the_client_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        metadata = next(archive.read(name).decode() for name in names if name.endswith("METADATA"))
    ours = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "pycommunicate").rglob("*.py")
        if path.relative_to(ROOT / "pycommunicate").parts[0] != "client"
    }
    assert {name for name in names if ".dist-info/" not in name} == ours | {
        "pycommunicate/py.typed",
        *(f"pycommunicate/client/{path.name}" for path in (ROOT / "client").glob("*.js")),
    }
    assert "pycommunicate/client/pycommunicate.js" in names
    assert any(name.endswith("LICENSE") for name in names)
    assert "License-Expression: MIT" in metadata
    assert "Keywords: web,framework,websocket,gevent,user interface,server-side" in metadata
    assert "Maintainer: pycommunicate contributors" in metadata
    assert "# pycommunicate" in metadata


@pytest.fixture(scope="module")
def sdist(source: Path) -> Path:
    folder = source.parent / "sdist"
    command = [sys.executable, "-m", "build", "--sdist", "--no-isolation", "--outdir", str(folder), str(source)]
    subprocess.run(command, check=True, capture_output=True)
    (found,) = folder.iterdir()
    return found


def test_sources_are_enough_to_build_the_same_wheel(sdist: Path, wheel: Path, tmp_path: Path) -> None:
    pip("wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(tmp_path), str(sdist))
    (again,) = tmp_path.iterdir()
    with zipfile.ZipFile(wheel) as first, zipfile.ZipFile(again) as second:
        assert set(first.namelist()) == set(second.namelist())


def test_wheel_serves_an_app_from_an_empty_folder(wheel: Path, environment: Path, tmp_path: Path) -> None:
    pip("install", str(wheel), into=environment)
    serves(environment, tmp_path / "module", lambda environment: ["-m", "pycommunicate", "serve", "main:app"])
    serves(environment, tmp_path / "command", lambda environment: [_command(environment), "serve", "main:app"])


def test_sources_serve_an_app_from_an_empty_folder(wheel: Path, sdist: Path, environment: Path, tmp_path: Path) -> None:
    # The dependencies are those of the wheel; the package itself is replaced.
    pip("install", str(wheel), into=environment)
    pip("install", "--no-deps", "--force-reinstall", str(sdist), into=environment)
    serves(environment, tmp_path / "module", lambda environment: ["-m", "pycommunicate", "serve", "main:app"])


def test_editable_install_serves_an_app_from_an_empty_folder(
    wheel: Path, source: Path, environment: Path, tmp_path: Path
) -> None:
    # The dependencies are those of the wheel; the package itself is replaced.
    pip("install", str(wheel), into=environment)
    pip("install", "--no-deps", "--editable", str(source), into=environment)
    serves(environment, tmp_path / "module", lambda environment: ["-m", "pycommunicate", "serve", "main:app"])


def _command(environment: Path) -> str:
    return str(environment / "bin" / "pycommunicate")
