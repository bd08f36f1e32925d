"""Properties that are attributes by another name."""

from __future__ import annotations

from typing import Any

from .conversions import number_text, parse_float, parse_integer, to_boolean, to_integer, to_number, to_text
from .core import Core
from .errors import script_error
from .names import INPUT_TYPES, interface
from .tables import GETTERS, SETTERS
from .tree import Node
from .urls import resolve

__all__: list[str] = []


def _enter(name: str, tags: str, get: Any, set: Any) -> None:
    # Where a property is more than its attribute, what is written for it stands.
    for tag in tags.split():
        GETTERS.setdefault(name, {}).setdefault(tag, get)
        SETTERS.setdefault(name, {}).setdefault(tag, set)


def _text(name: str, tags: str, attribute: str = "") -> None:
    attribute = attribute or name.lower()

    def get(core: Core, node: Node) -> str:
        return core.attribute(node, attribute) or ""

    def set(core: Core, node: Node, value: Any) -> None:
        core.set_attribute(node, attribute, to_text(value))

    _enter(name, tags, get, set)


def _nullable(name: str, attribute: str) -> None:
    def get(core: Core, node: Node) -> str | None:
        return core.attribute(node, attribute)

    def set(core: Core, node: Node, value: Any) -> None:
        if value is None:
            core.remove_attribute(node, attribute)
        else:
            core.set_attribute(node, attribute, to_text(value))

    _enter(name, "*", get, set)


def _address(name: str, tags: str, attribute: str = "", *, document: bool = False) -> None:
    attribute = attribute or name.lower()

    def get(core: Core, node: Node) -> str:
        text = core.attribute(node, attribute)
        if document and not text:
            return core.url
        return resolve(core.base_url, text) if text is not None else ""

    def set(core: Core, node: Node, value: Any) -> None:
        core.set_attribute(node, attribute, to_text(value))

    _enter(name, tags, get, set)


def _flag(name: str, tags: str, attribute: str = "") -> None:
    attribute = attribute or name.lower()

    def get(core: Core, node: Node) -> bool:
        return node.get(attribute) is not None

    def set(core: Core, node: Node, value: Any) -> None:
        if not to_boolean(value):
            core.remove_attribute(node, attribute)
        elif node.get(attribute) is None:
            core.set_attribute(node, attribute, "")

    _enter(name, tags, get, set)


def _integer(
    name: str, tags: str, default: int, attribute: str = "", least: int = -(2**31), refused: int | None = None
) -> None:
    """Enter an integer; below *least* it counts as *default*, and neither *refused* nor less may be set."""
    attribute = attribute or name.lower()

    def get(core: Core, node: Node) -> int:
        number = parse_integer(node.get(attribute))
        return default if number is None or not least <= number < 2**31 else number

    def set(core: Core, node: Node, value: Any) -> None:
        number = to_integer(value)
        if refused is not None and number <= refused:
            where = f"Failed to set the '{name}' property on '{interface(node)}'"
            wrong = f"The value provided ({number}) is not positive or 0." if refused < 0 else (
                f"The value provided is {number}, which is an invalid size."
            )  # fmt: skip
            raise script_error("IndexSizeError", f"{where}: {wrong}")
        core.set_attribute(node, attribute, str(number))

    _enter(name, tags, get, set)


def _choice(name: str, tags: str, words: str, missing: str | None, invalid: str | None, attribute: str = "") -> None:
    attribute = attribute or name.lower()
    known = frozenset(words.split())

    def get(core: Core, node: Node) -> str | None:
        value = node.get(attribute)
        if value is None:
            return missing
        value = value.lower()
        return value if value in known else invalid

    def set(core: Core, node: Node, value: Any) -> None:
        core.set_attribute(node, attribute, to_text(value))

    _enter(name, tags, get, set)


def _float(name: str, tags: str, default: float, attribute: str = "") -> None:
    attribute = attribute or name.lower()

    def get(core: Core, node: Node) -> float:
        number = parse_float(node.get(attribute, ""))
        if number is None:
            return default
        return int(number) if number == int(number) else number

    def set(core: Core, node: Node, value: Any) -> None:
        core.set_attribute(node, attribute, number_text(to_number(value)))

    _enter(name, tags, get, set)


_ARIA = (
    "Atomic AutoComplete BrailleLabel BrailleRoleDescription Busy Checked ColCount ColIndex ColIndexText ColSpan "
    "Current Description Disabled Expanded HasPopup Hidden Invalid KeyShortcuts Label Level Live Modal MultiLine "
    "MultiSelectable Orientation Placeholder PosInSet Pressed ReadOnly Relevant Required RoleDescription RowCount "
    "RowIndex RowIndexText RowSpan Selected SetSize Sort ValueMax ValueMin ValueNow ValueText"
)
for word in _ARIA.split():
    _nullable(f"aria{word}", f"aria-{word.lower()}")
_nullable("role", "role")


