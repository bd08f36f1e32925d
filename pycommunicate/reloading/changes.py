"""Which files a program is made of, as far as saving them starts it anew."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

__all__ = ["Stop", "changes", "is_part_of"]

#: No data among them: a program that keeps its data in its folder would start itself anew.
_SUFFIXES = {
    *{".py", ".html", ".htm", ".xhtml", ".jinja", ".jinja2", ".j2", ".tmpl"},
    *{".css", ".scss", ".js", ".mjs", ".svg"},
}
_IGNORED = {"__pycache__", "node_modules", "site-packages"}

#: Milliseconds after which watching pauses, so that other things can be looked at.
_TICK = 100


class Stop(Protocol):
    """Says when to stop."""

    def is_set(self) -> bool:
        """Return whether to stop."""


def is_part_of(folder: Path, path: Path) -> bool:
    """Return whether the file *path* is a part of the program in *folder*, and not a library's, hidden, or data."""
    if path.suffix not in _SUFFIXES:
        return False
    try:
        inside = path.relative_to(folder)
    except ValueError:
        return False
    if any(part.startswith((".", "#")) or part in _IGNORED for part in inside.parts):
        return False
    return not any((folder / parent / "pyvenv.cfg").exists() for parent in inside.parents if parent != Path())


def changes(folder: Path, stop: Stop) -> Iterator[set[Path]]:
    """Yield, ten times a second, the files of the program that have changed, until *stop* is set.

    Raises:
        ImportError: if watchfiles is not installed.
        OSError, RuntimeError: if the folder cannot be watched.
    """
    from watchfiles import Change, watch

    def matters(change: Change, text: str) -> bool:
        path = Path(text)
        if change == Change.added and path.is_dir():
            # What was put into a new folder at once came before anybody watched it.
            return any(is_part_of(folder, inside) for inside in path.rglob("*"))
        return is_part_of(folder, path)

    for changed in watch(
        folder,
        watch_filter=matters,
        stop_event=stop,
        rust_timeout=_TICK,
        yield_on_timeout=True,
        raise_interrupt=False,
        ignore_permission_denied=True,
    ):
        yield {Path(path) for _, path in changed}
