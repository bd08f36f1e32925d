"""A session as one request sees it: what it holds, what it refuses, and what is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from pycommunicate.errors import PycommunicateError, SessionError
from pycommunicate.sessions import MemoryStore, Session


class RecordingStore(MemoryStore):
    """Remembers what was asked of it."""

    def __init__(self) -> None:
        super().__init__()
        self.loads = 0
        self.saves: list[dict[str, bytes | None]] = []

    def load(self, user_id: str) -> Mapping[str, bytes]:
        self.loads += 1
        return super().load(user_id)

    def save(self, user_id: str, changes: Mapping[str, bytes | None]) -> None:
        self.saves.append(dict(changes))
        super().save(user_id, changes)


@pytest.fixture
def store() -> RecordingStore:
    return RecordingStore()


@contextmanager
def no_lock() -> Iterator[None]:
    yield


def open_session(store: MemoryStore, *, autosave: bool = False) -> Session:
    return Session(store, "user", no_lock, autosave=autosave)


def kept(store: MemoryStore, **values: Any) -> Session:
    """Keep *values*, and return a session that has not seen them yet."""
    first = open_session(store)
    first.update(values)
    first.save()
    return open_session(store)


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        0,
        -1,
        2**63,
        -(2**63),
        2**64 - 1,
        1.5,
        float("inf"),
        "",
        "text \u00e4\U0001f600\x00",
        b"\x00\xff",
        [],
        [1, [2, [3]]],
        {},
        {"a": {"b": [None]}},
        datetime(2024, 2, 29, 12, 30, 15, 123456, tzinfo=timezone.utc),
        datetime(1900, 1, 1, tzinfo=timezone.utc),
    ],
    ids=repr,
)
def test_value_comes_back_as_it_was(store: RecordingStore, value: Any) -> None:
    found = kept(store, key=value)["key"]
    assert found == value
    assert type(found) is type(value)


def test_tuples_come_back_as_lists(store: RecordingStore) -> None:
    assert kept(store, key=(1, (2, 3)))["key"] == [1, [2, 3]]


def test_time_of_another_zone_comes_back_as_the_same_moment(store: RecordingStore) -> None:
    there = datetime(2024, 1, 1, 12, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    back = kept(store, key=there)["key"]
    assert back == there
    assert back.tzinfo == timezone.utc


def _circle() -> list[Any]:
    circle: list[Any] = []
    circle.append(circle)
    return circle


@pytest.mark.parametrize(
    "value",
    [
        object(),
        {1, 2},
        2**64,
        -(2**63) - 1,
        1j,
        datetime(2024, 1, 1),
        {1: "a"},
        {"a": {None: "b"}},
        [[{b"bytes": 1}]],
        [lambda: None],
        _circle(),
        Session,
    ],
    ids=lambda value: type(value).__name__,
)
def test_value_that_cannot_be_kept_is_refused_at_once_by_an_error_that_names_the_key(
    store: RecordingStore, value: Any
) -> None:
    session = kept(store, cart="before")
    with pytest.raises(SessionError, match=r"^session\['cart'\] cannot be kept: expected None, bool, int") as caught:
        session["cart"] = value
    assert isinstance(caught.value, TypeError)
    assert isinstance(caught.value, PycommunicateError)
    assert len(str(caught.value)) < 600
    assert session["cart"] == "before"
    session.save()
    assert open_session(store)["cart"] == "before"


@pytest.mark.parametrize("key", [1, None, b"key", ("a",)])
def test_key_that_is_not_text_is_refused_with_its_value(store: RecordingStore, key: Any) -> None:
    session = open_session(store)
    with pytest.raises(SessionError, match="expected text as a session key, got"):
        session[key] = 1
    assert key not in session
    assert session.get(key) is None


def test_key_that_is_not_there_is_a_key_error_as_with_any_mapping(store: RecordingStore) -> None:
    session = open_session(store)
    with pytest.raises(KeyError, match="cart"):
        session["cart"]
    with pytest.raises(KeyError, match="cart"):
        del session["cart"]
    assert session.get("cart", 5) == 5
    assert session.pop("cart", 6) == 6


def test_session_is_a_mapping(store: RecordingStore) -> None:
    session = kept(store, a=1, b=2)
    session["c"] = 3
    assert isinstance(session, MutableMapping)
    assert list(session) == ["a", "b", "c"]
    assert len(session) == 3
    assert dict(session) == {"a": 1, "b": 2, "c": 3}
    assert session == {"a": 1, "b": 2, "c": 3}
    assert repr(session) == "<Session {'a': 1, 'b': 2, 'c': 3}>"
    assert session.setdefault("d", []) == []
    session["d"].append(1)
    assert session.pop("d") == [1]
    assert "d" not in session


@pytest.mark.parametrize("seen", [True, False])
def test_deleted_key_is_gone_now_and_later(store: RecordingStore, seen: bool) -> None:
    session = kept(store, a=1, b=2)
    if seen:
        assert session["a"] == 1
    del session["a"]
    assert "a" not in session
    assert list(session) == ["b"]
    assert len(session) == 1
    with pytest.raises(KeyError):
        session["a"]
    with pytest.raises(KeyError):
        del session["a"]
    session.save()
    assert dict(open_session(store)) == {"b": 2}


def test_deleted_key_may_be_set_again(store: RecordingStore) -> None:
    session = kept(store, a=1)
    del session["a"]
    session["a"] = 2
    assert dict(session) == {"a": 2}
    session.save()
    assert dict(open_session(store)) == {"a": 2}


def test_key_that_came_and_went_leaves_nothing_to_write(store: RecordingStore) -> None:
    session = open_session(store)
    session["a"] = 1
    del session["a"]
    assert session.save() is False
    assert store.saves == []


def test_clear_takes_all_keys(store: RecordingStore) -> None:
    session = kept(store, a=1, b=2)
    session.clear()
    assert len(session) == 0
    session.save()
    assert dict(open_session(store)) == {}


def test_only_keys_that_changed_are_written(store: RecordingStore) -> None:
    session = kept(store, same=1, nested={"items": []}, changed=1, gone=1)
    store.saves.clear()
    assert session["same"] == 1
    session["same"] = 1
    session["nested"]["items"].append("x")
    session["changed"] = 2
    session["new"] = None
    del session["gone"]
    assert session.save() is True
    assert [set(changes) for changes in store.saves] == [{"nested", "changed", "new", "gone"}]
    assert store.saves[0]["gone"] is None
    assert dict(open_session(store)) == {"same": 1, "nested": {"items": ["x"]}, "changed": 2, "new": None}


def test_session_that_is_not_touched_loads_and_writes_nothing(store: RecordingStore) -> None:
    session = open_session(store)
    assert session.save() is False
    assert (store.loads, store.saves) == (0, [])


def test_session_is_loaded_once_however_often_it_is_read(store: RecordingStore) -> None:
    session = kept(store, a=1, b=[])
    store.loads = 0
    assert (session["a"], session.get("b"), len(session), "c" in session) == (1, [], 2, False)
    assert session["b"] is session["b"]
    assert store.loads == 1


def test_what_is_read_but_not_changed_is_not_written(store: RecordingStore) -> None:
    session = kept(store, a={"z": 1, "y": (2,)}, b=datetime(2024, 1, 1, tzinfo=timezone.utc))
    store.saves.clear()
    assert len(dict(session)) == 2
    assert session.save() is False
    assert store.saves == []


def test_nested_change_to_what_cannot_be_kept_is_told_when_it_is_written(store: RecordingStore) -> None:
    session = kept(store, cart=[])
    session["cart"].append(object())
    with pytest.raises(SessionError, match=r"session\['cart'\] cannot be kept"):
        session.save()
    assert dict(open_session(store)) == {"cart": []}


def test_autosave_writes_each_change_at_once(store: RecordingStore) -> None:
    session = open_session(store, autosave=True)
    session["a"] = 1
    session["b"] = 2
    del session["a"]
    assert [set(changes) for changes in store.saves] == [{"a"}, {"b"}, {"a"}]
    assert dict(session) == {"b": 2}


def test_locked_sees_what_others_wrote_and_writes_at_its_end(store: RecordingStore) -> None:
    session = kept(store, count=1)
    assert session["count"] == 1
    kept(store, count=5)
    with session.locked() as inside:
        assert inside is session
        session["count"] += 1
    assert open_session(store)["count"] == 6


def test_what_was_changed_before_locked_is_not_lost(store: RecordingStore) -> None:
    session = kept(store, count=1)
    session["other"] = "mine"
    with session.locked():
        assert session["other"] == "mine"
    assert dict(open_session(store)) == {"count": 1, "other": "mine"}
