"""What the document itself is asked for, and told, by name."""

from __future__ import annotations

from typing import Any

from .conversions import to_text
from .core import Core
from .host import only_getter
from .names import interface
from .objects import Location, go_to
from .owners import is_link
from .tables import getter, setter
from .tree import Node, text_content

__all__ = ["title_of"]


def title_of(core: Core) -> str:
    """Return the title, its spaces made one."""
    title = next(core.root.iter("title"), None)
    return " ".join(text_content(title).split()) if title is not None else ""


@setter("title", "#document")
def _set_title(core: Core, node: None, value: Any) -> None:
    title = next(core.root.iter("title"), None)
    if title is None:
        head = core.head
        if head is None:
            return
        title = core.create("title")
        core.append(head, title)
    core.set_text(title, to_text(value))


@setter("location", "#document")
def _set_location(core: Core, node: None, value: Any) -> None:
    go_to(core, to_text(value))


@setter("dir", "#document")
def _set_dir(core: Core, node: None, value: Any) -> None:
    core.set_attribute(core.root, "dir", to_text(value))


@setter("body", "#document")
def _set_body(core: Core, node: None, value: Any) -> None:
    body = core.body
    if not isinstance(value, Node) or value.tag != "body" or body is None:
        kind = interface(value) if isinstance(value, Node) else "value"
        raise only_getter(f"body to a {kind}", "Document")
    core.put_before(body, value)
    core.take_out(body)


@setter("textContent nodeValue designMode", "#document")
def _set_nothing(core: Core, node: None, value: Any) -> None:
    return None


@getter("links", "#document")
def _links(core: Core, node: None) -> list[Node]:
    return [one for one in core.root.iter("a", "area") if is_link(one)]


@getter("anchors", "#document")
def _anchors(core: Core, node: None) -> list[Node]:
    return [one for one in core.root.iter("a") if one.get("name") is not None]


for names, get in (
    ("title", title_of),
    ("body", lambda core: core.body),
    ("head", lambda core: core.head),
    ("documentElement scrollingElement firstElementChild lastElementChild", lambda core: core.root),
    ("children", lambda core: [core.root]),
    ("childElementCount", lambda core: 1),
    ("activeElement", lambda core: core.active),
    ("URL documentURI", lambda core: core.url),
    ("baseURI", lambda core: core.base_url),
    ("location", Location),
    ("defaultView", lambda core: core.window),
    ("readyState", lambda core: "complete"),
    ("visibilityState", lambda core: "visible" if core.surroundings.visible else "hidden"),
    ("hidden", lambda core: not core.surroundings.visible),
    ("prerendering", lambda core: False),
    ("isConnected", lambda core: True),
    ("forms", lambda core: list(core.root.iter("form"))),
    ("images", lambda core: list(core.root.iter("img"))),
    ("scripts", lambda core: list(core.root.iter("script"))),
    ("embeds plugins", lambda core: list(core.root.iter("embed"))),
    ("referrer", lambda core: ""),
    ("characterSet charset inputEncoding", lambda core: "UTF-8"),
    ("compatMode", lambda core: "CSS1Compat"),
    ("contentType", lambda core: "text/html"),
    ("designMode", lambda core: "off"),
    ("dir", lambda core: core.root.get("dir", "")),
    ("nodeType", lambda core: 9),
    ("nodeName", lambda core: "#document"),
    ("fullscreenElement pointerLockElement currentScript", lambda core: None),
    ("parentNode parentElement ownerDocument textContent nodeValue nextSibling previousSibling", lambda core: None),
):
    getter(names, "#document")(lambda core, node, get=get: get(core))  # type: ignore[misc]
