"""What a user does to a page: in a document of the test kit, and by Playwright in Chromium, with what follows.

A case has a name, the HTML of a body, `acts` of a user (``["click", selector]``, ``["fill", selector, text]``,
``["press", keys]``, ...), and `reads` of the end, each a selector and a property. An element of the HTML prevents the
events that its attribute ``data-prevent`` names. `tells` names properties of events, which are compared as well.
"""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Error, Page, Route

from pycommunicate.testing.dom import ActionError, Document, Event, Node, Request
from pycommunicate.testing.gestures import act
from tests.support.dom_steps import plain

__all__ = ["Chromium", "act_here"]

ADDRESS = "http://test.local/dir/page?q=1"
_EVENTS = (
    *("pointerdown", "mousedown", "pointerup", "mouseup", "click", "dblclick", "auxclick", "contextmenu"),
    *("focus", "blur", "focusin", "focusout", "keydown", "keypress", "keyup", "beforeinput", "input", "change"),
    *("submit", "reset", "invalid", "toggle", "close", "cancel"),
    *("compositionstart", "compositionupdate", "compositionend"),
)
#: In the page: every event is told as it begins, with its target.
_RECORD = """
(types) => {
  window.happened = [];
  window.tells = [];
  const name = (node) => (node === document ? "document" : node.localName + (node.id ? "#" + node.id : ""));
  for (const type of types) {
    addEventListener(type, (event) => {
      if (event.target === window) return;
      const told = window.tells.map((one) => {
        const value = event[one];
        return value instanceof Node ? name(value) : value ?? null;
      });
      window.happened.push([type, name(event.target), ...told]);
      if (event.target.dataset?.prevent?.split(" ").includes(type)) event.preventDefault();
    }, true);
  }
}
"""
_SHOW = """
([html, tells]) => {
  document.activeElement.blur();
  document.body.innerHTML = html;
  window.tells = tells;
  happened.length = 0;
}
"""


#: In the page: a property, its elements as `plain` writes them.
_READ = """
([selector, name]) => {
  const plain = (value) => {
    if (value instanceof Element) return value.localName + (value.id ? "#" + value.id : "");
    return value && typeof value === "object" ? [...value].map(plain) : value;
  };
  return plain((selector === null ? document : document.querySelector(selector))[name]);
}
"""


# --- in the test kit --------------------------------------------------------------------------------------------------


class _Recording(Document):
    """A document that tells every event as it begins."""

    def __init__(self, html: str, happened: list[Any], sent: list[Any], tells: list[str]) -> None:
        self.happened = happened
        self.sent = sent
        self.tells = tells
        super().__init__(html, ADDRESS, navigate=self._send)
        for type_ in _EVENTS:
            self.listen(None, type_, lambda event: None)

    def _send(self, request: Request) -> None:
        self.sent.append([request.method, request.url, request.content_type, request.body.decode()])

    def dispatch(self, node: Any, event: Event) -> bool:
        if event.type in _EVENTS:
            name = plain(node) if node is not None else "document"
            told = [plain(event.get(one)) for one in self.tells]
            self.happened.append([event.type, name, *told])
            if isinstance(node, Node) and event.type in node.get("data-prevent", "").split():
                event.prevent_default()
        return super().dispatch(node, event)


def act_here(case: dict[str, Any]) -> dict[str, Any]:
    """Return what happens in a document of the test kit."""
    happened: list[Any] = []
    sent: list[Any] = []
    document = _Recording(f"<!doctype html><body>{case['html']}", happened, sent, case.get("tells", []))
    refused = False
    for action, *args in case["acts"]:
        try:
            _act(document, action, args)
        except ActionError:
            refused = True
    nodes = [None if selector is None else document.query(None, selector) for selector, _ in case["reads"]]
    values = [plain(document.read(node, name)) for node, (_, name) in zip(nodes, case["reads"], strict=True)]
    return {"happened": happened, "sent": sent, "refused": refused, "values": values}


def _act(document: Document, action: str, args: list[Any]) -> None:
    match action, args:
        case (("press" | "commit"), [keys]):
            act(document, action, None, keys)
        case "click", [selector, button]:
            act(document, action, document.query(None, selector), button=button)
        case "select", [selector, values]:
            act(document, action, document.query(None, selector), *([values] if isinstance(values, str) else values))
        case _, [selector, *rest]:
            act(document, action, document.query(None, selector), *rest)


# --- in Chromium ------------------------------------------------------------------------------------------------------


class Chromium:
    """A page that all cases are shown in, one after the other; it is never left, as no request gets a document."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self._sent: list[Any] = []
        page.route("**/*", self._answer)
        page.goto(ADDRESS)
        page.evaluate(_RECORD, list(_EVENTS))

    def _answer(self, route: Route) -> None:
        request = route.request
        if request.url == ADDRESS and not self._sent and self.page.url == "about:blank":
            route.fulfill(content_type="text/html; charset=utf-8", body="<!doctype html><title></title><body>")
            return
        if request.is_navigation_request():
            kind = request.headers.get("content-type", "")
            self._sent.append([request.method, request.url, kind, request.post_data or ""])
        route.fulfill(status=204)

    def act(self, case: dict[str, Any]) -> dict[str, Any]:
        """Return what happens here."""
        self._sent.clear()
        # What is refused is waited for.
        self.page.set_default_timeout(100 if case["name"].startswith("refused") else 3000)
        self.page.evaluate("history.replaceState(null, '', '/dir/page?q=1')")
        self.page.evaluate(_SHOW, [case["html"], case.get("tells", [])])
        refused = False
        for action, *args in case["acts"]:
            try:
                self._act(action, args)
            except Error:
                refused = True
        # What is to be loaded is asked for a little later.
        self.page.evaluate("new Promise(resolve => setTimeout(resolve, 5))")
        values = [self.page.evaluate(_READ, [selector, name]) for selector, name in case["reads"]]
        return {"happened": self.page.evaluate("happened"), "sent": self._sent[:], "refused": refused, "values": values}

    def _act(self, action: str, args: list[Any]) -> None:
        page = self.page
        match action, args:
            case "press", [keys]:
                page.keyboard.press(keys)
            case "click", [selector, button]:
                page.click(selector, button=button)
            case "click", [selector]:
                page.click(selector)
            case "type", [selector, text]:
                page.locator(selector).press_sequentially(text)
            case "compose", [selector, text]:
                page.focus(selector)
                self._tell("Input.imeSetComposition", text=text, selectionStart=len(text), selectionEnd=len(text))
            case "commit", [text]:
                self._tell("Input.insertText", text=text)
            case "select", [selector, values]:
                page.select_option(selector, values)
            case _:
                getattr(page, action)(*args)

    def _tell(self, command: str, **params: Any) -> None:
        session = self.page.context.new_cdp_session(self.page)
        session.send(command, params)
        session.detach()
