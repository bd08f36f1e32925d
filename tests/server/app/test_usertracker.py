"""Users and their sessions: what one request or handler sees, what is written when, and who is forgotten."""

from __future__ import annotations

import gc
from collections.abc import Callable
from typing import Any

import gevent
import pytest
from gevent.event import Event

from pycommunicate.errors import SessionError, WaitForbidden
from pycommunicate.page.scope import Scope, Task, check_may_wait
from pycommunicate.server.app.usertracker import User, UserTracker
from pycommunicate.sessions import MemoryStore
from tests.support.rig import FastClock

LIFETIME = 100.0
MOST = 5


def look_ahead(users: UserTracker, seconds: float) -> None:
    clock = users.clock
    assert isinstance(clock, FastClock)
    clock.ahead = seconds


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def users(store: MemoryStore) -> UserTracker:
    return UserTracker(store, LIFETIME, MOST, FastClock())


def in_unit(users: UserTracker, call: Callable[[], Any]) -> None:
    with users.unit():
        call()


def run_all(*calls: Callable[[], Any]) -> None:
    """Run each in a greenlet of its own, all at once; raise what they raise."""
    gevent.joinall([gevent.spawn(call) for call in calls], timeout=5, raise_error=True)


def read(users: UserTracker, user: User) -> dict[str, Any]:
    with users.unit():
        return dict(user.session)


def test_session_is_one_object_within_a_unit_and_another_in_the_next(users: UserTracker) -> None:
    user = users.new()
    with users.unit():
        first = user.session
        assert user.session is first
        with users.unit():  # an inner one is the same
            assert user.session is first
    with users.unit():
        assert user.session is not first


def test_session_is_written_at_the_end_of_the_unit_and_not_before(users: UserTracker, store: MemoryStore) -> None:
    user = users.new()
    with users.unit():
        with users.unit():
            user.session["a"] = 1
        assert store.load(user.id_) == {}
    assert list(store.load(user.id_)) == ["a"]


def test_session_is_written_where_the_unit_fails(users: UserTracker) -> None:
    user = users.new()

    def fail() -> None:
        user.session["a"] = 1
        raise LookupError

    with pytest.raises(LookupError):
        in_unit(users, fail)
    assert read(users, user) == {"a": 1}


def test_unit_that_changes_nothing_keeps_nobody(users: UserTracker, store: MemoryStore) -> None:
    user = users.new()
    with users.unit():
        user.session.get("a")
        assert "a" not in user.session
    assert not users.keeps(user)
    assert len(users) == 0


def test_unit_that_changes_the_session_keeps_the_user(users: UserTracker) -> None:
    user = users.new()
    with users.unit():
        user.session["a"] = 1
    assert users.keeps(user)
    assert users.get(user.id_) is user


def test_nested_change_counts(users: UserTracker) -> None:
    user = users.new()
    with users.unit():
        user.session["cart"] = {"items": []}
    with users.unit():
        user.session["cart"]["items"].append("a book")
    assert read(users, user) == {"cart": {"items": ["a book"]}}


def test_two_units_that_change_different_keys_never_lose_one(users: UserTracker) -> None:
    user = users.new()
    met = [Event(), Event()]

    def change(mine: int) -> None:
        with users.unit():
            assert dict(user.session) == {}
            user.session[f"key {mine}"] = mine
            met[mine].set()
            assert met[1 - mine].wait(5)

    run_all(lambda: change(0), lambda: change(1))
    assert read(users, user) == {"key 0": 0, "key 1": 1}


def test_unit_belongs_to_its_greenlet(users: UserTracker) -> None:
    user = users.new()
    with users.unit():
        mine = user.session
        theirs: list[Any] = []
        run_all(lambda: theirs.append(user.session))
        assert theirs[0] is not mine


def test_read_modify_write_under_the_lock_loses_nothing(users: UserTracker) -> None:
    user = users.new()

    def count() -> None:
        with users.unit():
            user.session.get("count")  # what was read before must not be believed inside
            gevent.sleep(0)
            with user.session.locked():
                before = user.session.get("count", 0)
                gevent.sleep(0)
                user.session["count"] = before + 1
            gevent.sleep(0)

    run_all(*[count] * 20)
    assert read(users, user) == {"count": 20}


