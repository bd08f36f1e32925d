"""Makes a script of ours small: without comments and needless signs, and with short names for its own variables.

It is no minifier for any JavaScript, but one for ours, which is written so that little suffices: every statement ends
with a semicolon or a block and does something, and a declaration declares one variable. A property (behind a dot, a
key, a method) keeps its name: others may know it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import count

__all__ = ["compact"]

_TOKEN = re.compile(
    r"""(?P<blank> \s+ | //[^\n]* | /\*.*?\*/ )
    | (?P<text> "(?:\\.|[^"\\\n])*" )
    | (?P<word> [\w$\#]+ )
    | (?P<sign> => | \?\. | \.\.\. | \+\+ | -- | . )""",
    re.VERBOSE | re.DOTALL,
)
_TEMPLATE = re.compile(r"[`}](?:\\.|(?!\$\{)[^`\\])*(?:`|\$\{)", re.DOTALL)
_REGEX = re.compile(r"/(?:\\.|\[(?:\\.|[^\]\\])*\]|[^/\\\[\n])+/\w*")
#: What stands before a slash that divides; behind anything else it begins a regular expression.
_DIVIDEND = re.compile(r"[\w$)\]]$")
_NAME = re.compile(r"[A-Za-z_$][\w$]*")
_WORDLIKE = re.compile(r"[\w$#]")
#: Those first that are frequent in what stays as well.
_LETTERS = "etnsriaolcdhpumfgbvwyxkqjzETNSRIAOLCDHPUMFGBVWYXKQJZ"
_KEYWORDS = re.compile(
    "async|await|break|case|catch|class|const|continue|default|delete|do|else|export|extends|false|finally|for|function|get"
    "|if|in|instanceof|let|new|null|of|return|set|static|super|switch|this|throw|true|try|typeof|void|while"
)


def compact(source: str) -> str:
    """Return a script that does the same as *source*, in fewer bytes; it exports nothing."""
    script = _Script([token for token in _tokens(source) if token != "export"])
    return "".join(_joined(script.renamed()))


def _tokens(source: str) -> Iterator[str]:
    """Cut *source* up, without what is blank; a template is cut around the expressions in it."""
    at, last = 0, ""
    braces = [0]  # how many are open, in the expression of each template that is open
    while at < len(source):
        found = _TOKEN.match(source, at)
        sign = found[0] if found is not None and found.lastgroup == "sign" else ""
        if sign == "`" or (sign == "}" and braces[-1] == 0):
            found = _TEMPLATE.match(source, at)
            if sign == "}":
                braces.pop()
            if found is not None and found[0].endswith("{"):
                braces.append(0)
        elif sign == "/" and not _DIVIDEND.search(last):
            found = _REGEX.match(source, at)
        else:
            braces[-1] += (sign == "{") - (sign == "}")
        assert found is not None, f"expected a script of ours, got {source[at : at + 40]!r}"
        at = found.end()
        if found.lastgroup != "blank":
            last = found[0]
            yield last


class _Script:
    """The tokens of a script, and what they are."""

    def __init__(self, tokens: list[str]) -> None:
        self._tokens = [*tokens, ""]
        self._pair_brackets()
        #: By place: the names of variables, and whether each is the name of a property at the same time.
        self._variables = {at: both for at in range(len(tokens)) if (both := self._is_variable(at)) is not None}

    def renamed(self) -> Iterator[str]:
        """Return the tokens with short names for the script's own variables."""
        names = self._short_names()
        needless = set()
        for at, token in enumerate(self._tokens[:-1]):
            if token == "(" and self._tokens[at + 2 : at + 4] == [")", "=>"] and at + 1 in self._variables:
                needless = {at, at + 2}
            if at in needless:
                continue
            short = names.get(at, "let" if token == "const" else token)
            if self._variables.get(at) and short != token:
                yield from (token, ":")
            yield short

    def _short_names(self) -> dict[int, str]:
        """Return the new names by place; two variables have the same one only where neither is seen from the other."""
        scopes = self._scopes()
        places: dict[tuple[str, int, int], list[int]] = {}
        others = set()
        for at in self._variables:
            name = self._tokens[at]
            scope = next(((first, last) for first, last in scopes.get(name, ()) if first <= at <= last), None)
            if scope is None:
                others.add(name)
            else:
                places.setdefault((name, *scope), []).append(at)
        chosen: dict[int, str] = {}
        taken: list[tuple[int, int, str]] = []
        for (_, first, last), used in sorted(places.items(), key=_turn):
            seen = {short for begin, end, short in taken if begin <= last and first <= end}
            short = next(name for name in _letters() if name not in seen and name not in others)
            taken.append((first, last, short))
            chosen.update(dict.fromkeys(used, short))
        return chosen

    def _scopes(self) -> dict[str, list[tuple[int, int]]]:
        """Return by name from where to where its variables can be seen; what overlaps counts as one variable."""
        scopes: dict[str, list[tuple[int, int]]] = {}
        for name, first, last in sorted(self._declared(), key=lambda one: one[1]):
            known = scopes.setdefault(name, [])
            if known and first <= known[-1][1]:
                known[-1] = known[-1][0], max(last, known[-1][1])
            else:
                known.append((first, last))
        return scopes

    def _declared(self) -> Iterator[tuple[str, int, int]]:
        """Return the names that are declared, and from where to where, or somewhat further, they can be seen."""
        for at, token in enumerate(self._tokens):
            if token in ("const", "let", "class", "function"):
                block = self._block(at)
                for name in self._names(at + 1, self._closing.get(at + 1, at + 1) + 1):
                    yield name, block, self._closing[block]
            elif token == "(":
                end = self._closing[at]
                body = end + 1 + (self._tokens[end + 1] == "=>")
                if self._tokens[body] == "{" and self._tokens[at - 1] not in ("if", "for", "while", "switch"):
                    last = self._closing[body]
                elif body > end + 1:
                    last = self._next(";", at)
                else:
                    continue
                for name in self._names(at + 1, end):
                    yield name, at, last

    def _names(self, at: int, end: int) -> Iterator[str]:
        """Return the names that a pattern declares, without its default values."""
        while at < end:
            if self._tokens[at] == "=":
                at = self._next(",", at)
            elif at in self._variables:
                yield self._tokens[at]
            at += 1

    def _pair_brackets(self) -> None:
        """Find for each token the bracket around it, and for each opening bracket the closing one; -1 is the script."""
        self._around: list[int] = []
        self._closing = {-1: len(self._tokens)}
        self._with_statements = set()
        opened = [-1]
        for at, token in enumerate(self._tokens):
            if token in (")", "]") or token[:1] == "}":
                self._closing[opened.pop()] = at
            self._around.append(opened[-1])
            if token == ";":
                self._with_statements.add(opened[-1])
            if token in ("(", "[") or token[-1:] == "{":
                opened.append(at)

    def _block(self, at: int) -> int:
        """Return the brace around a place."""
        around = self._around[at]
        while around >= 0 and self._tokens[around] != "{":
            around = self._around[around]
        return around

    def _next(self, sign: str, at: int) -> int:
        """Return where *sign* comes next in the same bracket, else where that ends."""
        around = self._around[at]
        end = self._closing[around]
        return next((i for i in range(at, end) if self._around[i] == around and self._tokens[i] == sign), end)

    def _is_variable(self, at: int) -> bool | None:
        """Return whether the variable that stands there is the name of a property as well; None if it is none."""
        token, before, behind = self._tokens[at], self._tokens[at - 1], self._tokens[at + 1]
        if not _NAME.fullmatch(token) or _KEYWORDS.fullmatch(token) or before in (".", "?."):
            return None
        around = self._around[at]
        if around < 0 or self._tokens[around] != "{":
            return False
        if before in ("get", "set"):
            return None
        if behind == "(" and before != "function" and self._tokens[self._closing[at + 1] + 1] == "{":
            return None  # a method
        if before not in ("{", ","):
            return False
        if behind == ":":
            return None
        return behind in (",", "}") or (behind == "=" and around not in self._with_statements)


def _turn(item: tuple[tuple[str, int, int], list[int]]) -> tuple[bool, int]:
    """Return when a variable is named: in order of place, so that functions of a kind look alike, which packs well.

    Those of the script itself come last, the ones that are used most first.
    """
    (_, first, _), used = item
    return first < 0, used[0] if first >= 0 else -len(used)


def _letters() -> Iterator[str]:
    for number in count():
        rest, last = divmod(number, len(_LETTERS))
        name = (_LETTERS[rest - 1] if rest else "") + _LETTERS[last]
        if not _KEYWORDS.fullmatch(name):
            yield name


def _joined(tokens: Iterator[str]) -> Iterator[str]:
    last = " "
    for token in tokens:
        # Neither is needed before the end of a block or list.
        if (last == ";" and token != "}") or (last == "," and token not in ("}", "]", ")")):
            yield last
        # Blanks stay where two words would become one, or two signs.
        elif (token[0] in "+-" and last[-1] == token[0]) or (_WORDLIKE.match(token) and _WORDLIKE.match(last[-1])):
            yield " "
        if token not in (";", ","):
            yield token
        last = token
    if last == ";":
        yield last
