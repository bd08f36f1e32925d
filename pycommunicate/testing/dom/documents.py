"""What the document itself is asked for, and told, by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .conversions import to_text
from .core import Core
from .host import only_getter
from .names import interface
from .objects import Location, Window, go_to
from .tree import Node, text_content

__all__ = ["DOCUMENT_GETTERS", "set_document", "title_of"]


def title_of(core: Core) -> str:
    """Return the title, its spaces made one."""
    title = next(core.root.iter("title"), None)
    return " ".join(text_content(title).split()) if title is not None else ""


def _set_title(core: Core, value: Any) -> None:
    title = next(core.root.iter("title"), None)
    if title is None:
        head = core.head
        if head is None:
            return
        title = core.create("title")
        core.append(head, title)
    core.set_text(title, to_text(value))


def _links(core: Core) -> list[Node]:
    return [node for node in core.root.iter("a", "area") if node.get("href") is not None]


DOCUMENT_GETTERS: dict[str, Callable[[Core], Any]] = {
    "title": title_of,
    "body": lambda core: core.body,
    "head": lambda core: core.head,
    "documentElement": lambda core: core.root,
    "scrollingElement": lambda core: core.root,
    "firstElementChild": lambda core: core.root,
    "lastElementChild": lambda core: core.root,
    "children": lambda core: [core.root],
    "childElementCount": lambda core: 1,
    "activeElement": lambda core: core.active,
    "URL": lambda core: core.url,
    "documentURI": lambda core: core.url,
    "baseURI": lambda core: core.base_url,
    "location": Location,
    "defaultView": Window,
    "readyState": lambda core: "complete",
    "hidden": lambda core: False,
    "visibilityState": lambda core: "visible",
    "forms": lambda core: list(core.root.iter("form")),
    "images": lambda core: list(core.root.iter("img")),
    "scripts": lambda core: list(core.root.iter("script")),
    "links": _links,
    "anchors": lambda core: [node for node in core.root.iter("a") if node.get("name") is not None],
    "embeds": lambda core: list(core.root.iter("embed")),
    "plugins": lambda core: list(core.root.iter("embed")),
    "referrer": lambda core: "",
    "characterSet": lambda core: "UTF-8",
    "charset": lambda core: "UTF-8",
    "inputEncoding": lambda core: "UTF-8",
    "compatMode": lambda core: "CSS1Compat",
    "contentType": lambda core: "text/html",
    "designMode": lambda core: "off",
    "dir": lambda core: core.root.get("dir", ""),
    "nodeType": lambda core: 9,
    "nodeName": lambda core: "#document",
    "isConnected": lambda core: True,
    "prerendering": lambda core: False,
    "fullscreenElement": lambda core: None,
    "pointerLockElement": lambda core: None,
    "currentScript": lambda core: None,
    **dict.fromkeys(
        ("parentNode", "parentElement", "ownerDocument", "textContent", "nodeValue", "nextSibling", "previousSibling"),
        lambda core: None,
    ),
}


def set_document(core: Core, name: str, value: Any) -> bool:
    """Write a property of the document; return False where it has none of that name."""
    if name == "title":
        _set_title(core, value)
    elif name == "location":
        go_to(core, to_text(value))
    elif name == "dir":
        core.set_attribute(core.root, "dir", to_text(value))
    elif name == "body":
        _set_body(core, value)
    elif name in ("textContent", "nodeValue", "designMode"):
        return True
    elif name in DOCUMENT_GETTERS:
        raise only_getter(name, "Document")
    else:
        return False
    return True


def _set_body(core: Core, value: Any) -> None:
    body = core.body
    if not isinstance(value, Node) or value.tag != "body" or body is None:
        kind = interface(value) if isinstance(value, Node) else "value"
        raise only_getter(f"body to a {kind}", "Document")
    core.put_before(body, value)
    core.take_out(body)
