"""Promises: what will be there later."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from .core import Core
from .errors import DomError
from .functions import Function
from .host import HostObject
from .thrown import error_of, value_of
from .words import words

__all__ = ["Promise", "promise_global"]


class Promise(HostObject):
    """A promise.

    Args:
        core: The document, in whose turns it is settled.
    """

    kind = "Promise"
    methods: ClassVar[frozenset[str]] = words("then catch finally")

    def __init__(self, core: Core) -> None:
        self._core = core
        self._settled = False
        self._value: Any = None
        self._error: DomError | None = None
        self._waiting: list[tuple[Callable[[Any], object], Callable[[DomError], object]]] = []

    def resolve(self, value: Any = None) -> Promise:
        """Settle it, to a value or to what another promise settles to; the first time counts."""
        if isinstance(value, Promise):
            value.when(self._fulfil, self.reject)
        else:
            self._fulfil(value)
        return self

    def reject(self, error: DomError) -> Promise:
        """Settle it by an error."""
        self._settle(None, error)
        return self

    def settle_by(self, function: Function) -> None:
        """Call a function with what settles it."""

        def resolve(this: Any, args: list[Any]) -> None:
            self.resolve(args[0] if args else None)

        def reject(this: Any, args: list[Any]) -> None:
            self.reject(error_of(args[0] if args else None))

        try:
            function.invoke(None, [Function(resolve), Function(reject)])
        except DomError as error:
            self.reject(error)

    def when(self, fulfilled: Callable[[Any], object], rejected: Callable[[DomError], object]) -> None:
        """Call one of these when it is settled, in a later turn."""
        self._waiting.append((fulfilled, rejected))
        if self._settled:
            self._core.later(self._tell)

    def _fulfil(self, value: Any) -> None:
        self._settle(value, None)

    def _settle(self, value: Any, error: DomError | None) -> None:
        if not self._settled:
            self._settled, self._value, self._error = True, value, error
            self._core.later(self._tell)

    def _tell(self) -> None:
        waiting, self._waiting = self._waiting, []
        for fulfilled, rejected in waiting:
            if self._error is None:
                fulfilled(self._value)
            else:
                rejected(self._error)

    def get(self, name: str) -> Any:
        return None

    def call(self, name: str, args: list[Any]) -> Any:
        match name, [*args, None, None][:2]:
            case "then", [fulfilled, rejected]:
                return self._then(fulfilled, rejected)
            case "catch", [rejected, _]:
                return self._then(None, rejected)
            case "finally", [act, _]:
                return self._finally(act)
        return super().call(name, args)

    def _then(self, fulfilled: Any, rejected: Any) -> Promise:
        after = Promise(self._core)

        def on_value(value: Any) -> None:
            if isinstance(fulfilled, Function):
                after._follow(fulfilled, [value])
            else:
                after.resolve(value)

        def on_error(error: DomError) -> None:
            if isinstance(rejected, Function):
                after._follow(rejected, [value_of(error)])
            else:
                after.reject(error)

        self.when(on_value, on_error)
        return after

    def _finally(self, act: Any) -> Promise:
        after = Promise(self._core)

        def run() -> None:
            if isinstance(act, Function):
                act.invoke(None, [])

        def on_value(value: Any) -> None:
            run()
            after.resolve(value)

        def on_error(error: DomError) -> None:
            run()
            after.reject(error)

        self.when(on_value, on_error)
        return after

    def _follow(self, function: Function, args: list[Any]) -> None:
        try:
            self.resolve(function.invoke(None, args))
        except DomError as error:
            self.reject(error)


def promise_global(core: Core) -> Function:
    """Return what scripts know as `Promise`."""

    def make(args: list[Any]) -> Promise:
        promise = Promise(core)
        if args and isinstance(args[0], Function):
            promise.settle_by(args[0])
        return promise

    def all_of(this: Any, args: list[Any]) -> Promise:
        every, items = Promise(core), list(args[0] if args else [])
        values: list[Any] = [None] * len(items)
        left = len(items)
        if not items:
            return every.resolve([])

        def keep(place: int, value: Any) -> None:
            nonlocal left
            values[place] = value
            left -= 1
            if not left:
                every.resolve(values)

        for place, item in enumerate(items):
            Promise(core).resolve(item).when(lambda value, place=place: keep(place, value), every.reject)  # type: ignore[misc]
        return every

    found = Function(lambda this, args: None, "Promise", make)
    found.set("resolve", Function(lambda this, args: Promise(core).resolve(args[0] if args else None), "resolve"))
    found.set(
        "reject", Function(lambda this, args: Promise(core).reject(error_of(args[0] if args else None)), "reject")
    )
    found.set("all", Function(all_of, "all"))
    return found
