"""Serving an app: what its server is made with, and when `run()` does nothing. Real servers: tests/deployment."""

from __future__ import annotations

from dataclasses import fields
from inspect import signature

import pytest

from pycommunicate import CommunicateApp, Settings
from pycommunicate.importing import importing, is_importing
from pycommunicate.transport.server import Server


def test_run_does_nothing_while_its_program_is_imported() -> None:
    assert not is_importing()
    with importing():
        assert is_importing()
        CommunicateApp(host="192.0.2.1").run()
    assert not is_importing()


def test_import_that_fails_leaves_run_as_it_was() -> None:
    with pytest.raises(LookupError), importing():
        raise LookupError
    assert not is_importing()


def test_what_a_server_is_made_with_is_what_the_settings_say() -> None:
    options = CommunicateApp(settings=Settings(keep_alive_timeout=1.5, max_connections=7)).server_options()
    assert options["keep_alive_timeout"] == 1.5
    assert options["max_connections"] == 7
    settings = {one.name for one in fields(Settings)}
    of_servers = set(signature(Server.__init__).parameters)
    assert set(options) == settings & of_servers


def test_more_connections_than_the_system_has_files_for_are_not_taken() -> None:
    assert CommunicateApp(settings=Settings(max_connections=10**9)).server_options()["max_connections"] < 10**9
