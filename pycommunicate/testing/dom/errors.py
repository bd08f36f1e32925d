"""What a document answers where a browser would have failed."""

from __future__ import annotations

__all__ = ["ActionError", "DomError", "script_error", "without_layout"]


class DomError(Exception):
    """Something that a document cannot do.

    Args:
        code: An error of the protocol's closed list (spec 10).
        text: What was wrong, for people.
        thrown: What was thrown, where it is an error of JavaScript: its `name` and `message`.
    """

    def __init__(self, code: str, text: str, thrown: dict[str, str] | None = None) -> None:
        super().__init__(f"{code}: {text}")
        self.code = code
        self.text = text
        self.thrown = thrown


class ActionError(AssertionError):
    """Something that no user could do: a click on what is disabled, text for what is no field."""


def script_error(name: str, text: str) -> DomError:
    """Return the error for what a browser's own code throws."""
    return DomError("js-error", f"{name}: {text}", {"name": name, "message": text})


def without_layout(what: str) -> DomError:
    """Return the error for what only a real browser knows."""
    return DomError("unsupported", f"{what}: the test kit has no layout and runs no scripts; run this test with --live")
