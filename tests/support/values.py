"""Hypothesis strategies for values that travel."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

from hypothesis import strategies as st

from pycommunicate.protocol.codec import Ref

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
#: Whole milliseconds of the years that everybody's dates reach.
DATES = st.integers(-62135596800000, 253402300799999).map(
    lambda ms: datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(milliseconds=ms)
)
LEAVES: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.sampled_from([2**53 - 1, 2**53, -(2**53), 2**63, 2**64 - 1, 2**64, -(2**63), -(2**63) - 1, -33, -129, 256]),
    st.floats(),
    TEXTS,
    st.binary(max_size=40),
    DATES,
    st.integers(-(2**31), 2**31 - 1).map(Ref),
)
VALUES: st.SearchStrategy[Any] = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=6) | st.dictionaries(TEXTS, inner, max_size=6),
    max_leaves=20,
)
