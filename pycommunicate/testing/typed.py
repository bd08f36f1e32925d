"""What the user has typed: kept when the document is loaded anew (spec 4.6)."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from typing import Any

from .dom import Document, Event

__all__ = ["Typed"]

_FIELDS = "input,textarea,select,[contenteditable]"
_SECRET = re.compile(r"\boff\b|one-time|password|cc-", re.IGNORECASE)
#: Seconds for which it counts.
_FRESH = 120.0


class Typed:
    """What the user has typed into one document.

    Args:
        document: The document.
        user: Stands for its user.
        now: Returns the time, in seconds.
    """

    def __init__(self, document: Document, user: str, now: Callable[[], float]) -> None:
        self._document = document
        self._user = user
        self._now = now
        self._touched: set[Any] = set()
        self._secret: set[Any] = set()
        self._entries: list[tuple[list[str], Any]] = []
        self._saved_at = 0.0
        for type_ in ("input", "change"):
            document.listen(document, type_, self._hear)

    def overwritten(self, node: Any) -> None:
        """Take note that the server has written what a field holds, or what is inside of it."""
        if node is not self._document:
            self._touched.discard(self._document.call(node, "closest", [_FIELDS]))

    def save(self) -> None:
        """Keep what the user has entered."""
        for field, keys in self._fields():
            if field in self._touched and self._keeps(field):
                self._entries.insert(0, (keys, self._value(field)))
        self._saved_at = self._now()

    def take_over(self, before: Typed) -> None:
        """Take what was kept of the document before this one, if that is the same one of the same user."""
        same = (before._user, before._document.url) == (self._user, self._document.url)
        if same:
            self._entries, self._saved_at = before._entries, before._saved_at
        before._entries = []

    def put_back(self) -> None:
        """Enter what has its field by now; what has none waits for the next view."""
        if not self._entries:
            return
        entries, self._entries = self._entries, []
        if self._now() - self._saved_at >= _FRESH:
            return
        fields = {key: field for field, keys in reversed(self._fields()) for key in keys}
        for keys, value in entries:
            field = next((fields[key] for key in keys if key in fields), None)
            if field is None:
                self._entries.append((keys, value))
            elif field not in self._touched and self._keeps(field):
                self._enter(field, value)

    def _hear(self, event: Event) -> None:
        target = event.target
        if target is None or not self._document.matches(target, _FIELDS):
            return
        self._touched.add(target)
        if self._type(target) == "password":
            self._secret.add(target)

    def _keeps(self, field: Any) -> bool:
        form = self._document.read(field, "form")
        words = field.get("autocomplete") or (form.get("autocomplete") if form is not None else None) or ""
        kind = self._type(field)
        return kind not in ("password", "file", "hidden") and field not in self._secret and not _SECRET.search(words)

    def _enter(self, field: Any, value: Any) -> None:
        self._touched.add(field)
        write = self._document.write
        if field.tag == "select":
            for option in self._document.query_all(field, "option"):
                write(option, "selected", self._document.read(option, "value") in value)
        else:
            write(field, self._holds_in(field), value)
        for type_ in ("input",) if isinstance(value, str) else ("input", "change"):
            self._document.dispatch(field, Event(type_, bubbles=True))

    def _value(self, field: Any) -> Any:
        read = self._document.read
        if field.tag == "select":
            options = self._document.query_all(field, "option")
            return [read(option, "value") for option in options if read(option, "selected")]
        return read(field, self._holds_in(field))

    def _holds_in(self, field: Any) -> str:
        if self._is_choice(field):
            return "checked"
        return "value" if field.tag in ("input", "textarea") else "innerText"

    def _is_choice(self, field: Any) -> bool:
        return self._type(field) in ("checkbox", "radio")

    def _type(self, field: Any) -> str:
        return str(self._document.read(field, "type") or "")

    def _fields(self) -> list[tuple[Any, list[str]]]:
        """Return all fields, each with what it may be found by, the surest first."""
        counts: Counter[str] = Counter()
        found = []
        for field in self._document.query_all(None, _FIELDS):
            form = self._document.read(field, "form")
            of_form = [form.get("id"), form.get("name")] if form is not None else []
            name, id_ = field.get("name"), field.get("id")
            ways = [[*of_form, name, id_], [name] if name else [], [0, id_] if id_ else []]
            choice = self._is_choice(field) and self._document.read(field, "value")
            keys = []
            for way in ways:
                if way:
                    key = json.dumps([way, self._type(field), choice])
                    counts[key] += 1
                    keys.append(f"{key}{counts[key]}")
            found.append((field, keys))
        return found
