"""The tree of errors is the one that the module's docstring draws."""

from __future__ import annotations

import inspect
import re

from pycommunicate import errors
from pycommunicate.errors import PycommunicateError

_LINE = re.compile(r"^ {4}(?P<bars>[\u2502 ]*)(?:[\u251c\u2514]\u2500\u2500 )?(?P<name>[A-Z]\w+)(?P<text>.*)$")
_ALSO = re.compile(r"\(also an? (\w+)\)")


def drawn() -> list[tuple[str, tuple[str, ...]]]:
    """Return each drawn error with the names of its bases, in order."""
    assert errors.__doc__ is not None
    found: list[tuple[str, tuple[str, ...]]] = []
    parents: list[str] = []
    for line in errors.__doc__.split("::", 1)[1].splitlines():
        match = _LINE.match(line)
        if match is None:
            assert not line.strip(), f"expected a line of the tree, got {line!r}"
            continue
        depth = len(match["bars"]) // 4 + 1 if found else 0
        del parents[depth:]
        found.append((match["name"], (*parents[-1:], *_ALSO.findall(match["text"]))))
        parents.append(match["name"])
    return found


def test_drawn_tree_is_the_tree_of_the_classes() -> None:
    tree = drawn()
    assert len(tree) > 20
    for name, bases in tree:
        own = tuple(base.__name__ for base in getattr(errors, name).__bases__)
        assert own == (bases or ("Exception",)), name


def test_every_error_is_drawn_exported_and_in_the_order_of_the_file() -> None:
    defined = [name for name, value in vars(errors).items() if inspect.isclass(value)]
    assert [name for name, _ in drawn()] == defined
    assert sorted(defined) == errors.__all__


def test_every_error_has_one_root_and_says_what_it_is() -> None:
    for name in errors.__all__:
        error = getattr(errors, name)
        assert issubclass(error, PycommunicateError)
        assert error.__doc__
        assert str(error("a sentence")) == "a sentence"


def test_drawing_tells_each_error_in_a_few_words() -> None:
    assert errors.__doc__ is not None
    for line in errors.__doc__.split("::", 1)[1].splitlines():
        match = _LINE.match(line)
        if match is not None and match["name"] != "PycommunicateError":
            assert len(match["text"].strip()) > 5, match["name"]
