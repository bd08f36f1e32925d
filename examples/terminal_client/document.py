"""The document of a client that is no browser: what a browser's own tree and controls do by themselves."""

import re
from urllib.parse import urldefrag, urljoin, urlsplit

import lxml.html
from cssselect import SelectorError
from lxml.html import HtmlElement

from pycommunicate.protocol import ops

# Properties that are attributes: texts, and those that are true where there is such an attribute.
TEXTS = {name: name for name in ("id", "title", "href", "name", "type", "alt", "lang", "role", "placeholder")}
TEXTS |= {"className": "class", "htmlFor": "for", "ariaLabel": "aria-label"}
FLAGS = {name: name.lower() for name in ("disabled", "hidden", "required", "readOnly", "multiple", "open")}
FIELDS = ("input", "textarea", "select")


class Failed(Exception):
    """What cannot be done: the code and the text of an error (spec 10)."""


def parse(html):
    parser = lxml.html.HTMLParser(encoding="utf-8")
    return lxml.html.document_fromstring(html.encode() or b"<p>", parser, ensure_head_body=True)


def value_of(option):
    return option.get("value", option.text_content().strip())


def is_own_link(node):
    return isinstance(node, HtmlElement) and "href" in node.attrib and not {"download", "target"} & {*node.attrib}


def kind_of(node):
    return node.get("type", "submit" if node.tag == "button" else "text").lower()


