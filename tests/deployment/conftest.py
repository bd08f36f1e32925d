"""Fixtures for tests of real servers: nginx, a certificate, and clients that are closed in the end."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any, TypeAlias

import pytest

from tests.support.certificates import certificate as certificate
from tests.support.nginx import nginx as nginx
from tests.support.workshop import Workshop

OpenWorkshop: TypeAlias = Callable[..., Workshop]


@pytest.fixture
def workshop(app_server: object) -> Iterator[OpenWorkshop]:
    """Makes clients: call it with a URL, and with other `sockets` if need be.

    `app_server` is asked for so that clients close before servers stop, whatever the order in which a test names them.
    """
    clients: list[Workshop] = []

    def make(url: str, sockets: Any = socket) -> Workshop:
        clients.append(Workshop(url, sockets))
        return clients[-1]

    yield make
    for client in clients:
        with suppress(OSError):
            client.close()
