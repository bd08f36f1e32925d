"""Makes a script of ours small: without comments and needless signs, and with short names for what is its own.

It is no minifier for any JavaScript, but one for ours, which is written so that little suffices:

* Every statement ends with a semicolon or a block and does something. A declaration declares one variable, and none is
  by `var`. Parameters of an arrow function stand in brackets. No default value names what the function declares anew.
* What a script names in upper case, a number or a text or the numbers of `const [ONE, TWO] = Array(2).keys();`, stands
  where its name stood: nothing else has the name, it is no shorthand in braces, and a number has no dot behind it.
* A property (behind a dot, a key, a method) keeps its name, as others may know it, but for one that begins with `_`:
  that is a property of ours and never a variable, stands in no text, and no object of the browser's has it. It has the
  same short name in all scripts that are made small together.
* Only in an array or a call has a function that is a value a name, for the reader; it does not call itself by that.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
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
_CONSTANT = re.compile(r"[A-Z][A-Z\d_]*")
_PLAIN = re.compile(r"\d\w*|\"[^\n]*")
_OWN_PROPERTY = re.compile(r"_\w+")
_WORDLIKE = re.compile(r"[\w$#]")
#: All are values, but for `const`.
_SHORT_WORDS = {"const": "let", "true": "!0", "false": "!1"}
#: Those first that are frequent in what stays as well.
_LETTERS = "etnsriaolcdhpumfgbvwyxkqjzETNSRIAOLCDHPUMFGBVWYXKQJZ"
_KEYWORDS = re.compile(
    "async|await|break|case|catch|class|const|continue|default|delete|do|else|export|extends|false|finally|for|function|get"
    "|if|in|instanceof|let|new|null|of|return|set|static|super|switch|this|throw|true|try|typeof|void|while"
)


#: Behind one of these a function is a value, whose name nobody needs.
_BEFORE_VALUES = ("[", ",", "(")
#: What stays in a block, as what follows would be taken for a part of it, or as it needs one.
_KEEP_BLOCK = ("const", "let", "class", "function", "if", "for", "while", "do", "try", "switch")


def compact(source: str, *others: str) -> str:
    """Return a script that does the same as *source*, in fewer bytes; it exports nothing.

    *others* are those that share properties of ours with it; whichever comes first, these have the same names in each.
    """
    tokens = [token for token in _tokens(source) if token != "export"]
    script = _Script(_with_plain_values(tokens), _short_properties(source, *others))
    return "".join(_joined(_with_joined_declarations(script.renamed())))


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


def _with_plain_values(tokens: list[str]) -> list[str]:
    """Put numbers and texts where their names stand, and leave out the names of functions that are values."""
    values: dict[str, str] = {}
    left: list[str] = []
    at = 0
    while at < len(tokens):
        end = tokens.index(";", at) if tokens[at] == "const" else at
        match tokens[at:end]:
            case ["const", name, "=", value] if _CONSTANT.fullmatch(name) and _PLAIN.fullmatch(value):
                values[name] = value
                at = end + 1
            case ["const", "[", *names, "]", "=", "Array", "(", _, ")", ".", "keys", "(", ")"]:
                values |= {name: str(number) for number, name in enumerate(names[::2])}
                at = end + 1
            case _:
                if tokens[at - 1] != "function" or tokens[at - 2] not in _BEFORE_VALUES or tokens[at] == "(":
                    left.append(tokens[at])
                at += 1
    return [
        token if before in (".", "?.") or (before in ("{", ",") and behind == ":") else values.get(token, token)
        for before, token, behind in zip(["", *left], left, [*left[1:], ""], strict=False)
    ]


def _short_properties(*sources: str) -> dict[str, str]:
    """Return names for the properties that are ours alone, none of which is a word of the sources as well."""
    tokens = Counter(token for source in sources for token in _tokens(source))
    names = sorted(filter(_OWN_PROPERTY.fullmatch, tokens), key=lambda name: (-tokens[name], name))
    return dict(zip(names, (name for name in _letters() if name not in tokens), strict=False))


class _Script:
    """The tokens of a script, and what they are."""

    def __init__(self, tokens: list[str], properties: dict[str, str]) -> None:
        self._tokens = [*tokens, ""]
        self._properties = properties
        self._pair_brackets()
        #: By place: the names of variables, and whether each is the name of a property at the same time.
        self._variables = {at: both for at in range(len(tokens)) if (both := self._is_variable(at)) is not None}

    def renamed(self) -> Iterator[str]:
        """Return the tokens with short names for the script's own variables and properties."""
        names = self._short_names()
        needless = self._needless()
        for at, token in enumerate(self._tokens[:-1]):
            if at in needless:
                continue
            short = names.get(at) or self._properties.get(token) or _SHORT_WORDS.get(token, token)
            if self._variables.get(at) and short != token:
                yield from (token, ":")
            yield short

    def _needless(self) -> set[int]:
        """Return the places of brackets that may go: around one parameter, and around one statement."""
        needless = set()
        statements = Counter(around for around, token in zip(self._around, self._tokens, strict=True) if token == ";")
        heads = {end: begin for begin, end in self._closing.items()}
        for at, token in enumerate(self._tokens):
            if token == "(" and self._tokens[at + 2 : at + 4] == [")", "=>"] and at + 1 in self._variables:
                needless |= {at, at + 2}
            elif token == "{" and (self._tokens[at - 1] == "else" or at - 1 in heads):
                end = self._closing[at]
                head = self._tokens[heads.get(at - 1, at) - 1]
                one = statements[at] == 1 and self._tokens[end - 1] == ";" and self._tokens[at + 1] not in _KEEP_BLOCK
                if one and head in ("if", "for", "while", "else"):
                    needless |= {at, end}
        return needless

    def _short_names(self) -> dict[int, str]:
        """Return the new names by place; two variables may have the same where they do not clash."""
        scopes = self._scopes()
        places: dict[tuple[str, int, int], list[int]] = {}
        others = set()
        for at in self._variables:
            name = self._tokens[at]
            around = [(first, last) for first, last in scopes.get(name, ()) if first <= at <= last]
            if around:
                places.setdefault((name, *max(around)), []).append(at)
            else:
                others.add(name)
        chosen: dict[int, str] = {}
        named: list[tuple[str, tuple[int, int, list[int]]]] = []
        for (_, first, last), used in sorted(places.items(), key=_turn):
            variable = first, last, used
            near = [one for one in named if one[1][0] <= last and first <= one[1][1]]
            seen = {short for short, other in near if _clash(variable, other)}
            short = next(name for name in _letters() if name not in seen and name not in others)
            named.append((short, variable))
            chosen.update(dict.fromkeys(used, short))
        return chosen

    def _scopes(self) -> dict[str, list[tuple[int, int]]]:
        """Return by name from where to where its variables can be seen.

        A variable hides one of the same name around it; they count as one if it is not known well where the inner ends.
        """
        scopes: dict[str, list[tuple[int, int]]] = {}
        for name, first, last, exact in sorted(self._declared(), key=lambda one: (one[1], -one[2])):
            known = scopes.setdefault(name, [])
            i = next((i for i in reversed(range(len(known))) if first <= known[i][1]), None)
            if i is None or (exact and known[i] != (first, last) and last <= known[i][1]):
                known.append((first, last))
            else:
                known[i] = known[i][0], max(last, known[i][1])
        return scopes

    def _declared(self) -> Iterator[tuple[str, int, int, bool]]:
        """Return the names that are declared, from where to where they can be seen, and whether it is just so far.

        What the body of a function declares is seen from its parameters on, as these must have other names.
        """
        heads: dict[int, int] = {}  # by place of a body, where its parameters begin
        for at, token in enumerate(self._tokens):
            if token in ("const", "let", "class", "function"):
                block = self._block(at)
                for name in self._names(at + 1, self._closing.get(at + 1, at + 1) + 1):
                    yield name, heads.get(block, block), self._closing[block], self._tokens[at - 1] != "("
            elif token == "(":
                end = self._closing[at]
                body = end + 1 + (self._tokens[end + 1] == "=>")
                exact = self._tokens[body] == "{"
                if exact and self._tokens[at - 1] not in ("if", "for", "while", "switch", "await"):
                    last = self._closing[body]
                    heads[body] = at
                elif body > end + 1:
                    last = min(self._next(";", at), self._next(",", at))
                else:
                    continue
                for name in self._names(at + 1, end):
                    yield name, at, last, exact

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
        if _OWN_PROPERTY.fullmatch(token):
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


