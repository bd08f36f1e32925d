"""The network in process: each fault is seen to happen, and the same seed makes the same things happen."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pycommunicate.page import Ending
from pycommunicate.protocol import ClientChannel, Limits
from pycommunicate.testing.clock import VirtualClock
from pycommunicate.testing.links import End
from pycommunicate.testing.network import Network, is_numbered


class Listener:
    """Receives at one end of a link.

    Attributes:
        got: All frames, in order.
        end: Its end of the link.
        losses: How often it was told of the loss.
    """

    def __init__(self, answers: bool = False) -> None:
        self.got: list[bytes] = []
        self.losses = 0
        self.end: End | None = None
        self._answers = answers

    def receive(self, data: bytes) -> None:
        self.got.append(data)
        if self._answers:
            assert self.end is not None
            self.end.try_send(b"re:" + data)

    def lost(self, carrier: object) -> None:
        assert carrier is self.end
        self.losses += 1


class Pair:
    """A network whose server answers everything, or nothing.

    Attributes:
        servers: One for each link.
        clients: The same.
    """

    def __init__(self, *, seed: int = 0, answers: bool = False, resent: Callable[[bytes], bool] = bool) -> None:
        self.network = Network(seed=seed, serve=self._serve, is_resent=resent)
        self.servers: list[Listener] = []
        self.clients: list[Listener] = []
        self._answers = answers

    def _serve(self, end: End) -> None:
        self.servers.append(Listener(self._answers))
        self.servers[-1].end = end
        end.receiver = self.servers[-1]

    def connect(self) -> End:
        self.clients.append(Listener())
        end = self.clients[-1].end = self.network.connect(self.clients[-1])
        return end

    @property
    def client(self) -> Listener:
        return self.clients[-1]

    @property
    def server(self) -> Listener:
        return self.servers[-1]

    def send(self, *frames: bytes, up: bool = True) -> None:
        end = (self.client if up else self.server).end
        assert end is not None
        for frame in frames:
            end.try_send(frame)


@pytest.fixture
def pair() -> Pair:
    made = Pair()
    made.connect()
    return made


@pytest.fixture
def network(pair: Pair) -> Network:
    return pair.network


ABC = (b"a", b"b", b"c")


def test_frames_arrive_in_order_once_time_passes(pair: Pair, network: Network) -> None:
    pair.send(*ABC)
    assert (pair.server.got, network.in_flight) == ([], 3)
    network.run_until_idle()
    assert (pair.server.got, network.in_flight) == ([*ABC], 0)
    pair.send(b"d", up=False)
    network.advance(0)
    assert pair.client.got == [b"d"]
    assert network.clock.now() == 0


def test_answers_arrive_too() -> None:
    pair = Pair(answers=True)
    pair.connect()
    pair.send(*ABC)
    pair.network.run_until_idle()
    assert pair.client.got == [b"re:a", b"re:b", b"re:c"]


def test_a_step_lets_one_frame_arrive(pair: Pair, network: Network) -> None:
    pair.send(*ABC)
    assert network.step()
    assert pair.server.got == [b"a"]
    assert [network.step() for _ in range(3)] == [True, True, False]


def test_frames_of_both_directions_are_mixed_by_the_seed() -> None:
    def run(seed: int) -> list[int]:
        pair = Pair(seed=seed)
        pair.connect()
        pair.send(*ABC * 5)
        pair.send(*ABC * 5, up=False)
        progress = []
        while pair.network.step():
            progress.append(len(pair.server.got))
        return progress

    assert run(1) == run(1)
    assert len({tuple(run(seed)) for seed in range(10)}) == 10


# --- an end in good order -------------------------------------------------------------------------------------------


def test_a_close_arrives_behind_all_frames_and_both_are_told(pair: Pair, network: Network) -> None:
    client = network.links[0].client
    pair.send(*ABC)
    client.close(1001, "away")
    pair.send(b"too late")
    pair.send(b"on its way", up=False)
    network.run_until_idle()
    server = pair.server.end
    assert server is not None
    assert (pair.server.got, pair.server.losses, server.code, server.reason, server.ending) == (
        [*ABC],
        1,
        1001,
        "away",
        Ending.LEFT,
    )
    assert (pair.client.got, pair.client.losses, client.ending) == ([], 1, Ending.LOST)
    assert (network.links, network.clock.now()) == ([], 0)


def test_a_code_of_its_own_does_not_leave_the_document(pair: Pair, network: Network) -> None:
    network.links[0].client.close(4000)
    network.run_until_idle()
    server = pair.server.end
    assert server is not None
    assert (server.closed, server.ending, server.code) == (True, Ending.LOST, 4000)


def test_a_close_that_nobody_answers_ends_after_a_while(pair: Pair, network: Network) -> None:
    link = network.links[0]
    network.swallow("down")
    link.client.close()
    network.advance(1.9)
    assert (pair.client.losses, pair.server.losses) == (0, 1)
    network.advance(0.1)
    assert (pair.client.losses, network.links) == (1, [])
    assert network.clock.active == 0


def test_too_large_a_frame_closes(pair: Pair, network: Network) -> None:
    link = network.links[0]
    link.server.allow(3)
    pair.send(b"abc", b"abcd")
    network.run_until_idle()
    assert (pair.server.got, pair.server.losses, link.client.code) == ([b"abc"], 1, 1009)


def test_an_end_may_be_accepted_as_an_app_accepts(pair: Pair, network: Network) -> None:
    taken = Listener()
    taken.end = network.links[0].server
    taken.end.accept(taken, "pycommunicate.v1", 1)
    pair.send(b"a", b"bc")
    network.advance(0)
    assert taken.got == [b"a"]


# --- cuts -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("arriving", [0, 1, 2, 3])
def test_a_cut_loses_the_frame_it_falls_into_and_all_behind(pair: Pair, network: Network, arriving: int) -> None:
    link = network.links[0]
    pair.send(*ABC)
    pair.send(*ABC, up=False)
    link.cut(arriving, 3 - arriving)
    pair.send(b"d")
    pair.send(b"d", up=False)
    network.run_until_idle()
    assert (pair.server.got, pair.client.got) == ([*ABC[:arriving]], [*ABC[: 3 - arriving]])
    assert (pair.server.losses, pair.client.losses) == (1, 1)
    assert link.client.closed
    assert (link.server.ending, link.server.code) == (Ending.LOST, 0)
    assert network.links == []


@pytest.mark.parametrize("told", ["client", "server"])
def test_a_cut_may_be_told_to_one_side_only(pair: Pair, network: Network, told: str) -> None:
    network.links[0].cut(told=told)  # type: ignore[arg-type]
    network.advance(100)
    assert (pair.client.losses, pair.server.losses) == ((1, 0) if told == "client" else (0, 1))
    pair.send(b"x", up=told == "server")
    network.advance(100)
    assert pair.client.got == pair.server.got == []
    assert network.cut_all() == 1
    network.run_until_idle()
    assert (pair.client.losses, pair.server.losses, network.links) == (1, 1, [])


def test_cut_at_any_frame(pair: Pair, network: Network) -> None:
    network.links[0].cut_after(2, "up")
    pair.send(*ABC)
    network.run_until_idle()
    assert (pair.server.got, pair.client.losses, pair.server.losses) == ([b"a", b"b"], 1, 1)
    assert "link 1 cut behind frame 2 up: 1 up and 0 down are lost" in network.log[-2]


def test_cut_at_a_frame_needs_no_further_frame_and_inside_of_one_does(pair: Pair, network: Network) -> None:
    link = network.links[0]
    link.cut_after(1, "down", inside=True)
    pair.send(b"a", up=False)
    network.run_until_idle()
    assert pair.client.losses == 0
    pair.send(b"b", up=False)
    network.run_until_idle()
    assert (pair.client.got, pair.client.losses) == ([b"a"], 1)
    pair.connect()
    network.links[0].cut_after(0, "up")
    network.run_until_idle()
    assert pair.client.losses == 1


@pytest.mark.parametrize(("size", "arrived"), [(1, 0), (2, 1), (3, 1), (4, 2)])
def test_cut_at_any_byte(pair: Pair, network: Network, size: int, arrived: int) -> None:
    network.links[0].cut_after_bytes(size)
    pair.send(b"aa", b"bb", b"cc", up=False)
    network.run_until_idle()
    assert (pair.client.got, pair.client.losses) == ([b"aa", b"bb"][:arrived], 1)


def test_what_a_frame_leads_to_is_lost_in_a_cut_behind_it() -> None:
    pair = Pair(answers=True)
    pair.connect()
    pair.network.links[0].cut_after(1, "up")
    pair.send(*ABC)
    pair.network.run_until_idle()
    assert (pair.server.got, pair.client.got) == ([b"a"], [])


def test_cut_anywhere_cuts_everywhere() -> None:
    cut_at = set()
    for seed in range(40):
        pair = Pair(seed=seed)
        pair.connect()
        pair.send(*ABC)
        pair.send(*ABC, up=False)
        pair.network.cut_anywhere()
        pair.network.run_until_idle()
        cut_at.add((len(pair.server.got), len(pair.client.got)))
    assert len(cut_at) > 10
    Network().cut_anywhere()


# --- time -----------------------------------------------------------------------------------------------------------


def test_delay_is_counted_by_the_clock_and_keeps_order(pair: Pair, network: Network) -> None:
    network.delay(2, "up")
    pair.send(b"a")
    network.advance(1)
    network.delay(0)
    pair.send(b"b")
    pair.send(b"x", up=False)
    network.advance(0.9)
    assert (pair.server.got, pair.client.got) == ([], [b"x"])
    network.advance(0.1)
    assert pair.server.got == [b"a", b"b"]


def test_jitter_keeps_order_and_goes_by_the_seed() -> None:
    def run(seed: int) -> list[float]:
        pair = Pair(seed=seed)
        pair.connect()
        pair.network.delay(0.1, jitter=1)
        times = []
        for frame in ABC:
            pair.send(frame)
        while pair.network.in_flight:
            before = len(pair.server.got)
            pair.network.advance(0.01)
            times += [pair.network.clock.now()] * (len(pair.server.got) - before)
        assert pair.server.got == [*ABC]
        return times

    assert run(1) == run(1) != run(2)


def test_running_until_idle_waits_for_what_is_delayed_but_for_no_timer(pair: Pair, network: Network) -> None:
    network.clock.timer(100).start(lambda: pytest.fail("it was waited for"))
    network.delay(3)
    pair.send(b"a")
    network.run_until_idle()
    assert (pair.server.got, network.clock.now()) == ([b"a"], 3.0)


def test_the_loss_arrives_when_the_last_frame_has(pair: Pair, network: Network) -> None:
    network.delay(3)
    pair.send(*ABC)
    network.links[0].cut(up=2)
    network.advance(2.9)
    assert (pair.server.got, pair.server.losses) == ([], 0)
    network.advance(0.1)
    assert (pair.server.got, pair.server.losses) == ([b"a", b"b"], 1)


def test_two_that_answer_each_other_for_ever_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pycommunicate.testing.network._MOST_AT_ONCE", 100)
    network = Network(serve=lambda end: end.accept(server, "", 1000))
    server, client = Listener(answers=True), Listener(answers=True)
    client.end = network.connect(client)
    server.end = network.links[0].server
    client.end.try_send(b"")
    with pytest.raises(RuntimeError, match="expected silence at last, got more than 100 frames at 0 s"):
        network.run_until_idle()


# --- what does not end ----------------------------------------------------------------------------------------------


def test_what_is_held_arrives_in_order_once_released(pair: Pair, network: Network) -> None:
    network.hold("up")
    pair.send(*ABC)
    pair.send(b"x", up=False)
    network.advance(1000)
    assert (pair.server.got, pair.client.got) == ([], [b"x"])
    network.release()
    network.run_until_idle()
    assert pair.server.got == [*ABC]


def test_frames_held_on_an_old_link_arrive_behind_those_of_a_new_one(pair: Pair, network: Network) -> None:
    old = network.links[0]
    old.hold("up")
    pair.send(b"late")
    old.cut(up=1, told="client")
    network.run_until_idle()
    assert pair.client.losses == 1
    pair.connect()
    pair.send(b"new")
    network.run_until_idle()
    assert [server.got for server in pair.servers] == [[], [b"new"]]
    old.release()
    network.run_until_idle()
    assert [server.got for server in pair.servers] == [[b"late"], [b"new"]]
    assert pair.servers[0].losses == 0


def test_a_cut_lets_go_what_is_held(pair: Pair, network: Network) -> None:
    network.hold()
    pair.send(*ABC)
    network.links[0].cut(up=1)
    network.run_until_idle()
    assert (pair.server.got, pair.server.losses) == ([b"a"], 1)


@pytest.mark.parametrize("direction", ["up", "down", "both"])
def test_half_open_tells_nobody_anything(pair: Pair, network: Network, direction: str) -> None:
    pair.send(b"a")
    pair.send(b"a", up=False)
    network.swallow(direction)  # type: ignore[arg-type]
    pair.send(b"b")
    pair.send(b"b", up=False)
    network.release()
    pair.send(b"c")
    pair.send(b"c", up=False)
    network.advance(1000)
    assert (pair.server.got, pair.client.got) == (
        [*ABC] if direction == "down" else [],
        [*ABC] if direction == "up" else [],
    )
    assert pair.server.losses == pair.client.losses == 0
    pair.connect()
    pair.send(b"d")
    network.run_until_idle()
    assert pair.server.got == [b"d"]
    assert network.cut_all() == 2
    network.run_until_idle()
    assert [one.losses for one in (*pair.servers, *pair.clients)] == [1, 1, 1, 1]


def test_a_link_opened_into_a_black_hole_says_nothing(pair: Pair, network: Network) -> None:
    network.swallow()
    pair.connect()
    pair.send(b"a")
    network.advance(1000)
    assert (pair.server.got, pair.client.losses) == ([], 0)


def test_a_link_is_refused_while_the_network_is_away(pair: Pair, network: Network) -> None:
    network.refuse()
    pair.connect()
    pair.send(b"a")
    network.run_until_idle()
    assert (pair.client.losses, len(pair.servers), len(network.links)) == (1, 1, 1)
    network.accept()
    pair.connect()
    pair.send(b"a")
    network.run_until_idle()
    assert (pair.server.got, len(pair.servers)) == ([b"a"], 2)


# --- resends --------------------------------------------------------------------------------------------------------


def test_a_dropped_frame_leaves_a_gap(pair: Pair, network: Network) -> None:
    network.drop("up")
    pair.send(*ABC)
    pair.send(*ABC, up=False)
    network.run_until_idle()
    assert (pair.server.got, pair.client.got) == ([b"b", b"c"], [*ABC])
    assert "link 1 up: a frame of 1 bytes is dropped" in network.log[-1]


def test_a_duplicated_frame_comes_again_on_the_next_link_in_front_of_what_is_resent() -> None:
    pair = Pair(resent=lambda data: data != b"hello")
    for frames in ((b"hello", *ABC), (b"hello", b"d"), (b"hello", b"e")):
        pair.connect()
        pair.send(*frames)
        if b"a" in frames:
            pair.network.duplicate("up", 2)
        pair.network.run_until_idle()
        pair.network.cut_all()
    assert [server.got for server in pair.servers] == [
        [b"hello", b"a", b"b", b"c"],
        [b"hello", b"a", b"b", b"d"],
        [b"hello", b"e"],
    ]


def test_a_duplicated_frame_does_not_come_twice_on_one_link(pair: Pair, network: Network) -> None:
    network.duplicate("down", 3)
    pair.send(b"a", up=False)
    network.run_until_idle()
    pair.send(b"b", up=False)
    network.run_until_idle()
    assert pair.client.got == [b"a", b"b"]
    network.cut_all()
    pair.connect()
    pair.send(b"c", b"d", up=False)
    network.run_until_idle()
    assert pair.client.got == [b"a", b"b", b"c", b"d"]


def test_what_is_never_resent_is_neither_dropped_nor_duplicated() -> None:
    pair = Pair(resent=lambda data: False)
    pair.connect()
    pair.network.drop("up")
    pair.network.duplicate("up")
    pair.send(*ABC)
    pair.network.links[0].cut(up=3)
    pair.network.run_until_idle()
    assert pair.server.got == [*ABC]
    pair.connect()
    pair.send(*ABC)
    pair.network.run_until_idle()
    assert pair.server.got == [*ABC]


def test_numbered_frames_are_those_that_are_sent_again() -> None:
    channel = ClientChannel(Limits())
    hello = channel.hello("ticket", "nonce")
    assert not is_numbered(hello)
    assert not is_numbered(b"")
    assert not is_numbered(b"\xc1")
    assert is_numbered(bytes.fromhex("94040100a0"))


# --- words ----------------------------------------------------------------------------------------------------------


def test_a_word_that_a_fault_does_not_know_is_refused(network: Network) -> None:
    with pytest.raises(ValueError, match="expected client or server or both, got 'nobody'"):
        network.links[0].cut(told="nobody")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="expected up or down, got 'both'"):
        network.links[0].cut_after(1, "both")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="expected up or down or both, got 'left'"):
        network.hold("left")  # type: ignore[arg-type]


def test_a_failure_message_has_the_seed_and_what_happened() -> None:
    network = Network(VirtualClock(now=2.0), seed=7)
    network.connect()
    network.cut_all()
    network.run_until_idle()
    assert str(network).splitlines() == [
        "network of seed 7 at 2 s:",
        "    2.000 link 1 opened",
        "    2.000 link 1 cut: 0 up and 0 down are lost",
        "    2.000 link 1 is over",
    ]


@pytest.mark.parametrize("arriving", [0, 2])
def test_what_was_held_and_goes_through_at_a_cut_is_there_before_the_news(
    pair: Pair, network: Network, arriving: int
) -> None:
    network.hold("up")
    pair.send(*ABC)
    network.advance(1)
    network.delay(5, "up")
    network.links[0].cut(up=arriving, told="server")
    network.advance(0)
    assert pair.server.got == [*ABC][:arriving]
    assert pair.server.losses == 0
    network.run_until_idle()
    assert (pair.server.losses, network.clock.now()) == (1, 6)
