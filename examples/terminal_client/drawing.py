"""How a document looks as lines of text."""

import re

from document import FIELDS, kind_of, value_of
from rich.text import Text

INLINE = {"a", "b", "button", "code", "em", "i", "img", "label", "small", "span", "strong", "td", "th", *FIELDS}
UNSEEN = {"head", "script", "style", "template", "noscript", "datalist"}


# `numbers` holds what has a number, and keeps it: it must not change while the user types it.
def draw(document, numbers):
    drawing = Drawing(document, numbers)
    drawing.draw(document.root)
    for line in drawing.lines:
        line.rstrip()
    return [line for line in drawing.lines if line.plain]


class Drawing:
    def __init__(self, document, numbers):
        self.document, self.numbers, self.lines = document, numbers, [Text()]

    def draw(self, node, style="", indent=""):
        if not isinstance(node.tag, str) or node.tag in UNSEEN or self.is_hidden(node):
            return
        if node.tag not in INLINE:
            self.begin_line(indent)
        if node.tag == "li":
            self.lines[-1] = Text(f"{indent}- ")
            indent += "  "
        if node.tag in ("button", *FIELDS) or (node.tag == "a" and "href" in node.attrib):
            self.draw_control(node)
        else:
            style = "bold" if re.fullmatch("h[1-6]", node.tag) else style
            self.write(node.get("alt") if node.tag == "img" else node.text, style)
            for child in node:
                self.draw(child, style, indent)
                self.write(child.tail, style)
        if node.tag not in INLINE:
            self.begin_line(indent.removesuffix("  ") if node.tag == "li" else indent)

    def is_hidden(self, node):
        style = self.document.read(node, "style")
        return "hidden" in node.attrib or style.get("display") == "none" or kind_of(node) == "hidden"

    def draw_control(self, node):
        is_off = self.document.is_off(node)
        number = "-" if is_off else self.numbers.setdefault(node, len(self.numbers) + 1)
        self.write(" ")
        self.lines[-1].append(f"[{number}] ", "dim" if is_off else "cyan")
        self.write(self.label_of(node), "dim" if is_off else "")
        self.write(" ")

    def label_of(self, node):
        name, value = node.get("aria-label", ""), self.document.read(node, "value")
        if kind_of(node) in ("checkbox", "radio"):
            return f"({'x' if self.document.read(node, 'checked') else ' '}) {name}"
        if node.tag == "input" and kind_of(node) in ("submit", "button", "reset", "image"):
            return name or value or kind_of(node)
        if node.tag in FIELDS:
            shown = "*" * len(value) if kind_of(node) == "password" else value
            choices = ", ".join(value_of(option) for option in node.iter("option"))
            return f'{name} "{shown}"' + (f" of {choices}" if choices else "")
        return name or node.text_content().strip() or node.get("title") or node.get("href", "")

    # A line with nothing but its dash is still to be written on.
    def begin_line(self, indent):
        if not self.lines[-1].plain.strip():
            self.lines[-1] = Text(indent)
        elif self.lines[-1].plain.strip() != "-":
            self.lines.append(Text(indent))

    # White space is one space; what cannot be printed, as codes that steer a terminal, is left out.
    def write(self, text, style=""):
        text = re.sub(r"\s+", " ", "".join(letter if letter.isprintable() else " " for letter in text or ""))
        line = self.lines[-1]
        line.append(text.lstrip() if line.plain[-1:] in ("", " ") else text, style)
