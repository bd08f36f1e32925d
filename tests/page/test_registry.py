"""Tests of the registry: caps on unclaimed pages, expiry, and the clock."""

from __future__ import annotations

import pytest

from pycommunicate.page import Page, Registry
from pycommunicate.protocol.ops import GET
from pycommunicate.settings import Settings
from tests.support.house import StartRig
from tests.support.rig import FastClock, Rig


def waiting(rigs: list[Rig]) -> list[bool]:
    return [rig.registry.get(rig.page.id) is rig.page for rig in rigs]


def make(start_rig: StartRig, settings: Settings, people: list[tuple[str, str]]) -> list[Rig]:
    """Make an unclaimed page for each user and address."""
    registry = Registry(settings, 10, FastClock())
    return [
        start_rig(settings, registry=registry, attached=False, user=user, address=address) for user, address in people
    ]


def test_a_new_page_is_not_known_before_it_is_expected() -> None:
    registry = Registry(Settings(), 10, FastClock())
    page = registry.new_page(lambda call, *args: call(*args))

    assert registry.get(page.id) is None
    registry.expect(page, "user", "address")

    assert registry.get(page.id) is page
    assert registry.owner(page) == "user"
    assert list(registry) == [page]


def test_page_ids_and_nodes_cannot_be_guessed_from_each_other() -> None:
    registry = Registry(Settings(), 10, FastClock())
    ids = {registry.new_page(lambda call, *args: None).id for _ in range(100)}

    assert len(ids) == 100
    assert min(len(one) for one in ids) >= 22  # 128 bits
    assert Registry(Settings(), 10, FastClock()).node != registry.node


@pytest.mark.parametrize(
    ("settings", "people"),
    [
        (Settings(max_unclaimed_pages=2), [("a", "1"), ("b", "2"), ("c", "3")]),
        (Settings(max_unclaimed_pages_per_user=2), [("a", "1"), ("a", "2"), ("a", "3")]),
        (Settings(max_unclaimed_pages_per_address=2), [("a", "1"), ("b", "1"), ("c", "1")]),
        (Settings(max_pages=2), [("a", "1"), ("b", "2"), ("c", "3")]),
    ],
    ids=["in all", "of one user", "of one address", "pages in all"],
)
def test_unclaimed_pages_are_capped_and_the_oldest_goes(
    start_rig: StartRig, settings: Settings, people: list[tuple[str, str]]
) -> None:
    rigs = make(start_rig, settings, people)

    assert waiting(rigs) == [False, True, True]
    assert rigs[0].page.gone
    assert len(rigs[0].registry) == 2


@pytest.mark.parametrize(
    ("settings", "people"),
    [
        (Settings(max_unclaimed_pages_per_user=1), [("a", "1"), ("b", "1"), ("a", "2")]),
        (Settings(max_unclaimed_pages_per_address=1), [("a", "1"), ("b", "2"), ("c", "1")]),
    ],
    ids=["user", "address"],
)
def test_who_makes_too_many_pages_loses_only_their_own(
    start_rig: StartRig, settings: Settings, people: list[tuple[str, str]]
) -> None:
    assert waiting(make(start_rig, settings, people)) == [False, True, True]


def test_peers_without_an_address_are_not_taken_for_one(start_rig: StartRig) -> None:
    settings = Settings(max_unclaimed_pages_per_address=1)
    assert waiting(make(start_rig, settings, [("a", ""), ("b", ""), ("c", "")])) == [True, True, True]


def test_claimed_pages_do_not_count_and_are_not_dropped(start_rig: StartRig) -> None:
    settings = Settings(max_unclaimed_pages=1, max_unclaimed_pages_per_user=1, max_unclaimed_pages_per_address=1)
    registry = Registry(settings, 10, FastClock())
    rigs = [start_rig(settings, registry=registry) for _ in range(3)]

    rigs[0].tick(settings.unclaimed_lifetime * 10)

    assert waiting(rigs) == [True, True, True]


def test_a_page_that_nobody_claims_expires(start_rig: StartRig) -> None:
    rig = start_rig(attached=False)

    rig.tick(rig.settings.unclaimed_lifetime - 1)
    assert not rig.page.gone

    rig.tick(rig.settings.unclaimed_lifetime + 1)
    assert rig.ended == ["no browser came for it"]
    assert len(rig.registry) == 0
    assert rig.registry.owner(rig.page) == ""


def test_the_clock_looks_only_after_pages_that_want_it(start_rig: StartRig) -> None:
    rig = start_rig()
    rig.listen()
    rig.tick()
    assert rig.acks == []

    rig.event(1)
    rig.tick()  # the batch of the handler, if any, would have carried it
    rig.take()
    assert rig.acks == [1]

    rig.tick()
    rig.take()
    assert rig.acks == [1]


def test_the_clock_looks_after_a_page_as_long_as_it_reads(start_rig: StartRig) -> None:
    rig = start_rig()
    outcome = rig.start(lambda: rig.page.ask(GET, 1, "value", label="a value"))
    rig.take()
    for _ in range(3):
        rig.tick()
    assert not outcome.done

    rig.tick(rig.settings.read_timeout + 1)

    assert outcome.done


def test_the_clock_leaves_a_page_alone_once_nothing_waits(start_rig: StartRig, monkeypatch: pytest.MonkeyPatch) -> None:
    rig = start_rig()
    rig.listen()
    rig.event(1)
    rig.tick()
    ticked: list[Page] = []
    monkeypatch.setattr(Page, "tick", lambda page, now: ticked.append(page))

    rig.tick()

    assert ticked == []


def test_a_page_that_ended_while_it_was_looked_after_is_left_alone(start_rig: StartRig) -> None:
    rig = start_rig()
    rig.start(lambda: rig.page.ask(GET, 1, "value", label="a value"))
    rig.take()
    rig.page.end("a test", "", "")

    rig.tick(1000)

    assert rig.ended == ["a test"]


# --- claimed pages, and sockets that wait -----------------------------------------------------------------------------


def test_a_user_may_have_so_many_attached_pages_and_no_more(start_rig: StartRig) -> None:
    settings = Settings(max_pages_per_user=2)
    registry = Registry(settings, 10, FastClock())
    rigs = [start_rig(settings, registry=registry, user="a") for _ in range(2)]

    assert not registry.has_room("a")
    assert registry.has_room("b")
    rigs[0].page.end("a test", "", "")
    assert registry.has_room("a")


def test_the_oldest_of_too_many_waiting_sockets_is_given_up() -> None:
    class Socket:
        given_up = 0

        def give_up(self) -> None:
            self.given_up += 1
            registry.waits_no_more(self)

    registry = Registry(Settings(max_waiting_sockets=2), 10, FastClock())
    sockets = [Socket() for _ in range(4)]
    for socket in sockets[:3]:
        registry.wait(socket)
    registry.waits_no_more(sockets[1])
    registry.wait(sockets[3])

    assert [socket.given_up for socket in sockets] == [1, 0, 0, 0]


def test_nothing_is_kept_of_pages_that_have_gone(start_rig: StartRig) -> None:
    registry = Registry(Settings(), 10, FastClock())
    for attached in (True, False):
        rig = start_rig(registry=registry, attached=attached)
        rig.page.end("a test", "", "")

    assert registry._claimed_of_user == {}
    for groups in (registry._unclaimed_of_user, registry._unclaimed_of_address):
        assert groups._groups == {}
