"""The HTML that the scripted server shows: the document of a section, and the list of all."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Any

from ..report import Section

__all__ = ["VIEWED", "bare", "document", "index", "parts"]

#: What a section works on. The list is long where what has gone must not fit into one frame.
_PARTS = """\
<main id="main">
<p id="text" class="one two" title="hint" data-kind="text">text</p>
<form id="form"><input id="name" name="name" value="first"><input id="box" name="box" type="checkbox"> \
<button id="send" name="how" value="sent">Send</button></form>
<p id="buttons"><button id="go" type="button"><b id="inside">Go</b></button> \
<button id="other" type="button">Other</button></p>
<p><a id="link" href="{left}">A link</a></p>
<ul id="list">{items}</ul>
</main>
"""
#: What is shown in place of a section's document.
VIEWED = (
    '<!DOCTYPE html><html class="second"><head><title>Second</title>{head}</head>'
    '<body id="second"><p id="do"></p>{body}</body></html>'
)
_ITEMS = ("one", "two", "three")

#: What a browser's script needs to take part: it follows `#do` as any client may, and goes on to what comes next.
_SCRIPT = """\
"use strict";
document.conformance = {{
  deep: [], cycle: {{}}, symbol: Symbol("s"), thrower: {{ get it() {{ throw new TypeError("why"); }} }},
  set: new Set([1, 2]), map: new Map([["a", 1]]), date: new Date(NaN), big: 2n ** 70n, lone: "\\ud800!",
  array: new Uint16Array([1, 256]).buffer,
  slowly: () => new Promise((resolve) => {{ document.conformance.settle = resolve; }}),
  done: () => document.conformance.settle(document.conformance.outcome),
  outcome: "settled", rejects: () => Promise.reject(new Error("nobody is told")),
  fails: function (size = 1) {{ throw new Error("x".repeat(size)); }},
}};
document.conformance.cycle.me = document.conformance.cycle;
for (let i = 0, at = document.conformance.deep; i < 40; i++, at = at[0]) at.push([]);
const act = () => {{
  const [, number, after, verb, selector, text] =
    /^(\\d+) (?:after (\\d+) )?(click|fill) (\\S+) ?(.*)$/.exec(document.querySelector("#do")?.textContent) ?? [];
  if (!number || number === act.last) return;
  act.last = number;
  const now = () => {{
    const node = document.querySelector(selector);
    if (verb === "click") return node.click();
    node.focus();
    node.select();
    if (document.execCommand("insertText", false, text)) return;
    node.value = text;
    node.dispatchEvent(new Event("input", {{ bubbles: true }}));
  }};
  if (after) setTimeout(now, Number(after));
  else now();
}};
new MutationObserver(act).observe(document, {{ childList: true, characterData: true, subtree: true }});
"""
_LEAD = """\
fetch("/next").then((answer) => answer.text()).then((address) => {{
  if (!address) return;
  sessionStorage.clear();
  location.replace(address);
}}).catch(() => {{}});
"""


def parts(left: str, items: Iterable[str] = _ITEMS) -> str:
    """Return what a section works on.

    Args:
        left: Where its link leads.
        items: The ids and texts of the list.
    """
    return _PARTS.format(left=escape(left), items="".join(f'<li id="{item}">{item}</li>' for item in items))


def bare(tag: str, html: str) -> str:
    """Return a document of nothing but the script element that loads the client, and *html*."""
    return f"<!DOCTYPE html>{tag}<script>{_LEAD.format()}</script>{html}"


def document(name: str, tag: str, body: str = "") -> str:
    """Return the document of a section.

    Args:
        name: The section.
        tag: The script element that loads the client.
        body: What stands in it; `parts` if nothing is given.
    """
    body = body or parts(f"/{name}?left")
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{escape(name)}</title>\n{tag}\n</head>\n'
        f'<body id="top">\n<p id="do"></p>\n{body}<script>{(_SCRIPT + _LEAD).format()}</script>\n</body></html>\n'
    )


def index(sections: Iterable[Section[Any]]) -> str:
    """Return the document that tells people what there is."""
    rows = "".join(
        f'<tr><td><a href="/{section.name}">{escape(section.name)}</a></td><td>{section.level.value}</td>'
        f"<td>{escape(section.title)}</td></tr>\n"
        for section in sections
    )
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>Conformance of a client</title></head>\n'
        '<body id="top"><h1>Conformance of a client</h1>\n'
        "<p>A browser goes through all sections by itself from here on, and comes to rest at the last one. The "
        "terminal tells what they come to. A client that runs no scripts opens each address when it is named there."
        "</p>\n"
        f"<table><tr><th>section</th><th>level</th><th>looks at</th></tr>\n{rows}</table>\n"
        f"<script>{(_SCRIPT + _LEAD).format()}</script></body></html>\n"
    )
