"""Steps that a document of the test kit and one in Chromium both take, so that their answers can be compared.

A step is a list: ``["get", selector, name]``, ``["set", selector, name, value]``, ``["call", selector, name, args]``,
``["all", selector]`` or ``["matches", selector, other]``. A selector of None is the document, ``{"node": selector}`` in
a value a node. A node in an answer is written as its tag and id, an error as its code, with the name of what was
thrown.
"""

from __future__ import annotations

import math
from typing import Any

from pycommunicate.testing.dom import Document, DomError, Node

__all__ = ["SCRIPT", "take_steps"]

#: The same in a page: a function of a case's HTML and steps. What it does is what the client does with ops.
SCRIPT = r"""
(html, steps) => {
  "use strict";
  document.title = "";
  for (const name of document.body.getAttributeNames()) document.body.removeAttribute(name);
  document.body.innerHTML = html;
  const node = (selector) => (selector === null ? document : document.querySelector(selector));
  const live = (value) => {
    if (Array.isArray(value)) return value.map(live);
    if (value && typeof value === "object" && "node" in value) return node(value.node);
    return value;
  };
  const plain = (value) => {
    if (value === undefined || value === null) return null;
    if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
    if (typeof value !== "object" && typeof value !== "function") return value;
    if (value instanceof Document) return "document";
    if (value instanceof Element) return value.localName + (value.id ? "#" + value.id : "");
    if (value instanceof Node) return "text";
    if (value instanceof CSSStyleDeclaration) {
      return Object.fromEntries([...value].map((name) => [name, value.getPropertyValue(name)]));
    }
    if (value instanceof DOMStringMap) return { ...value };
    if (typeof value !== "function" && typeof value[Symbol.iterator] === "function") return [...value].map(plain);
    if (value.constructor === Object) return structuredClone(value);
    return ["error", "unsupported"];
  };
  const path = (name) => [name].flat();
  const holder = (from, name) => {
    for (const part of path(name).slice(0, -1)) {
      from = from[part];
      if (from === null || from === undefined) throw { code: "invalid-name" };
    }
    return from;
  };
  const key = (name) => path(name).at(-1);
  const dashed = (of, name) => name.includes("-") && of instanceof CSSStyleDeclaration;
  const acts = {
    get(selector, name) {
      const of = holder(node(selector), name);
      return dashed(of, key(name)) ? of.getPropertyValue(key(name)) : of[key(name)];
    },
    set(selector, name, value) {
      const of = holder(node(selector), name);
      if (dashed(of, key(name))) of.setProperty(key(name), value ?? "");
      else of[key(name)] = live(value);
    },
    call(selector, name, values) {
      const of = holder(node(selector), name);
      if (typeof of[key(name)] !== "function") throw { code: "not-a-function" };
      return of[key(name)](...live(values));
    },
    all(selector) {
      try {
        return document.body.querySelectorAll(selector);
      } catch {
        throw { code: "invalid-selector" };
      }
    },
    matches: (selector, other) => node(selector).matches(other),
  };
  return steps.map(([act, ...rest]) => {
    try {
      return plain(acts[act](...rest));
    } catch (error) {
      return ["error", error.code && typeof error.code === "string" ? error.code : "js-error " + error.name];
    }
  });
}
"""


def take_steps(html: str, steps: list[Any]) -> list[Any]:
    """Return the answers of a document of the test kit."""
    document = Document(f"<!doctype html><body>{html}", "http://test.local/dir/page?q=1")
    return [_take(document, step) for step in steps]


def _take(document: Document, step: list[Any]) -> Any:
    act, *rest = step
    try:
        match act:
            case "get":
                return plain(document.read(_node(document, rest[0]), rest[1]))
            case "set":
                document.write(_node(document, rest[0]), rest[1], _live(document, rest[2]))
                return None
            case "call":
                return plain(document.call(_node(document, rest[0]), rest[1], _live(document, rest[2])))
            case "all":
                return plain(document.query_all(document.body, rest[0]))
        node = _node(document, rest[0])
        assert node is not None
        return document.matches(node, rest[1])
    except DomError as error:
        thrown = f"js-error {error.text.partition(':')[0]}"
        return ["error", thrown if error.code == "js-error" else error.code]


def _node(document: Document, selector: str | None) -> Node | None:
    if selector is None:
        return None
    found = document.query(None, selector)
    assert found is not None, f"there is no {selector}"
    return found


def _live(document: Document, value: Any) -> Any:
    if isinstance(value, list):
        return [_live(document, item) for item in value]
    if isinstance(value, dict) and "node" in value:
        return _node(document, value["node"])
    return value


def plain(value: Any) -> Any:
    """Return an answer as the page would have written it."""
    if isinstance(value, Node):
        return f"{value.tag}#{value.get('id')}" if value.get("id") else value.tag
    if isinstance(value, Document):
        return "document"
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}[str(value)]
    return value
