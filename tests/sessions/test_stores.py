"""The contract that every session store keeps, run over each of them."""

from __future__ import annotations

import inspect
from collections.abc import Callable

import pytest

from pycommunicate import sessions
from pycommunicate.sessions import MemoryStore, Store

#: How each store is made for a test; a new store adds a line.
STORES: dict[type[Store], Callable[[], Store]] = {MemoryStore: MemoryStore}


@pytest.fixture(params=STORES.values(), ids=[store.__name__ for store in STORES])
def store(request: pytest.FixtureRequest) -> Store:
    made: Store = request.param()
    return made


def test_every_store_is_under_this_contract() -> None:
    public = {getattr(sessions, name) for name in sessions.__all__}
    assert {one for one in public if issubclass(one, Store) and not inspect.isabstract(one)} == set(STORES)


def test_user_that_is_not_known_has_an_empty_mapping(store: Store) -> None:
    assert dict(store.load("nobody")) == {}


def test_what_was_saved_is_loaded(store: Store) -> None:
    values = {"a": b"1", "": b"", "\u00e4 key/with.dots": b"\x00\xff" * 1000}
    store.save("user", values)
    assert dict(store.load("user")) == values


def test_keys_that_are_not_among_the_changes_stay(store: Store) -> None:
    store.save("user", {"a": b"1", "b": b"2"})
    store.save("user", {"b": b"3", "c": b"4"})
    assert dict(store.load("user")) == {"a": b"1", "b": b"3", "c": b"4"}


def test_none_takes_a_key_away(store: Store) -> None:
    store.save("user", {"a": b"1", "b": b"2"})
    store.save("user", {"a": None, "never there": None})
    assert dict(store.load("user")) == {"b": b"2"}


def test_user_without_any_key_is_as_one_never_known(store: Store) -> None:
    store.save("user", {"a": b"1"})
    store.save("user", {"a": None})
    assert dict(store.load("user")) == {}
    store.save("user", {"a": b"2"})
    assert dict(store.load("user")) == {"a": b"2"}


def test_no_changes_change_nothing(store: Store) -> None:
    store.save("user", {})
    assert dict(store.load("user")) == {}


def test_users_are_kept_apart(store: Store) -> None:
    store.save("one", {"a": b"1"})
    store.save("another", {"a": b"2"})
    assert dict(store.load("one")) == {"a": b"1"}
    store.forget("one")
    assert dict(store.load("another")) == {"a": b"2"}


def test_forgotten_user_is_gone_and_may_come_back(store: Store) -> None:
    store.save("user", {"a": b"1"})
    store.forget("user")
    store.forget("user")
    store.forget("never there")
    assert dict(store.load("user")) == {}
    store.save("user", {"b": b"2"})
    assert dict(store.load("user")) == {"b": b"2"}


def test_what_was_loaded_is_not_changed_by_later_saves(store: Store) -> None:
    store.save("user", {"a": b"1"})
    loaded = store.load("user")
    store.save("user", {"a": b"2", "b": b"3"})
    assert dict(loaded) == {"a": b"1"}


def test_changes_are_not_held_on_to(store: Store) -> None:
    changes: dict[str, bytes | None] = {"a": b"1"}
    store.save("user", changes)
    changes["a"] = b"2"
    assert dict(store.load("user")) == {"a": b"1"}
