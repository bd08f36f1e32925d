"""What stands for nodes of a rig's document, and what is sent by it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pycommunicate.protocol.codec import Ref, to_wire
from pycommunicate.proxies.dom import ElementWrapper, HTMLWrapper
from tests.support.rig import Outcome, Rig

__all__ = ["answered", "did", "find", "node", "refused"]


def node(ref: int) -> Any:
    """Return a ref as a reply has it."""
    return to_wire(Ref(ref))


def find(rig: Rig, ref: int = -1, selector: str = "#here") -> ElementWrapper:
    """Let a handler find an element."""
    outcome = rig.start(lambda: HTMLWrapper(rig.page).element(selector))
    rig.answer(node(ref))
    element = outcome.get()
    assert isinstance(element, ElementWrapper)
    return element


def did(rig: Rig, call: Callable[[], Any]) -> list[list[Any]]:
    """Return the ops that *call* sends, which waits for nothing."""
    rig.run(call)
    return rig.take()


def answered(rig: Rig, call: Callable[[], Any], value: Any) -> tuple[list[Any], Any]:
    """Return the op that *call* asks by, and what it returns if that is answered with *value*."""
    outcome = rig.start(call)
    return rig.answer(value), outcome.get()


def refused(rig: Rig, call: Callable[[], Any], error: list[Any]) -> Outcome:
    """Let what *call* asks be answered with an error; return what comes of it."""
    outcome = rig.start(call)
    rig.answer(error=error)
    return outcome
