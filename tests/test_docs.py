"""Every Python block of the documentation runs, those of a page in order; every app that they make is served."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.conftest import StartApp
from tests.support.docs import PAGES, ROOT, blocks_of

WITH_CODE = [page for page in PAGES if blocks_of(page, "python")]


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def program_of(page: Path) -> str:
    """Return the blocks of a page as one program, each line where it stands in the page."""
    lines: list[str] = []
    for line, code in blocks_of(page, "python"):
        lines += [""] * (line - 1 - len(lines))
        lines += code.splitlines()
    return "\n".join(lines) + "\n"


def apps_of(page: Path) -> list[str]:
    """Return a program for each app that a page makes: all blocks up to the next app, or to the end."""
    program = program_of(page)
    made = [node.lineno for node in ast.parse(program).body if ast.unparse(node).startswith("app = ")]
    lines = program.splitlines()
    return ["\n".join(lines[: end - 1 if end else None]) + "\n" for end in [*made[1:], None]] if made else []


def test_there_is_code_to_run() -> None:
    assert ROOT / "README.md" in WITH_CODE
    assert apps_of(ROOT / "README.md")


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_block_that_looks_like_python_says_that_it_is(page: Path) -> None:
    unnamed = [
        line for line, code in blocks_of(page, "") if re.search(r"^(from|import|def|class) ", code, re.MULTILINE)
    ]
    assert unnamed == []
    assert page.read_text(encoding="utf-8").count("```") % 2 == 0


@pytest.mark.parametrize("page", WITH_CODE, ids=name_of)
def test_blocks_of_a_page_run_in_order_and_their_apps_answer(page: Path, app_server: StartApp) -> None:
    # A page that makes no app is run by serving one behind it.
    for program in apps_of(page) or [f"{program_of(page)}\nimport pycommunicate\napp = pycommunicate.CommunicateApp()"]:
        app = app_server(program)
        if re.search(r"add_controller\(\s*[\"']/[\"']", program[program.rindex("\napp = ") :]):
            with urlopen(app.url) as response:
                assert response.status == 200
                assert response.read()


def test_first_block_of_the_readme_is_a_whole_short_program() -> None:
    _, code = blocks_of(ROOT / "README.md", "python")[0]
    assert code.startswith("from pycommunicate import ")
    assert code.rstrip().endswith("app.run()")
    lines = [line for line in code.splitlines() if line.strip()]
    assert len(lines) <= 20


@pytest.mark.parametrize("page", [*PAGES, ROOT / "CONTRIBUTING.md"], ids=name_of)
def test_links_to_files_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    local = [link for link in links if "://" not in link]
    assert [link for link in local if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_make_targets_that_are_named_are_there(page: Path) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    named = set(re.findall(r"(?:^|`)make ([a-z-]+)", page.read_text(encoding="utf-8"), re.MULTILINE))
    assert {target for target in named if not re.search(rf"^{target}:", makefile, re.MULTILINE)} == set()
