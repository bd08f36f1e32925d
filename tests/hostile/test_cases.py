"""One hostile thing each, over a real socket: that page ends by the spec's word, one line is logged, others work on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import msgpack
import pytest
from gevent import socket

from pycommunicate.protocol.codec import Ref, pack, to_wire
from pycommunicate.protocol.messages import Bye, Message, Refuse, decode, encode
from pycommunicate.protocol.ops import FIND, GET, LISTEN
from tests.hostile.bystander import Bystander
from tests.support.app_server import AppServer
from tests.support.websocket import BINARY, CONTINUATION, TEXT, client_frame
from tests.support.wire import WireClient

Frames = Callable[[WireClient], Sequence[bytes]]


@pytest.fixture
def client(target: AppServer, bystander: Bystander) -> Iterator[WireClient]:
    """A page of the target that is in use; at the end somebody else's must be, too."""
    client = WireClient(target.url, socket).open()
    for ref in (-1, -2):
        assert client.answer(to_wire(Ref(ref)))[0] == FIND
    client.wait(lambda: sum(op[0] == LISTEN for op in client.ops) == 2)
    yield client
    client.close()


class Log:
    """What the target logs from now on."""

    def __init__(self, target: AppServer, bystander: Bystander) -> None:
        self._target = target
        self._bystander = bystander
        self._since = len(target.log)

    def expect(self, *texts: str) -> None:
        """Wait for one line with each text, and see that there are no others."""
        for text in texts:
            self._target.wait_for_log(text, since=self._since)
        self._bystander.click()
        lines = self._target.log[self._since :].splitlines()
        assert len(lines) == len(texts), lines


@pytest.fixture
def log(target: AppServer, bystander: Bystander, client: WireClient) -> Log:
    return Log(target, bystander)


def last_of(client: WireClient) -> Message | None:
    """Return the last message before the server closes."""
    last = None
    while (message := client.receive()) is not None:
        last = message
    return last


def nested(depth: int) -> bytes:
    """Return a reply with so many arrays in each other, built without any recursion."""
    return b"\x95\x05\x03\x00\x01" + b"\x91" * depth + b"\xc0"


VIOLATIONS: dict[str, tuple[Frames, str]] = {
    "nothing": (lambda client: [b""], "got nothing"),
    "truncated": (lambda client: [client.channel.event(1)[:-1]], "expected one msgpack value"),
    "more than one value": (lambda client: [client.channel.event(1) + b"\xc0"], "expected one msgpack value"),
    "a promise of 4 GiB": (lambda client: [b"\x95\x05\x03\x00\x01\xdd\xff\xff\xff\xff"], "expected one msgpack value"),
    "nested 33 levels": (lambda client: [nested(33)], "at most 32 levels"),
    "nested 50,000 levels": (lambda client: [nested(50_000)], "expected one msgpack value"),
    "no array": (lambda client: [pack({"type": 4})], "expected an array"),
    "an unknown type": (lambda client: [pack([10, 3, 0])], "expected an array that begins with a known message type"),
    "a message of the server": (lambda client: [pack([3, 3, 0, [[99]]])], "our own Batch"),
    "a field too few": (lambda client: [pack([4, 3, 0])], "expected 3 fields in event"),
    "text as a number": (lambda client: [pack([4, "3", 0, 1])], "field 1 of event"),
    "a float as a number": (lambda client: [pack([4, 3.0, 0, 1])], "field 1 of event"),
    "a number beyond 2^53": (lambda client: [pack([4, 3, 0, 2**53])], "field 3 of event"),
    "a list that is none": (lambda client: [pack([6, 3, 0, {}, []])], "a list of integers"),
    "an unknown error": (lambda client: [pack([5, 3, 0, 1, None, ["oops", ""]])], "the error of reply"),
    "an unknown extension": (lambda client: [pack([5, 3, 0, 1, msgpack.ExtType(9, b"?")])], "expected an extension"),
    "bytes as a key": (lambda client: [pack([5, 3, 0, 1, {b"k": 1}])], "as the key of a map"),
    "text that is not UTF-8": (lambda client: [b"\x95\x05\x03\x00\x01\xa1\xff"], "expected one msgpack value"),
    "a second hello": (lambda client: [pack([0, HELLO])], "in state open, got hello"),
    "a gap in the numbers": (lambda client: [pack([4, 4, 0, 1])], "expected frame 3, got 4"),
    "a forged listener": (lambda client: [client.channel.event(99)], "one of 2 listeners, got 99"),
    "listener 0": (lambda client: [client.channel.event(0)], "one of 2 listeners, got 0"),
    "a forged reply": (lambda client: [client.channel.reply(99)], "one of 2 asks, got one to ask 99"),
    "a second reply": (lambda client: [client.channel.reply(1)], "another one to ask 1"),
    "values that nobody asked for": (lambda client: [client.channel.event(1, {"x": 1})], "carried"),
    "an ack of what was never sent": (lambda client: [pack([8, 1000])], "an acknowledgement of at most"),
    "gone: a ref never allotted": (lambda client: [client.channel.gone([7], [])], "refs of at most"),
    "gone: a listener never allotted": (lambda client: [client.channel.gone([], [7])], "some of 2 listeners"),
    "a failure of no batch": (lambda client: [client.channel.failure(99, 0, ["gone", ""])], "got 99"),
}
HELLO = {"version": 1, "ticket": "", "nonce": "n", "received": 0, "capabilities": []}


