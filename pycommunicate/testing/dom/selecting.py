"""CSS selectors to XPath.

A selector becomes a condition on one node, read from right to left: ``ul > li.on`` is ``self::li and ... and
parent::*[self::ul]``. So the same condition finds nodes, tests one, and climbs to the closest, and what stands outside
of the scope counts, as in browsers. States that are no attribute are asked for by the function ``is()``.
"""

from __future__ import annotations

import re
from functools import lru_cache

from .conditions import LOWER, UPPER, any_of, compare, has_word, literal, nth
from .pseudo import ASKED, CASELESS, NEVER, PSEUDO_ELEMENTS, SIMPLE

__all__ = ["BadSelector", "condition_of"]

# What a selector is made of; behind a word that is cut off stands nothing.
_NAME = r"(?:[-\w\x80-\U0010ffff]|\\[0-9a-fA-F]{1,6}[ \t\n\f\r]?|\\[^\n\r\f0-9a-fA-F])+"
_IDENT = rf"(?!-?\d)(?!-(?![-A-Za-z_\x80-\U0010ffff\\])){_NAME}"
_STRING = r"\"(?:[^\"\\\n]|\\(?:.|\n))*(?:\"|\Z)|'(?:[^'\\\n]|\\(?:.|\n))*(?:'|\Z)"
_ident = re.compile(_IDENT).match
_string = re.compile(_STRING).match
_space = re.compile(r"(?:[ \t\n\f\r]|/\*.*?(?:\*/|\Z))*", re.S).match
_escape = re.compile(r"\\(?:([0-9a-fA-F]{1,6})[ \t\n\f\r]?|(\n)|(.))", re.S)
_operator = re.compile(r"[~|^$*]?=").match
_series = re.compile(r"([-+]?\d*)n(?:\s*([-+])\s*(\d+))?|([-+]?\d+)", re.I).fullmatch

_AXES_BACK = {" ": "ancestor::*", ">": "parent::*", "+": "preceding-sibling::*[1]", "~": "preceding-sibling::*"}
_AXES_ON = {" ": "descendant::*", ">": "child::*", "+": "following-sibling::*[1]", "~": "following-sibling::*"}


class BadSelector(Exception):
    """A text is no selector."""


