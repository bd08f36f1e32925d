"""The documentation as a test sees it: the code blocks of each page, in order, and what is built of all pages."""

from __future__ import annotations

import re
import textwrap
import zlib
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple

__all__ = ["PAGES", "ROOT", "Block", "Links", "blocks_of", "files_of", "inventory_of", "python_blocks_of"]
__all__ += ["steps_of"]

ROOT = Path(__file__).parents[2]

#: Everything that people read on the way in, and all of docs/.
PAGES = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md")]
PAGES += sorted((ROOT / "docs").rglob("*.md"))

_FENCE = re.compile(r"^(?P<indent> *)```(?P<kind>[^\n`]*)\n(?P<code>.*?)^(?P=indent)```$", re.MULTILINE | re.DOTALL)
_BESIDE = re.compile(r"\bThis is\s+`(?P<name>[^`]+)`:\s*\Z")
_NAME = re.compile(r"\bSave this as\s+`(?P<name>[^`]+)`:\s*\Z")
_SECTION = re.compile(r"^## (?P<title>.*)$", re.MULTILINE)


class Block(NamedTuple):
    """One code block.

    Attributes:
        line: Where its code begins.
        kind: What its fence says.
        code: Its text.
        name: The file that it is, if the words before it say "Save this as `NAME`:"; else an empty text.
        section: The heading above it.
    """

    line: int
    kind: str
    code: str
    name: str
    section: str


def blocks_of(page: Path) -> Iterator[Block]:
    """Yield the code blocks of a page."""
    text = page.read_text(encoding="utf-8")
    sections = list(_SECTION.finditer(text))
    for found in _FENCE.finditer(text):
        name = _NAME.search(text, 0, found.start())
        yield Block(
            text.count("\n", 0, found.start("code")) + 1,
            found["kind"].strip(),
            textwrap.dedent(found["code"]),
            name["name"] if name else "",
            next((one["title"] for one in reversed(sections) if one.start() < found.start()), ""),
        )


def python_blocks_of(page: Path) -> list[Block]:
    """Return the blocks of a page that are Python, and no file."""
    return [block for block in blocks_of(page) if block.kind == "python" and not block.name]


def files_of(page: Path) -> dict[str, str]:
    """Return the files that lie beside a page's programs: the words before each say "This is `NAME`:"."""
    text = page.read_text(encoding="utf-8")
    return {
        name["name"]: textwrap.dedent(found["code"])
        for found in _FENCE.finditer(text)
        if (name := _BESIDE.search(text, 0, found.start()))
    }


def steps_of(page: Path) -> dict[str, dict[str, str]]:
    """Return, by heading, the files that a reader has saved at the end of each section which saves any."""
    steps: dict[str, dict[str, str]] = {}
    files: dict[str, str] = {}
    for block in blocks_of(page):
        if block.name:
            files[block.name] = block.code
            steps[block.section] = dict(files)
    return steps


def inventory_of(site: Path) -> dict[str, str]:
    """Return the page of each Python name that is described in a built site."""
    packed = (site / "objects.inv").read_bytes().split(b"\n", 4)[4]
    entries = [line.split(" ") for line in zlib.decompress(packed).decode().splitlines()]
    return {entry[0]: entry[3].partition("#")[0] for entry in entries if entry[1].startswith("py:")}


class Links(HTMLParser):
    """What an HTML page has: names in it, links away from it, and what it loads.

    Attributes:
        names: What may stand behind a `#`.
        links: Where its links lead.
        loads: What it needs to be shown.
    """

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.feed(page.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take in one tag."""
        values = {name: value or "" for name, value in attrs}
        self.names.add(values.get("id", ""))
        if tag == "a" and "href" in values:
            self.links.append(values["href"])
        elif tag == "link" and "href" in values:
            self.loads.append(values["href"])
        if "src" in values:
            self.loads.append(values["src"])
