"""Fixtures for tests of hostile input: a server under attack, a session of it, and somebody who only uses it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

import pytest
from gevent import socket

from tests.hostile.bystander import Bystander
from tests.hostile.campaign import TARGET
from tests.support.app_server import AppServer
from tests.support.sessions import record
from tests.support.wire import WireClient

StartTarget: TypeAlias = Callable[..., AppServer]


@pytest.fixture(scope="module")
def start_target() -> Iterator[StartTarget]:
    """Starts the app that is attacked, in a process of its own; settings are those of the app."""
    servers: dict[str, AppServer] = {}

    def start(**settings: Any) -> AppServer:
        text = json.dumps(settings)
        if text not in servers:
            servers[text] = AppServer(TARGET, environment={"TARGET_SETTINGS": text})
            servers[text].start()
        return servers[text]

    yield start
    for server in servers.values():
        server.close()


@pytest.fixture(scope="module")
def target(start_target: StartTarget) -> AppServer:
    """The app that is attacked."""
    return start_target()


@pytest.fixture(scope="module")
def session(target: AppServer) -> list[bytes]:
    """What one browser has sent to the target, behind its hello."""
    return record(WireClient(target.url, socket))


@pytest.fixture
def bystander(target: AppServer) -> Iterator[Bystander]:
    """Somebody who uses the target while it is attacked, and must notice nothing."""
    one = Bystander(target.url, socket)
    yield one
    one.click()
    one.client.close()
    target.check()
