"""Tests of the door: which hello is let in, and what the others are told."""

from __future__ import annotations

from typing import Any

import gevent
import pytest

from pycommunicate.page import Door
from pycommunicate.page.link import Receiver
from pycommunicate.protocol import ClientChannel, State
from pycommunicate.protocol.codec import pack
from pycommunicate.protocol.messages import HELLO, MAX_NONCE, Hello, Refuse, Welcome, decode, encode
from pycommunicate.settings import Settings
from tests.support.house import StartRig
from tests.support.rig import HeldCarrier, Rig, settle, until


class Knock:
    """One socket that comes to the door of a rig's page."""

    def __init__(self, rig: Rig, *, page_id: str | None = None, user: str = "user", timeout: float = 10.0) -> None:
        self.page = rig.page
        self.channel = ClientChannel(rig.settings.limits)
        self.carrier = HeldCarrier()
        self.carrier.receiver = self.door = Door(
            self.carrier,
            rig.registry,
            rig.page.id if page_id is None else page_id,
            user,
            lambda ticket, page_id, user_id: ticket == "ticket" and page_id == rig.page.id and user_id == "user",
            timeout,
        )
        self.door.wait()

    def hello(self, ticket: str = "ticket", nonce: str = "nonce") -> Any:
        return self.send(self.channel.hello(ticket, nonce))

    def send(self, frame: bytes) -> Any:
        """Let a frame come; return the answer, if any."""
        receiver: Receiver | None = self.carrier.receiver
        assert receiver is not None
        receiver.receive(frame)
        return self.answer

    @property
    def answer(self) -> Any:
        settle()
        return decode(self.carrier.frames[0]) if self.carrier.frames else None


@pytest.fixture
def unclaimed(start_rig: StartRig) -> Rig:
    return start_rig(attached=False)


def raw_hello(**fields: Any) -> bytes:
    return pack(
        [HELLO, {"version": 1, "ticket": "ticket", "nonce": "nonce", "received": 0, "capabilities": [], **fields}]
    )


def test_the_right_hello_is_let_in(unclaimed: Rig) -> None:
    attached: list[bool] = []
    unclaimed.page.on_attach = lambda: attached.append(unclaimed.page.attached)
    knock = Knock(unclaimed)

    assert isinstance(knock.hello(), Welcome)

    assert attached == [True]
    assert unclaimed.page.nonce == "nonce"
    assert knock.carrier.receiver is unclaimed.page
    assert knock.carrier.closed is None


def test_a_page_that_was_let_in_does_not_expire(unclaimed: Rig) -> None:
    Knock(unclaimed).hello()

    unclaimed.tick(unclaimed.settings.unclaimed_lifetime + 1)

    assert unclaimed.page.attached


def test_a_page_is_its_owners_whatever_the_ticket_says(unclaimed: Rig) -> None:
    carrier = HeldCarrier()
    door = Door(carrier, unclaimed.registry, unclaimed.page.id, "somebody", lambda *whatever: True, 10.0)

    door.receive(raw_hello())

    refusal = decode(carrier.frames[0])
    assert isinstance(refusal, Refuse)
    assert refusal.code == "forbidden"


def test_the_welcome_tells_the_limits(unclaimed: Rig) -> None:
    welcome = Knock(unclaimed).hello()

    assert welcome.limits == unclaimed.settings.limits.to_map()
    assert welcome.received == 0


@pytest.mark.parametrize(
    ("options", "hello", "code", "action"),
    [
        ({}, {"ticket": "forged"}, "forbidden", "stop"),
        ({"user": "somebody"}, {}, "forbidden", "stop"),
        ({"user": ""}, {}, "forbidden", "stop"),
        ({"page_id": "unknown"}, {}, "gone", "reload"),
        ({}, {"nonce": ""}, "claimed", "reload"),
    ],
    ids=["ticket", "another user", "no cookie", "unknown page", "no nonce"],
)
def test_a_hello_that_is_not_let_in_is_told_why_and_what_to_do(
    unclaimed: Rig, options: dict[str, str], hello: dict[str, str], code: str, action: str
) -> None:
    knock = Knock(unclaimed, **options)  # type: ignore[arg-type]

    refusal = knock.hello(**hello)

    assert isinstance(refusal, Refuse)
    assert (refusal.code, refusal.action) == (code, action)
    assert knock.carrier.closed == (1000, code)
    assert not unclaimed.page.nonce


def test_another_version_is_told_to_reload_even_for_a_page_that_is_gone(unclaimed: Rig) -> None:
    for page_id in (unclaimed.page.id, "unknown"):
        refusal = Knock(unclaimed, page_id=page_id).send(raw_hello(version=2))
        assert (refusal.code, refusal.action) == ("version", "reload")


