"""Tests of what is a request and what is not: raw bytes, and how they are answered or reach the app."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pycommunicate.transport.heads import BadRequest, read_head
from tests.support.echo_server import Served
from tests.support.house import ExpectErrors

GOOD = b"GET /second HTTP/1.1\r\nHost: here\r\n\r\n"


def get(*fields: bytes, first: bytes = b"GET /first HTTP/1.1", host: bytes = b"Host: here") -> bytes:
    """Return a request with such fields."""
    return b"\r\n".join([first, host, *fields, b"", b""])


#: Each is answered once, and what follows it never; 0 is for no answer at all.
REFUSED: dict[str, tuple[bytes, int]] = {
    # --- two servers could find two ends ---
    "length and chunks": (get(b"Content-Length: 5", b"Transfer-Encoding: chunked") + b"0\r\n\r\n", 400),
    "chunks and length": (get(b"Transfer-Encoding: chunked", b"Content-Length: 5") + b"0\r\n\r\n", 400),
    "two lengths": (get(b"Content-Length: 5", b"Content-Length: 6") + b"hello", 400),
    "one length twice": (get(b"Content-Length: 5", b"Content-Length: 5") + b"hello", 400),
    "lengths in a list": (get(b"Content-Length: 5, 5") + b"hello", 400),
    "a length with a sign": (get(b"Content-Length: +5") + b"hello", 400),
    "a negative length": (get(b"Content-Length: -5"), 400),
    "a length with an underscore": (get(b"Content-Length: 1_0") + b"hellohello", 400),
    "a hexadecimal length": (get(b"Content-Length: 0x5") + b"hello", 400),
    "a broken length": (get(b"Content-Length: 5.0") + b"hello", 400),
    "an empty length": (get(b"Content-Length:"), 400),
    "an endless length": (get(b"Content-Length: " + b"9" * 40), 400),
    "a length in other digits": (get(b"Content-Length: \xb2"), 400),
    "identity": (get(b"Transfer-Encoding: identity"), 400),
    "xchunked": (get(b"Transfer-Encoding: xchunked"), 400),
    "chunked twice": (get(b"Transfer-Encoding: chunked, chunked"), 400),
    "two encodings": (get(b"Transfer-Encoding: chunked", b"Transfer-Encoding: identity"), 400),
    "gzip first": (get(b"Transfer-Encoding: gzip, chunked"), 400),
    "chunked with a parameter": (get(b"Transfer-Encoding: chunked;q=1"), 400),
    "an empty encoding": (get(b"Transfer-Encoding:"), 400),
    "chunked behind a control": (get(b"Transfer-Encoding: \x0bchunked"), 400),
    "chunks in HTTP/1.0": (get(b"Transfer-Encoding: chunked", first=b"POST /first HTTP/1.0") + b"0\r\n\r\n", 400),
    # --- two servers could find two fields ---
    "a space before the colon": (get(b"Content-Length : 5") + b"hello", 400),
    "a tab before the colon": (get(b"Transfer-Encoding\t: chunked"), 400),
    "a folded line": (get(b"X: a", b" Content-Length: 5"), 400),
    "a folded line by a tab": (get(b"Transfer-Encoding:", b"\tchunked"), 400),
    "a space before the first field": (get(host=b" Host: here"), 400),
    "a bare LF at a field's end": (b"GET /first HTTP/1.1\r\nHost: here\nX: y\r\n\r\n", 400),
    "a bare LF within a field": (get(b"X: a\nTransfer-Encoding: chunked"), 400),
    "a bare LF at the end": (b"GET /first HTTP/1.1\r\nHost: here\r\n\n", 400),
    "bare LFs only": (b"GET /first HTTP/1.1\nHost: here\n\n", 400),
    "a bare CR within a field": (get(b"X: a\rTransfer-Encoding: chunked"), 400),
    "two CRs": (b"GET /first HTTP/1.1\r\nHost: here\r\r\n\r\n", 400),
    "NUL in a value": (get(b"X: a\0b"), 400),
    "NUL in a name": (get(b"X\0: a"), 400),
    "DEL in a value": (get(b"X: \x7f"), 400),
    "no colon": (get(b"Content-Length 5"), 400),
    "no name": (get(b": value"), 400),
    "a name in quotes": (get(b'"Content-Length": 5'), 400),
    "a name beyond ASCII": (get(b"Content-Length\xa0: 5"), 400),
    # --- whose request is it ---
    "no host": (b"GET /first HTTP/1.1\r\n\r\n", 400),
    "two hosts": (get(b"Host: there"), 400),
    "two equal hosts": (get(b"Host: here"), 400),
    "a host with a path": (get(host=b"Host: here/there"), 400),
    "a host with a user": (get(host=b"Host: me@here"), 400),
    "two hosts in one": (get(host=b"Host: here there"), 400),
    "another host in the address": (get(first=b"GET http://there/first HTTP/1.1"), 400),
    "a user in the address": (get(first=b"GET http://me@here/first HTTP/1.1"), 400),
    # --- the request line ---
    "no version": (b"GET /first\r\n\r\n", 400),
    "a bad version": (get(first=b"GET /first HTTP/1.10"), 400),
    "a version in small letters": (get(first=b"GET /first http/1.1"), 400),
    "HTTP/2": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
    "HTTP/1.2": (get(first=b"GET /first HTTP/1.2"), 505),
    "HTTP/0.9": (get(first=b"GET /first HTTP/0.9"), 505),
    "two spaces": (get(first=b"GET  /first HTTP/1.1"), 400),
    "a space in the target": (get(first=b"GET /first /b HTTP/1.1"), 400),
    "a tab": (get(first=b"GET\t/first HTTP/1.1"), 400),
    "a space at the end": (get(first=b"GET /first HTTP/1.1 "), 400),
    "a space at the start": (get(first=b" GET /first HTTP/1.1"), 400),
    "a form feed": (get(first=b"GET /first\x0cHTTP/1.1"), 400),
    "bytes beyond ASCII": (get(first=b"GET /\xc2\xa0 HTTP/1.1"), 400),
    "a fragment": (get(first=b"GET /first#there HTTP/1.1"), 400),
    "no path": (get(first=b"GET first HTTP/1.1"), 400),
    "a method that is none": (get(first=b"G(T /first HTTP/1.1"), 400),
    "a tunnel": (get(first=b"CONNECT here:443 HTTP/1.1"), 400),
    "all of the server": (get(first=b"OPTIONS * HTTP/1.1"), 400),
    "another scheme": (get(first=b"GET ftp://here/first HTTP/1.1"), 400),
    "two empty lines before": (b"\r\n\r\n" + get(), 400),
    "no HTTP at all": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\n", 400),
    # --- sizes ---
    "a long target": (get(first=b"GET /" + b"a" * 8192 + b" HTTP/1.1"), 414),
    "an endless line": (b"G" * 20_000, 414),
    "a long field": (get(b"X: " + b"a" * 66_000), 431),
    "99 fields of 60 KB": (get(*[b"X: " + b"a" * 60_000] * 99), 431),
    "101 fields": (get(*[b"X: y"] * 100), 431),
    "10,000 fields": (get(*[b"X: y"] * 10_000), 431),
}


@pytest.mark.parametrize(("data", "status"), REFUSED.values(), ids=REFUSED)
def test_what_is_not_plainly_one_request_is_refused_with_all_that_follows(
    served: Served, caplog: pytest.LogCaptureFixture, data: bytes, status: int
) -> None:
    client = served.connect()
    client.send_raw(data + GOOD)

    answer = client.read_response()

    assert answer.status == status
    assert answer.headers["connection"] == "close"
    assert client.at_end()
    assert served.environs == []
    (line,) = [record for record in caplog.records if record.name == "pycommunicate.transport"]
    assert (line.levelno, line.exc_info) == (logging.INFO, None)
    assert len(line.getMessage()) < 250


ACCEPTED: dict[str, tuple[bytes, dict[str, Any]]] = {
    "an address": (get(first=b"GET http://here/a?b HTTP/1.1"), {"PATH_INFO": "/a", "QUERY_STRING": "b"}),
    "an address in large letters": (get(first=b"GET HTTP://HERE/a HTTP/1.1"), {"PATH_INFO": "/a"}),
    "an address without a path": (get(first=b"GET http://here HTTP/1.1"), {"PATH_INFO": "/"}),
    "an address with a query only": (
        get(first=b"GET http://here?b HTTP/1.1"),
        {"PATH_INFO": "/", "QUERY_STRING": "b"},
    ),
    "percents": (get(first=b"GET /%41%2f%c3%a9?%41 HTTP/1.1"), {"PATH_INFO": "/A/\xc3\xa9", "QUERY_STRING": "%41"}),
    "percents that are none": (get(first=b"GET /%zz%4 HTTP/1.1"), {"PATH_INFO": "/%zz%4"}),
    "two question marks": (get(first=b"GET /a?b?c HTTP/1.1"), {"PATH_INFO": "/a", "QUERY_STRING": "b?c"}),
    "an empty host": (get(host=b"Host:"), {"HTTP_HOST": ""}),
    "a host with a port": (get(host=b"Host: [::1]:80"), {"HTTP_HOST": "[::1]:80"}),
    "no host in HTTP/1.0": (b"GET / HTTP/1.0\r\n\r\n", {"SERVER_PROTOCOL": "HTTP/1.0", "SERVER_NAME": "127.0.0.1"}),
    "an empty line before": (b"\r\n" + get(), {"PATH_INFO": "/first"}),
    "spaces around a value": (get(b"X: \t a b \t"), {"HTTP_X": "a b"}),
    "bytes beyond ASCII in a value": (get(b"X: \xe9"), {"HTTP_X": "\xe9"}),
    "a field twice": (get(b"X: a", b"x: b"), {"HTTP_X": "a,b"}),
    "cookies twice": (get(b"Cookie: a=b", b"Cookie: c=d"), {"HTTP_COOKIE": "a=b; c=d"}),
    "a type and a length": (
        get(b"Content-Type: a/b", b"Content-Length: 0"),
        {"CONTENT_TYPE": "a/b", "CONTENT_LENGTH": "0", "HTTP_CONTENT_TYPE": None, "HTTP_CONTENT_LENGTH": None},
    ),
    "no type and no length": (get(), {"CONTENT_TYPE": None, "CONTENT_LENGTH": None}),
    "an underscore": (get(b"X_Forwarded_For: 1.2.3.4"), {"HTTP_X_FORWARDED_FOR": None}),
    "an underscore in a length": (get(b"Content_Length: 5"), {"CONTENT_LENGTH": None, "HTTP_CONTENT_LENGTH": None}),
    "100 fields": (get(*[b"X: y"] * 99), {"HTTP_X": ",".join(["y"] * 99)}),
    "a large field": (get(b"X: " + b"a" * 65_000), {"HTTP_X": "a" * 65_000}),
    "another method": (get(first=b"M-SEARCH /a HTTP/1.1"), {"REQUEST_METHOD": "M-SEARCH"}),
}


@pytest.mark.parametrize(("data", "expected"), ACCEPTED.values(), ids=ACCEPTED)
def test_a_request_reaches_the_app_as_wsgi_says(served: Served, data: bytes, expected: dict[str, Any]) -> None:
    client = served.connect()
    client.send_raw(data)

    assert client.read_response().body == b"plain"

    (environ,) = served.environs
    assert {key: environ.get(key) for key in expected} == expected
    assert environ["SCRIPT_NAME"] == ""
    assert environ["REMOTE_ADDR"] == "127.0.0.1"
    assert environ["wsgi.input"].read() == b""


def test_half_a_head_is_answered_by_nothing_when_its_client_leaves(served: Served, expect_errors: ExpectErrors) -> None:
    client = served.connect()
    client.send_raw(b"GET / HTTP/1.1\r\nHost: here\r\n")
    client.socket.shutdown(1)

    assert client.at_end()
    assert served.environs == []
    assert expect_errors() == []


lines = st.lists(
    st.one_of(
        st.sampled_from([*(line for data, _ in REFUSED.values() for line in data[:9000].split(b"\r\n"))]),
        st.binary(max_size=20),
    ),
    max_size=6,
)


@given(lines, st.sampled_from([b"\r\n", b"\n"]))
def test_any_bytes_are_a_head_or_none_or_refused(parts: list[bytes], end: bytes) -> None:
    stream = iter(end.join(parts).splitlines(keepends=True))
    status, target = "", "/"
    try:
        head = read_head(lambda most: next(stream, b"")[:most])
        target = head.target if head is not None else "/"
    except BadRequest as error:
        status = error.status[:3]

    assert status in ("", "400", "414", "431", "505")
    assert target.startswith("/")
