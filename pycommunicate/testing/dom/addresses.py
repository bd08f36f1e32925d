"""`URL` and `URLSearchParams`."""

from __future__ import annotations

from typing import Any, ClassVar
from urllib.parse import parse_qsl, quote_plus

from .conversions import to_text
from .errors import script_error
from .functions import Function
from .host import HostObject
from .urls import absolute, parts_of
from .words import words

__all__ = ["SearchParams", "Url"]


class SearchParams(HostObject):
    """Names and values, as they stand behind the question mark of an address.

    Args:
        args: What it is constructed with: a text, a map, or a list of names with values.
    """

    kind = "URLSearchParams"
    methods: ClassVar[frozenset[str]] = words("get getAll has set append delete toString forEach keys values sort")

    def __init__(self, args: list[Any]) -> None:
        given = args[0] if args else None
        if isinstance(given, dict):
            self.entries = [(key, to_text(value)) for key, value in given.items()]
        elif isinstance(given, list):
            self.entries = [(to_text(key), to_text(value)) for key, value in given]
        else:
            text = "" if given is None else to_text(given).removeprefix("?")
            self.entries = parse_qsl(text, keep_blank_values=True)

    def get(self, name: str) -> Any:
        return len(self.entries) if name == "size" else None

    def call(self, name: str, args: list[Any]) -> Any:
        key = to_text(args[0]) if args and not isinstance(args[0], Function) else ""
        found = [value for one, value in self.entries if one == key]
        match name:
            case "get":
                return found[0] if found else None
            case "getAll":
                return found
            case "has":
                return bool(found)
            case "set" | "append" if len(args) > 1:
                if name == "set":
                    self.entries = [entry for entry in self.entries if entry[0] != key]
                return self.entries.append((key, to_text(args[1])))
            case "delete":
                self.entries = [entry for entry in self.entries if entry[0] != key]
                return None
            case "sort":
                return self.entries.sort(key=lambda entry: entry[0])
            case "toString":
                return "&".join(f"{quote_plus(key)}={quote_plus(value)}" for key, value in self.entries)
            case "keys":
                return [key for key, _ in self.entries]
            case "values":
                return [value for _, value in self.entries]
            case "forEach" if args and isinstance(args[0], Function):
                for key, value in list(self.entries):
                    args[0].invoke(None, [value, key, self])
                return None
        return super().call(name, args)

    def plain(self) -> Any:
        return [list(entry) for entry in self.entries]


class Url(HostObject):
    """An address.

    Args:
        args: What it is constructed with: an address, and what it is seen from.

    Raises:
        DomError: if it is none.
    """

    kind = "URL"
    methods: ClassVar[frozenset[str]] = words("toString toJSON")

    def __init__(self, args: list[Any]) -> None:
        text, base = to_text(args[0] if args else "undefined"), to_text(args[1]) if len(args) > 1 else ""
        whole = absolute(base, text)
        if whole is None or "://" not in whole:
            raise script_error("TypeError", "Failed to construct 'URL': Invalid URL")
        self._parts = parts_of(whole)
        self._params = SearchParams([self._parts["search"]])
        self._search = self._params.call("toString", [])

    def get(self, name: str) -> Any:
        if name == "searchParams":
            return self._params
        search = self._parts["search"]
        if self._params.call("toString", []) != self._search:  # they have been changed
            search = f"?{self._params.call('toString', [])}".rstrip("?")
        if name == "search":
            return search
        if name == "href":
            return f"{self._parts['origin']}{self._parts['pathname']}{search}{self._parts['hash']}"
        return self._parts.get(name)

    def set(self, name: str, value: Any) -> None:
        text = to_text(value)
        if name == "hash":
            self._parts["hash"] = f"#{text.removeprefix('#')}" if text else ""
        elif name == "search":
            self._parts["search"] = f"?{text.removeprefix('?')}" if text else ""
            self._params = SearchParams([text])
            self._search = self._params.call("toString", [])
        elif name == "pathname":
            self._parts["pathname"] = text if text.startswith("/") else f"/{text}"
        else:
            super().set(name, value)

    def call(self, name: str, args: list[Any]) -> Any:
        return self.get("href") if name in self.methods else super().call(name, args)
