"""Every program of the documentation runs: the blocks of a page in order, and the files that it has its reader save."""

from __future__ import annotations

import ast
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.conftest import StartApp
from tests.support.docs import PAGES, ROOT, blocks_of, files_of, python_blocks_of, steps_of
from tests.support.plausible import PlausibleClient
from tests.support.program import TIMEOUT, run

TUTORIAL = ROOT / "docs" / "tutorial.md"
WITH_CODE = [page for page in PAGES if python_blocks_of(page)]
STEPS = [(page, title) for page in PAGES for title in steps_of(page)]
#: Pages that are about the project, not about how to use it; in the last folder Python is shown from its files.
WITHOUT_CODE = {"CONTRIBUTING.md", "SECURITY.md", "docs/decisions.md", "docs/tutorial.md"} | {
    *{"docs/changelog.md", "docs/contributing.md", "docs/threat-model.md"},
    *{"docs/guide/index.md", "docs/reference/index.md"},
}
#: What its tests of an app provoke is in the log.
RAISING = {"docs/guide/testing.md"}
#: Their handlers are there to fail.
FAULTY = {"docs/guide/debugging.md"}


def name_of(page: Path | str) -> str:
    return page.relative_to(ROOT).as_posix() if isinstance(page, Path) else page


def program_of(page: Path) -> str:
    """Return the blocks of a page as one program, each line where it stands in the page."""
    lines: list[str] = []
    for block in python_blocks_of(page):
        lines += [""] * (block.line - 1 - len(lines))
        lines += block.code.splitlines()
    return "\n".join(lines) + "\n"


def apps_of(page: Path) -> list[str]:
    """Return a program for each app that a page makes: all blocks up to the next app, or to the end."""
    program = program_of(page)
    made = [node.lineno for node in ast.parse(program).body if ast.unparse(node).startswith("app = ")]
    lines = program.splitlines()
    return ["\n".join(lines[: end - 1 if end else None]) + "\n" for end in [*made[1:], None]] if made else []


def routes_of(program: str) -> list[str]:
    """Return the routes of a program's last app that have no variable parts."""
    return re.findall(r"add_controller\(\s*[\"'](/[^\"'<]*)[\"']", program[program.rindex("\napp = ") :])


def get(url: str) -> str:
    with urlopen(url) as response:
        assert response.status == 200
        return str(response.read().decode())


def test_every_page_that_says_how_to_do_something_shows_it() -> None:
    shown = {name_of(page) for page in WITH_CODE}
    assert {name_of(page) for page in PAGES if "docs/examples" not in name_of(page)} - shown == WITHOUT_CODE
    assert apps_of(ROOT / "README.md")


@pytest.mark.parametrize("page", [page for page in WITH_CODE if "docs/" in name_of(page)], ids=name_of)
def test_every_page_with_code_says_what_blocks(page: Path) -> None:
    assert "block" in page.read_text(encoding="utf-8").lower()


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_block_that_looks_like_python_says_that_it_is(page: Path) -> None:
    unnamed = [
        block.line
        for block in blocks_of(page)
        if not block.kind and re.search(r"^(from|import|def|class) ", block.code, re.MULTILINE)
    ]
    assert unnamed == []
    assert page.read_text(encoding="utf-8").count("```") % 2 == 0


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with every program of the documentation, each in a file that is named after its page."""
    folder = tmp_path_factory.mktemp("programs")
    for page in PAGES:
        texts = [
            *(apps_of(page) or [program_of(page)]),
            *(files.get("main.py", "") for files in steps_of(page).values()),
        ]
        for number, text in enumerate(texts):
            name = re.sub(r"\W", "_", name_of(page).removesuffix(".md"))
            (folder / f"{name}_{number}.py").write_text(text, encoding="utf-8")
    return folder


def test_programs_have_no_unused_and_no_undefined_name(programs: Path) -> None:
    # In isolation from the settings of the checkout: what is shown need not be in the style of the house.
    done = run("-m", "ruff", "check", "--isolated", "--select", "F", "--no-cache", ".", folder=programs)
    assert (done.returncode, done.stdout) == (0, "All checks passed!\n")


def test_programs_use_the_package_by_its_types(programs: Path) -> None:
    options = (
        "--config-file=",
        "--check-untyped-defs",
        "--follow-imports=silent",
        "--disable-error-code=var-annotated",
    )
    # From the checkout: mypy does not follow every kind of editable install.
    done = run("-m", "mypy", *options, "--cache-dir", str(programs / "cache"), str(programs), folder=ROOT)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("page", WITH_CODE, ids=name_of)
def test_blocks_of_a_page_run_in_order_and_their_apps_work(page: Path, app_server: StartApp, tmp_path: Path) -> None:
    apps = apps_of(page)
    for program in apps:
        app = app_server(program, files=files_of(page), environment={"SECRET_KEY": "a test's"})
        if name_of(page) in RAISING:
            app.expect_traceback()
        clients = []
        for route in routes_of(program):
            client = PlausibleClient(app.url)
            document = client.get(route)
            assert document.status in (200, 302, 303, 400, 401), f"{route}: {document}"
            if document.socket:
                clients.append(client)
                client.load(route)
                if name_of(page) not in FAULTY:
                    client.click_on_everything()
        assert app.process is not None
        app.process.terminate()  # it lets handlers end that run
        with ThreadPoolExecutor() as pool:  # all at once: the server waits for each
            list(pool.map(PlausibleClient.answer_until_closed, clients))
        app.process.wait(TIMEOUT)
    if not apps:
        done = run("-c", program_of(page), folder=tmp_path)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize(("page", "title"), STEPS, ids=name_of)
def test_what_has_been_saved_at_the_end_of_a_section_is_served(page: Path, title: str, app_server: StartApp) -> None:
    files = steps_of(page)[title]
    templates = {name.removeprefix("templates/"): text for name, text in files.items() if name.startswith("templates/")}
    assert set(files) == {"main.py", *(f"templates/{name}" for name in templates)}
    assert "Welcome to the TODO!" in get(app_server(files["main.py"], templates).url)


def test_tutorial_ends_at_the_todo_example() -> None:
    example = ROOT / "examples" / "todo"
    files = list(steps_of(TUTORIAL).values())[-1]
    assert files == {name: (example / name).read_text(encoding="utf-8") for name in ("main.py", "templates/home.html")}


def test_first_block_of_the_readme_is_a_whole_short_program() -> None:
    code = python_blocks_of(ROOT / "README.md")[0].code
    assert code.startswith("from pycommunicate import ")
    assert code.rstrip().endswith("app.run()")
    lines = [line for line in code.splitlines() if line.strip()]
    assert len(lines) <= 20


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_to_files_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    local = [link for link in links if "://" not in link]
    assert [link for link in local if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_make_targets_that_are_named_are_there(page: Path) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    named = set(re.findall(r"(?:^|`)make ([a-z-]+)", page.read_text(encoding="utf-8"), re.MULTILINE))
    assert {target for target in named if not re.search(rf"^{target}:", makefile, re.MULTILINE)} == set()