def test_what_is_changed_under_the_lock_is_written_at_its_end(users: UserTracker) -> None:
    user = users.new()
    with users.unit():
        with user.session.locked() as session:
            session["a"] = 1
        seen: list[Any] = []
        run_all(lambda: seen.append(read(users, user)))
        assert seen == [{"a": 1}]


def test_what_fails_under_the_lock_is_not_written_after_others_went_on(users: UserTracker) -> None:
    user = users.new()

    def fail() -> None:
        with user.session.locked():
            user.session["count"] = user.session.get("count", 0) + 1
            raise LookupError

    def count() -> None:
        with users.unit(), user.session.locked():
            user.session["count"] += 1

    with users.unit():
        with pytest.raises(LookupError):
            fail()
        run_all(count)
    assert read(users, user) == {"count": 2}


def test_lock_of_one_user_holds_no_other_up(users: UserTracker) -> None:
    one, another = users.new(), users.new()
    with users.unit(), one.session.locked():
        done: list[bool] = []

        def change() -> None:
            with users.unit(), another.session.locked():
                done.append(True)

        run_all(change)
        assert done == [True]


def test_lock_may_be_entered_again_by_who_holds_it(users: UserTracker) -> None:
    user = users.new()
    with users.unit(), user.session.locked():
        user.session["a"] = 1
        with user.session.locked():
            user.session["a"] += 1
        user.session["a"] += 1
    assert read(users, user) == {"a": 3}


def test_browser_cannot_be_waited_for_inside_the_lock(users: UserTracker) -> None:
    user = users.new()
    told: list[str] = []

    def handler() -> None:
        check_may_wait()
        with users.unit(), user.session.locked():
            gevent.sleep(0)  # anything else can
            try:
                check_may_wait()
            except WaitForbidden as error:
                told.append(str(error))
        check_may_wait()

    task = Task(handler)
    task.scope = Scope("a test", object())
    task.start()
    gevent.joinall([task], timeout=5, raise_error=True)
    assert told == ["the browser cannot be waited for inside session.locked()"]


def test_change_outside_of_a_unit_is_written_at_once(users: UserTracker, store: MemoryStore) -> None:
    user = users.new()
    user.session["a"] = 1
    assert list(store.load(user.id_)) == ["a"]
    user.session["b"] = 2
    del user.session["a"]
    assert list(store.load(user.id_)) == ["b"]
    assert users.keeps(user)


def test_lock_outside_of_a_unit_is_the_same_lock(users: UserTracker) -> None:
    user = users.new()

    def count() -> None:
        with user.session.locked() as session:
            before = session.get("count", 0)
            gevent.sleep(0)
            session["count"] = before + 1

    run_all(*[count] * 5, *[lambda: in_unit(users, count)] * 5)
    assert read(users, user) == {"count": 10}


def test_value_made_unkeepable_later_is_refused_at_the_end_and_the_next_unit_is_clean(users: UserTracker) -> None:
    user = users.new()
    with users.unit():
        user.session["cart"] = []
    with pytest.raises(SessionError, match="cart"):
        in_unit(users, lambda: user.session["cart"].append(object()))
    assert read(users, user) == {"cart": []}


def test_fault_in_one_session_does_not_lose_that_of_another_user(users: UserTracker) -> None:
    bad, good = users.new(), users.new()

    def change() -> None:
        bad.session["x"] = []
        good.session["x"] = 1
        bad.session["x"].append(object())

    with pytest.raises(SessionError):
        in_unit(users, change)
    assert read(users, good) == {"x": 1}


def test_idle_users_are_forgotten_with_their_sessions(users: UserTracker, store: MemoryStore) -> None:
    idle, busy = users.new(), users.new()
    with users.unit():
        idle.session["a"] = busy.session["a"] = 1
    busy.pages[object()] = None  # type: ignore[index]
    look_ahead(users, LIFETIME - 1)
    users.sweep()
    assert len(users) == 2
    look_ahead(users, LIFETIME + 1)
    users.sweep()
    assert not users.keeps(idle)
    assert users.keeps(busy)
    assert store.load(idle.id_) == {}
    assert list(store.load(busy.id_)) == ["a"]


