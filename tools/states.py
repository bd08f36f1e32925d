"""Prints the diagram of a channel's states from the table: ``python -m tools.states``.

The protocol's spec holds a copy in section 4.1; a test compares them.
"""

from __future__ import annotations

from pycommunicate.protocol.messages import MESSAGES
from pycommunicate.protocol.states import LOST, TABLE, State

__all__ = ["diagram"]

_FIRST, _LOSS = State.IDLE, "loss of the socket"


def diagram() -> str:
    """Return the table as a Mermaid state diagram: one arrow for each two states, with all that leads along it."""
    lines = ["stateDiagram-v2", f"    [*] --> {_FIRST.value}"]
    for state in State:
        ways: dict[State, list[str]] = {}
        for message, to in TABLE[state].items():
            ways.setdefault(to, []).append(MESSAGES[message][0])
        if LOST[state] is not state:
            ways.setdefault(LOST[state], []).append(_LOSS)
        lines += [f"    {state.value} --> {to.value}: {', '.join(words)}" for to, words in ways.items()]
        if not ways:
            lines.append(f"    {state.value} --> [*]")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(diagram(), end="")
