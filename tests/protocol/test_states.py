"""The table of states, walked."""

from __future__ import annotations

from itertools import product

import pytest

from pycommunicate.errors import LocalProtocolError, RemoteProtocolError
from pycommunicate.protocol import Limits, ServerChannel, State
from pycommunicate.protocol.messages import EVENT, MESSAGES
from pycommunicate.protocol.states import LOST, TABLE, step


@pytest.mark.parametrize(("state", "message"), list(product(State, MESSAGES)))
def test_a_message_leads_where_the_table_says_or_is_refused(state: State, message: int) -> None:
    if message in TABLE[state]:
        assert step(state, message, RemoteProtocolError) is TABLE[state][message]
    else:
        for error in (RemoteProtocolError, LocalProtocolError):
            with pytest.raises(error, match=f"in state {state.value}, got {MESSAGES[message][0]}"):
                step(state, message, error)


def test_an_error_names_what_was_allowed() -> None:
    with pytest.raises(RemoteProtocolError, match="expected welcome or refuse or bye in state greeted, got event"):
        step(State.GREETED, EVENT, RemoteProtocolError)
    with pytest.raises(RemoteProtocolError, match="expected nothing in state closed"):
        step(State.CLOSED, EVENT, RemoteProtocolError)


def test_every_state_is_in_both_tables() -> None:
    assert set(TABLE) == set(LOST) == set(State)


def test_every_state_can_be_reached() -> None:
    reached, new = {State.IDLE}, {State.IDLE}
    while new:
        new = {to for state in new for to in (*TABLE[state].values(), LOST[state])} - reached
        reached |= new
    assert reached == set(State)


def test_closed_is_the_end() -> None:
    assert TABLE[State.CLOSED] == {}
    assert LOST[State.CLOSED] is State.CLOSED


@pytest.mark.parametrize("state", list(State))
def test_the_loss_of_a_socket_leads_a_channel_where_the_table_says(state: State) -> None:
    channel = ServerChannel(Limits())
    channel.state = state
    channel.lose()
    assert channel.state is LOST[state]
