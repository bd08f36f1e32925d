"""What elements are, by their tags."""

from __future__ import annotations

import re

from .tree import Node, with_ancestors
from .words import words

__all__ = [
    "CONTROLS",
    "INPUT_TYPES",
    "LISTED",
    "NUMBER_TYPES",
    "RAW_TEXT",
    "SUBMITTABLE",
    "TEXT_TYPES",
    "TIME_TYPES",
    "VOID",
    "display_name",
    "interface",
    "is_foreign",
    "is_name",
    "tag_name",
]

VOID = words("area base br col embed hr img input link meta source track wbr basefont bgsound frame keygen param")
RAW_TEXT = words("style script xmp iframe noembed noframes plaintext noscript")
#: The types of an `input`: all; those of times, as validation knows them, with all that are numbers; those that a user
#: types text into.
INPUT_TYPES = words(
    "hidden text search tel url email password date month week time datetime-local number range color checkbox radio "
    "file submit image reset button"
)
TIME_TYPES = words("date month week time datetime-local")
NUMBER_TYPES = TIME_TYPES | {"number", "range"}
TEXT_TYPES = TIME_TYPES | words("text search tel url email password number")
#: What a form lists among its elements.
LISTED = words("button fieldset input object output select textarea")
SUBMITTABLE = words("button input select textarea")
#: What can be disabled by a fieldset around it.
CONTROLS = SUBMITTABLE | {"fieldset"}

_is_name = re.compile(r"[A-Za-z:_\x80-\U0010ffff][^\0\t\n\f\r />]*\Z").match

#: Tags whose class has the same name.
_SAME = words(
    "area audio base body button canvas data details dialog div embed font form frame frameset head html input label "
    "legend link map marquee menu meta meter object option output param picture progress script select slot source "
    "span style table template time title track video"
)

_INTERFACES = {
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), "Heading"),
    **dict.fromkeys(("thead", "tbody", "tfoot"), "TableSection"),
    **dict.fromkeys(("td", "th"), "TableCell"),
    **dict.fromkeys(("col", "colgroup"), "TableCol"),
    **dict.fromkeys(("ins", "del"), "Mod"),
    **dict.fromkeys(("q", "blockquote"), "Quote"),
    **dict.fromkeys(("pre", "listing", "xmp"), "Pre"),
    "a": "Anchor", "img": "Image", "p": "Paragraph", "ul": "UList", "ol": "OList", "dl": "DList", "li": "LI",
    "tr": "TableRow", "caption": "TableCaption", "br": "BR", "hr": "HR", "textarea": "TextArea", "optgroup": "OptGroup",
    "fieldset": "FieldSet", "iframe": "IFrame", "datalist": "DataList",
    **{tag: tag.capitalize() for tag in _SAME},
}  # fmt: skip

_PLAIN = words(
    "abbr acronym address article aside b bdi bdo big center cite code dd dfn dt em figcaption figure footer header "
    "hgroup i kbd main mark nav nobr noembed noframes noscript plaintext rp rt ruby s samp search section small "
    "strike strong sub summary sup tt u var wbr basefont rb rtc"
)


def interface(node: Node) -> str:
    """Return the name of the node's class in a browser."""
    tag = str(node.tag)
    if is_foreign(node):
        return f"SVG{tag[:1].upper()}{tag[1:]}Element" if tag != "svg" else "SVGSVGElement"
    if tag in _INTERFACES:
        return f"HTML{_INTERFACES[tag]}Element"
    return "HTMLElement" if tag in _PLAIN or "-" in tag else "HTMLUnknownElement"


def is_foreign(node: Node) -> bool:
    """Return whether the node is one of SVG or MathML."""
    for ancestor in with_ancestors(node):
        if ancestor.tag in ("svg", "math"):
            return True
        if ancestor.tag in ("foreignObject", "body") and ancestor is not node:
            return False
    return False


def tag_name(node: Node) -> str:
    """Return `tagName`: in capitals, but for what is foreign to HTML."""
    tag = str(node.tag)
    return tag if not tag.islower() or is_foreign(node) else tag.upper()


def is_name(tag: str) -> bool:
    """Return whether an element may have that tag."""
    return _is_name(tag) is not None


def display_name(node: Node) -> str:
    """Return how errors name the node: by its tag with its id, else its first classes."""
    tag = str(node.tag)
    for name in ("id", "class", "name"):
        if node.get(name):
            return f"<{tag} {name}={node.get(name)!r}>"
    return f"<{tag}>"