def test_user_without_a_session_goes_with_the_last_page_and_one_with_a_session_stays(
    users: UserTracker, store: MemoryStore
) -> None:
    without, with_session = users.new(), users.new()
    pages: list[Any] = [object(), object()]
    for user in (without, with_session):
        user.pages.update(dict.fromkeys(pages))
        users.keep(user)
    with users.unit():
        with_session.session["a"] = 1
    for user in (without, with_session):
        users.page_ended(user, pages[0])
    assert users.keeps(without)
    for user in (without, with_session):
        users.page_ended(user, pages[1])
        users.page_ended(user, pages[1])  # and once more, as when render fails
    assert not users.keeps(without)
    assert users.keeps(with_session)
    assert users.get(without.id_) is without, "whoever holds it goes on"


def test_what_is_written_inside_of_locked_alone_keeps_the_user(users: UserTracker) -> None:
    user = users.new()
    with users.unit(), user.session.locked() as session:
        session["a"] = 1
    assert users.keeps(user)
    assert read(users, user) == {"a": 1}


def test_user_who_comes_back_in_time_stays(users: UserTracker) -> None:
    user = users.new()
    with users.unit():
        user.session["a"] = 1
    user.seen -= LIFETIME - 1
    assert users.get(user.id_) is user
    look_ahead(users, LIFETIME - 1)
    users.sweep()
    assert users.keeps(user)


def test_user_whom_nobody_keeps_or_holds_is_freed(users: UserTracker) -> None:
    user = users.get("somebody")
    assert users.get("somebody") is user
    number = id(user)
    del user
    gc.collect()
    assert all(id(one) != number for one in gc.get_objects() if isinstance(one, User))
    assert len(users) == 0


def test_user_without_a_page_has_no_controller_and_no_socket(users: UserTracker) -> None:
    user = users.new()
    assert user.active_controller is None
    assert user.socket_connected is False
    assert user.request_id == ""


def test_ids_are_unguessable_and_not_shown_by_repr(users: UserTracker) -> None:
    ids = {users.new().id_ for _ in range(100)}
    assert len(ids) == 100
    assert all(len(id_) >= 22 for id_ in ids)
    user = users.new()
    assert user.id_ not in repr(user)


# --- how many are kept ------------------------------------------------------------------------------------------------


def kept(users: UserTracker, count: int) -> list[User]:
    """Make users with a session each."""
    made = [users.new() for _ in range(count)]
    for user in made:
        in_unit(users, lambda user=user: user.session.update(name=user.id_))
    return made


def test_one_user_more_than_may_be_makes_the_longest_idle_one_go_with_its_session(users: UserTracker) -> None:
    made = kept(users, MOST)
    users.get(made[0].id_)  # it comes back, and is idle no longer

    kept(users, 1)

    assert len(users) == MOST
    assert [users.keeps(user) for user in made] == [True, False, True, True, True]
    assert read(users, made[1]) == {}
    assert read(users, made[0]) == {"name": made[0].id_}


def test_users_with_a_page_are_kept_whatever_comes(users: UserTracker) -> None:
    made = kept(users, MOST)
    page: Any = object()
    made[0].pages[page] = None

    kept(users, MOST)
    assert [users.keeps(user) for user in made] == [True, False, False, False, False]

    users.page_ended(made[0], page)
    kept(users, MOST - 1)
    assert users.keeps(made[0])
    kept(users, 1)
    assert not users.keeps(made[0])


def test_sweep_looks_at_no_more_users_than_it_forgets(store: MemoryStore) -> None:
    users = UserTracker(store, LIFETIME, 1000, FastClock())
    made = kept(users, 100)
    looked: list[str] = []

    class Watched(User):
        @property
        def pages(self) -> Any:  # type: ignore[override]
            looked.append(self.id_)
            return {}

    for user in made:
        user.__class__ = Watched

    users.sweep()
    assert looked == [made[0].id_]
    look_ahead(users, LIFETIME + 1)
    users.sweep()
    assert len(users) == 0


def test_users_whose_pages_keep_them_are_forgotten_in_time_all_the_same(users: UserTracker) -> None:
    (user,) = kept(users, 1)
    page: Any = object()
    user.pages[page] = None
    look_ahead(users, LIFETIME + 1)
    users.sweep()
    assert users.keeps(user)

    users.page_ended(user, page)
    look_ahead(users, LIFETIME * 1.5)
    users.sweep()
    assert users.keeps(user)
    look_ahead(users, 2 * LIFETIME + 2)
    users.sweep()
    assert not users.keeps(user)
