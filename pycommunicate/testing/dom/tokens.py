"""Lists of words in an attribute: `classList`."""

from __future__ import annotations

from typing import Any, ClassVar

from .conversions import to_boolean, to_text
from .core import Core
from .errors import DomError, script_error
from .functions import as_function
from .host import HostObject
from .tree import Node
from .words import words as _words_of

__all__ = ["TokenList"]


class TokenList(HostObject):
    """The words of an attribute, each once."""

    kind = "DOMTokenList"
    methods: ClassVar[frozenset[str]] = _words_of("add remove toggle replace contains item forEach toString")

    def __init__(self, core: Core, node: Node, attribute: str) -> None:
        self._core = core
        self._node = node
        self._attribute = attribute

    def identity(self) -> tuple[Any, ...]:
        return (self._node, self._attribute)

    def _words(self) -> list[str]:
        return list(dict.fromkeys((self._core.attribute(self._node, self._attribute) or "").split()))

    def _update(self, words: list[str]) -> None:
        if words or self._node.get(self._attribute) is not None:
            self._core.set_attribute(self._node, self._attribute, " ".join(words))

    def get(self, name: str) -> Any:
        if name == "value":
            return self._core.attribute(self._node, self._attribute) or ""
        words = self._words()
        if name == "length":
            return len(words)
        return words[int(name)] if name.isdecimal() and int(name) < len(words) else None

    def set(self, name: str, value: Any) -> None:
        if name != "value":
            return super().set(name, value)
        return self._core.set_attribute(self._node, self._attribute, to_text(value))

    def plain(self) -> Any:
        return self._words()

    def call(self, name: str, args: list[Any]) -> Any:
        words = self._words()
        match name, args:
            case "forEach", _:
                function = as_function(args[0] if args else None, name)
                for place, word in enumerate(words):
                    function.invoke(None, [word, place, self])
            case "contains", [word]:
                return to_text(word) in words
            case "item", [index]:
                return words[index] if isinstance(index, int) and 0 <= index < len(words) else None
            case "toString", []:
                return self.get("value")
            case "add", _:
                checked = self._checked("add", args)
                self._update([*words, *(word for word in dict.fromkeys(checked) if word not in words)])
            case "remove", _:
                gone = self._checked("remove", args)
                self._update([word for word in words if word not in gone])
            case "toggle", [_, *force]:
                (word,) = self._checked("toggle", args[:1])
                wanted = to_boolean(force[0]) if force and force[0] is not None else word not in words
                if wanted != (word in words):
                    self._update([*words, word] if wanted else [one for one in words if one != word])
                return wanted
            case "replace", [_, _]:
                old, new = self._checked("replace", args)
                if old not in words:
                    return False
                self._update(list(dict.fromkeys(new if word == old else word for word in words)))
                return True
            case (("contains" | "item" | "toggle" | "replace"), _):
                raise script_error("TypeError", f"Failed to execute '{name}' on 'DOMTokenList': not enough arguments")
            case _:
                raise DomError("not-a-function", f"not a function: {name}")
        return None

    @staticmethod
    def _checked(method: str, args: list[Any]) -> list[str]:
        words = [to_text(arg) for arg in args]
        where = f"Failed to execute '{method}' on 'DOMTokenList'"
        for word in words:
            if not word:
                raise script_error("SyntaxError", f"{where}: The token provided must not be empty.")
            if word.split() != [word]:
                raise script_error(
                    "InvalidCharacterError",
                    f"{where}: The token provided ('{word}') contains HTML space characters, which are not valid in "
                    f"tokens.",
                )
        return words
