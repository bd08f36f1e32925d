"""What tests of elements begin with."""

from __future__ import annotations

import pytest

from pycommunicate.protocol.codec import Ref, to_wire
from pycommunicate.proxies.dom import ElementWrapper, HTMLWrapper
from tests.support.rig import Rig


@pytest.fixture
def element(rig: Rig) -> ElementWrapper:
    """An element with ref -1."""
    outcome = rig.start(lambda: HTMLWrapper(rig.page).element("#here"))
    rig.answer(to_wire(Ref(-1)))
    found = outcome.get()
    assert isinstance(found, ElementWrapper)
    return found