@pytest.mark.parametrize("name", VIOLATIONS)
def test_a_page_that_breaks_a_rule_ends_alone(client: WireClient, log: Log, name: str) -> None:
    make, text = VIOLATIONS[name]
    for frame in make(client):
        client.send(frame)

    bye = last_of(client)

    assert isinstance(bye, Bye)
    assert (bye.code, bye.action, client.close_code) == ("violation", "stop", 1000)
    log.expect(text)


def test_a_ref_that_the_server_never_allotted_ends_the_page(client: WireClient, log: Log) -> None:
    client.event(1)
    client.answer(to_wire([Ref(-1), Ref(1000)]))

    bye = last_of(client)

    assert isinstance(bye, Bye)
    assert bye.code == "violation"
    log.expect("expected a ref of at most")


def test_events_beyond_the_credit_end_the_page(client: WireClient, log: Log) -> None:
    for _ in range(17):  # the first of them reads, and gets no answer
        client.event(1)

    bye = last_of(client)

    assert isinstance(bye, Bye)
    assert bye.code == "violation"
    log.expect("at most 16 events of listener 1")


@pytest.mark.parametrize(
    ("opcode", "payload", "fin", "code"),
    [
        (TEXT, b"text", True, 1003),
        (BINARY, b"\0" * ((1 << 20) + 1), True, 1009),
        (CONTINUATION, b"?", True, 1002),
        (0x3, b"", True, 1002),
        (TEXT, b"\xff", True, 1007),
    ],
    ids=["text", "oversized", "continuation", "unknown opcode", "not UTF-8"],
)
def test_a_socket_that_breaks_a_rule_is_closed_and_its_page_ends_with_it(
    client: WireClient, log: Log, opcode: int, payload: bytes, fin: bool, code: int
) -> None:
    assert client.websocket is not None
    client.websocket.send_frame(opcode, payload, fin=fin)

    assert client.receive() is None
    assert client.close_code == code
    log.expect(f"a WebSocket is closed: {code}")


def test_a_page_that_breaks_more_than_one_rule_at_once_is_logged_once(client: WireClient, log: Log) -> None:
    assert client.websocket is not None
    client.websocket.send_raw(client_frame(BINARY, b"\xc1") + client_frame(BINARY, b"\xc1") + client_frame(0x3, b""))

    bye = last_of(client)

    assert isinstance(bye, Bye)
    assert bye.code == "violation"
    log.expect("expected one msgpack value")


# --- what is no fault -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "make",
    [
        lambda client: [pack([8, 1]), pack([8, 2]), pack([8, 1]), pack([8, 0])],
        lambda client: [pack([5, 1, 0, 1, None])] * 3,
        lambda client: [client.channel.gone([-999, -999], [2]), client.channel.event(2)],
        lambda client: [b"\x96" + client.channel.gone([], [])[1:] + b"\xc0"],
    ],
    ids=["acks going back", "old frames again", "gone, and an event on its way", "a field from the future"],
)
def test_what_is_no_fault_ends_nothing(client: WireClient, log: Log, make: Frames) -> None:
    for frame in make(client):
        client.send(frame)

    client.event(1)

    assert client.wait(lambda: [op for op in client.ops if op[0] == GET and op[3] == "value"])
    log.expect()


def test_frames_behind_a_goodbye_are_not_looked_at(client: WireClient, log: Log) -> None:
    client.send(encode(Bye(0, "left", "stop", "")))
    client.event(1)
    client.send(b"\xc1 nonsense")

    assert last_of(client) is None
    assert client.close_code == 1000
    log.expect()


# --- who comes in -----------------------------------------------------------------------------------------------------


