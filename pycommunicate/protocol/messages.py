"""Messages: what travels in one frame, checked at the door (spec 5).

`encode` and `decode` are the two ways through it. Every message is a msgpack array that begins with its type.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from ..errors import RemoteProtocolError
from .codec import MAX_DEPTH, depth_of, holds_callback, pack, shown, unpack

__all__ = [
    "ACK",
    "ACTIONS",
    "BATCH",
    "BYE",
    "BYE_CODES",
    "CAPABILITIES",
    "CLIENT",
    "ERRORS",
    "EVENT",
    "FAILURE",
    "GONE",
    "HELLO",
    "MAX_NONCE",
    "MAX_NUMBER",
    "MESSAGES",
    "NUMBERED",
    "REFUSE",
    "REFUSE_CODES",
    "REPLY",
    "SENT_BY",
    "SERVER",
    "SUBPROTOCOL",
    "VERSION",
    "WELCOME",
    "Ack",
    "Batch",
    "Bye",
    "Error",
    "Event",
    "Failure",
    "GoneReport",
    "Hello",
    "Message",
    "Refuse",
    "Reply",
    "Welcome",
    "decode",
    "encode",
]

VERSION: Final = 1
SUBPROTOCOL: Final = "pycommunicate.v1"
#: spec 8.1: no number on the wire is higher: what JavaScript counts exactly.
MAX_NUMBER: Final = 2**53 - 1
#: spec 4.2: how many characters a nonce may have; the server keeps it as long as the page.
MAX_NONCE: Final = 128

HELLO, WELCOME, REFUSE, BATCH, EVENT, REPLY, GONE, FAILURE, ACK, BYE = range(10)

CLIENT: Final = "client"
SERVER: Final = "server"
SENT_BY: dict[int, tuple[str, ...]] = {
    HELLO: (CLIENT,),
    WELCOME: (SERVER,),
    REFUSE: (SERVER,),
    BATCH: (SERVER,),
    EVENT: (CLIENT,),
    REPLY: (CLIENT,),
    GONE: (CLIENT,),
    FAILURE: (CLIENT,),
    ACK: (CLIENT, SERVER),
    BYE: (CLIENT, SERVER),
}
#: spec 8: the messages that carry a number of their own, are acknowledged and sent again.
NUMBERED = frozenset({BATCH, EVENT, REPLY, GONE, FAILURE})

#: spec 4.3: what a client may announce beyond the base. None yet: v1 begins with its base.
CAPABILITIES: tuple[str, ...] = ()

#: spec 4.4: why a hello is refused.
REFUSE_CODES = ("gone", "claimed", "version", "forbidden", "limits", "malformed")
#: spec 5.10: why one side ends the page.
BYE_CODES = ("left", "stopping", "violation", "overflow", "forbidden", "ended")
#: spec 4.4: what the client does then.
ACTIONS = ("reload", "stop")
#: spec 10: what a reply or a failure may say went wrong.
ERRORS = (
    "invalid-selector",
    "invalid-name",
    "stale-ref",
    "not-a-function",
    "js-error",
    "unsupported",
    "too-large",
    "timeout",
    "gone",
    "kept",
)

#: spec 10: a code and a text, and behind them, if there is more to tell, a map of texts.
Error = list[Any]


@dataclass(frozen=True, slots=True)
class Hello:
    """The first frame of every socket: who the client is and what it has."""

    type: ClassVar[int] = HELLO
    ticket: str
    nonce: str
    received: int = 0
    capabilities: Sequence[str] = CAPABILITIES
    version: int = VERSION


@dataclass(frozen=True, slots=True)
class Welcome:
    """The answer to a hello that is let in."""

    type: ClassVar[int] = WELCOME
    received: int
    limits: dict[str, int]
    capabilities: Sequence[str] = CAPABILITIES
    version: int = VERSION


@dataclass(frozen=True, slots=True)
class Refuse:
    """The answer to a hello that is not let in."""

    type: ClassVar[int] = REFUSE
    code: str
    action: str
    text: str


@dataclass(slots=True)
class Batch:
    """Ops that one turn of the server made."""

    type: ClassVar[int] = BATCH
    number: int
    ack: int
    ops: list[Any]


@dataclass(slots=True)
class Event:
    """Something that a listener was for has happened.

    Attributes:
        carried: A value for each of the listener's fields, in order; None if it has none.
        errors: What could not travel: its place in *carried*, as text, and an error of code and text.
    """

    type: ClassVar[int] = EVENT
    number: int
    ack: int
    listener: int
    carried: list[Any] | None = None
    errors: dict[str, Error] | None = None


@dataclass(slots=True)
class Reply:
    """The answer to an ask: a value, or an error of code and text."""

    type: ClassVar[int] = REPLY
    number: int
    ack: int
    ask: int
    value: Any
    error: Error | None = None


@dataclass(slots=True)
class GoneReport:
    """Refs and listeners whose nodes have left the document."""

    type: ClassVar[int] = GONE
    number: int
    ack: int
    refs: list[int]
    listeners: list[int]


@dataclass(slots=True)
class Failure:
    """A write could not be carried out."""

    type: ClassVar[int] = FAILURE
    number: int
    ack: int
    batch: int
    index: int
    error: Error


@dataclass(frozen=True, slots=True)
class Ack:
    """All numbered frames up to this one have been applied; it may ask for such a frame in return."""

    type: ClassVar[int] = ACK
    ack: int
    answer: bool = False


@dataclass(frozen=True, slots=True)
class Bye:
    """The page ends."""

    type: ClassVar[int] = BYE
    ack: int
    code: str
    action: str
    text: str


Message = Hello | Welcome | Refuse | Batch | Event | Reply | GoneReport | Failure | Ack | Bye


def _map_of(message: Hello | Welcome, names: Sequence[str]) -> dict[str, Any]:
    fields = {name: getattr(message, name) for name in names}
    fields["capabilities"] = list(message.capabilities)
    return fields


_HELLO_FIELDS = ("version", "ticket", "nonce", "received", "capabilities")
_WELCOME_FIELDS = ("version", "received", "limits", "capabilities")


def encode(message: Message) -> bytes:
    """Return the frame of *message*; its values must have gone through `codec.to_wire`."""
    match message:
        case Hello():
            return pack((HELLO, _map_of(message, _HELLO_FIELDS)))
        case Welcome():
            return pack((WELCOME, _map_of(message, _WELCOME_FIELDS)))
        case Refuse():
            return pack((REFUSE, message.code, message.action, message.text))
        case Batch():
            return pack((BATCH, message.number, message.ack, message.ops))
        case Event():
            rest = () if message.carried is None else (message.carried, message.errors)
            return pack((EVENT, message.number, message.ack, message.listener, *(rest if message.errors else rest[:1])))
        case Reply():
            reply = (REPLY, message.number, message.ack, message.ask, message.value)
            return pack(reply if message.error is None else (*reply, message.error))
        case GoneReport():
            return pack((GONE, message.number, message.ack, message.refs, message.listeners))
        case Failure():
            return pack((FAILURE, message.number, message.ack, message.batch, message.index, message.error))
        case Ack():
            return pack((ACK, message.ack, True) if message.answer else (ACK, message.ack))
        case Bye():
            return pack((BYE, message.ack, message.code, message.action, message.text))


def decode(data: bytes, containers: int | None = None) -> Message:
    """Return the message of one frame.

    Args:
        data: The frame.
        containers: How many arrays and maps it may hold (spec 9); None for as many as there are.

    Raises:
        RemoteProtocolError: whatever is wrong with it; nothing else is ever raised for bytes.
    """
    array = unpack(data, containers)
    if type(array) is not list or not array or type(array[0]) is not int or array[0] not in MESSAGES:
        raise RemoteProtocolError(f"expected an array that begins with a known message type, got {shown(array)}")
    # spec 7.3: they travel in ops only. Their extension can be told by its bytes, without a look at each value.
    if (b"\xd6\x03" in data or b"\x04\x03" in data) and array[0] != BATCH and holds_callback(array):
        raise RemoteProtocolError(f"expected no callback in {_name(array)}, got one")
    return MESSAGES[array[0]][1](array)


# --- what each decoder expects of its fields ---------------------------------------------------------------------


def _needs(array: list[Any], count: int) -> None:
    if len(array) <= count:
        raise RemoteProtocolError(f"expected {count} fields in {_name(array)}, got {len(array) - 1}")


def _name(array: list[Any]) -> str:
    return MESSAGES[array[0]][0]


def _natural(array: list[Any], *places: int) -> None:
    for place in places:
        if type(array[place]) is not int or not 0 <= array[place] <= MAX_NUMBER:
            raise RemoteProtocolError(
                f"expected field {place} of {_name(array)} to be an integer from 0 to 2^53-1, got {shown(array[place])}"
            )


def _text(array: list[Any], *places: int) -> None:
    for place in places:
        if type(array[place]) is not str:
            raise RemoteProtocolError(f"expected field {place} of {_name(array)} to be text, got {shown(array[place])}")


def _one_of(array: list[Any], place: int, words: tuple[str, ...]) -> None:
    _text(array, place)
    if array[place] not in words:
        raise RemoteProtocolError(
            f"expected field {place} of {_name(array)} to be one of {', '.join(words)}, got {shown(array[place])}"
        )


#: What an error may tell of what was thrown, and how long that may be.
_DETAILS = {"name": 1000, "message": 1000, "stack": 4000}


def _error(array: list[Any], place: int) -> Error:
    return _error_of(array, array[place])


def _error_of(array: list[Any], error: Any) -> Error:
    if type(error) is not list or len(error) < 2 or error[0] not in ERRORS or type(error[1]) is not str:
        raise RemoteProtocolError(f"expected [code, text] as the error of {_name(array)}, got {shown(error)}")
    # spec 10: no longer than a person reads. It ends up in logs, and comes from anybody.
    short: Error = [error[0], error[1][:1000]]
    if len(error) > 2:
        details = error[2]
        if type(details) is not dict or any(type(details.get(key, "")) is not str for key in _DETAILS):
            raise RemoteProtocolError(f"expected a map of texts in the error of {_name(array)}, got {shown(details)}")
        short.append({key: details[key][:most] for key, most in _DETAILS.items() if key in details})
    return short


def _integers(array: list[Any], place: int) -> None:
    items = array[place]
    # In C as far as it goes: a frame may hold a million of them.
    if type(items) is not list or (
        items and (set(map(type, items)) != {int} or max(items) > MAX_NUMBER or min(items) < -MAX_NUMBER)
    ):
        raise RemoteProtocolError(
            f"expected field {place} of {_name(array)} to be a list of integers, got {shown(array[place])}"
        )


def _map(array: list[Any], kinds: dict[str, type]) -> dict[str, Any]:
    fields = array[1]
    if type(fields) is not dict:
        raise RemoteProtocolError(f"expected a map in {_name(array)}, got {shown(fields)}")
    for name, kind in kinds.items():
        if type(fields.get(name)) is not kind or (kind is int and not 0 <= fields[name] <= MAX_NUMBER):
            raise RemoteProtocolError(
                f"expected {_name(array)}.{name} to be {kind.__name__}, got {shown(fields.get(name))}"
            )
    if any(type(word) is not str for word in fields["capabilities"]):
        raise RemoteProtocolError(f"expected {_name(array)}.capabilities to be a list of texts")
    return {name: fields[name] for name in kinds}


def _hello(array: list[Any]) -> Hello:
    _needs(array, 1)
    kinds = {"version": int, "ticket": str, "nonce": str, "received": int, "capabilities": list}
    fields = _map(array, kinds)
    if len(fields["nonce"]) > MAX_NONCE:
        raise RemoteProtocolError(f"expected a nonce of at most {MAX_NONCE} characters, got {len(fields['nonce'])}")
    return Hello(**fields)


def _welcome(array: list[Any]) -> Welcome:
    _needs(array, 1)
    return Welcome(**_map(array, {"version": int, "received": int, "limits": dict, "capabilities": list}))


def _refuse(array: list[Any]) -> Refuse:
    _needs(array, 3)
    _text(array, 1, 3)
    _one_of(array, 2, ACTIONS)
    return Refuse(array[1], array[2], array[3])


def _batch(array: list[Any]) -> Batch:
    _needs(array, 3)
    _natural(array, 1, 2)
    if type(array[3]) is not list:
        raise RemoteProtocolError(f"expected a list of ops in batch, got {shown(array[3])}")
    for op in array[3]:
        for value in op if type(op) is list else ():
            _shallow(array, value)
    return Batch(array[1], array[2], array[3])


def _event(array: list[Any]) -> Event:
    _needs(array, 3)
    _natural(array, 1, 2, 3)
    if len(array) == 4:
        return Event(array[1], array[2], array[3])
    carried = array[4]
    if type(carried) is not list:
        raise RemoteProtocolError(f"expected a list of carried values in event, got {shown(carried)}")
    for value in carried:
        _shallow(array, value)
    return Event(array[1], array[2], array[3], carried, _errors(array, len(carried)) if len(array) > 5 else None)


def _errors(array: list[Any], places: int) -> dict[str, Error]:
    """Return the errors of an event of so many carried values."""
    errors = array[5]
    if type(errors) is not dict or not errors.keys() <= set(map(str, range(places))):
        raise RemoteProtocolError(f"expected errors of {places} carried values in event, got {shown(errors)}")
    return {place: _error_of(array, error) for place, error in errors.items()}


def _reply(array: list[Any]) -> Reply:
    _needs(array, 4)
    _natural(array, 1, 2, 3)
    _shallow(array, array[4])
    error = _error(array, 5) if len(array) > 5 and array[5] is not None else None
    return Reply(array[1], array[2], array[3], array[4], error)


def _shallow(array: list[Any], value: Any) -> None:
    if type(value) in (list, dict) and depth_of(value) > MAX_DEPTH:
        raise RemoteProtocolError(f"expected at most {MAX_DEPTH} levels of nesting in {_name(array)}, got more")


def _gone(array: list[Any]) -> GoneReport:
    _needs(array, 4)
    _natural(array, 1, 2)
    _integers(array, 3)
    _integers(array, 4)
    return GoneReport(array[1], array[2], array[3], array[4])


def _failure(array: list[Any]) -> Failure:
    _needs(array, 5)
    _natural(array, 1, 2, 3, 4)
    return Failure(array[1], array[2], array[3], array[4], _error(array, 5))


def _ack(array: list[Any]) -> Ack:
    _needs(array, 1)
    _natural(array, 1)
    answer = array[2] if len(array) > 2 else False
    if type(answer) is not bool:
        raise RemoteProtocolError(f"expected field 2 of ack to be a boolean, got {shown(answer)}")
    return Ack(array[1], answer)


def _bye(array: list[Any]) -> Bye:
    _needs(array, 4)
    _natural(array, 1)
    _text(array, 2, 4)
    _one_of(array, 3, ACTIONS)
    return Bye(array[1], array[2], array[3], array[4])


#: Type to name and decoder.
MESSAGES: dict[int, tuple[str, Callable[[list[Any]], Message]]] = {
    HELLO: ("hello", _hello),
    WELCOME: ("welcome", _welcome),
    REFUSE: ("refuse", _refuse),
    BATCH: ("batch", _batch),
    EVENT: ("event", _event),
    REPLY: ("reply", _reply),
    GONE: ("gone", _gone),
    FAILURE: ("failure", _failure),
    ACK: ("ack", _ack),
    BYE: ("bye", _bye),
}
