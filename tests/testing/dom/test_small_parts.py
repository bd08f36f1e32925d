"""Addresses, numbers and styles are written as browsers write them."""

from __future__ import annotations

import math
from datetime import datetime, timezone
from typing import Any

import pytest

from pycommunicate.testing.dom.conversions import to_boolean, to_integer, to_number, to_text
from pycommunicate.testing.dom.letters import inside, outside
from pycommunicate.testing.dom.style import declarations
from pycommunicate.testing.dom.times import time_number, time_text
from pycommunicate.testing.dom.urls import parts_of, resolve


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("x", "http://a.test/d/x"),
        ("/x y?z w#u v", "http://a.test/x%20y?z%20w#u%20v"),
        ("", "http://a.test/d/p?q"),
        ("?n", "http://a.test/d/p?n"),
        ("#n", "http://a.test/d/p?q#n"),
        ("//B.test:80/\u00fc", "http://b.test/%C3%BC"),
        ("HTTPS://b.test:443", "https://b.test/"),
        ("mailto:a@b", "mailto:a@b"),
        ("http://[", "http://["),
        ("http://", "http://"),
        ("HTTP:///", "HTTP:///"),
        ("https:", "https:"),
        ("http:x", "http://a.test/d/x"),
        ("http:/x", "http://a.test/x"),
        ("https:b.test/x", "https://b.test/x"),
        ("https:/b.test", "https://b.test/"),
        ("http:///b.test", "http://b.test/"),
        ("http:\\\\b.test", "http://b.test/"),
        ("\n x\t", "http://a.test/d/x"),
    ],
)
def test_addresses(text: str, whole: str) -> None:
    assert resolve("http://a.test/d/p?q", text) == whole


def test_parts_of_an_address() -> None:
    parts = parts_of("http://a.test:81/p?q#h")
    assert [parts[name] for name in ("host", "hostname", "port", "pathname", "search", "hash", "origin")] == [
        *("a.test:81", "a.test", "81", "/p", "?q", "#h", "http://a.test:81")
    ]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null"), (True, "true"), (1.0, "1"), (-0.0, "0"), (0.1, "0.1"), (1e21, "1e+21"), (1e-7, "1e-7"),
        (1.5e300, "1.5e+300"),
        (1e-6, "0.000001"), (123456789012, "123456789012"), (math.nan, "NaN"), (-math.inf, "-Infinity"),
        ([1, [2, None]], "1,2,"),
        ({}, "[object Object]"), (b"\x01\xff", "1,255"),
        (datetime(2024, 2, 29, tzinfo=timezone.utc), "Thu Feb 29 2024 00:00:00 GMT+0000 (Coordinated Universal Time)"),
    ],
)  # fmt: skip
def test_text_of_values(value: Any, text: str) -> None:
    assert to_text(value) == text


def test_numbers_of_values() -> None:
    assert [to_number(value) for value in (True, None, " 5 ", "0x10", "")] == [1, 0, 5, 16, 0]
    assert math.isnan(to_number("x"))
    assert [to_integer(value) for value in (2**31, -1.9, "7", math.inf)] == [-(2**31), -1, 7, 0]
    assert [to_boolean(value) for value in ("", "0", 0, [], math.nan)] == [False, True, False, True, False]


@pytest.mark.parametrize("text", ["", "abc", "\x00\x01\x0c\x1f", "\ufffe\uffff", "\u00fc\U0001f600\x0b"])
def test_characters_come_back(text: str) -> None:
    assert outside(inside(text)) == text


def test_surrogates_that_stand_alone_are_replaced() -> None:
    assert outside(inside("a\ud800b")) == "a\ufffdb"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("color: RED; WIDTH: 10px", {"color": ("red", False), "width": ("10px", False)}),
        ("color: #f00 !important", {"color": ("rgb(255, 0, 0)", True)}),
        ("background: url('a;b:c')", {"background": ("url('a;b:c')", False)}),
        ("width: 10; height: 0", {"height": ("0px", False)}),
        ("margin-bottom: 10; margin-right: 0", {"margin-right": ("0px", False)}),
        ("bottom: 0", {"bottom": ("0px", False)}),
        ("--My-Var: X; /* color: red; */ nothing: x; color", {"--My-Var": ("X", False)}),
    ],
)
def test_styles(text: str, found: dict[str, tuple[str, bool]]) -> None:
    assert declarations(text) == found


@pytest.mark.parametrize(
    ("type_", "text"),
    [
        ("date", "2024-02-29"),
        ("month", "2024-02"),
        ("week", "2020-W53"),
        ("time", "12:30:15.12"),
        ("datetime-local", "2024-02-29T12:30"),
    ],
)
def test_times_are_numbers_and_back(type_: str, text: str) -> None:
    number = time_number(type_, text)
    assert number is not None
    assert time_text(type_, number) == text
