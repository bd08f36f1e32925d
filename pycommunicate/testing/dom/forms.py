"""Forms: what they send, and how they are submitted and reset."""

from __future__ import annotations

import re
from typing import Any, NamedTuple
from urllib.parse import quote_plus

from .choices import is_checked, options_of, selected_options
from .core import Core
from .dialogs import close_dialog
from .event import Event
from .fields import field_value, files_of, option_value
from .files import File
from .focus import focus, is_focusable
from .owners import elements_of, form_of, input_type, is_disabled, is_no_choice, is_submit_button
from .request import Request
from .tree import Node
from .urls import resolve
from .validation import check_form

__all__ = ["default_button", "entries_of", "reset", "send", "submit"]

_BOUNDARY = "----pycommunicateFormBoundary"
_ENCTYPES = ("application/x-www-form-urlencoded", "multipart/form-data", "text/plain")
#: What is sent of a file that nobody has chosen.
_NO_FILE = File("", b"", "application/octet-stream")
_newline = re.compile(r"\r\n|\r|\n").sub


class _Entry(NamedTuple):
    """One name with its value, as it is sent."""

    name: str
    value: str
    file: File | None = None


def submit(core: Core, form: Node, submitter: Node | None = None) -> None:
    """Submit a form as a user or `requestSubmit` does: it is validated, and hears `submit`."""
    if not core.connected(form):
        return
    unchecked = form.get("novalidate") is not None or (
        submitter is not None and submitter.get("formnovalidate") is not None
    )
    if not unchecked:
        flawed = check_form(core, form)
        if flawed:
            able = next((node for node in flawed if is_focusable(core, node)), None)
            if able is not None:
                focus(core, able)
            return
    if core.dispatch(form, Event("submit", submitter=submitter)):
        send(core, form, submitter)


def _of(core: Core, form: Node, submitter: Node | None, name: str) -> str:
    """Return an attribute of the form, or what its button says in place of it."""
    if submitter is not None:
        own = core.attribute(submitter, f"form{name}")
        if own is not None:
            return own
    return core.attribute(form, name) or ""


def send(core: Core, form: Node, submitter: Node | None = None) -> None:
    """Send a form without asking anybody, as `submit()` does."""
    if not core.connected(form):
        return
    method = _of(core, form, submitter, "method").lower()
    if method == "dialog":
        dialog = next(form.iterancestors("dialog"), None)
        if dialog is not None:
            close_dialog(core, dialog, submitter.get("value") if submitter is not None else None)
        return
    entries = _entries_of(core, form, submitter)
    action = _of(core, form, submitter, "action").strip()
    url = resolve(core.base_url, action) if action else core.url
    target = core.target_of(_of(core, form, submitter, "target"))
    if method != "post":
        address = url.partition("#")[0].partition("?")[0]
        core.navigate(Request(f"{address}?{_urlencoded(entries)}", target=target))
        return
    enctype = _of(core, form, submitter, "enctype").lower()
    content_type, body = _encoded(entries, enctype if enctype in _ENCTYPES else _ENCTYPES[0])
    core.navigate(Request(url, "POST", body, content_type, target))


# --- what is sent -----------------------------------------------------------------------------------------------------


def entries_of(core: Core, form: Node, submitter: Node | None = None) -> list[list[Any]]:
    """Return what a form holds, as a `FormData` of it would list it: names with texts or files."""
    entries = _entries_of(core, form, submitter)
    return [[one.name, one.value if one.file is None else one.file] for one in entries]


def _entries_of(core: Core, form: Node, submitter: Node | None) -> list[_Entry]:
    """Return what a form sends."""
    entries: list[_Entry] = []
    nodes = elements_of(core, form)
    if submitter is not None and submitter not in nodes:
        nodes.append(submitter)
    for node in nodes:
        if not is_disabled(node) and next(node.iterancestors("datalist"), None) is None:
            entries += _entries_of_field(core, node, submitter)
    return entries


def _entries_of_field(core: Core, node: Node, submitter: Node | None) -> list[_Entry]:
    name = core.attribute(node, "name") or ""
    tag = node.tag
    type = input_type(node) if tag == "input" else ""
    if type == "image":
        prefix = f"{name}." if name else ""
        return [_Entry(f"{prefix}x", "0"), _Entry(f"{prefix}y", "0")] if node is submitter else []
    if not name or tag in ("fieldset", "output", "object"):
        return []
    if tag == "button" or type in ("submit", "reset", "button"):
        return [_Entry(name, field_value(core, node))] if node is submitter and is_submit_button(node) else []
    if tag == "select":
        chosen = [option for option in selected_options(core, node) if not is_no_choice(option)]
        return [_Entry(name, option_value(core, option)) for option in chosen]
    if type in ("checkbox", "radio") and not is_checked(core, node):
        return []
    if type == "file":
        return [_Entry(name, file.name, file) for file in files_of(core, node) or [_NO_FILE]]
    return [_Entry(name, field_value(core, node))]


def _crlf(text: str) -> str:
    return _newline("\r\n", text)


def _urlencoded(entries: list[_Entry]) -> str:
    return "&".join(f"{_percent(_crlf(one.name))}={_percent(_crlf(one.value))}" for one in entries)


def _percent(text: str) -> str:
    return quote_plus(text, safe="*-._").replace("~", "%7E")


def _encoded(entries: list[_Entry], enctype: str) -> tuple[str, bytes]:
    if enctype == "text/plain":
        return enctype, "".join(f"{_crlf(one.name)}={_crlf(one.value)}\r\n" for one in entries).encode()
    if enctype != "multipart/form-data":
        return enctype, _urlencoded(entries).encode()
    body = b"".join(map(_part, entries))
    return f"multipart/form-data; boundary={_BOUNDARY}", body + f"--{_BOUNDARY}--\r\n".encode()


def _part(entry: _Entry) -> bytes:
    """Return what stands for one entry where files can be sent."""
    head = f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="{_quoted(_crlf(entry.name))}"'
    if entry.file is None:
        return f"{head}\r\n\r\n{_crlf(entry.value)}\r\n".encode()
    kind = entry.file.type or "application/octet-stream"
    head += f'; filename="{_quoted(entry.file.name)}"\r\nContent-Type: {kind}'
    return f"{head}\r\n\r\n".encode() + entry.file.content + b"\r\n"


def _quoted(text: str) -> str:
    return text.replace("\r", "%0D").replace("\n", "%0A").replace('"', "%22")


# --- the rest ---------------------------------------------------------------------------------------------------------


def default_button(core: Core, form: Node) -> Node | None:
    """Return the button that Enter in a field stands for."""
    around = core.root if core.connected(form) else form
    return next(
        (node for node in around.iter("button", "input") if is_submit_button(node) and form_of(core, node) is form),
        None,
    )


def reset(core: Core, form: Node) -> None:
    """Reset a form, if its `reset` is not prevented."""
    if not core.dispatch(form, Event("reset")):
        return
    for node in elements_of(core, form):
        state = core.known_state(node)
        if state is not None:
            state.value = state.checked = state.blank = state.before = state.start = state.end = None
            state.typed = False
            state.files = []
        if node.tag == "select":
            for option in options_of(node):
                option_state = core.known_state(option)
                if option_state is not None:
                    option_state.selected = None
