"""HTML becomes the tree that browsers make of it."""

from __future__ import annotations

import pytest

from pycommunicate.testing.dom.parse import parse_document, parse_fragment
from pycommunicate.testing.dom.serialize import inner_html, outer_html


@pytest.mark.parametrize(
    ("html", "tree"),
    [
        ("", "<html><head></head><body></body></html>"),
        ("x", "<html><head></head><body>x</body></html>"),
        ("<title>t</title><p>a<p>b", "<html><head><title>t</title></head><body><p>a</p><p>b</p></body></html>"),
        (
            "<table><tr><td>1</table>",
            "<html><head></head><body><table><tbody><tr><td>1</td></tr></tbody></table></body></html>",
        ),
        ("<html lang=en><body class=x>", '<html lang="en"><head></head><body class="x"></body></html>'),
        ("<p>1 &lt; 2&nbsp;", "<html><head></head><body><p>1 &lt; 2&nbsp;</p></body></html>"),
        ("<noscript><p>x</p></noscript>", "<html><head><noscript><p>x</p></noscript></head><body></body></html>"),
    ],
)
def test_documents(html: str, tree: str) -> None:
    assert outer_html(parse_document(html)) == tree


def test_documents_of_the_same_text_share_nothing() -> None:
    one, other = parse_document("<p>x"), parse_document("<p>x")
    one[1][0].text = "y"
    assert outer_html(other) == "<html><head></head><body><p>x</p></body></html>"


def test_attributes_keep_names_that_xml_has_not() -> None:
    body = parse_document("<p @click=a x:y=b data-Z=c {d}=e disabled>")[1]
    assert inner_html(body) == '<p @click="a" x:y="b" data-z="c" disabled=""></p>'


def test_characters_that_xml_has_not_come_through() -> None:
    assert inner_html(parse_document("<p title='\x0c'>a\x01b\x0cc</p>")[1]) == '<p title="\x0c">a\x01b\x0cc</p>'


@pytest.mark.parametrize(
    ("tag", "html", "inner"),
    [
        ("div", "<p>a<p>b", "<p>a</p><p>b</p>"),
        ("div", "a &amp; b", "a &amp; b"),
        ("div", "plain", "plain"),
        ("div", "", ""),
        ("div", "<tr><td>x", "x"),
        ("tbody", "<tr><td>x", "<tr><td>x</td></tr>"),
        ("textarea", "<b>", "&lt;b&gt;"),
        ("my-box", "<b>x", "<b>x</b>"),
        ("select", "<option>1<option>2", "<option>1</option><option>2</option>"),
        ("div", "<!-- c -->x", "<!-- c -->x"),
        ("div", "<template><b>x</b></template>", "<template></template>"),
    ],
)
def test_fragments_are_read_by_what_they_are_put_into(tag: str, html: str, inner: str) -> None:
    assert inner_html(parse_fragment(html, tag)) == inner


def test_deep_documents_are_read() -> None:
    root = parse_document("<div>" * 600)
    assert sum(1 for _ in root.iter("div")) >= 500