@pytest.mark.parametrize(
    "frame",
    [
        b"",
        b"\xc1",
        b"not msgpack at all",
        pack([9, 0, "left", "stop", ""]),
        pack([4, 1, 0, 1]),
        pack([HELLO]),
        raw_hello(nonce="x" * (MAX_NONCE + 1)),
        raw_hello(received=-1),
        raw_hello(received=5),
    ],
    ids=["empty", "never", "text", "bye", "event", "no fields", "long nonce", "negative", "never received"],
)
def test_a_malformed_first_frame_is_refused_and_the_page_still_waits_or_expires(unclaimed: Rig, frame: bytes) -> None:
    knock = Knock(unclaimed)

    refusal = knock.send(frame)

    assert (refusal.code, refusal.action) == ("malformed", "stop")
    assert knock.carrier.closed is not None
    assert not unclaimed.page.attached
    # Whatever came: the page does not live on unclaimed for ever.
    unclaimed.tick(unclaimed.settings.unclaimed_lifetime + 1)
    assert len(unclaimed.registry) == 0


def test_after_a_refusal_nothing_is_listened_to_any_more(unclaimed: Rig) -> None:
    knock = Knock(unclaimed)
    knock.send(b"nonsense")

    knock.hello()

    assert len(knock.carrier.frames) == 1
    assert not unclaimed.page.nonce


def test_the_first_document_that_attaches_binds_the_page_and_another_is_refused(unclaimed: Rig) -> None:
    first = Knock(unclaimed)
    first.hello()

    refusal = Knock(unclaimed).hello(nonce="of a duplicated tab")

    assert (refusal.code, refusal.action) == ("claimed", "reload")
    assert unclaimed.page.attached
    assert first.carrier.closed is None


def test_a_stolen_ticket_is_of_no_use_to_another_user_of_a_claimed_page(unclaimed: Rig) -> None:
    Knock(unclaimed).hello()

    refusal = Knock(unclaimed, user="thief").hello()

    assert refusal.code == "forbidden"
    assert unclaimed.page.attached


def test_a_page_that_has_ended_is_refused_with_reload(unclaimed: Rig) -> None:
    knock = Knock(unclaimed)
    unclaimed.page.end("a test", "", "")

    refusal = knock.hello()

    assert (refusal.code, refusal.action) == ("gone", "reload")


def test_a_hello_that_does_not_come_in_time_is_not_waited_for(unclaimed: Rig) -> None:
    knock = Knock(unclaimed, timeout=0.01)

    until(lambda: knock.carrier.closed)

    # Without a word: an honest browser, whose network held it up, comes again.
    assert knock.carrier.closed == (1013, "no hello came in time")
    assert knock.carrier.frames == []
    knock.door.receive(encode(Hello("ticket", "nonce", 0)))
    assert not unclaimed.page.nonce


@pytest.mark.parametrize("come", ["hello", "nonsense", "lost"])
def test_no_timer_is_left_once_the_door_is_shut(unclaimed: Rig, come: str) -> None:
    knock = Knock(unclaimed, timeout=0.01)
    if come == "hello":
        knock.hello()
    elif come == "lost":
        knock.door.lost(knock.carrier)
    else:
        knock.send(b"nonsense")
    frames = list(knock.carrier.frames)

    gevent.sleep(0.02)

    assert knock.carrier.frames == frames
    assert (knock.carrier.closed is None) == (come != "nonsense")


def test_a_refused_channel_is_closed_at_the_browsers_end(unclaimed: Rig) -> None:
    knock = Knock(unclaimed, user="")
    knock.hello()

    knock.channel.receive(knock.carrier.frames[0])

    assert knock.channel.state is State.CLOSED


def test_one_page_more_than_a_user_may_have_is_refused_and_the_others_live_on(start_rig: StartRig) -> None:
    settings = Settings(max_pages_per_user=1)
    first = start_rig(settings)
    second = start_rig(settings, registry=first.registry, attached=False)

    refusal = Knock(second).hello()

    assert (refusal.code, refusal.action) == ("limits", "stop")
    assert first.page.attached
    first.page.end("a test", "", "")
    assert isinstance(Knock(second).hello(), Welcome)


def test_a_socket_that_is_given_up_is_closed_without_a_word_and_may_come_again(start_rig: StartRig) -> None:
    rig = start_rig(Settings(max_waiting_sockets=2), attached=False)
    silent = [Knock(rig) for _ in range(3)]

    assert [knock.carrier.closed for knock in silent] == [(1013, "too many sockets wait"), None, None]
    assert silent[0].hello() is None
    assert isinstance(silent[2].hello(), Welcome)


def test_sockets_that_have_spoken_or_gone_do_not_wait(start_rig: StartRig) -> None:
    rig = start_rig(Settings(max_waiting_sockets=1), attached=False)
    Knock(rig).send(b"nonsense")
    gone = Knock(rig)
    gone.door.lost(gone.carrier)
    Knock(rig)

    assert gone.carrier.closed is None
