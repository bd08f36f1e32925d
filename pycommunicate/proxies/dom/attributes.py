"""The attributes of an element, and those of them that hold data of the program's own."""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Collection, ItemsView, KeysView, MutableMapping, ValuesView
from typing import Any

from ...errors import InvalidName, UnsupportedValue
from .properties import PropertyGroup
from .recent import Recent
from .values import texts, texts_by_name

__all__ = ["Attributes", "Dataset"]

#: What no name of an attribute has in it (HTML, attributes), so that the error comes where the name is written.
_NO_NAME = re.compile(r"[\s\x00\"'<>/=]")


class _Texts(Recent, PropertyGroup, MutableMapping[str, str]):
    """Texts by name. Reading **blocks**, writing never waits."""

    __slots__ = ("_seen",)

    @abstractmethod
    def copy(self) -> dict[str, str]:
        """**Blocks**: return all."""

    @abstractmethod
    def _read(self, name: str) -> str | None:
        """**Blocks**: return one."""

    def _read_names(self) -> Collection[str]:
        """**Blocks**: return all names."""
        return self.copy()

    def __getitem__(self, name: str) -> str:
        recent = self._recent()
        found = recent[name] if isinstance(recent, dict) and name in recent else self._read(name)
        if found is None:
            raise KeyError(f"expected {name!r} among the {self._name} of {self._node!r}, found none")
        return str(found)

    def keys(self) -> KeysView[str]:
        """**Blocks**: return the names."""
        return self._remember(self.copy()).keys()

    def items(self) -> ItemsView[str, str]:
        """**Blocks**: return names and values."""
        return self.copy().items()

    def values(self) -> ValuesView[str]:
        """**Blocks**: return the values."""
        return self.copy().values()

    def clear(self) -> None:
        """Take all away. **Blocks**, for their names."""
        for name in self:
            del self[name]


class Attributes(_Texts):
    """The attributes of an element, as its HTML has them.

    >>> element.attributes["href"] = "/next"
    >>> element.attributes.get("title")
    >>> del element.attributes["title"]

    Values are texts; a number may be written. An attribute that is not there is a KeyError where it is read, and no
    fault where it is deleted. Reading **blocks**, for two round trips if all are read at once, as by
    ``dict(element.attributes)``; writing never waits.
    """

    __slots__ = ()

    def _read(self, name: str) -> str | None:
        found: str | None = self._node.ask_wire("getAttribute", _attribute(name), label=self._label(name))
        return found

    def __setitem__(self, name: str, value: str | float) -> None:
        self._node.send_wire("setAttribute", _attribute(name), _text(value, f"element.attributes[{name!r}]"))

    def __delitem__(self, name: str) -> None:
        self._node.send_wire("removeAttribute", _attribute(name))

    def __contains__(self, name: object) -> bool:
        if not isinstance(name, str):
            return False
        return bool(self._node.ask_wire("hasAttribute", name, label=self._label(name)))

    def toggle(self, name: str, on: bool | None = None) -> None:
        """Put an attribute without a value there, or take it away. Never waits.

        Args:
            name: Its name, as ``"open"``.
            on: Whether it shall be there; None for the other way than it is.
        """
        self._node.send_wire("toggleAttribute", _attribute(name), *(() if on is None else (bool(on),)))

    def _read_names(self) -> list[str]:
        label = f"attributes of {self._node!r}"
        found: list[str] = self._node.ask_wire("getAttributeNames", label=label, convert=texts)
        return found

    def copy(self) -> dict[str, str]:
        """**Blocks**: return all of them."""
        names = self._read_names()
        values = self._node.ask_each_wire("getAttribute", names, label=f"attributes of {self._node!r}")
        return {name: str(value) for name, value in zip(names, values, strict=True) if value is not None}

    def _label(self, name: str) -> str:
        return f"attribute {name!r} of {self._node!r}"


class Dataset(_Texts):
    """The ``data-`` attributes of an element.

    >>> row.dataset["userId"] = 17
    >>> row.dataset["userId"]
    '17'

    Names are those of JavaScript: ``userId`` is the attribute ``data-user-id``. Otherwise it is like `Attributes`, but
    all of it is read in one round trip.
    """

    __slots__ = ()

    def _read(self, name: str) -> str | None:
        found: str | None = self._node.read_wire(["dataset", _data_name(name)])
        return found

    def __setitem__(self, name: str, value: str | float) -> None:
        self._node.write_wire(["dataset", _data_name(name)], _text(value, f"element.dataset[{name!r}]"))

    def __delitem__(self, name: str) -> None:
        self._node.send_wire("removeAttribute", _attribute_of(_data_name(name)))

    def __contains__(self, name: object) -> bool:
        try:
            return isinstance(name, str) and self.get(name) is not None
        except InvalidName:
            return False  # no data has such a name

    def copy(self) -> dict[str, str]:
        """**Blocks**: return all of them."""
        found: dict[str, str] = self._node.read_wire("dataset", texts_by_name)
        return found


def _attribute(name: str) -> str:
    if not isinstance(name, str) or not name or _NO_NAME.search(name):
        raise InvalidName(f'expected the name of an attribute, as "href", got {name!r}')
    return name


def _data_name(name: str) -> str:
    if not isinstance(name, str) or not name or _NO_NAME.search(name):
        raise InvalidName(f'expected the name of data, as "userId", got {name!r}')
    if name.startswith("data-") or re.search(r"-[a-z]", name):
        meant = re.sub(r"-([a-z])", lambda found: found[1].upper(), name.removeprefix("data-"))
        raise InvalidName(f"expected the name of data as JavaScript has it, {meant!r}, got {name!r}")
    return name


def _attribute_of(name: str) -> str:
    return "data-" + re.sub(r"[A-Z]", lambda found: f"-{found[0].lower()}", name)


def _text(value: Any, what: str) -> str:
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)
    raise UnsupportedValue(
        f'expected text or a number for {what}, got {value!r}; write "true" or "", or delete it by del {what}'
    )