def _clash(one: tuple[int, int, list[int]], other: tuple[int, int, list[int]]) -> bool:
    """Return whether two variables need different names: where one is seen, the other is used."""
    (_, end, used), (first, last, _) = sorted((one, other), key=lambda variable: (variable[0], -variable[1]))
    if last > end:
        return first <= end
    i = bisect_left(used, first)
    return i < len(used) and used[i] <= last


def _letters() -> Iterator[str]:
    for number in count():
        rest, last = divmod(number, len(_LETTERS))
        name = (_LETTERS[rest - 1] if rest else "") + _LETTERS[last]
        if not _KEYWORDS.fullmatch(name):
            yield name


def _with_joined_declarations(tokens: Iterator[str]) -> Iterator[str]:
    """Put a comma between two declarations that follow each other."""
    last = ""
    declares = [False]  # whether the statement does, in each bracket that is open
    for token in tokens:
        if last == ";" and token != "let":
            declares[-1] = False
        if last == ";":
            yield "," if declares[-1] else ";"
        if token == "let":
            if last != ";" or not declares[-1]:
                yield token
            declares[-1] = True
        elif token != ";":
            yield token
        if token in (")", "]") or token[:1] == "}":
            declares.pop()
        if token in ("(", "[") or token[-1:] == "{":
            declares.append(False)
        last = token
    if last == ";":
        yield last


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
