"""Which files start a program anew when they are saved."""

from __future__ import annotations

from pathlib import Path

import pytest

from pycommunicate.reloading.changes import changes, is_part_of


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A program's folder, with a virtual environment in it, below folders whose names mean nothing to us."""
    folder = tmp_path / "node_modules" / ".hidden" / "program"
    (folder / "env" / "lib").mkdir(parents=True)
    (folder / "env" / "pyvenv.cfg").touch()
    return folder


@pytest.mark.parametrize(
    ("path", "part"),
    [
        *((name, True) for name in ("main.py", "deep/er/other.py", "templates/page.html", "page.jinja2", "style.css")),
        *((name, True) for name in ("script.js", "module.mjs", "picture.svg", "environment/main.py")),
        *((name, False) for name in ("todo.txt", "data.json", "data.db", "main.pyc", "main.py~", "main", "photo.png")),
        *((name, False) for name in (".main.py.swp", ".#main.py", "#main.py#", ".git/hook.py", ".venv/lib/x.py")),
        *((name, False) for name in ("__pycache__/x.py", "deep/node_modules/x/y.js", "env/lib/x.py", "env/x.py")),
        ("../elsewhere.py", False),
    ],
)
def test_parts_of_a_program(folder: Path, path: str, part: bool) -> None:
    assert is_part_of(folder, folder.parent / path[3:] if path.startswith("../") else folder / path) is part


class Stop:
    """Stops after a while, and when it is told."""

    def __init__(self) -> None:
        self.asked = 0
        self.told = False

    def is_set(self) -> bool:
        self.asked += 1
        return self.told


def test_changes_come_one_save_at_a_time_until_stopped(folder: Path) -> None:
    stop = Stop()
    seen: list[set[Path]] = []
    quiet = 0
    for changed in changes(folder, stop):
        if changed:
            seen.append(changed)
        else:
            quiet += 1
        if len(seen) == 0 and quiet:
            (folder / "data.txt").write_text(str(quiet), encoding="utf-8")
            (folder / "main.py").write_text(str(quiet), encoding="utf-8")
        stop.told = bool(seen)
        assert quiet < 100
    assert seen == [{folder / "main.py"}]


def test_folder_that_comes_with_files_in_it_is_a_change(folder: Path) -> None:
    stop = Stop()
    (folder.parent / "new" / "deep").mkdir(parents=True)
    (folder.parent / "new" / "deep" / "page.html").touch()
    (folder.parent / "data").mkdir()
    (folder.parent / "data" / "data.txt").touch()
    for changed in changes(folder, stop):
        if changed:
            assert changed == {folder / "new"}
            stop.told = True
        elif stop.asked and not (folder / "new").exists():
            (folder.parent / "data").rename(folder / "data")
            (folder.parent / "new").rename(folder / "new")
        assert stop.asked < 1000
