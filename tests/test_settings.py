"""Settings: every one can be set, wrong ones are refused by name, and all are documented."""

from __future__ import annotations

import inspect
import re
from dataclasses import FrozenInstanceError, fields
from typing import Any

import pytest

from pycommunicate import Settings
from pycommunicate.errors import ConfigurationError
from pycommunicate.protocol import Limits

NUMBERS = [
    one.name for one in fields(Settings) if isinstance(one.default, (int, float)) and one.name != "trusted_proxies"
]


def test_most_settings_are_numbers() -> None:
    assert len(NUMBERS) >= 12


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize("value", [0, -1, -0.5, "5", None, float("nan")])
def test_number_that_is_not_above_nothing_is_refused_with_its_name(name: str, value: Any) -> None:
    said = f"expected settings.{name} to be a (whole )?number above 0, got {value!r}"
    with pytest.raises(ConfigurationError, match=said):
        Settings(**{name: value})


@pytest.mark.parametrize("name", NUMBERS)
def test_every_number_can_be_set(name: str) -> None:
    assert getattr(Settings(**{name: 7}), name) == 7


@pytest.mark.parametrize("name", ["event_burst", "max_users", "max_waiting_sockets", "high_water"])
def test_what_is_counted_is_whole(name: str) -> None:
    with pytest.raises(ConfigurationError, match=f"settings.{name} to be a whole number above 0, got 0.5"):
        Settings(**{name: 0.5})


@pytest.mark.parametrize("name", ["allowed_origins", "trusted_hosts"])
def test_single_text_is_refused_where_a_list_is_meant(name: str) -> None:
    with pytest.raises(ConfigurationError, match=f"settings.{name} to be a list of texts, got the text 'example.org'"):
        Settings(**{name: "example.org"})


@pytest.mark.parametrize("value", [-1, 1.0, "1", None, True])
def test_proxies_are_counted(value: Any) -> None:
    with pytest.raises(ConfigurationError, match=f"settings.trusted_proxies to be a number of proxies, got {value!r}"):
        Settings(trusted_proxies=value)


def test_no_proxy_is_trusted_unless_one_is_named() -> None:
    assert Settings().trusted_proxies == 0
    assert Settings(trusted_proxies=2).trusted_proxies == 2


@pytest.mark.parametrize("host", ["https://example.org", "example.org/app", "", None])
def test_host_that_would_never_match_is_refused(host: Any) -> None:
    with pytest.raises(ConfigurationError, match=re.escape(f"like 'example.org', got {host!r} among them")):
        Settings(trusted_hosts=["example.org", host])


@pytest.mark.parametrize("origin", ["example.org", "*", "", "null", "//example.org"])
def test_origin_that_would_never_match_is_refused(origin: str) -> None:
    with pytest.raises(ConfigurationError, match=re.escape(f"like 'https://example.org', got {origin!r} among them")):
        Settings(allowed_origins=["https://example.org", origin])


@pytest.mark.parametrize("value", ["lax", "none", "", None])
def test_same_site_that_browsers_do_not_know_is_refused(value: Any) -> None:
    with pytest.raises(ConfigurationError, match=f"expected settings.cookie_samesite .* got {value!r}"):
        Settings(cookie_samesite=value)


@pytest.mark.parametrize("value", ["Lax", "Strict", "None"])
def test_same_site_that_browsers_know_is_taken(value: str) -> None:
    assert Settings(cookie_samesite=value).cookie_samesite == value


def test_settings_are_named_and_do_not_change() -> None:
    with pytest.raises(TypeError):
        Settings(Limits())  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        Settings().max_pages = 5  # type: ignore[misc]
    with pytest.raises(TypeError, match="max_page"):
        Settings(max_page=5)  # type: ignore[call-arg]


def test_every_setting_is_documented_once_and_in_order() -> None:
    documented = re.findall(r"^ {4}(\w+): ", inspect.getdoc(Settings) or "", re.MULTILINE)
    assert documented == [one.name for one in fields(Settings)]


def test_high_water_is_below_overflow() -> None:
    assert Settings().high_water < Settings().overflow
