"""Fixtures for tests of what tests are made of."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import gevent
import pytest
from gevent import socket

from pycommunicate.testing.driver import ProxyProcess
from pycommunicate.testing.proxy import FaultProxy
from tests.testing.echo import Echo

TIMEOUT = 5.0


@pytest.fixture
def echo() -> Iterator[Echo]:
    """A server that sends back what it gets."""
    with Echo() as server:
        yield server


@pytest.fixture(params=[FaultProxy, ProxyProcess])
def start_proxy(request: pytest.FixtureRequest, echo: Echo) -> Iterator[Callable[..., Any]]:
    """Starts proxies in front of `echo`: in this process, and in one of their own."""
    proxies = []

    def start(**options: Any) -> Any:
        proxies.append(request.param(echo.address, **options))
        return proxies[-1].start()

    yield start
    for proxy in proxies:
        proxy.stop()


@pytest.fixture
def proxy(start_proxy: Callable[..., Any]) -> Any:
    return start_proxy()


@pytest.fixture
def connect() -> Iterator[Callable[[Any], Any]]:
    """Connects to a proxy, or to whatever has a port."""
    sockets = []

    def connect(to: Any) -> Any:
        sockets.append(socket.create_connection(("127.0.0.1", to.port), TIMEOUT))
        return sockets[-1]

    yield connect
    for one in sockets:
        one.close()
    gevent.sleep(0)
