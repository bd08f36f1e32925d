"""The document's objects beside its nodes: data, validity, location."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from .conversions import to_text
from .core import Core
from .errors import DomError, script_error, without_layout
from .host import HostObject
from .request import Request
from .tree import Node
from .urls import parts_of, resolve
from .validation import FLAWS, flaws_of
from .words import words

__all__ = ["Dataset", "Location", "Validity", "go_to"]

_capital = re.compile("[A-Z]")
_dashed = re.compile("-([a-z])")


class Dataset(HostObject):
    """The attributes of an element whose names begin with `data-`."""

    kind = "DOMStringMap"

    def __init__(self, core: Core, node: Node) -> None:
        self._core = core
        self._node = node

    def identity(self) -> tuple[Any, ...]:
        return (self._node,)

    def get(self, name: str) -> Any:
        return None if re.search("-[a-z]", name) else self._core.attribute(self._node, _attribute(name))

    def set(self, name: str, value: Any) -> None:
        if re.search("-[a-z]", name):
            raise script_error(
                "SyntaxError",
                f"Failed to set a named property '{name}' on 'DOMStringMap': '{name}' is not a valid property name.",
            )
        self._core.set_attribute(self._node, _attribute(name), to_text(value))

    def plain(self) -> Any:
        return {
            _dashed.sub(lambda found: found[1].upper(), name[5:]): self._core.attribute(self._node, name)
            for name in self._node.attrib
            if name.startswith("data-") and not _capital.search(name)
        }


def _attribute(name: str) -> str:
    return "data-" + _capital.sub(lambda found: f"-{found[0].lower()}", name)


class Validity(HostObject):
    """What is wrong with a field."""

    kind = "ValidityState"

    def __init__(self, core: Core, node: Node) -> None:
        self._flaws = flaws_of(core, node)

    def get(self, name: str) -> Any:
        if name == "valid":
            return not self._flaws
        return name in self._flaws if name in FLAWS else None


class Location(HostObject):
    """The document's address."""

    kind = "Location"
    methods: ClassVar[frozenset[str]] = words("assign replace reload toString")

    def __init__(self, core: Core) -> None:
        self._core = core

    def identity(self) -> tuple[Any, ...]:
        return ()

    def get(self, name: str) -> Any:
        return parts_of(self._core.url).get(name)

    def set(self, name: str, value: Any) -> None:
        text = to_text(value)
        if name == "href":
            go_to(self._core, text)
        elif name == "hash":
            go_to(self._core, f"#{text.removeprefix('#')}")
        elif name == "search":
            go_to(self._core, f"?{text.removeprefix('?')}")
        elif name == "pathname":
            go_to(self._core, text if text.startswith("/") else f"/{text}")
        else:
            raise without_layout(f"setting location.{name}")

    def call(self, name: str, args: list[Any]) -> Any:
        match name, args:
            case (("assign" | "replace"), [url, *_]):
                go_to(self._core, to_text(url))
            case "reload", _:
                self._core.navigate(Request(self._core.url))
            case "toString", []:
                return self._core.url
            case _:
                raise DomError("not-a-function", f"not a function: location.{name}")
        return None


def go_to(core: Core, text: str) -> None:
    """Leave for another address, or scroll within the document."""
    core.go(Request(resolve(core.base_url, text)))
