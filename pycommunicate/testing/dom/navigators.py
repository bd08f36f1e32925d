"""What a window has of its browser: `navigator`, `history`, `screen`, `performance`, `crypto`, `console`."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from .conversions import to_text
from .core import Core
from .errors import without_layout
from .host import HostObject
from .promises import Promise
from .urls import resolve
from .words import words

__all__ = ["Clipboard", "Console", "Crypto", "History", "Navigator", "Performance", "Screen"]


class _OneOfItsKind(HostObject):
    """Something of which a document has one; it is made anew each time that it is read."""

    def __init__(self, core: Core) -> None:
        self._core = core

    def identity(self) -> tuple[Any, ...]:
        return ()

    def get(self, name: str) -> Any:
        return None


class Navigator(_OneOfItsKind):
    """The browser, as it tells of itself."""

    kind = "Navigator"
    methods: ClassVar[frozenset[str]] = words("vibrate sendBeacon")

    def get(self, name: str) -> Any:
        match name:
            case "onLine":
                return self._core.surroundings.online
            case "language":
                return "en-US"
            case "languages":
                return ["en-US"]
            case "userAgent":
                return "pycommunicate-testing"
            case "cookieEnabled":
                return True
            case "maxTouchPoints":
                return 0
            case "clipboard":
                return Clipboard(self._core)
            case "geolocation" | "serviceWorker" | "mediaDevices" | "permissions" | "storage" | "credentials":
                raise without_layout(f"navigator.{name}")
        return None

    def call(self, name: str, args: list[Any]) -> Any:
        if name in self.methods:
            return True
        if name == "share":
            raise without_layout("navigator.share")
        return super().call(name, args)


class Clipboard(_OneOfItsKind):
    """What is copied and pasted."""

    kind = "Clipboard"
    methods: ClassVar[frozenset[str]] = words("readText writeText")

    def call(self, name: str, args: list[Any]) -> Any:
        around = self._core.surroundings
        match name, args:
            case "readText", _:
                return Promise(self._core).resolve(around.clipboard)
            case "writeText", [text, *_]:
                around.clipboard = to_text(text)
                return Promise(self._core).resolve()
        return super().call(name, args)


class History(_OneOfItsKind):
    """Where the tab was. There is no way back here; only the document's address is changed."""

    kind = "History"
    methods: ClassVar[frozenset[str]] = words("pushState replaceState back forward go")

    def get(self, name: str) -> Any:
        match name:
            case "length":
                return self._core.history_length
            case "state":
                return self._core.history_state
            case "scrollRestoration":
                return "auto"
        return None

    def call(self, name: str, args: list[Any]) -> Any:
        core = self._core
        match name:
            case "pushState" | "replaceState":
                state, _, url = (*args, None, None, None)[:3]
                core.history_state = state
                core.history_length += name == "pushState"
                if url is not None:
                    core.url = resolve(core.base_url, to_text(url))
                return None
            case "back" | "forward" | "go":
                raise without_layout(f"history.{name}")
        return super().call(name, args)


class Screen(_OneOfItsKind):
    """The screen: as large as the window."""

    kind = "Screen"

    def get(self, name: str) -> Any:
        around = self._core.surroundings
        sizes = {"width": around.width, "height": around.height, "colorDepth": 24, "pixelDepth": 24}
        return (sizes | {"availWidth": around.width, "availHeight": around.height}).get(name)


class Performance(HostObject):
    """How long the document has been there."""

    kind = "Performance"
    methods: ClassVar[frozenset[str]] = words("now mark measure")

    def __init__(self, core: Core) -> None:
        self._core = core
        self._since = core.surroundings.now()

    def get(self, name: str) -> Any:
        return self._since * 1000 if name == "timeOrigin" else None

    def call(self, name: str, args: list[Any]) -> Any:
        if name == "now":
            return (self._core.surroundings.now() - self._since) * 1000
        return None if name in self.methods else super().call(name, args)


class Crypto(_OneOfItsKind):
    """Random texts."""

    kind = "Crypto"
    methods: ClassVar[frozenset[str]] = words("randomUUID")

    def call(self, name: str, args: list[Any]) -> Any:
        return str(uuid.uuid4()) if name == "randomUUID" else super().call(name, args)


class Console(_OneOfItsKind):
    """What is written here nobody reads."""

    kind = "console"
    methods: ClassVar[frozenset[str]] = words("log info warn error debug trace table clear group groupEnd time timeEnd")

    def call(self, name: str, args: list[Any]) -> Any:
        return None if name in self.methods else super().call(name, args)