@lru_cache(4096)
def condition_of(selector: str) -> tuple[str, str]:
    """Return the element name that all matches have, or ``*``, with the condition on them, in XPath.

    Raises:
        BadSelector: if it is no selector.
    """
    parser = _Parser(selector)
    branches = parser.branches()
    if parser.at != len(selector):
        raise BadSelector(selector)
    if len(branches) == 1 and parser.last_name:
        return parser.last_name, branches[0]
    return "*", " or ".join(f"({branch})" for branch in branches)


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.last_name = ""

    # --- lists ------------------------------------------------------------------------------------------------------

    def branches(self) -> list[str]:
        """Read selectors with commas between them; return the condition of each."""
        branches = [self.backwards(self.complex())]
        while self.take(","):
            branches.append(self.backwards(self.complex()))
        return branches

    def forgiving_list(self) -> list[str]:
        """Read a list whose bad members count for nothing, up to the bracket."""
        branches: list[str] = []
        while True:
            start = self.at
            try:
                branches.append(self.backwards(self.complex()))
                if self.peek() not in (",", ")", ""):
                    raise BadSelector(self.text)
            except BadSelector:
                self.at = start
                self.skip_member()
            if not self.take(","):
                return branches

    def skip_member(self) -> None:
        depth = 0
        while self.at < len(self.text):
            letter = self.text[self.at]
            if depth == 0 and letter in ",)":
                return
            depth += (letter in "([") - (letter in ")]")
            self.at += 1

    def relative_list(self) -> list[str]:
        """Read selectors that may begin with a combinator; return a path from the anchor for each."""
        paths: list[str] = []
        while True:
            self.skip()
            first = self.text[self.at] if self.peek() in (">", "+", "~") else " "
            if first != " ":
                self.at += 1
            steps = self.complex()
            paths.append("/".join(
                f"{_AXES_ON[combinator]}[{condition}]" for combinator, condition in [(first, steps[0][1]), *steps[1:]]
            ))  # fmt: skip
            if not self.take(","):
                return paths

    def complex(self) -> list[tuple[str, str]]:
        """Read compounds with combinators between them; return each with the combinator before it."""
        self.skip()
        steps = [("", self.compound())]
        while True:
            space = self.skip()
            combinator = self.peek()
            if combinator in (">", "+", "~") and combinator:
                self.at += 1
                self.skip()
            elif space and combinator not in (",", ")", ""):
                combinator = " "
            else:
                return steps
            steps.append((combinator, self.compound()))

    @staticmethod
    def backwards(steps: list[tuple[str, str]]) -> str:
        """Return the condition that the last compound matches a node, and the others what is before it."""
        condition = steps[0][1]
        for combinator, compound in steps[1:]:
            condition = f"{compound} and {_AXES_BACK[combinator]}[{condition}]"
        return condition

    # --- one compound -----------------------------------------------------------------------------------------------

    def compound(self) -> str:
        start = self.at
        self.last_name = ""
        conditions = [self.element()]
        while (letter := self.peek()) and letter in "#.[:":
            self.at += 1
            match letter:
                case "#":
                    conditions.append(f"@id={literal(self.ident())}")
                case ".":
                    conditions.append(has_word("@class", self.ident()))
                case "[":
                    conditions.append(self.attribute())
                case _:
                    conditions.append(self.pseudo())
        if self.at == start:
            raise BadSelector(self.text)
        return " and ".join(filter(None, conditions)) or "true()"

    def element(self) -> str:
        if self.peek() == "*":
            self.at += 1
            if self.peek() != "|":
                return ""
            self.at += 1
            return self.element()
        if self.peek() == "|" and self.text[self.at + 1 : self.at + 2] != "=":
            self.at += 1  # of no namespace, which nothing in HTML is
            self.element()
            return "false()"
        found = _ident(self.text, self.at)
        if found is None:
            return ""
        name = self.ident()
        if self.peek() == "|":
            raise BadSelector(self.text)
        lower = name.lower()
        if re.fullmatch(r"[a-z_][\w-]*", lower, re.A) and name == lower:
            self.last_name = name
            return f"self::{name}"
        test = f"name()={literal(lower)}"
        # What is foreign to HTML keeps its capitals.
        return test if name == lower else f"({test} or name()={literal(name)})"

    def attribute(self) -> str:
        self.skip()
        if self.text.startswith("*|", self.at):
            self.at += 2
        name = self.ident().lower()
        self.skip()
        test = f"@{name}" if re.fullmatch(r"[a-z_][\w.-]*", name, re.A) else f"@*[name()={literal(name)}]"
        found = _operator(self.text, self.at)
        if found is None:
            self.close("]")
            return test
        self.at = found.end()
        self.skip()
        value = self.string() if self.peek() in ("'", '"') and self.peek() else self.ident()
        self.skip()
        caseless = name in CASELESS
        if (flag := self.peek().lower()) and flag in "is":
            caseless = flag == "i"
            self.at += 1
            self.skip()
        self.close("]")
        if caseless:
            value = value.translate(str.maketrans(UPPER, LOWER))
            return f"{test} and {compare(f'translate({test},{UPPER!r},{LOWER!r})', found[0], value)}"
        return compare(test, found[0], value)

    def pseudo(self) -> str:
        if self.peek() == ":":
            self.at += 1
            name = self.ident().lower()
            if self.peek() == "(":
                self.at += 1
                self.skip_member()
                self.close(")")
            elif name not in PSEUDO_ELEMENTS and not name.startswith("-webkit-"):
                raise BadSelector(self.text)
            return "false()"
        name = self.ident().lower()
        if self.peek() == "(":
            self.at += 1
            self.skip()
            condition = self.function(name)
            self.skip()
            self.close(")")
            return condition
        if name in SIMPLE:
            return f"({SIMPLE[name]})"
        if name in ASKED:
            tags = " or ".join(f"self::{tag}" for tag in ASKED[name].split())
            return f"({tags}) and is('{name}')" if tags else f"is('{name}')"
        if name in NEVER or name.startswith("-webkit-") or name in ("before", "after", "first-line", "first-letter"):
            return "false()"
        raise BadSelector(self.text)

    def function(self, name: str) -> str:
        kept, self.last_name = self.last_name, ""
        try:
            return self.function_with(name)
        finally:
            self.last_name = kept

    def function_with(self, name: str) -> str:
        match name:
            case "not":
                return f"not({any_of(self.branches())})"
            case "is" | "where" | "-webkit-any":
                return f"({any_of(self.forgiving_list())})"
            case "has":
                return f"({any_of(self.relative_list())})"
            case "nth-child" | "nth-last-child":
                step, offset = self.series()
                axis = "following-sibling" if "last" in name else "preceding-sibling"
                self.skip()
                if self.text[self.at : self.at + 2].lower() == "of":
                    self.at += 2
                    condition = any_of(self.branches())
                    return f"(({condition}) and {nth(f'count({axis}::*[{condition}])', step, offset)})"
                return nth(f"count({axis}::*)", step, offset)
            case "nth-of-type" | "nth-last-of-type":
                step, offset = self.series()
                return nth(f"count-of-type({int('last' in name)})", step, offset)
            case "lang":
                words = [self.string() if self.peek() in ("'", '"') else self.ident()]
                while self.take(","):
                    self.skip()
                    words.append(self.string() if self.peek() in ("'", '"') else self.ident())
                return f"({' or '.join(f'speaks({literal(word.lower())})' for word in words)})"
            case "dir":
                word = self.ident().lower()
                rtl = "ancestor-or-self::*[@dir][1][translate(@dir,'RTL','rtl')='rtl']"
                return rtl if word == "rtl" else f"not({rtl})" if word == "ltr" else "false()"
            case "host" | "host-context" | "state" | "active-view-transition-type":
                self.skip_member()
                return "false()"
        raise BadSelector(self.text)

    def series(self) -> tuple[int, int]:
        """Read `an+b`."""
        end = re.compile(r"\s*(?:\)|\bof\b|\Z)").search(self.text, self.at)
        assert end is not None
        text = self.text[self.at : end.start()].strip().lower()
        self.at = end.start()
        if text in ("odd", "even"):
            return 2, int(text == "odd")
        found = _series(text)
        if found is None:
            raise BadSelector(self.text)
        if found[4] is not None:
            return 0, int(found[4])
        step = int(f"{found[1]}1") if found[1] in ("", "+", "-") else int(found[1])
        return step, int(f"{found[2]}{found[3]}") if found[3] else 0

    # --- words ------------------------------------------------------------------------------------------------------

    def peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def skip(self) -> bool:
        found = _space(self.text, self.at)
        assert found is not None
        self.at = found.end()
        return bool(found[0])

    def take(self, letter: str) -> bool:
        self.skip()
        if self.peek() != letter:
            return False
        self.at += 1
        return True

    def close(self, bracket: str) -> None:
        # What is open at the end of the text is closed there.
        if self.at < len(self.text) and not self.take(bracket):
            raise BadSelector(self.text)

    def ident(self) -> str:
        found = _ident(self.text, self.at)
        if found is None:
            raise BadSelector(self.text)
        self.at = found.end()
        return _escape.sub(_unescaped, found[0])

    def string(self) -> str:
        found = _string(self.text, self.at)
        if found is None:
            raise BadSelector(self.text)
        self.at = found.end()
        quote, text = found[0][0], found[0][1:]
        return _escape.sub(_unescaped, text.removesuffix(quote))


def _unescaped(found: re.Match[str]) -> str:
    if found[1]:
        code = int(found[1], 16)
        return chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"
    return found[3] or ""
