"""Fixtures for tests of many pages, long times and what is left behind."""

from __future__ import annotations

from tests.support.house import expect_errors as expect_errors
from tests.support.site import background_ends as background_ends
