"""The vectors of the protocol, and their notation, which the conformance kit has."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pycommunicate.conformance.notation import from_notation as from_notation
from pycommunicate.conformance.notation import load
from pycommunicate.conformance.notation import to_notation as to_notation

PROTOCOL = Path(__file__).parents[2] / "protocol"


def load_vectors(name: str) -> list[dict[str, Any]]:
    """Returns the cases of one file below `protocol/v1/vectors`."""
    return list(load(PROTOCOL / "v1" / "vectors" / name)["cases"])
