"""The text of what is shown."""

from __future__ import annotations

import pytest

from tests.support.dom import element, show


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("  a \n <b> b </b>  c ", "a b c"),
        ("a<br>b", "a\nb"),
        ("<p>a</p><p>b</p>c", "a\n\nb\n\nc"),
        ("<div>a<div>b</div></div>c", "a\nb\nc"),
        ("<ul><li>1<li>2</ul>", "1\n2"),
        ("<table><tr><td>1<td>2<tr><td>3<td>4</table>", "1\t2\n3\t4"),
        ("<pre> a\n  b</pre>", " a\n  b"),
        ("a<i hidden>x</i><i style='display:none'>y</i><script>z</script>b", "ab"),
        ("a<input value=x><textarea>y</textarea>b", "ab"),
        ("<button> x  y </button>z", "x yz"),
        ("<select><option>1<option>2</select>", "1\n2"),
        ("<details><summary>s</summary>hidden</details>", "s"),
        ("<p style='text-transform: uppercase; white-space: pre'>a  b</p>", "A  B"),
        ("&nbsp;a&nbsp;", "\xa0a\xa0"),
        ("", ""),
    ],
)
def test_inner_text(html: str, text: str) -> None:
    document = show(f"<div id=x>{html}</div>")
    assert document.read(element(document, "#x"), "innerText") == text


def test_text_of_what_is_not_shown_is_all_of_it() -> None:
    document = show("<div id=x hidden> a <p>b</p></div>")
    node = element(document, "#x")
    assert document.read(node, "innerText") == " a b"
    document.take_out(node)
    document.write(node, "hidden", False)
    assert document.read(node, "innerText") == " a b"


def test_text_that_is_set_is_read_back() -> None:
    document = show("<p id=x>")
    node = element(document, "#x")
    for text in ("a & <b>", "a\n\nb", "\x0c\x01", "\u00fc\U0001f600"):
        document.write(node, "textContent", text)
        assert document.read(node, "textContent") == text


def test_spaces_are_kept_that_are_kept_around() -> None:
    for html in ("<pre><b id=x>a  b</b></pre>", "<p style='white-space: pre-wrap'><b id=x>a  b</b></p>"):
        document = show(html)
        assert document.read(element(document, "#x"), "innerText") == "a  b"
    document = show("<pre style='white-space: normal'><b id=x>a  b</b></pre>")
    assert document.read(element(document, "#x"), "innerText") == "a b"