# `happen` is called with each event's type and the nodes that it reaches, and says whether its default action follows.
class Document:
    def __init__(self, html, url, happen):
        self.root, self.url, self.happen = parse(html), url, happen
        self.properties = {}  # by node: what HTML keeps beside the attributes, and what it knows nothing of
        self.removed = []  # what has left the tree for good
        self.next_url = None  # where the document is left for

    def find(self, scope, selector):
        top = self.root if scope is self else [scope, *scope.iterancestors()][-1]
        try:
            found = top.cssselect(selector)
        except SelectorError as error:
            raise Failed("invalid-selector", f"{selector}: {error}") from None
        return next((node for node in found if scope is self or scope in node.iterancestors()), None)

    def read(self, node, name):
        if not isinstance(node, (Document, HtmlElement)):
            return node.get(name) if isinstance(node, dict) else None
        kept = self.properties.setdefault(node, {})
        if name == "style" and name not in kept:
            kept[name] = dict(re.findall(r"([\w-]+)\s*:\s*([^;]+)", node.get("style", "")))
        if name in kept:
            return kept[name]
        if node is self:
            return {"title": self.root.findtext(".//title"), "body": self.root.body}.get(name)
        if name in ("value", "checked", "valueAsNumber") and node.tag in FIELDS:
            return self.read_field(node, name)
        if name in ("innerText", "textContent"):
            return node.text_content()
        if name in FLAGS:
            return FLAGS[name] in node.attrib
        return node.get(TEXTS[name], "") if name in TEXTS else None

    # The value of a field is its attribute only until somebody has changed it.
    def read_field(self, node, name):
        if name == "checked":
            return "checked" in node.attrib
        if name == "valueAsNumber":
            return float(self.read(node, "value") or "nan")
        if node.tag == "select":
            options = node.xpath(".//option[@selected]") or node.xpath(".//option")
            return value_of(options[0]) if options else ""
        return node.text_content() if node.tag == "textarea" else node.get("value", "")

    def write(self, node, name, value):
        text = "" if value is None else str(value)
        if isinstance(node, dict):
            node[name] = value
        elif not isinstance(node, (Document, HtmlElement)):
            raise Failed("js-error", f"{name} cannot be written")
        elif node is self and name == "title":
            if self.root.find(".//title") is None:
                self.root.head.append(self.create("title"))
            self.root.find(".//title").text = text
        elif node is self or name not in ("innerText", "textContent", "style", *TEXTS, *FLAGS):
            is_text = name == "value" and node is not self and node.tag in FIELDS
            self.properties.setdefault(node, {})[name] = text if is_text else value
        elif name in ("innerText", "textContent"):
            self.removed += node
            del node[:]
            node.text = text
        elif name == "style":
            node.set(name, text)
            self.properties.get(node, {}).pop(name, None)
        elif name in TEXTS:
            node.set(TEXTS[name], text)
        elif value:
            node.set(FLAGS[name], "")
        else:
            node.attrib.pop(FLAGS[name], None)

    def create(self, tag):
        if not re.fullmatch(r"[A-Za-z][\w.-]*", tag):
            raise Failed("invalid-name", f"not the name of an element: {tag}")
        return self.root.makeelement(tag.lower())

    def place(self, node, position, target):
        if position not in (ops.INSIDE, ops.AFTER, ops.BEFORE):
            raise Failed("unsupported", f"unknown position {position}")
        if self in (node, target) or node in (target, *target.iterancestors()):
            raise Failed("js-error", "a node cannot be there")
        if position == ops.INSIDE:
            self.take_out(node)
            target.append(node)
        elif target.getparent() is not None:
            self.take_out(node)
            (target.addnext if position == ops.AFTER else target.addprevious)(node)

    def take_out(self, node, keep=True):
        if node is self:
            raise Failed("js-error", "the document itself cannot be removed")
        if node.getparent() is not None:
            node.drop_tree()
            node.tail = None  # the text behind it has stayed where it was
        if not keep:
            self.removed.append(node)

    # Another document in place of this one; the root and the head are the same elements as before (spec 6.13).
    def show(self, html):
        new, root = parse(html), self.root
        self.removed += [*root.head, root.body]
        root.attrib.clear()
        root.attrib.update(new.attrib)
        root.head[:] = new.head
        root.replace(root.body, new.body)

    # Fieldsets switch off what is inside of them.
    def is_off(self, node):
        return any("disabled" in one.attrib for one in (node, *node.iterancestors("fieldset")))

    def fire(self, event, node, button=None):
        return self.happen(event, [node, *node.iterancestors(), self], button)

    # What a click does: its event, then what HTML does with the button, box or link that was hit.
    def click(self, node):
        if node is self:
            raise Failed("not-a-function", "the document itself cannot be clicked")
        hit = next((one for one in (node, *node.iterancestors()) if one.tag in ("a", "button", "input")), node)
        if self.is_off(hit):
            return
        is_box, before = kind_of(hit) in ("checkbox", "radio"), self.read(hit, "checked")
        if is_box:
            self.write(hit, "checked", kind_of(hit) == "radio" or not before)
        follows = self.fire("click", node)
        if is_box and not follows:
            self.write(hit, "checked", before)
        elif is_box:
            self.changed(hit)
        elif follows and hit.tag != "a" and kind_of(hit) == "submit":
            self.submit(hit)
        elif follows and hit.tag == "a" and "href" in hit.attrib:
            self.go(hit.get("href"))

    def submit(self, button):
        form = next(button.iterancestors("form"), None)
        if form is not None and self.fire("submit", form, button):
            raise Failed("unsupported", "this client sends no forms by HTTP")

    def fill(self, node, text):
        if node.tag not in FIELDS or self.is_off(node):
            raise Failed("unsupported", "this cannot be filled in")
        if node.tag == "select":
            options = [
                value_of(one) for one in node.iter("option") if text in (value_of(one), one.text_content().strip())
            ]
            if not options:
                raise Failed("unsupported", f"there is no {text} to be chosen")
            text = options[0]
        self.write(node, "value", text)
        self.changed(node)

    def changed(self, node):
        self.fire("input", node)
        self.fire("change", node)

    # A link to a place in this document leads nowhere else.
    def go(self, url):
        base, parts = self.root.find(".//base[@href]"), urlsplit(url)
        if parts.scheme and (parts.scheme not in ("http", "https") or not parts.hostname):
            raise Failed("invalid-name", f"not a web address: {url}")
        url = urljoin(self.url if base is None else urljoin(self.url, base.get("href")), url)
        if "#" not in url or urldefrag(url).url != urldefrag(self.url).url:
            self.next_url = url
