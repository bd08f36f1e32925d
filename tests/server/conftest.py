"""Fixtures for tests of the server: what an app logs and leaves running is looked after."""

from __future__ import annotations

from tests.support.house import expect_errors as expect_errors
from tests.support.site import background_ends as background_ends
