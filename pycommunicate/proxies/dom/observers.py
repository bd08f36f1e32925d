"""What the browser's observers are made with, as programs write it and as the wire has it (spec 6.10, `observe`)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from ...errors import ConfigurationError

__all__ = ["intersection", "mutation", "mutation_fields", "resize"]

_BOXES = ("content-box", "border-box", "device-pixel-content-box")
#: One to four lengths, as CSS has them for a margin.
_MARGIN = re.compile(r"-?[\d.]+(px|%)( -?[\d.]+(px|%)){0,3}")


def intersection(threshold: float | Sequence[float], margin: str) -> dict[str, Any]:
    """Return the options of an IntersectionObserver."""
    several = list(threshold) if isinstance(threshold, (list, tuple)) else [threshold]
    if not several or not all(isinstance(one, (int, float)) and 0 <= one <= 1 for one in several):
        raise ConfigurationError(f"expected threshold to be a number from 0 to 1, or a list of such, got {threshold!r}")
    if not isinstance(margin, str) or not _MARGIN.fullmatch(margin):
        raise ConfigurationError(f'expected margin to be in px or %, as "100px" or "10% 0px", got {margin!r}')
    return {"threshold": several, "rootMargin": margin}


def resize(box: str) -> dict[str, Any]:
    """Return the options of a ResizeObserver."""
    if box not in _BOXES:
        raise ConfigurationError(f"expected box to be one of {', '.join(map(repr, _BOXES))}, got {box!r}")
    return {"box": box}


def mutation(
    children: bool, attributes: bool | Sequence[str], text: bool, subtree: bool, old_values: bool
) -> dict[str, Any]:
    """Return the options of a MutationObserver."""
    names = list(attributes) if isinstance(attributes, (list, tuple)) else []
    if not isinstance(attributes, (bool, list, tuple)) or not all(isinstance(name, str) and name for name in names):
        raise ConfigurationError(f"expected attributes to be True, False or a list of names, got {attributes!r}")
    if not (children or attributes or text):
        raise ConfigurationError("expected something to observe: children=True, attributes=True or text=True")
    options: dict[str, Any] = {"childList": bool(children), "subtree": bool(subtree)}
    if attributes:
        options["attributes"] = True
        if names:
            options["attributeFilter"] = names
        if old_values:
            options["attributeOldValue"] = True
    if text:
        options["characterData"] = True
        if old_values:
            options["characterDataOldValue"] = True
    return options


def mutation_fields(options: dict[str, Any]) -> list[str]:
    """Return what events of a MutationObserver carry: what can be in them with *options*."""
    wanted = {
        "added": options["childList"],
        "removed": options["childList"],
        "attribute_name": "attributes" in options,
        "old_value": "attributeOldValue" in options or "characterDataOldValue" in options,
        "target": options["subtree"],
    }
    return [name for name, wants in wanted.items() if wants]
