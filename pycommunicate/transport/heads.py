"""The head of an HTTP request, read with bounds and checked strictly (RFC 9112), without any input or output.

pywsgi takes what could mean two things to two servers: two lengths, a length beside chunks, folded lines, numbers as
Python writes them. A proxy in front may read such a request another way, and let one through that it never saw
(request smuggling). So whatever is not plainly one request is refused before pywsgi parses it.
"""

from __future__ import annotations

import re
from collections.abc import Callable

__all__ = ["BadRequest", "read_head"]

#: Bytes of the request line.
_MOST_LINE = 8 * 1024
#: Bytes of all header fields together.
_MOST_FIELD_BYTES = 64 * 1024
#: Header fields; the standard library's parser, which pywsgi uses, takes one line more, and that is the empty one.
_MOST_FIELDS = 99

_TOKEN = rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_REQUEST_LINE = re.compile(rb"(" + _TOKEN + rb") ([\x21-\x7e\x80-\xff]+) HTTP/1\.([01])\r?\n")
_OTHER_VERSION = re.compile(_TOKEN + rb" [\x21-\x7e\x80-\xff]+ HTTP/\d(\.\d)?\r?\n")
_FIELD = re.compile(rb"(" + _TOKEN + rb"):[ \t]*([\t\x20-\x7e\x80-\xff]*?)[ \t]*\r?\n")
_LENGTH = re.compile(rb"[0-9]{1,15}")
_HOST = re.compile(rb"[A-Za-z0-9._~%!$&'()*+,;=:\[\]-]*")


class BadRequest(Exception):
    """A request that is not answered by the app; the connection ends with *status* and the text."""

    def __init__(self, status: str, text: str) -> None:
        super().__init__(text)
        self.status = status


def read_head(readline: Callable[[int], bytes]) -> tuple[bytes, bytes] | None:
    """Return the request line and the header fields, both as they came, the empty line at the end included.

    Args:
        readline: Returns the next line, or as much of it as the number says; an empty one at the end of the stream.

    Returns:
        None if the client left before the head was whole.

    Raises:
        BadRequest: if the head is too long, or not plainly that of one request.
    """
    line = readline(_MOST_LINE + 1)
    if line in (b"\r\n", b"\n"):  # RFC 9112 2.2: one may stand behind the body of the request before
        line = readline(_MOST_LINE + 1)
    if len(line) > _MOST_LINE:
        raise BadRequest("414 URI Too Long", f"expected a request line of at most {_MOST_LINE} bytes")
    if not line.endswith(b"\n"):
        return None
    match = _REQUEST_LINE.fullmatch(line)
    if match is None:
        if _OTHER_VERSION.fullmatch(line):
            raise BadRequest("505 HTTP Version Not Supported", "expected HTTP/1.1 or HTTP/1.0")
        raise BadRequest("400 Bad Request", f"expected a request line, got {line[:100]!r}")
    fields, lines = _read_fields(readline)
    if lines:
        _check_framing(fields, is_old=match[3] == b"0")
        return line, b"".join(lines)
    return None


def _read_fields(readline: Callable[[int], bytes]) -> tuple[dict[bytes, list[bytes]], list[bytes]]:
    """Return the values of the fields that matter for framing, and all lines; no line if the stream ended."""
    left = _MOST_FIELD_BYTES
    lines: list[bytes] = []
    fields: dict[bytes, list[bytes]] = {b"host": [], b"content-length": [], b"transfer-encoding": []}
    while True:
        line = readline(left + 1)
        left -= len(line)
        if left < 0:
            raise BadRequest(
                "431 Request Header Fields Too Large",
                f"expected at most {_MOST_FIELD_BYTES} bytes of header fields",
            )
        if not line.endswith(b"\n"):
            return fields, []
        lines.append(line)
        if line in (b"\r\n", b"\n"):
            return fields, lines
        if len(lines) > _MOST_FIELDS:
            raise BadRequest("431 Request Header Fields Too Large", f"expected at most {_MOST_FIELDS} header fields")
        match = _FIELD.fullmatch(line)
        if match is None:
            raise BadRequest("400 Bad Request", f"expected a header field, got {line[:100]!r}")
        name = match[1].lower()
        if name in fields:
            fields[name].append(match[2])


def _check_framing(fields: dict[bytes, list[bytes]], *, is_old: bool) -> None:
    """Raise BadRequest unless host and length of the request are said once, and plainly."""
    hosts, lengths, encodings = fields[b"host"], fields[b"content-length"], fields[b"transfer-encoding"]
    if len(hosts) > 1 or (not hosts and not is_old):
        raise BadRequest("400 Bad Request", f"expected one Host, got {len(hosts)}")
    if hosts and not _HOST.fullmatch(hosts[0]):
        raise BadRequest("400 Bad Request", f"expected a host name in Host, got {hosts[0][:100]!r}")
    if len(lengths) + len(encodings) > 1:
        raise BadRequest("400 Bad Request", "expected one Content-Length, or one Transfer-Encoding, got several")
    if lengths and not _LENGTH.fullmatch(lengths[0]):
        raise BadRequest("400 Bad Request", f"expected a number in Content-Length, got {lengths[0][:100]!r}")
    if encodings and (encodings[0].lower() != b"chunked" or is_old):
        raise BadRequest("400 Bad Request", f"expected no Transfer-Encoding but chunked, got {encodings[0][:100]!r}")
