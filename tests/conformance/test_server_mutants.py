"""A server with one fault: the section that is about it says so."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path

import pytest

from pycommunicate.conformance.report import Outcome, Result
from pycommunicate.conformance.server import check_server
from pycommunicate.conformance.server.sections import chosen
from tests.conformance.ahead import ahead
from tests.support.app_server import AppServer

FOLDER = Path(__file__).parent / "mutants"


def mutants() -> dict[str, str]:
    """Return each fault and the section that is about it; read, and not imported, which would patch this process."""
    found = {}
    for node in ast.parse((FOLDER / "main.py").read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef):
            for decorator in node.decorator_list:
                assert isinstance(decorator, ast.Call)
                found[node.name.replace("_", "-")] = ast.literal_eval(decorator.args[0])
    return found


MUTANTS = mutants()


def test_each_section_has_a_fault_that_it_finds() -> None:
    assert {section.name for section in chosen((), slow=False)} == set(MUTANTS.values())


def go_through(name: str) -> Result:
    """Start a server with a fault, and go through the section that is about it."""
    server = AppServer(FOLDER, environment={"MUTANT": name})
    server.expect_traceback()
    server.start()
    try:
        (result,) = check_server(server.url + "/", [MUTANTS[name]], patience=1.0).results
    finally:
        server.close()
    return result


@pytest.fixture(scope="module")
def results(request: pytest.FixtureRequest) -> Iterator[dict[str, Future[Result]]]:
    yield from ahead(request, go_through, 6)


@pytest.mark.parametrize("name", MUTANTS)
def test_a_fault_is_found_by_the_section_that_is_about_it(name: str, results: dict[str, Future[Result]]) -> None:
    result = results[name].result()
    assert result.outcome is Outcome.FAILED, f"expected {name} to be found, got {result}"
    broken = [check for check in result.checks if not check.kept]
    assert any(check.spec for check in broken), f"expected a rule of the spec, got {result}"
