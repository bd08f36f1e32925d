"""The window: what scripts find by a name alone."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any, ClassVar

from .conversions import to_boolean, to_integer, to_number, to_text
from .core import Core
from .errors import DomError, script_error, without_layout
from .event import Event
from .event_targets import EventTarget
from .functions import Function, as_function
from .media import MediaQueryList
from .navigators import Console, Crypto, History, Navigator, Performance, Screen
from .objects import Location, go_to
from .observers import OBSERVERS, Observer
from .plain_globals import PLAIN_GLOBALS
from .promises import promise_global
from .stand_ins import in_script
from .storage import Storage
from .words import words

__all__ = ["Window"]

#: What is there once in a document, by what makes it.
_MADE: dict[str, Callable[[Core], Any]] = {
    "localStorage": lambda core: Storage(core.surroundings.local),
    "sessionStorage": lambda core: Storage(core.surroundings.session),
    "navigator": Navigator,
    "history": History,
    "screen": Screen,
    "performance": Performance,
    "crypto": Crypto,
    "console": Console,
    "Promise": promise_global,
    **PLAIN_GLOBALS,
}
_QUIET = words("focus blur stop print scroll scrollTo scrollBy resizeTo moveTo alert cancelIdleCallback")
_METHODS = words(
    "addEventListener removeEventListener dispatchEvent setTimeout clearTimeout setInterval clearInterval "
    "requestAnimationFrame cancelAnimationFrame requestIdleCallback queueMicrotask matchMedia structuredClone confirm "
    "prompt"
)
#: What a browser has besides; a name that is neither here nor above is none of a browser's.
_KNOWN = words(
    "getComputedStyle getSelection open fetch Notification WebSocket EventSource Worker XMLHttpRequest indexedDB "
    "caches customElements speechSynthesis visualViewport Intl FormData Blob File FileReader Image "
    "Audio AbortController TextEncoder TextDecoder WeakMap WeakRef Symbol Proxy Reflect RegExp BigInt DOMParser Range "
    "Element HTMLElement Node Document createImageBitmap showOpenFilePicker cookieStore scheduler find opener"
)
_FRAME = 1 / 60


def _observer_global(kind: str) -> Callable[[Core], Function]:
    return lambda core: Function(lambda this, args: None, kind, lambda args: Observer.of(core, kind, args))


def _event_global(kind: str) -> Callable[[Core], Function]:
    def make(args: list[Any]) -> Event:
        if not args:
            raise script_error("TypeError", f"Failed to construct '{kind}': 1 argument required, but only 0 present.")
        given = args[1] if len(args) > 1 and isinstance(args[1], dict) else {}
        bubbles, cancelable = to_boolean(given.get("bubbles")), to_boolean(given.get("cancelable"))
        more = {"detail": given.get("detail")} if kind == "CustomEvent" else {}
        return Event(to_text(args[0]), bubbles, cancelable, trusted=False, more=more)

    return lambda core: Function(lambda this, args: None, kind, make)


_MADE.update({kind: _observer_global(kind) for kind in OBSERVERS})
_MADE["EventTarget"] = lambda core: Function(lambda this, args: None, "EventTarget", lambda args: EventTarget(core))
_MADE.update({kind: _event_global(kind) for kind in ("Event", "CustomEvent")})


class Window(EventTarget):
    """The window of a document.

    Args:
        core: The document.
    """

    kind = "Window"
    methods: ClassVar[frozenset[str]] = _METHODS | _QUIET

    def __init__(self, core: Core) -> None:
        super().__init__(core)
        self._own: dict[str, Any] = {}
        self._timers: dict[int, Callable[[], None]] = {}
        self._last_timer = 0
        self._media: list[MediaQueryList] = []

    # --- properties ---------------------------------------------------------------------------------------------

    def get(self, name: str) -> Any:
        core, around = self._core, self._core.surroundings
        if name in self._own:
            return self._own[name]
        if name in around.stand_ins.scripts:
            return in_script(around.stand_ins.scripts[name])
        if name in _MADE:
            self._own[name] = _MADE[name](core)
            return self._own[name]
        match name:
            case "document":
                return core
            case "location":
                return Location(core)
            case "window" | "self" | "top" | "parent" | "globalThis" | "frames":
                return self
            case "innerWidth" | "outerWidth":
                return around.width
            case "innerHeight" | "outerHeight":
                return around.height
            case "devicePixelRatio":
                return 1
            case "scrollX" | "scrollY" | "pageXOffset" | "pageYOffset" | "screenX" | "screenY" | "length":
                return 0
            case "name":
                return ""
            case "origin":
                return Location(core).get("origin")
            case "closed" | "isSecureContext":
                return False
        if name in _KNOWN:
            raise without_layout(f"window.{name}")
        return super().get(name)

    def set(self, name: str, value: Any) -> None:
        if name == "location":
            go_to(self._core, to_text(value))
        elif name in ("document", "window", "top"):
            super().set(name, value)
        elif name.startswith("on"):
            EventTarget.set(self, name, value)
        else:
            self._own[name] = value

    # --- methods ------------------------------------------------------------------------------------------------

    def call(self, name: str, args: list[Any]) -> Any:
        own = self._own.get(name)
        if (
            own is None
            and name not in self.methods
            and (name in _MADE or name in self._core.surroundings.stand_ins.scripts)
        ):
            own = self.get(name)
        if isinstance(own, Function):
            return own.invoke(self, args)
        match name:
            case "setTimeout" | "setInterval":
                function = as_function(args[0] if args else None, name)
                wait = max(0.0, to_number(args[1]) / 1000) if len(args) > 1 else 0.0
                return self._start(lambda: function.invoke(self, args[2:]), wait, repeat=name == "setInterval")
            case "clearTimeout" | "clearInterval" | "cancelAnimationFrame":
                stop = self._timers.pop(to_integer(args[0]), None) if args else None
                return stop() if stop is not None else None
            case "requestAnimationFrame" | "requestIdleCallback":
                function = as_function(args[0] if args else None, name)
                return self._start(lambda: function.invoke(self, [self._now()]), _FRAME, repeat=False)
            case "queueMicrotask":
                function = as_function(args[0] if args else None, name)
                return self._core.later(lambda: function.invoke(None, []))
            case "matchMedia":
                self._media.append(MediaQueryList(self._core, to_text(args[0]) if args else ""))
                return self._media[-1]
            case "structuredClone":
                return _copy(args[0] if args else None)
            case "confirm":
                return False
            case "prompt":
                return None
        if name in _QUIET:
            return None
        if name in _KNOWN:
            raise without_layout(f"window.{name}")
        return super().call(name, args)

    def _now(self) -> float:
        return float(self.get("performance").call("now", []))

    def _start(self, act: Callable[[], object], seconds: float, *, repeat: bool) -> int:
        self._last_timer = number = self._last_timer + 1

        def fire() -> None:
            if repeat:
                self._timers[number] = self._core.surroundings.after(max(seconds, 0.001), fire)
            else:
                self._timers.pop(number, None)
            with suppress(DomError):  # it is for the console alone
                act()
            self._core.after_turn()

        self._timers[number] = self._core.surroundings.after(seconds, fire)
        return number

    def close(self) -> None:
        """Let no timer fire any more."""
        for stop in self._timers.values():
            stop()
        self._timers.clear()

    def look(self) -> None:
        """Tell what the size of the window has changed."""
        for one in tuple(self._media):
            one.look()


def _copy(value: Any) -> Any:
    if isinstance(value, list):
        return [_copy(item) for item in value]
    return {key: _copy(item) for key, item in value.items()} if isinstance(value, dict) else value