for name, tags, attribute in (
    ("id title lang accessKey slot nonce", "*", ""),
    ("className", "*", "class"),
    ("name", "a button fieldset form iframe img input map meta object output select slot textarea details param", ""),
    ("alt", "img area input", ""),
    ("placeholder", "input textarea", ""),
    ("pattern accept min max step dirName", "input", ""),
    ("dirName wrap", "textarea", ""),
    ("target", "a area base form link", ""),
    ("formTarget", "button input", ""),
    ("rel hreflang", "a area link", ""),
    ("download ping", "a area", ""),
    ("rev charset shape coords", "a", ""),
    ("shape coords", "area", ""),
    ("type", "a link script style embed object source li ul ol param", ""),
    ("media", "link style source meta", ""),
    ("content scheme", "meta", ""),
    ("httpEquiv", "meta", "http-equiv"),
    ("htmlFor", "label script template", "for"),
    ("headers abbr", "td th", ""),
    ("srcset sizes useMap", "img", ""),
    ("srcset sizes", "source", ""),
    ("srcdoc allow", "iframe", ""),
    ("label", "track optgroup", ""),
    ("dateTime", "time ins del", ""),
    ("acceptCharset", "form", "accept-charset"),
    ("integrity charset", "script link", ""),
    ("as", "link", ""),
    ("align", "div p h1 h2 h3 h4 h5 h6 table td th tr img hr input iframe col caption", ""),
    ("width", "table td th hr col", ""),
    ("border summary frame rules cellPadding cellSpacing", "table", ""),
    ("height axis", "td th", ""),
    ("ch", "td th tr col colgroup thead tbody tfoot", "char"),
    ("chOff", "td th tr col colgroup thead tbody tfoot", "charoff"),
    ("vAlign", "td th tr col colgroup thead tbody tfoot", ""),
    ("border longDesc", "img", ""),
    ("frameBorder marginHeight marginWidth scrolling longDesc csp", "iframe", ""),
    ("rev imageSizes imageSrcset", "link", ""),
    ("event", "script", ""),
    ("rel", "form", ""),
    ("useMap", "input", ""),
    ("bgColor", "body table tr td th", ""),
    ("value", "data button param", ""),
):  # fmt: skip
    for one in name.split():
        _text(one, tags, attribute)

for name, tags, attribute in (
    ("href", "a area link base", ""),
    ("src", "img script iframe audio video source track embed input", ""),
    ("data", "object", ""),
    ("cite", "blockquote q ins del", ""),
    ("poster", "video", ""),
):  # fmt: skip
    _address(name, tags, attribute)
_address("action", "form", document=True)
_address("formAction", "button input", document=True)

for name, tags, attribute in (
    ("hidden autofocus inert", "*", ""),
    ("disabled", "button fieldset input optgroup option select textarea link", ""),
    ("readOnly required", "input textarea", ""),
    ("required", "select", ""),
    ("multiple", "input select", ""),
    ("defaultChecked", "input", "checked"),
    ("defaultSelected", "option", "selected"),
    ("defaultMuted", "audio video", "muted"),
    ("formNoValidate", "button input", ""),
    ("noValidate", "form", ""),
    ("open", "details dialog", ""),
    ("reversed", "ol", ""),
    ("autoplay controls loop", "audio video", ""),
    ("playsInline", "video", ""),
    ("async defer noModule", "script", ""),
    ("allowFullscreen", "iframe", ""),
    ("isMap", "img", ""),
    ("default", "track", ""),
    ("noWrap", "td th", ""),
    ("compact", "ul ol dl menu dir", ""),
):  # fmt: skip
    for one in name.split():
        _flag(one, tags, attribute)

_integer("maxLength", "input textarea", -1, least=0, refused=-1)
_integer("minLength", "input textarea", -1, least=0, refused=-1)
_integer("size", "input", 20, least=1, refused=0)
_integer("size", "select", 0, least=0)
_integer("cols", "textarea", 20, least=1)
_integer("rows", "textarea", 2, least=1)
_integer("hspace", "img", 0, least=0)
_integer("vspace", "img", 0, least=0)
_integer("colSpan", "td th", 1, least=1)
_integer("rowSpan", "td th", 1, least=0)
_integer("span", "col colgroup", 1, least=1)
_integer("start", "ol", 1)
_integer("value", "li", 0)
_integer("width", "canvas", 300, least=0)
_integer("height", "canvas", 150, least=0)
_float("min", "meter", 0)
_float("max", "meter progress", 1)

_choice("dir", "*", "ltr rtl auto", "", "")
_choice("enterKeyHint", "*", "enter done go next previous search send", "", "")
_choice("inputMode", "*", "none text tel url email numeric decimal search", "", "")
_choice("popover", "*", "auto manual hint", None, "manual")
_choice("type", "input", " ".join(INPUT_TYPES), "text", "text")
_choice("type", "button", "submit reset button", "submit", "submit")
_choice("method", "form", "get post dialog", "get", "get")
_choice("formMethod", "button input", "get post dialog", "", "get")
_ENCODED = "application/x-www-form-urlencoded"
_choice("enctype", "form", f"multipart/form-data text/plain {_ENCODED}", _ENCODED, _ENCODED)
_choice("encoding", "form", f"multipart/form-data text/plain {_ENCODED}", _ENCODED, _ENCODED, "enctype")
_choice("formEnctype", "button input", f"multipart/form-data text/plain {_ENCODED}", "", _ENCODED)
_choice("autocomplete", "form", "on off", "on", "on")
_choice("loading", "img iframe", "lazy eager", "auto", "auto")
_choice("fetchPriority", "img script link", "high low auto", "auto", "auto")
_choice("autocapitalize", "*", "off none on sentences words characters", "", "sentences")
_choice("popoverTargetAction", "button input", "toggle show hide", "toggle", "toggle")
_choice("decoding", "img", "sync async auto", "auto", "auto")
_choice("scope", "th td", "row col rowgroup colgroup", "", "")
_choice("kind", "track", "subtitles captions descriptions chapters metadata", "subtitles", "metadata")
_choice("preload", "audio video", "none metadata auto", "metadata", "metadata")
_choice("crossOrigin", "img script link audio video", "anonymous use-credentials", None, "anonymous")
_choice(
    "referrerPolicy",
    "a area img iframe link script",
    "no-referrer no-referrer-when-downgrade same-origin origin strict-origin origin-when-cross-origin "
    "strict-origin-when-cross-origin unsafe-url",
    "",
    "",
)
_text("autocomplete", "input select textarea")
for one in ("width", "height"):
    _text(one, "iframe embed object")
    _integer(one, "video source", 0, least=0)
