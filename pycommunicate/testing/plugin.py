"""The pytest plugin: fixtures that show an app to a test, and the option --live."""

# Loaded in every run of pytest where pycommunicate is installed: it imports nothing that it does not need.
from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from ..server.app.communicate import CommunicateApp
    from .client import TestClient

__all__ = ["pycommunicate_app", "pycommunicate_client", "pytest_addoption", "pytest_unconfigure"]

_INI = "pycommunicate_app"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option and the setting."""
    group = parser.getgroup("pycommunicate")
    group.addoption(
        "--live",
        action="store_true",
        default=False,
        help="Let tests that use pycommunicate_client run in a real Chromium, by Playwright.",
    )
    parser.addini(_INI, "The app that pycommunicate_client shows, as `serve` takes it: main:app", default="")


@pytest.fixture
def pycommunicate_app(request: pytest.FixtureRequest) -> CommunicateApp:
    """The app that is tested: that of the setting ``pycommunicate_app``; override this fixture to return your own."""
    target = str(request.config.getini(_INI))
    if not target:
        raise pytest.UsageError(
            f"expected an app to test: set {_INI} = main:app in pytest's configuration, or write a fixture named "
            "pycommunicate_app that returns one"
        )
    from ..programs import load

    return load(target)


@pytest.fixture
def pycommunicate_client(pycommunicate_app: CommunicateApp, request: pytest.FixtureRequest) -> Iterator[TestClient]:
    """A `TestClient` for the app of `pycommunicate_app`; with --live, in a real Chromium."""
    from .client import TestClient

    with TestClient(pycommunicate_app, live=bool(request.config.getoption("--live"))) as client:
        yield client


def pytest_unconfigure(config: Any) -> None:
    """End the Chromium that there may be."""
    import sys

    live = sys.modules.get("pycommunicate.testing.live")
    if live is not None:
        live.Chromium.shared().close()
