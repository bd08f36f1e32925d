"""DOM instructions (ops): their codes, names and fields, in the order of spec 6.

An op is a plain tuple ``(code, field, ...)``: thousands of them pass, and a tuple is the cheapest thing that msgpack
takes (0.15 microseconds each). A field that names a node is a ref; 0 is the document.
"""

from __future__ import annotations

from typing import Any

from ..errors import RemoteProtocolError
from .codec import shown

__all__ = [
    "AFTER",
    "BEFORE",
    "CALL",
    "CREATE",
    "CREDIT",
    "DOCUMENT",
    "DONE",
    "EXISTS",
    "FIND",
    "FRAGMENT",
    "GET",
    "INSERT",
    "INSIDE",
    "INSTEAD",
    "LISTEN",
    "LOADED",
    "NAVIGATE",
    "NEW",
    "NO_ASK",
    "OBJECT",
    "OPS",
    "RELEASE",
    "REMOVE",
    "SET",
    "UNLISTEN",
    "VIEW",
    "check_op",
]

FIND, EXISTS, GET, SET, CALL, CREATE, INSERT, REMOVE, RELEASE, LISTEN, UNLISTEN, CREDIT, VIEW, NAVIGATE = range(14)
LOADED, DONE, FRAGMENT = range(14, 17)

#: spec 6: the ref of the document itself.
DOCUMENT = 0
#: spec 6: where `create` and `insert` put a node, seen from their target.
INSIDE, AFTER, BEFORE = range(3)
#: spec 6.17: and where `fragment` puts its nodes besides: in place of all that is inside.
INSTEAD = 3
#: spec 6.3 and 6.5: flags of `get` and `call`: the answer is a ref of the object; what is called constructs.
OBJECT, NEW = 1, 2
#: spec 6.5: in place of the number of an ask, where no reply is wanted.
NO_ASK = 0

_NAME = (str, list)

#: Code to name and the types of the required fields, in order. Further fields are optional and may be ignored.
OPS: dict[int, tuple[str, tuple[tuple[str, Any], ...]]] = {
    FIND: ("find", (("ask", int), ("scope", int), ("selector", str))),
    EXISTS: ("exists", (("ask", int), ("scope", int), ("selector", str))),
    GET: ("get", (("ask", int), ("ref", int), ("name", _NAME))),
    SET: ("set", (("ref", int), ("name", _NAME), ("value", object))),
    CALL: ("call", (("ask", int), ("ref", int), ("name", _NAME), ("arguments", list))),
    CREATE: ("create", (("ref", int), ("position", int), ("target", int), ("tag", str))),
    INSERT: ("insert", (("ref", int), ("position", int), ("target", int))),
    REMOVE: ("remove", (("ref", int), ("keep", bool))),
    RELEASE: ("release", (("pairs", list),)),
    LISTEN: ("listen", (("listener", int), ("ref", int), ("event", str), ("options", dict))),
    UNLISTEN: ("unlisten", (("listeners", list),)),
    CREDIT: ("credit", (("listener", int), ("events", int))),
    VIEW: ("view", (("html", str),)),
    NAVIGATE: ("navigate", (("url", str),)),
    LOADED: ("loaded", ()),
    DONE: ("done", (("listener", int), ("events", int))),
    FRAGMENT: ("fragment", (("ask", int), ("position", int), ("target", int), ("html", str))),
}


def check_op(op: Any) -> tuple[Any, ...]:
    """Return *op* as a tuple if it has the shape that the table asks for.

    Raises:
        RemoteProtocolError: if it has not; the text says what was expected and what came.
    """
    if not isinstance(op, list) or not op or type(op[0]) is not int or op[0] not in OPS:
        raise RemoteProtocolError(f"expected a known op, got {shown(op)}")
    name, fields = OPS[op[0]]
    if len(op) <= len(fields):
        raise RemoteProtocolError(f"expected {len(fields)} fields in op {name}, got {len(op) - 1}")
    for (field, kind), value in zip(fields, op[1:], strict=False):
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise RemoteProtocolError(f"expected {name}.{field} to be {_words(kind)}, got {shown(value)}")
    return tuple(op)


def _words(kind: Any) -> str:
    kinds = kind if isinstance(kind, tuple) else (kind,)
    return " or ".join(one.__name__ for one in kinds)
