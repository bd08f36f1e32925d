"""The head of an HTTP request, read with bounds and checked strictly (RFC 9112), without any input or output.

pywsgi takes what could mean two things to two servers: two lengths, a length beside chunks, folded lines, lines that
end in a bare LF, numbers as Python writes them. A proxy in front may read such a request another way, and let one
through that it never saw (request smuggling). So whatever is not plainly one request is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

__all__ = ["BadRequest", "Head", "read_fields", "read_head"]

#: Bytes of the request line.
_MOST_LINE = 8 * 1024
#: Bytes of all header fields together, and how many there may be.
_MOST_FIELD_BYTES = 64 * 1024
_MOST_FIELDS = 100

_TOKEN = rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
# No fragment (#): it is not sent, and those who find one do not agree on what it is.
_REQUEST_LINE = re.compile(rb"(" + _TOKEN + rb") ([\x21\x22\x24-\x7e]+) HTTP/1\.([01])\r\n")
_OTHER_VERSION = re.compile(_TOKEN + rb" [\x21\x22\x24-\x7e]+ HTTP/\d(\.\d)?\r\n")
_ABSOLUTE = re.compile(r"https?://([^/?]*)(.*)", re.IGNORECASE)
_FIELD = re.compile(rb"(" + _TOKEN + rb"):[ \t]*([\t\x20-\x7e\x80-\xff]*?)[ \t]*\r\n")
_LENGTH = re.compile(r"[0-9]{1,15}")
_HOST = re.compile(r"[A-Za-z0-9._~%!$&'()*+,;=:\[\]-]*")


class BadRequest(OSError):
    """A request that is not answered by the app; the connection ends with *status* and the text.

    An app sees it only if it reads a body that is none; an OSError because that is what reading raises.
    """

    def __init__(self, status: str, text: str) -> None:
        super().__init__(text)
        self.status = status


@dataclass(frozen=True, slots=True)
class Head:
    """What stands before the body of a request.

    Attributes:
        line: The request line as it came.
        method: As it came.
        target: Path and query.
        version: ``HTTP/1.1`` or ``HTTP/1.0``.
        fields: Name, in lower case, and value of each header field.
    """

    line: str
    method: str
    target: str
    version: str
    fields: list[tuple[str, str]]

    def values(self, name: str) -> list[str]:
        """Return the values of the fields of that name."""
        return [value for key, value in self.fields if key == name]

    def words(self, name: str) -> list[str]:
        """Return the words of a field that is a list, in lower case."""
        return [word.strip().lower() for value in self.values(name) for word in value.split(",")]

    @property
    def is_last(self) -> bool:
        """Whether the client expects no other answer on this connection, or may not know where the answer ends."""
        return self.version == "HTTP/1.0" or "close" in self.words("connection")

    @property
    def is_chunked(self) -> bool:
        """Whether the body comes in chunks."""
        return bool(self.values("transfer-encoding"))

    @property
    def length(self) -> int:
        """Bytes of a body that does not come in chunks."""
        return int((self.values("content-length") or ("0",))[0])


def read_head(readline: Callable[[int], bytes]) -> Head | None:
    """Return the head of the next request, or None if the client left before it was whole.

    Args:
        readline: Returns the next line, or as much of it as the number says; an empty one at the end of the stream.

    Raises:
        BadRequest: if the head is too long, or not plainly that of one request.
    """
    line = readline(_MOST_LINE + 1)
    if line == b"\r\n":  # RFC 9112 2.2: one may stand behind the body of the request before
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
    fields = read_fields(readline, _MOST_FIELD_BYTES)
    if fields is None:
        return None
    method, target, minor = (part.decode("ascii") for part in match.groups())
    head = Head(line.rstrip().decode("ascii"), method, target, f"HTTP/1.{minor}", fields)
    _check_framing(head)
    return _with_path(head)


def read_fields(readline: Callable[[int], bytes], most: int) -> list[tuple[str, str]] | None:
    """Return name, in lower case, and value of the fields up to an empty line; None if the stream ends before it.

    Raises:
        BadRequest: if they are longer than *most* bytes, too many, or not plainly fields.
    """
    fields: list[tuple[str, str]] = []
    while True:
        line = readline(most + 1)
        most -= len(line)
        if most < 0:
            raise BadRequest(
                "431 Request Header Fields Too Large", f"expected at most {_MOST_FIELD_BYTES} bytes of them"
            )
        if line == b"\r\n":
            return fields
        if not line.endswith(b"\n"):
            return None
        if len(fields) == _MOST_FIELDS:
            raise BadRequest("431 Request Header Fields Too Large", f"expected at most {_MOST_FIELDS} of them")
        match = _FIELD.fullmatch(line)
        if match is None:
            raise BadRequest("400 Bad Request", f"expected a header field, got {line[:100]!r}")
        fields.append((match[1].decode("ascii").lower(), match[2].decode("latin-1")))


def _check_framing(head: Head) -> None:
    """Raise BadRequest unless host and length of the request are said once, and plainly."""
    is_old = head.version == "HTTP/1.0"
    hosts, lengths, encodings = map(head.values, ("host", "content-length", "transfer-encoding"))
    if len(hosts) > 1 or (not hosts and not is_old):
        raise BadRequest("400 Bad Request", f"expected one Host, got {len(hosts)}")
    if hosts and not _HOST.fullmatch(hosts[0]):
        raise BadRequest("400 Bad Request", f"expected a host name in Host, got {hosts[0][:100]!r}")
    if len(lengths) + len(encodings) > 1:
        raise BadRequest("400 Bad Request", "expected one Content-Length, or one Transfer-Encoding, got several")
    if lengths and not _LENGTH.fullmatch(lengths[0]):
        raise BadRequest("400 Bad Request", f"expected a number in Content-Length, got {lengths[0][:100]!r}")
    if encodings and (encodings[0].lower() != "chunked" or is_old):
        raise BadRequest("400 Bad Request", f"expected no Transfer-Encoding but chunked, got {encodings[0][:100]!r}")


def _with_path(head: Head) -> Head:
    """Return *head* with path and query as its target, where a whole address is one too (RFC 9112 3.2.2)."""
    if head.target.startswith("/"):
        return head
    match = _ABSOLUTE.fullmatch(head.target)
    if match is None:
        raise BadRequest("400 Bad Request", f"expected a path, got {head.target[:100]!r}")
    if [match[1].lower()] != [host.lower() for host in head.values("host")]:
        raise BadRequest("400 Bad Request", f"expected the same host in address and Host, got {match[1][:100]!r}")
    target = match[2] if match[2].startswith("/") else f"/{match[2]}"
    return Head(head.line, head.method, target, head.version, head.fields)