@pytest.fixture
def comer(target: AppServer, client: WireClient) -> Iterator[Callable[..., WireClient]]:
    """Makes browsers that have loaded a page and said nothing; with the cookies of `client` if they are to."""
    comers: list[WireClient] = []

    def make(*, same_user: bool = False) -> WireClient:
        comers.append(WireClient(target.url, socket, cookies=client.cookies if same_user else None))
        comers[-1].get()
        return comers[-1]

    yield make
    for one in comers:
        one.close()


def refused(client: WireClient, frame: bytes) -> tuple[str, str]:
    """Send the first frame of a new socket; return code and action of its refusal."""
    client.connect()
    client.send(frame)
    assert client.websocket is not None
    opcode, payload = client.websocket.read_frame() or (0, b"")
    assert opcode == BINARY
    refusal = decode(payload)
    assert isinstance(refusal, Refuse), refusal
    assert client.websocket.read_close()[0] == 1000
    return refusal.code, refusal.action


@pytest.mark.parametrize(
    "make",
    [
        lambda client: pack([4, 1, 0, 1]),
        lambda client: client.channel.hello(client.document.ticket, client.nonce)[:-1],
        lambda client: pack([0, {**HELLO, "received": -1}]),
        lambda client: pack([0, {**HELLO, "nonce": "x" * 129}]),
        lambda client: pack([0, {**HELLO, "ticket": None}]),
        lambda client: pack([0, [HELLO]]),
        lambda client: nested(500),
    ],
    ids=["early event", "truncated", "negative", "long nonce", "no ticket", "no map", "nested"],
)
def test_what_is_no_hello_is_refused_as_malformed(
    comer: Callable[..., WireClient], log: Log, make: Callable[[WireClient], bytes]
) -> None:
    one = comer()

    assert refused(one, make(one)) == ("malformed", "stop")
    log.expect("a browser is refused (malformed, stop)")


def test_a_hello_larger_than_a_hello_may_be_is_not_read(comer: Callable[..., WireClient], log: Log) -> None:
    one = comer()
    one.connect()

    one.send(one.channel.hello("x" * 100_000, one.nonce))

    assert one.receive() is None
    assert one.close_code == 1009
    log.expect("a WebSocket is closed: 1009")


@pytest.mark.parametrize("same_user", [False, True])
def test_a_ticket_opens_its_own_page_only(
    comer: Callable[..., WireClient], client: WireClient, log: Log, same_user: bool
) -> None:
    one = comer(same_user=same_user)

    assert refused(one, one.channel.hello(client.document.ticket, one.nonce)) == ("forbidden", "stop")
    log.expect("a browser is refused (forbidden, stop)")


def test_a_page_and_its_ticket_are_of_no_use_to_another_user(
    comer: Callable[..., WireClient], client: WireClient, log: Log
) -> None:
    thief = comer()
    thief.document = client.document

    assert refused(thief, thief.channel.hello(client.document.ticket, client.nonce)) == ("forbidden", "stop")
    log.expect("a browser is refused (forbidden, stop)")
    client.event(1)
    assert client.wait_op(GET)


def test_a_ticket_of_a_page_that_has_ended_says_reload(
    comer: Callable[..., WireClient], client: WireClient, log: Log
) -> None:
    client.send(encode(Bye(0, "left", "stop", "")))
    assert last_of(client) is None
    late = comer(same_user=True)
    late.document = client.document

    assert refused(late, late.channel.hello(client.document.ticket, client.nonce)) == ("gone", "reload")
    log.expect("a browser is refused (gone, reload)")


def test_a_hello_that_another_document_says_again_is_refused(
    comer: Callable[..., WireClient], client: WireClient, log: Log
) -> None:
    twin = comer(same_user=True)
    twin.document = client.document

    assert refused(twin, twin.channel.hello(client.document.ticket, "another")) == ("claimed", "reload")
    log.expect("a browser is refused (claimed, reload)")
    client.event(1)
    assert client.wait_op(GET)


def test_more_refs_than_may_be_are_an_error_of_the_read_and_none_is_kept(
    start_target: Callable[..., AppServer], bystander: Bystander
) -> None:
    server = start_target(limits={"refs": 10})
    client = WireClient(server.url, socket).open()
    for ref in (-1, -2):
        client.answer(to_wire(Ref(ref)))
    client.wait(lambda: sum(op[0] == LISTEN for op in client.ops) == 2)

    client.event(1)
    values: list[Any] = [Ref(-number) for number in range(3, 30)]
    client.answer(to_wire(values))
    client.event(1)  # the page lives on

    assert client.answer("text")[0] == GET
    client.close()
