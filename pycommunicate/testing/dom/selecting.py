"""CSS selectors to XPath.

A selector becomes a condition on one node, read from right to left: ``ul > li.on`` is ``self::li and ... and
parent::*[self::ul]``. So the same condition finds nodes, tests one, and climbs to the closest, and what stands outside
of the scope counts, as in browsers. States that are no attribute are asked for by the function ``is()``.
"""

from __future__ import annotations

import re
from functools import lru_cache

from .letters import inside
from .words import words

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

#: Attributes whose values HTML compares without regard to case.
_CASELESS = words(
    "accept accept-charset align alink axis bgcolor charset checked clear codetype color compact declare defer dir "
    "direction disabled enctype face frame hreflang http-equiv lang language link media method multiple nohref "
    "noresize noshade nowrap readonly rel rev rules scope scrolling selected shape target text type valign valuetype "
    "vlink"
)

_SIMPLE = {
    "empty": "not(*) and not(text())",
    "first-child": "not(preceding-sibling::*)",
    "last-child": "not(following-sibling::*)",
    "only-child": "not(preceding-sibling::*) and not(following-sibling::*)",
    "link": "@href and (self::a or self::area)",
    "any-link": "@href and (self::a or self::area)",
    "scope": "count(.|$scope)=1",
    "defined": "true()",
    "open": "@open and (self::details or self::dialog)",
}
#: States that the document is asked for, with the tags that can be in them; none for all.
_ASKED = {
    "root": "html",
    "checked": "input option",
    "disabled": "button fieldset input optgroup option select textarea",
    "enabled": "button fieldset input optgroup option select textarea",
    "required": "input select textarea",
    "optional": "button input select textarea",
    "placeholder-shown": "input textarea",
    "indeterminate": "input progress",
    "default": "button input option",
    "valid": "button fieldset form input select textarea",
    "invalid": "button fieldset form input select textarea",
    "user-valid": "input select textarea",
    "user-invalid": "input select textarea",
    "in-range": "input",
    "out-of-range": "input",
    "modal": "dialog",
    **dict.fromkeys(("focus", "focus-within", "focus-visible", "read-only", "read-write", "hover"), ""),
    **dict.fromkeys(("first-of-type", "last-of-type", "only-of-type"), ""),
}
#: What is there in browsers, and never the case here.
_NEVER = words(
    "visited active target target-within local-link current past future playing paused seeking buffering stalled "
    "muted volume-locked fullscreen picture-in-picture popover-open autofill host host-context blank closed state xr- "
    "overlay active-view-transition"
)
_PSEUDO_ELEMENTS = words(
    "before after first-line first-letter selection marker placeholder backdrop file-selector-button cue spelling- "
    "error grammar-error target-text details-content"
)
_UPPER, _LOWER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz"


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
                    conditions.append(f"@id={_literal(self.ident())}")
                case ".":
                    conditions.append(_has_word("@class", self.ident()))
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
        test = f"name()={_literal(lower)}"
        # What is foreign to HTML keeps its capitals.
        return test if name == lower else f"({test} or name()={_literal(name)})"

    def attribute(self) -> str:
        self.skip()
        if self.text.startswith("*|", self.at):
            self.at += 2
        name = self.ident().lower()
        self.skip()
        test = f"@{name}" if re.fullmatch(r"[a-z_][\w.-]*", name, re.A) else f"@*[name()={_literal(name)}]"
        found = _operator(self.text, self.at)
        if found is None:
            self.close("]")
            return test
        self.at = found.end()
        self.skip()
        value = self.string() if self.peek() in ("'", '"') and self.peek() else self.ident()
        self.skip()
        caseless = name in _CASELESS
        if (flag := self.peek().lower()) and flag in "is":
            caseless = flag == "i"
            self.at += 1
            self.skip()
        self.close("]")
        if caseless:
            value = value.translate(str.maketrans(_UPPER, _LOWER))
            return f"{test} and {_compare(f'translate({test},{_UPPER!r},{_LOWER!r})', found[0], value)}"
        return _compare(test, found[0], value)

    def pseudo(self) -> str:
        if self.peek() == ":":
            self.at += 1
            name = self.ident().lower()
            if self.peek() == "(":
                self.at += 1
                self.skip_member()
                self.close(")")
            elif name not in _PSEUDO_ELEMENTS and not name.startswith("-webkit-"):
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
        if name in _SIMPLE:
            return f"({_SIMPLE[name]})"
        if name in _ASKED:
            tags = " or ".join(f"self::{tag}" for tag in _ASKED[name].split())
            return f"({tags}) and is('{name}')" if tags else f"is('{name}')"
        if name in _NEVER or name.startswith("-webkit-") or name in ("before", "after", "first-line", "first-letter"):
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
                return f"not({_any(self.branches())})"
            case "is" | "where" | "-webkit-any":
                return f"({_any(self.forgiving_list())})"
            case "has":
                return f"({_any(self.relative_list())})"
            case "nth-child" | "nth-last-child":
                step, offset = self.series()
                axis = "following-sibling" if "last" in name else "preceding-sibling"
                self.skip()
                if self.text[self.at : self.at + 2].lower() == "of":
                    self.at += 2
                    condition = _any(self.branches())
                    return f"(({condition}) and {_nth(f'count({axis}::*[{condition}])', step, offset)})"
                return _nth(f"count({axis}::*)", step, offset)
            case "nth-of-type" | "nth-last-of-type":
                step, offset = self.series()
                return _nth(f"count-of-type({int('last' in name)})", step, offset)
            case "lang":
                words = [self.string() if self.peek() in ("'", '"') else self.ident()]
                while self.take(","):
                    self.skip()
                    words.append(self.string() if self.peek() in ("'", '"') else self.ident())
                return f"({' or '.join(f'speaks({_literal(word.lower())})' for word in words)})"
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


def _literal(text: str) -> str:
    text = inside(text)
    if "'" not in text:
        return f"'{text}'"
    if '"' not in text:
        return f'"{text}"'
    parts = [f'"{part}"' if "'" in part else f"'{part}'" for part in re.split("('+)", text) if part]
    return f"concat({','.join(parts)})"


def _any(conditions: list[str]) -> str:
    return " or ".join(f"({condition})" for condition in conditions) or "false()"


def _has_word(test: str, word: str) -> str:
    # Most have no such word at all, and that is found out soonest.
    whole = f"contains(concat(' ',normalize-space({test}),' '),{_literal(f' {word} ')})"
    return f"contains({test},{_literal(word)}) and {whole}"


def _compare(test: str, operator: str, value: str) -> str:
    literal = _literal(value)
    match operator:
        case "=":
            return f"{test}={literal}"
        case "|=":
            return f"({test}={literal} or starts-with({test},{_literal(value + '-')}))"
        case "~=":
            return _has_word(test, value) if value and not re.search(r"\s", value) else "false()"
    if not value:
        return "false()"
    match operator:
        case "^=":
            return f"starts-with({test},{literal})"
        case "*=":
            return f"contains({test},{literal})"
        case _:
            length = len(value) - 1
            return f"substring({test},string-length({test})-{length})={literal}"


def _nth(before: str, step: int, offset: int) -> str:
    """Return the condition that one more than *before* is `step * n + offset` for some n from 0 up."""
    place = f"({before}+1)"
    if step == 0:
        return f"{place}={offset}"
    distance = f"({place}-({offset}))"
    return f"({distance} mod {abs(step)}=0 and {distance}{'>=' if step > 0 else '<='}0)"
