"""The ops vectors as sections for clients."""

from __future__ import annotations

from pathlib import Path

import pytest

from pycommunicate.conformance.client import check_client
from pycommunicate.conformance.client.run import chosen
from tests.conformance.broken_clients import NeedsNoCredit
from tests.conformance.small_client import SmallClient
from tests.support.notation import PROTOCOL

VECTORS = PROTOCOL / "v1" / "vectors" / "ops"


def test_each_file_is_a_section() -> None:
    names = [section.name for section in chosen(vectors=VECTORS)]
    assert names == [section.name for section in chosen()] + [f"ops-{path.stem}" for path in sorted(VECTORS.glob("*"))]


def test_client_that_does_what_vectors_say_passes() -> None:
    names = ["ops-credit", "ops-values"]
    report = check_client(lambda url: SmallClient(url).start(), names, vectors=VECTORS, at_once=2)
    assert [str(result) for result in report.results if result.name in report.failed] == []
    assert all(len(result.checks) > 5 for result in report.results)


def test_client_that_does_something_else_fails() -> None:
    report = check_client(lambda url: NeedsNoCredit(url).start(), ["ops-credit"], vectors=VECTORS)
    assert report.failed == ["ops-credit"]
    (result,) = report.results
    assert "'events': [1]" in str(result)


def test_folder_without_vectors_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"expected vectors in .*, found none"):
        chosen(vectors=tmp_path)
