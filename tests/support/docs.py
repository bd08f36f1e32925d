"""The Python programs of the documentation: the code blocks of each page, in order."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

__all__ = ["PAGES", "ROOT", "blocks_of"]

ROOT = Path(__file__).parents[2]

#: Everything that people read on the way in, and all of docs/.
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]

_FENCE = re.compile(r"^(?P<indent> *)```(?P<kind>[^\n`]*)\n(?P<code>.*?)^(?P=indent)```$", re.MULTILINE | re.DOTALL)


def blocks_of(page: Path, kind: str) -> list[tuple[int, str]]:
    """Return line and text of each block whose fence says *kind*."""
    text = page.read_text(encoding="utf-8")
    return [
        (text.count("\n", 0, found.start("code")) + 1, textwrap.dedent(found["code"]))
        for found in _FENCE.finditer(text)
        if found["kind"].strip() == kind
    ]
