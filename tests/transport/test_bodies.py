"""Tests of bodies of requests: where they end, what is refused, and what becomes of one that the app leaves unread."""

from __future__ import annotations

import io
import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pycommunicate.transport.bodies import Body, Input
from pycommunicate.transport.heads import BadRequest
from tests.support.echo_server import Served
from tests.support.rig import settle, until
from tests.transport.conftest import Serve

POST = b"POST / HTTP/1.1\r\nHost: here\r\n"
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\n"
GOOD = b"GET /second HTTP/1.1\r\nHost: here\r\n\r\n"


def body(data: bytes, length: int | None = None) -> Input:
    return Input(Body(io.BufferedReader(io.BytesIO(data)), length))  # type: ignore[arg-type]


def echo_body(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    """Be an app that sends the body back."""
    got = environ["wsgi.input"].read()
    start_response("200 OK", [("Content-Length", str(len(got)))])
    return [got]


# --- the parts --------------------------------------------------------------------------------------------------------


@given(
    st.lists(st.binary(min_size=1, max_size=300)), st.lists(st.integers(0, 400)), st.sampled_from(["%x", "%X", "000%x"])
)
def test_chunks_are_one_body_however_they_are_cut_and_read(chunks: list[bytes], sizes: list[int], style: str) -> None:
    data = b"".join((style % len(chunk)).encode() + b"\r\n" + chunk + b"\r\n" for chunk in chunks)
    stream = body(data + b"0\r\n\r\nnext")

    got = b"".join(stream.read(size) for size in sizes) + stream.read()

    assert got == b"".join(chunks)


@pytest.mark.parametrize("end", [b"0\r\n\r\n", b"000\r\n\r\n", b"0;last\r\n\r\n", b"0\r\nA: b\r\nC:\r\n\r\n"])
def test_what_stands_behind_a_body_stays_there(end: bytes) -> None:
    raw = io.BufferedReader(io.BytesIO(b'2;name=value\r\nhe\r\n3 ;q="a b"\r\nllo\r\n' + end + b"next"))  # type: ignore[arg-type]
    part = Body(raw, None)

    assert Input(part).read() == b"hello"
    assert part.ended
    assert raw.read() == b"next"


def test_lines_of_a_body_can_be_read() -> None:
    stream = body(b"5\r\na\nb\nc\r\n2\r\n\nd\r\n0\r\n\r\n")

    assert list(stream) == [b"a\n", b"b\n", b"c\n", b"d"]


BAD_CHUNKS = {
    "no size": b"\r\nhello\r\n0\r\n\r\n",
    "0x": b"0x5\r\nhello\r\n0\r\n\r\n",
    "a sign": b"+5\r\nhello\r\n0\r\n\r\n",
    "an underscore": b"1_0\r\nhello\r\n0\r\n\r\n",
    "a space before": b" 5\r\nhello\r\n0\r\n\r\n",
    "a space behind": b"5 \r\nhello\r\n0\r\n\r\n",
    "no number": b"five\r\nhello\r\n0\r\n\r\n",
    "a negative size": b"-1\r\nhello\r\n0\r\n\r\n",
    "a huge size": b"f" * 16 + b"\r\nhello",
    "a bare LF": b"5\nhello\r\n0\r\n\r\n",
    "a bare LF in an extension": b"5;a\nb\r\nhello\r\n0\r\n\r\n",
    "a bare CR in an extension": b"5;a\rb\r\nhello\r\n0\r\n\r\n",
    "NUL in an extension": b"5;\0\r\nhello\r\n0\r\n\r\n",
    "an endless extension": b"5;" + b"a" * 2000 + b"\r\nhello\r\n0\r\n\r\n",
    "too short a chunk": b"6\r\nhello\r\n0\r\n\r\n",
    "too long a chunk": b"4\r\nhello\r\n0\r\n\r\n",
    "a chunk that ends in LF": b"5\r\nhello\n0\r\n\r\n",
    "trailers that are none": b"5\r\nhello\r\n0\r\nGET / HTTP/1.1\r\n\r\n",
    "a folded trailer": b"5\r\nhello\r\n0\r\nA: b\r\n c\r\n\r\n",
    "a bare LF at the end": b"5\r\nhello\r\n0\r\n\n",
    "endless trailers": b"5\r\nhello\r\n0\r\n" + b"A: b\r\n" * 3000 + b"\r\n",
    "nothing more": b"5\r\nhello\r\n",
}


@pytest.mark.parametrize("data", BAD_CHUNKS.values(), ids=BAD_CHUNKS)
def test_chunks_that_are_none_are_refused_with_all_that_follows(served: Served, data: bytes) -> None:
    served.plain = echo_body
    client = served.connect()
    client.send_raw(CHUNKED + data + GOOD)
    client.socket.shutdown(1)

    answer = client.read_response()

    assert answer.status in (400, 431)
    assert answer.headers["connection"] == "close"
    assert client.at_end()
    assert len(served.environs) == 1


def test_what_is_only_announced_takes_no_memory() -> None:
    tracemalloc.start()
    for stream in (body(b"hello", 2**49), body(b"fffffffffffffff\r\nhello")):
        with pytest.raises(BadRequest):
            stream.read(2**49)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 1_000_000


# --- over a connection ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [0, 1, 8192, 70_000, 1_000_000])
@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_reaches_the_app_and_the_connection_goes_on(served: Served, size: int, chunked: bool) -> None:
    served.plain = echo_body
    client = served.connect()
    sent = b"x" * size
    for _ in range(2):
        if chunked:
            client.send_raw(CHUNKED + (b"%x\r\n%s\r\n" % (size, sent) if size else b"") + b"0\r\n\r\n")
        else:
            client.send_raw(POST + b"Content-Length: %d\r\n\r\n" % size + sent)
        assert client.read_response().body == sent


@pytest.mark.parametrize("upgrade", [b"", b"Upgrade: websocket\r\n", b"Connection: upgrade\r\nUpgrade: h2c\r\n"])
def test_an_app_can_read_no_further_than_the_body(served: Served, upgrade: bytes) -> None:
    served.plain = echo_body
    client = served.connect()

    client.send_raw(POST + upgrade + b"Content-Length: 5\r\n\r\nhello" + GOOD)

    assert client.read_response().body == b"hello"
    assert client.read_response().body == b""
    assert [environ["PATH_INFO"] for environ in served.environs] == ["/", "/second"]


@pytest.mark.parametrize(
    "left",
    [
        POST + b"Content-Length: 60000\r\n\r\n" + b"GET / HTTP/1.1\r\n" * 3750,
        CHUNKED + b"4000\r\n" + b"G" * 0x4000 + b"\r\n0\r\nA: b\r\n\r\n",
    ],
    ids=["length", "chunks"],
)
def test_a_body_that_the_app_leaves_is_passed_over(served: Served, left: bytes) -> None:
    client = served.connect()
    client.send_raw(left + GOOD)

    assert client.read_response().body == b"plain"
    assert client.read_response().body == b"plain"
    assert [environ["PATH_INFO"] for environ in served.environs] == ["/", "/second"]


@pytest.mark.parametrize(
    "left",
    [
        POST + b"Content-Length: 900000\r\n\r\n" + b"x" * 900_000,
        CHUNKED + b"dbba0\r\n" + b"x" * 900_000 + b"\r\n0\r\n\r\n",
        CHUNKED + b"zz\r\n",
    ],
    ids=["length", "chunks", "bad chunks"],
)
def test_a_body_too_long_to_pass_over_ends_the_connection_behind_its_answer(served: Served, left: bytes) -> None:
    client = served.connect()
    client.send_raw(left + GOOD)

    assert client.read_response().body == b"plain"
    assert client.at_end()
    assert len(served.environs) == 1


def test_an_answer_arrives_whole_although_the_body_is_left_unread(served: Served) -> None:
    size = 150_000
    served.plain = lambda environ, start_response: start_response("200 OK", []) and [b"y" * size]
    client = served.connect()
    client.send_raw(POST + b"Content-Length: 900000\r\n\r\n" + b"x" * 900_000)
    until(lambda: served.environs)
    settle()

    assert client.read_response().body == b"y" * size  # a reset would have cost the rest
    assert client.at_end()


@pytest.mark.parametrize(
    ("head", "closes"),
    [
        (b"Content-Length: 900000\r\n\r\n", True),
        (b"Content-Length: 5\r\nExpect: 100-continue\r\n\r\n", True),
        (b"Content-Length: 5\r\n\r\nhello", False),
        (b"Content-Length: 0\r\n\r\n", False),
    ],
)
def test_an_answer_to_a_body_that_is_left_for_good_says_that_it_is_the_last(
    served: Served, head: bytes, closes: bool
) -> None:
    client = served.connect()
    client.send_raw(POST + head)

    assert client.read_response().headers.get("connection") == ("close" if closes else None)
    if not closes:
        assert client.ask(b"GET / HTTP/1.1").body == b"plain"


def test_a_client_is_invited_to_send_its_body_when_the_app_reads_it(served: Served) -> None:
    served.plain = echo_body
    client = served.connect()
    client.send_raw(POST + b"Content-Length: 5\r\nExpect: 100-Continue\r\n\r\n")
    assert client.read_response().status == 100

    client.send_raw(b"hello")

    assert client.read_response().body == b"hello"


def test_a_client_that_waits_to_be_invited_and_is_not_gets_no_second_answer(served: Served) -> None:
    client = served.connect()
    client.send_raw(POST + b"Content-Length: %d\r\nExpect: 100-continue\r\n\r\n" % len(GOOD) + GOOD)

    assert client.read_response().status == 200
    assert client.at_end()
    assert len(served.environs) == 1


def test_a_client_of_http_1_0_is_never_invited(served: Served) -> None:
    served.plain = echo_body
    client = served.connect()
    client.send_raw(b"POST / HTTP/1.0\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\nhello")

    assert client.read_response().body == b"hello"


def test_a_body_that_stops_coming_is_given_up(serve: Serve) -> None:
    served = serve(send_timeout=0.05)
    served.plain = echo_body
    client = served.connect()
    client.send_raw(POST + b"Content-Length: 5\r\n\r\nhel")

    assert client.read_response().status == 408
    client.close()


@pytest.mark.parametrize("reset", [False, True])
def test_a_client_that_leaves_in_the_middle_of_its_body_is_no_failure_of_the_app(served: Served, reset: bool) -> None:
    errors: list[Exception] = []

    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        try:
            return echo_body(environ, start_response)
        except Exception as error:
            errors.append(error)
            raise

    served.plain = app
    client = served.connect()
    client.send_raw(POST + b"Content-Length: 5\r\n\r\nhel")
    until(lambda: served.environs, "the request")
    if reset:
        client.reset()
    else:
        client.socket.shutdown(1)
        assert client.read_response().status == 400
    served.until_idle()

    assert [type(error) for error in errors] == [BadRequest]
