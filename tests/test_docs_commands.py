"""Every command that the documentation shows can be carried out as far as its parser and its files say."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from configparser import ConfigParser
from importlib.util import find_spec
from pathlib import Path

import click
import pytest
from gunicorn.config import Config

from pycommunicate.cli import main
from tests.support.docs import PAGES, ROOT, blocks_of

_COMMAND = re.compile(r"(?:\S*python3? -m )?(?P<program>pycommunicate|gunicorn)(?P<rest>(?: .*)?)")
_MODULE = re.compile(r"python3? -m ((?:tests|tools|benchmarks)[\w.]*)")
_EXTRA = re.compile(r"pycommunicate\[(\w+)\]")


def name_of(page: Path | str) -> str:
    return page.relative_to(ROOT).as_posix() if isinstance(page, Path) else page


def code_of(page: Path) -> Iterator[str]:
    """Yield each line of a block that is a command, and each piece of code in a sentence."""
    text = page.read_text(encoding="utf-8")
    for block in blocks_of(page):
        text = text.replace(block.code, "")
        if block.kind in ("sh", "ini"):
            yield from (
                line.partition("=")[2] if line.startswith("ExecStart=") else line for line in block.code.splitlines()
            )
    yield from re.findall(r"(?<!`)`([^`\n]+)`(?!`)", text)


def commands_of(page: Path) -> Iterator[tuple[str, list[str]]]:
    """Yield the name of a program and its arguments."""
    for code in code_of(page):
        found = _COMMAND.fullmatch(code.strip())
        if found is not None:
            yield found["program"], shlex.split(found["rest"], comments=True)


def check_ours(arguments: list[str], group: click.Group = main) -> None:
    """Raise click.UsageError if our command does not take these arguments."""
    if not arguments:
        return
    name, *rest = arguments
    command = group.get_command(click.Context(group), name)
    if name.startswith("-"):
        group.make_context("pycommunicate", arguments)
    elif command is None:
        raise click.UsageError(f"there is no {name}")
    elif isinstance(command, click.Group):
        check_ours(rest, command)
    elif rest:
        command.make_context(name, rest)


def commands(group: click.Group) -> Iterator[click.Command]:
    """Yield all commands, those of groups too."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        yield from commands(command) if isinstance(command, click.Group) else (command,)


WITH_COMMANDS = [page for page in PAGES if any(True for _ in commands_of(page))]


def test_commands_are_found_where_they_are_shown() -> None:
    found = {program for page in WITH_COMMANDS for program, _ in commands_of(page)}
    assert found == {"pycommunicate", "gunicorn"}
    assert {"README.md", "docs/tutorial.md", "docs/guide/deployment.md"} <= {name_of(page) for page in WITH_COMMANDS}


@pytest.mark.parametrize("wrong", [["serve", "main:app", "--prot", "1"], ["severe", "main:app"], ["routes", "--debug"]])
def test_command_that_cannot_be_carried_out_is_seen(wrong: list[str]) -> None:
    with pytest.raises(click.UsageError):
        check_ours(wrong)


@pytest.mark.parametrize("page", WITH_COMMANDS, ids=name_of)
def test_arguments_of_commands_are_those_that_their_parsers_take(page: Path) -> None:
    for program, arguments in commands_of(page):
        try:
            if program == "gunicorn":
                Config().parser().parse_args(arguments)
            else:
                check_ours(arguments)
        except click.exceptions.Exit:  # --help and --version
            pass
        except (click.UsageError, SystemExit) as error:
            pytest.fail(f"{program} {shlex.join(arguments)}: {error}")


@pytest.mark.parametrize("page", [page for page in PAGES if "docs/" in name_of(page)], ids=name_of)
def test_options_that_sentences_name_are_there(page: Path, pytestconfig: pytest.Config) -> None:
    known = {option for one in commands(main) for parameter in one.params for option in _options(parameter)}
    known |= {"--help", "--version", *Config().parser()._option_string_actions}
    known |= {option for option in ("--live",) if pytestconfig.getoption(option) is not None}
    named = {option for code in code_of(page) for option in re.findall(r"(?:^|\s)(--[\w-]+)", code)}
    assert named - known == set()


def _options(parameter: click.Parameter) -> list[str]:
    return [*parameter.opts, *parameter.secondary_opts]


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_modules_and_extras_that_are_named_are_there(page: Path) -> None:
    setup = ConfigParser()
    setup.read(ROOT / "setup.cfg")
    text = page.read_text(encoding="utf-8")
    assert {name for name in _MODULE.findall(text) if find_spec(name) is None} == set()
    assert set(_EXTRA.findall(text)) <= set(setup["options.extras_require"])
