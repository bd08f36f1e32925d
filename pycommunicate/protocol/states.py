"""The states of a channel and what moves it from one to the next (spec 4.1).

The table is blind to roles: both sides step through it for every message that they send or receive, so a message that
one side may not send is as wrong as one that the other may not. What the table cannot say (who sends what, numbers,
credits) stands in `messages.SENT_BY` and in `channel`.
"""

from __future__ import annotations

from enum import Enum

from ..errors import ProtocolError
from .messages import ACK, BATCH, BYE, EVENT, FAILURE, GONE, HELLO, MESSAGES, REFUSE, REPLY, WELCOME

__all__ = ["LOST", "TABLE", "State", "step"]


class State(Enum):
    """Where a channel stands."""

    IDLE = "idle"  # no socket has ever carried it
    GREETED = "greeted"  # hello has passed, its answer has not
    OPEN = "open"  # attached: everything flows
    DETACHED = "detached"  # its socket is lost, another may come
    CLOSED = "closed"  # refused, or ended by bye


TABLE: dict[State, dict[int, State]] = {
    State.IDLE: {HELLO: State.GREETED},
    State.GREETED: {WELCOME: State.OPEN, REFUSE: State.CLOSED, BYE: State.CLOSED},
    State.OPEN: {
        BATCH: State.OPEN,
        EVENT: State.OPEN,
        REPLY: State.OPEN,
        GONE: State.OPEN,
        FAILURE: State.OPEN,
        ACK: State.OPEN,
        BYE: State.CLOSED,
    },
    State.DETACHED: {HELLO: State.GREETED, BYE: State.CLOSED},
    State.CLOSED: {},
}

#: Where the loss of the socket leads; a refused or ended channel stays closed.
LOST: dict[State, State] = {
    State.IDLE: State.IDLE,
    State.GREETED: State.DETACHED,
    State.OPEN: State.DETACHED,
    State.DETACHED: State.DETACHED,
    State.CLOSED: State.CLOSED,
}


def step(state: State, message_type: int, error: type[ProtocolError]) -> State:
    """Return the state that a message of *message_type* leads to.

    Raises:
        ProtocolError: of the class *error*, if that message has no place in *state*.
    """
    try:
        return TABLE[state][message_type]
    except KeyError:
        allowed = " or ".join(MESSAGES[one][0] for one in TABLE[state]) or "nothing"
        raise error(f"expected {allowed} in state {state.value}, got {MESSAGES[message_type][0]}") from None
