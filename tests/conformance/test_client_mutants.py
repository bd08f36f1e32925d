"""The sections for clients find what they are for: clients with one fault each."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future
from threading import Semaphore

import pytest

from pycommunicate.conformance.client import check_client
from pycommunicate.conformance.client.run import chosen
from pycommunicate.conformance.report import Outcome, Report
from tests.conformance.ahead import ahead
from tests.conformance.broken_clients import FAULTS

#: They take long, or open many documents, and are about little else.
LONG = {"answers", "away", "backoff", "bye", "refuse", "reload-limit", "values", "violations"}

#: How many faults are looked at at a time: in a section or two, and in nearly all, which is 16 clients each.
BRIEF, THOROUGH = Semaphore(4), Semaphore(3)


def test_each_section_has_a_fault_that_it_finds() -> None:
    assert {section.name for section in chosen()} == set().union(*(found.about for found in FAULTS.values()))


def go_through(name: str) -> Report:
    """Go through the sections with a client that has a fault."""
    found = FAULTS[name]

    def check(names: set[str]) -> Report:
        return check_client(lambda url: found.client(url).start(), names, at_once=16, patience=3.0)

    if found.also is None:
        with BRIEF:
            return check(found.about)
    with THOROUGH:
        return check(found.about | {section.name for section in chosen()} - LONG)


@pytest.fixture(scope="module")
def reports(request: pytest.FixtureRequest) -> Iterator[dict[str, Future[Report]]]:
    yield from ahead(request, go_through, len(FAULTS))


@pytest.mark.parametrize("name", FAULTS)
def test_fault_is_found_where_it_is_looked_for_and_hardly_elsewhere(
    name: str, reports: dict[str, Future[Report]]
) -> None:
    found = FAULTS[name]
    noticed = {
        result.name: result
        for result in reports[name].result().results
        if result.outcome in (Outcome.FAILED, found.outcome)
    }
    told = "\n".join(map(str, noticed.values()))
    assert {noticed[name].outcome for name in found.about if name in noticed} == {found.outcome}, told
    assert found.about <= noticed.keys(), told
    assert found.also is None or noticed.keys() <= found.about | found.also, told
