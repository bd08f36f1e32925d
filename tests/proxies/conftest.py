"""Fixtures for tests that run pages in their own process."""

from __future__ import annotations

from tests.support.house import expect_errors as expect_errors
from tests.support.house import rig as rig
from tests.support.house import start_rig as start_rig
