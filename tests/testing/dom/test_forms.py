"""Forms and links lead to where they lead in browsers."""

from __future__ import annotations

import pytest

from pycommunicate.testing.dom import Request, actions
from tests.support.dom import Heard, element, show

FIELDS = (
    "<input name=a value='x y&'><input type=checkbox name=b checked><input type=checkbox name=c>"
    "<input type=radio name=r value=1><input type=radio name=r value=2 checked><input disabled name=d value=z>"
    "<input value=e>"
    "<select name=s><option>o<option selected>p</select><textarea name=t>1\n2</textarea>"
)
NO_TYPE = "application/octet-stream"
SENT = "a=x+y%26&b=on&r=2&s=p&t=1%0D%0A2"


def leads_to(html: str, selector: str) -> list[Request]:
    """Return what a click leads to."""
    heard = Heard()
    actions.click(document := show(html, heard), element(document, selector))
    return heard.requests


def test_a_form_is_sent_by_get() -> None:
    (request,) = leads_to(f"<form action='/to?old#part'>{FIELDS}<button name=w value=v>x</button></form>", "button")
    assert request == Request(f"http://app.test/to?{SENT}&w=v")


def test_a_form_is_sent_by_post() -> None:
    (request,) = leads_to(f"<form action=/to?q method=post>{FIELDS}<button>x</button></form>", "button")
    assert request == Request("http://app.test/to?q", "POST", SENT.encode(), "application/x-www-form-urlencoded")


def test_a_form_is_sent_in_parts() -> None:
    html = "<form method=post enctype=multipart/form-data><input name='a\"' value='1\n2'><input type=file name=f>"
    (request,) = leads_to(f"{html}<textarea name=t>3\n4</textarea><button>x</button></form>", "button")
    kind, _, boundary = request.headers["Content-Type"].partition("; boundary=")
    assert kind == "multipart/form-data"
    assert request.body.decode().split(f"--{boundary}") == [
        "",
        '\r\nContent-Disposition: form-data; name="a%22"\r\n\r\n12\r\n',
        f'\r\nContent-Disposition: form-data; name="f"; filename=""\r\nContent-Type: {NO_TYPE}\r\n\r\n\r\n',
        '\r\nContent-Disposition: form-data; name="t"\r\n\r\n3\r\n4\r\n',
        "--\r\n",
    ]


def test_a_request_without_a_body_says_nothing_of_its_kind() -> None:
    (request,) = leads_to("<a href=to>x</a>", "a")
    assert request.headers == {}


def test_a_form_is_sent_as_text() -> None:
    (request,) = leads_to("<form method=post enctype=text/plain><input name=a value='1 2'><button>x</button>", "button")
    assert (request.content_type, request.body) == ("text/plain", b"a=1 2\r\n")


@pytest.mark.parametrize(
    ("base", "own", "target"),
    [
        ("", "", ""),
        ("<base target=b>", "", "b"),
        ("<base href=/><base target=b>", "", "b"),
        ("<base target=b>", "target=c", "c"),
        ("<base target=b>", "target=_SELF", ""),
        ("<base target=_self>", "", ""),
    ],
)
def test_links_and_forms_lead_into_the_same_frame(base: str, own: str, target: str) -> None:
    for html in (f"<a href=to {own}>x</a>", f"<form action=to {own}><button>x</button></form>"):
        (request,) = leads_to(base + html, "a, button")
        assert request.target == target


def test_the_button_has_the_last_word() -> None:
    html = (
        "<form action=/to><input name=a><button formaction=/other formmethod=post formtarget=_blank>x</button></form>"
    )
    (request,) = leads_to(html, "button")
    assert (request.url, request.method, request.target) == ("http://app.test/other", "POST", "_blank")


def test_an_invalid_form_is_not_sent() -> None:
    heard = Heard()
    document = show("<form action=/to><input id=a required><button>x</button></form>", heard)
    heard.listen(document, "submit")
    actions.click(document, element(document, "button"))
    assert (heard.events, heard.requests) == ([], [])
    assert document.active is element(document, "#a")


def test_enter_submits_by_the_first_button() -> None:
    heard = Heard()
    document = show(
        "<form id=f><input id=a><button id=b name=w value=v>x</button><button id=c>y</button></form>", heard
    )
    heard.listen(document, "click", "submit")
    actions.fill(document, element(document, "#a"), "t")
    actions.press(document, "Enter")
    assert heard.events == ["click:b", "submit:f"]
    assert [request.url for request in heard.requests] == ["http://app.test/dir/page?w=v"]


def test_a_submit_that_is_prevented_leads_nowhere() -> None:
    heard = Heard()
    document = show("<form><button>x</button></form>", heard)
    document.listen(None, "submit", lambda event: event.prevent_default())
    actions.click(document, element(document, "button"))
    assert heard.requests == []


def test_programs_submit() -> None:
    heard = Heard()
    document = show("<form id=f action=/to><input required></form>", heard)
    heard.listen(document, "submit")
    form = element(document, "#f")
    document.call(form, "requestSubmit", [])
    assert (heard.events, heard.requests) == ([], [])
    document.call(form, "submit", [])
    assert (heard.events, len(heard.requests)) == ([], 1)


def test_a_reset_form_is_as_it_was() -> None:
    document = show("<form><input id=a value=v><input type=checkbox id=c><button type=reset>x</button></form>")
    field, box = element(document, "#a"), element(document, "#c")
    actions.fill(document, field, "w")
    actions.check(document, box)
    actions.click(document, element(document, "button"))
    assert (document.read(field, "value"), document.read(box, "checked")) == ("v", False)


@pytest.mark.parametrize(
    ("html", "requests"),
    [
        ("<a href=to>x</a>", [Request("http://app.test/dir/to")]),
        ("<a href=to target=_blank>x</a>", [Request("http://app.test/dir/to", target="_blank")]),
        ("<a href=to download>x</a>", [Request("http://app.test/dir/to", download=True)]),
        ("<a href='#part'>x</a>", []),
        ("<a href='#part' target=_blank>x</a>", [Request("http://app.test/dir/page?q=1#part", target="_blank")]),
        ("<a href='#part' download>x</a>", [Request("http://app.test/dir/page?q=1#part", download=True)]),
        ("<a href='javascript:x'>x</a>", []),
        ("<a>x</a>", []),
        ("<base href=/b/><a href=to>x</a>", [Request("http://app.test/b/to")]),
        ("<base><base href=''><base href=/b/><a href=to>x</a>", [Request("http://app.test/dir/to")]),
    ],
)
def test_links(html: str, requests: list[Request]) -> None:
    assert leads_to(html, "a") == requests
