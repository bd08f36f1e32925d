"""What the secret key signs."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from pycommunicate.errors import ConfigurationError
from pycommunicate.server.app.signing import Keys


def keys_with(key: str | bytes) -> Keys:
    keys = Keys()
    keys.set_key(key)
    return keys


@pytest.mark.parametrize("text", ["a", "", "with.dots.in", "\u00e4\u20ac", "a" * 1000])
def test_what_was_signed_is_given_back(text: str) -> None:
    keys = keys_with("key")
    signed = keys.sign("user", text)
    assert signed != text
    assert keys.unsign("user", signed) == text


def test_text_and_its_bytes_are_the_same_key() -> None:
    assert keys_with(b"k\xc3\xa4y").unsign("user", keys_with("k\u00e4y").sign("user", "x")) == "x"


def test_every_changed_character_is_noticed() -> None:
    keys = keys_with("key")
    signed = keys.sign("user", "someone")
    for i, character in enumerate(signed[:-1]):  # the last holds spare bits of base64
        changed = signed[:i] + ("A" if character != "A" else "B") + signed[i + 1 :]
        assert keys.unsign("user", changed) is None


@pytest.mark.parametrize("signed", ["", ".", "x", "x.", ".x", "x.y", "\u00e4.b", "\ud800", "x" * 10_000])
def test_what_nobody_signed_is_none(signed: str) -> None:
    assert keys_with("key").unsign("user", signed) is None


def test_signature_holds_for_one_purpose_and_one_key() -> None:
    signed = keys_with("key").sign("user", "x")
    assert keys_with("key").unsign("ticket", signed) is None
    assert keys_with("another").unsign("user", signed) is None


def test_new_key_ends_the_old_one() -> None:
    keys = keys_with("old")
    signed = keys.sign("user", "x")
    keys.set_key("new")
    assert keys.unsign("user", signed) is None
    assert keys.unsign("user", keys.sign("user", "x")) == "x"


@pytest.mark.parametrize("key", ["", b"", None, 1, bytearray(b"key")])
def test_key_that_is_neither_text_nor_bytes_is_refused(key: Any) -> None:
    with pytest.raises(ConfigurationError, match="expected a secret key of text or bytes, got"):
        Keys().set_key(key)


def test_without_a_key_each_app_has_one_that_nobody_knows(caplog: pytest.LogCaptureFixture) -> None:
    one, another = Keys(), Keys()
    signed = one.sign("user", "x")
    one.ready()
    assert one.unsign("user", signed) == "x"
    assert another.unsign("user", signed) is None
    assert [record.levelno for record in caplog.records] == [logging.WARNING] * 2  # one each


def test_key_that_is_set_is_never_complained_of(caplog: pytest.LogCaptureFixture) -> None:
    keys = keys_with("key")
    keys.ready()
    keys.sign("user", "x")
    assert caplog.records == []
