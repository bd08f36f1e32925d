"""Two channels that talk to each other: numbers, acknowledgements, the window, loss."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pycommunicate.errors import LocalProtocolError, RemoteProtocolError
from pycommunicate.protocol import ClientChannel, Limits, State, channel
from pycommunicate.protocol.codec import pack, unpack
from pycommunicate.protocol.messages import BATCH, EVENT, Ack, Batch, Bye, Event, Failure, Hello, Reply, Welcome, encode
from pycommunicate.protocol.ops import CREATE, SET
from tests.support.pair import ConnectionPair

OP = (SET, 1, "value", "x")
ERROR = ["stale-ref", "gone"]


@pytest.fixture
def pair() -> ConnectionPair:
    return ConnectionPair().greet()


def states(pair: ConnectionPair) -> set[State]:
    return {pair.server.state, pair.client.state}


def take_batch(pair: ConnectionPair, frame: bytes) -> Batch:
    message = pair.client.receive(frame)
    assert isinstance(message, Batch)
    return message


# --- handshake ------------------------------------------------------------------------------------------------------


def test_hello_and_welcome_open_both_sides() -> None:
    pair = ConnectionPair(Limits(frame=500))
    hello = pair.server.receive(pair.client.hello("ticket", "nonce", ["later"]))
    assert hello == Hello("ticket", "nonce", 0, ["later"])
    assert states(pair) == {State.GREETED}
    welcome = pair.client.receive(pair.server.welcome())
    assert isinstance(welcome, Welcome)
    assert states(pair) == {State.OPEN}
    assert pair.client.limits == Limits(frame=500)


def test_nothing_is_sent_before_the_welcome() -> None:
    pair = ConnectionPair()
    pair.server.write(OP)
    assert pair.server.batch_to_send() is None
    pair.server.receive(pair.client.hello("ticket", "nonce"))
    assert pair.server.batch_to_send() is None
    assert not pair.client.open
    pair.client.receive(pair.server.welcome())
    assert pair.server.batch_to_send() is not None


def test_a_wrong_limit_in_the_welcome_is_a_violation() -> None:
    client = ClientChannel(Limits())
    client.hello("ticket", "nonce")
    with pytest.raises(RemoteProtocolError, match="expected limit frame"):
        client.receive(encode(Welcome(0, {"frame": 0})))


@pytest.mark.parametrize("say", [lambda side: side.ack(), lambda side: side.bye("ended", "stop", "")])
def test_a_closed_channel_takes_and_says_nothing(pair: ConnectionPair, say: Callable[..., bytes]) -> None:
    last = pair.server.bye("ended", "reload", "over")
    assert pair.client.receive(last) == Bye(0, "ended", "reload", "over")
    assert states(pair) == {State.CLOSED}
    for side in (pair.server, pair.client):
        with pytest.raises(LocalProtocolError, match="expected nothing in state closed"):
            say(side)
        with pytest.raises(RemoteProtocolError):
            side.receive(encode(Ack(0)))


# --- numbers --------------------------------------------------------------------------------------------------------


def test_each_side_numbers_its_own_frames_from_one(pair: ConnectionPair) -> None:
    assert [take_batch(pair, pair.batch_frame(OP)).number for _ in range(3)] == [1, 2, 3]
    frames = [pair.client.event(1), pair.client.reply(1), pair.client.gone([1], []), pair.client.failure(1, 0, ERROR)]
    assert [getattr(pair.server.receive(frame), "number", None) for frame in frames] == [1, 2, 3, 4]


def test_numbers_are_given_when_a_frame_is_sent(pair: ConnectionPair) -> None:
    for _ in range(5):
        pair.server.write(OP)
    assert pair.server.sent == 0
    frame = pair.server.batch_to_send()
    assert frame is not None
    assert take_batch(pair, frame) == Batch(1, 0, [list(OP)] * 5)
    assert pair.server.batch_to_send() is None


def test_a_duplicate_is_dropped_and_counted(pair: ConnectionPair) -> None:
    frame = pair.client.event(7)
    assert pair.server.receive(frame) == Event(1, 0, 7)
    assert pair.server.receive(frame) is None
    assert (pair.server.duplicates, pair.server.received) == (1, 1)
    batch = pair.batch_frame(OP)
    assert pair.client.receive(batch) is not None
    assert pair.client.receive(batch) is None
    assert pair.client.duplicates == 1


def test_a_gap_is_a_violation(pair: ConnectionPair) -> None:
    pair.client.event(1)
    with pytest.raises(RemoteProtocolError, match="expected frame 1, got 2"):
        pair.server.receive(pair.client.event(1))
    pair.batch_frame(OP)
    with pytest.raises(RemoteProtocolError, match="expected frame 1, got 2"):
        pair.client.receive(pair.batch_frame(OP))


def test_a_message_in_the_wrong_direction_is_a_violation(pair: ConnectionPair) -> None:
    with pytest.raises(RemoteProtocolError, match="got our own Batch"):
        pair.server.receive(pack((BATCH, 1, 0, [])))
    with pytest.raises(RemoteProtocolError, match="got our own Event"):
        pair.client.receive(pack((EVENT, 1, 0, 1)))
    assert (pair.server.received, pair.client.received) == (0, 0)


# --- acknowledgements -----------------------------------------------------------------------------------------------


def test_a_client_acknowledges_what_it_has_applied_not_what_it_has_received(pair: ConnectionPair) -> None:
    pair.batch(OP)
    pair.batch(OP)
    pair.server.receive(pair.client.event(1))
    assert (pair.server.acknowledged, pair.client.ack_due) == (0, 0)
    pair.client.applied(1)
    assert pair.client.ack_due == 1
    pair.server.receive(pair.client.event(1))
    assert (pair.server.acknowledged, pair.client.ack_due) == (1, 0)
    pair.client.applied(2)
    pair.server.receive(pair.client.ack())
    assert pair.server.acknowledged == 2
    assert pair.server.resend() == []


def test_only_what_was_received_can_be_applied_and_only_once(pair: ConnectionPair) -> None:
    pair.batch(OP)
    pair.client.applied(1)
    for number in (0, 2):
        with pytest.raises(LocalProtocolError, match=f"expected a number from 1 to 1, got {number}"):
            pair.client.applied(number)


def test_a_server_has_applied_what_it_takes_in(pair: ConnectionPair) -> None:
    pair.server.receive(pair.client.event(1))
    assert pair.server.ack_due == 1
    assert pair.client.receive(pair.server.ack()) == Ack(1)
    assert (pair.server.ack_due, pair.client.acknowledged, pair.client.resend()) == (0, 1, [])


def test_a_batch_carries_the_acknowledgement(pair: ConnectionPair) -> None:
    pair.server.receive(pair.client.event(1))
    pair.batch(OP)
    assert (pair.server.ack_due, pair.client.acknowledged) == (0, 1)


def test_a_lower_acknowledgement_is_no_fault(pair: ConnectionPair) -> None:
    frames = [pair.client.event(1), pair.client.event(1)]
    for frame in frames:
        pair.server.receive(frame)
    pair.client.receive(pair.server.ack())
    pair.client.receive(encode(Ack(1)))
    assert pair.client.acknowledged == 2


@pytest.mark.parametrize("message", [Ack(2), Bye(2, "ended", "stop", "")])
def test_an_acknowledgement_of_what_was_not_sent_is_a_violation(pair: ConnectionPair, message: Ack | Bye) -> None:
    pair.server.receive(pair.client.event(1))
    pair.batch(OP)
    for side in (pair.server, pair.client):
        with pytest.raises(RemoteProtocolError, match="expected an acknowledgement of at most 1, got 2"):
            side.receive(encode(message))


# --- window ---------------------------------------------------------------------------------------------------------


def test_the_window_closes_after_so_many_batches_and_opens_with_an_acknowledgement() -> None:
    pair = ConnectionPair(Limits(window_frames=2)).greet()
    assert pair.batch(OP)
    assert pair.batch(OP)
    pair.server.write((SET, 1, "value", "dropped"))
    assert pair.server.batch_to_send() is None
    pair.client.applied(1)
    pair.server.receive(pair.client.ack())
    assert pair.batch(OP) == Batch(3, 0, [[SET, 1, "value", "dropped"], list(OP)])


def test_the_window_closes_after_so_many_bytes() -> None:
    pair = ConnectionPair(Limits(window_bytes=1000)).greet()
    assert pair.batch((SET, 1, "value", "x" * 1000))
    pair.server.write(OP)
    assert pair.server.batch_to_send() is None
    pair.client.applied(1)
    pair.server.receive(pair.client.ack())
    assert pair.server.batch_to_send() is not None


def test_writes_replace_each_other_only_behind_a_closed_window() -> None:
    pair = ConnectionPair(Limits(window_frames=1)).greet()
    assert pair.batch(OP, OP) == Batch(1, 0, [list(OP), list(OP)])
    pair.server.write((CREATE, 1, 0, 0, "p"))
    assert pair.server.batch_to_send() is None
    pair.server.write(OP)
    pair.server.write(OP)
    pair.client.applied(1)
    pair.server.receive(pair.client.ack())
    assert pair.batch() == Batch(2, 0, [[CREATE, 1, 0, 0, "p"], list(OP)])
    assert pair.server.backlog.cost == 0


def test_write_tells_what_the_backlog_weighs(pair: ConnectionPair) -> None:
    before = pair.server.write(OP)
    assert pair.server.write((SET, 1, "value", "x" * 1000)) >= before + 1000


# --- failures and sizes ---------------------------------------------------------------------------------------------


def test_a_failure_finds_its_op_while_its_batch_is_kept(pair: ConnectionPair) -> None:
    pair.batch((CREATE, 1, 0, 0, "p"), OP)
    assert pair.server.receive(pair.client.failure(1, 0, ERROR)) == Failure(1, 0, 1, 0, ERROR)
    found = [pair.server.failed_op]
    pair.client.receive(pair.server.ack())
    for index in (1, 9):
        pair.server.receive(pair.client.failure(1, index, ERROR))
        found.append(pair.server.failed_op)
    pair.client.applied(1)
    pair.server.receive(pair.client.ack())
    pair.server.receive(pair.client.failure(1, 10, ERROR))
    found.append(pair.server.failed_op)
    assert found == [[CREATE, 1, 0, 0, "p"], list(OP), None, None]


@pytest.mark.parametrize("place", [(2, 0), (1, 9), (0, 0)])
def test_a_failure_that_does_not_lie_behind_the_last_one_is_refused(
    pair: ConnectionPair, place: tuple[int, int]
) -> None:
    for _ in range(2):
        pair.batch(OP, OP)
    pair.server.receive(pair.client.failure(2, 0, ERROR))
    with pytest.raises(RemoteProtocolError, match=r"a failure behind op \(2, 0\), got one of op \("):
        pair.server.receive(pair.client.failure(*place, ERROR))


def test_a_batch_is_unpacked_once_however_many_of_its_ops_fail(
    pair: ConnectionPair, monkeypatch: pytest.MonkeyPatch
) -> None:
    pair.batch(*[OP] * 100)
    unpacked: list[bytes] = []
    monkeypatch.setattr(channel, "unpack", lambda data: (unpacked.append(data), unpack(data))[1])
    frames = [pair.client.failure(1, index, ERROR) for index in range(100)]
    for frame in [*frames, *frames]:  # a copy is not even looked at
        pair.server.receive(frame)
    assert len(unpacked) == 1
    assert pair.server.duplicates == 100


def test_a_frame_that_is_too_large_is_not_sent_and_leaves_no_gap() -> None:
    pair = ConnectionPair(Limits(frame=100)).greet()
    pair.batch(OP)
    pair.client.applied(1)
    with pytest.raises(LocalProtocolError, match="expected a frame of at most 100 bytes, got "):
        pair.client.reply(1, "x" * 100)
    assert (pair.client.sent, pair.client.ack_due, pair.client.resend()) == (0, 1, [])
    answer = pair.server.receive(pair.client.reply(1, None, ["too-large", ""]))
    assert answer == Reply(1, 1, 1, None, ["too-large", ""])


def test_a_frame_of_too_many_arrays_and_maps_is_not_sent_and_is_a_violation_where_it_comes() -> None:
    most = ConnectionPair(Limits(containers=50)).greet()
    allowed: list[object] = [[] for _ in range(25)] + [{} for _ in range(24)]
    for pair in (most, ConnectionPair(Limits(containers=50)).greet()):
        pair.batch(OP)
        assert pair.server.receive(pair.client.reply(1, [*allowed, "x" * 100])) is not None
    with pytest.raises(LocalProtocolError, match="expected at most 50 arrays and maps in one frame, got more"):
        most.client.reply(1, [*allowed, []])
    with pytest.raises(RemoteProtocolError, match="expected at most 50 arrays and maps in one frame, got more"):
        most.server.receive(encode(Reply(2, 0, 1, [*allowed, {}])))


def test_a_batch_may_have_as_many_ops_as_the_server_likes() -> None:
    pair = ConnectionPair(Limits(containers=50)).greet()
    message = pair.batch(*[OP] * 1000)
    assert isinstance(message, Batch)
    assert len(message.ops) == 1000


# --- loss and resume ------------------------------------------------------------------------------------------------


def test_what_was_not_acknowledged_is_sent_again_once(pair: ConnectionPair) -> None:
    pair.batch(OP)
    pair.client.applied(1)
    pair.batch_frame(OP)
    pair.client.event(7)
    pair.lose()
    assert states(pair) == {State.DETACHED}
    assert len(pair.server.resend()) == 2
    pair.greet()
    assert (pair.client.received, pair.server.received) == (2, 1)
    assert (pair.client.duplicates, pair.server.duplicates) == (0, 0)
    assert pair.server.acknowledged == 1


def test_a_frame_that_had_arrived_is_a_duplicate_when_it_comes_again(pair: ConnectionPair) -> None:
    pair.batch(OP)
    pair.server.receive(pair.client.event(7))
    pair.lose()
    pair.greet()
    assert pair.client.duplicates == 1
    assert pair.client.resend() == []
    assert pair.server.resend() != []


def test_hello_and_welcome_acknowledge(pair: ConnectionPair) -> None:
    pair.batch(OP)
    pair.client.applied(1)
    pair.server.receive(pair.client.event(7))
    pair.server.lose()
    pair.client.lose()
    pair.server.receive(pair.client.hello("ticket", "nonce"))
    assert (pair.server.acknowledged, pair.client.ack_due) == (1, 0)
    pair.client.receive(pair.server.welcome())
    assert (pair.client.acknowledged, pair.server.ack_due) == (1, 0)


def test_ops_wait_while_no_socket_is_attached(pair: ConnectionPair) -> None:
    pair.lose()
    pair.server.write(OP)
    assert pair.server.batch_to_send() is None
    pair.greet()
    other = (SET, 1, "title", "y")
    assert pair.batch(other) == Batch(1, 0, [list(OP), list(other)])


def test_a_hello_that_acknowledges_what_was_not_sent_is_a_violation() -> None:
    pair = ConnectionPair()
    with pytest.raises(RemoteProtocolError, match="expected what was received to be from 0 to 0, got 1"):
        pair.server.receive(encode(Hello("ticket", "nonce", 1)))


@given(st.data())
def test_everything_arrives_once_and_in_order_whatever_is_lost(data: st.DataObject) -> None:
    pair = ConnectionPair(Limits(window_frames=3)).greet()
    down: list[bytes] = []
    up: list[bytes] = []
    written = taken = happened = heard = 0

    def take_down() -> None:
        nonlocal taken
        message = pair.client.receive(down.pop(0))
        if isinstance(message, Batch):
            for op in message.ops:
                assert op == [CREATE, taken + 1, 0, 0, "p"]
                taken += 1
            pair.client.applied(message.number)

    def take_up() -> None:
        nonlocal heard
        message = pair.server.receive(up.pop(0))
        if isinstance(message, Event):
            heard += 1
            assert message.listener == heard

    def reconnect() -> None:
        pair.lose()
        down.clear()
        up.clear()
        pair.server.receive(pair.client.hello("ticket", "nonce"))
        pair.client.receive(pair.server.welcome())
        down.extend(pair.server.resend())
        up.extend(pair.client.resend())

    for action in data.draw(st.lists(st.sampled_from("wwwfffeeddduuualx"), max_size=60)):
        if action == "w":
            written += 1
            pair.server.write((CREATE, written, 0, 0, "p"))
        elif action == "f":
            frame = pair.server.batch_to_send()
            down.extend([frame] if frame else [])
        elif action == "e":
            happened += 1
            up.append(pair.client.event(happened))
        elif action == "a":
            up.append(pair.client.ack())
            down.append(pair.server.ack())
        elif action == "x":
            reconnect()
        elif action == "d" and down:
            take_down()
        elif action == "u" and up:
            take_up()
    reconnect()
    while written > taken or happened > heard:
        frame = pair.server.batch_to_send()
        down.extend([frame] if frame else [])
        while down:
            take_down()
        up.append(pair.client.ack())
        while up:
            take_up()
    assert (taken, heard) == (written, happened)


def test_a_client_that_only_ever_says_hello_has_no_more_kept_for_it_than_one_window() -> None:
    pair = ConnectionPair(Limits(window_frames=2)).greet()
    for number in range(1, 10):
        pair.batch(OP)
        pair.client.applied(number)
        pair.lose()
        pair.greet()
    assert len(pair.server._told) == 2
