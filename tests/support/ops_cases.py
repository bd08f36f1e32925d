"""The ops vectors of the protocol, for whoever plays them, and what comes of a step in their notation."""

from __future__ import annotations

from typing import Any

import pytest

from pycommunicate.protocol.messages import Event
from tests.support.notation import PROTOCOL, from_notation, load_vectors, to_notation

__all__ = ["CASES", "told_by", "wanted_by"]

CASES = [
    pytest.param(case, id=f"{topic.stem}: {case['name']}")
    for topic in sorted((PROTOCOL / "v1" / "vectors" / "ops").glob("*.json"))
    for case in load_vectors(f"ops/{topic.name}")
]


def wanted_by(step: dict[str, Any]) -> dict[str, Any]:
    """Return what a client tells at a step: replies and errors by the names of asks, failures by the places of ops."""
    gone = step.get("gone", {"refs": [], "listeners": []})
    return {
        "replies": {ask: to_notation(from_notation(value)) for ask, value in step.get("replies", {}).items()},
        "errors": step.get("errors", {}),
        "failures": step.get("failures", {}),
        "gone": {"refs": sorted(gone["refs"]), "listeners": sorted(gone["listeners"])},
        "events": [_in_one_notation(event) for event in step.get("events", [])],
    }


def told_by(event: Event) -> Any:
    """Return an event as steps have it."""
    if event.carried is None:
        return event.listener
    errors = {place: error[0] for place, error in (event.errors or {}).items()}
    return [event.listener, to_notation(event.carried), *([errors] if errors else [])]


def _in_one_notation(event: Any) -> Any:
    if not isinstance(event, list):
        return event
    listener, values, *errors = event
    return [listener, to_notation(from_notation(values)), *errors]
