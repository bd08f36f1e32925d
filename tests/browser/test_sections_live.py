"""What the guide promises of the DOM, in a real Chromium: the steps of tests/support/sections.py."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from pycommunicate.testing.live import Chromium
from tests.support.sections import Section, go_through, parameters


@pytest.mark.parametrize("section", parameters(live=True))
def test_section(section: Section, browser: Browser) -> None:
    Chromium.shared().adopt(browser)
    go_through(section, live=True)
