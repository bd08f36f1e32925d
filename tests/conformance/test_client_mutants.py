"""The sections for clients find what they are for: clients with one fault each."""

from __future__ import annotations

import pytest

from pycommunicate.conformance.client import check_client
from pycommunicate.conformance.client.run import chosen
from tests.conformance.broken_clients import FAULTS

#: They take long, or open many documents, and are about little else.
LONG = {"answers", "away", "backoff", "bye", "refuse", "reload-limit", "values", "violations"}


@pytest.mark.parametrize("name", FAULTS)
def test_fault_is_found_where_it_is_looked_for_and_hardly_elsewhere(name: str) -> None:
    client, about, also = FAULTS[name]
    sections = [section.name for section in chosen() if section.name not in LONG or section.name in about]
    report = check_client(lambda url: client(url).start(), sections, at_once=24, patience=2.0)
    failed = set(report.failed)
    found = "\n".join(str(result) for result in report.results if result.name in failed)
    assert about <= failed, found
    assert also is None or failed <= about | also, found
