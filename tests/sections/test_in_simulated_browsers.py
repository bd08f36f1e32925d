"""What the guide promises of the DOM, in what the test kit simulates: the steps of tests/support/sections.py."""

from __future__ import annotations

import pytest

from tests.support.sections import Section, go_through, parameters


@pytest.mark.parametrize("section", parameters(live=False))
def test_section(section: Section) -> None:
    go_through(section, live=False)
