"""A tab of a simulated browser: documents, one after another, each attached to its server while it is shown."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any
from urllib.parse import urldefrag

from .attachment import Attachment, Line
from .browser import Browser
from .dom import ActionError, Document, DomError, Event, Request, Surroundings
from .gestures import act
from .network import Network
from .site import Answer
from .typed import Typed

__all__ = ["Tab"]

#: spec 4.6: a document is not loaded anew more than so often in so many seconds.
_MOST_RELOADS, _RELOADS_WITHIN = 2, 30.0


class Tab:
    """One tab.

    Args:
        browser: Whose it is.

    Attributes:
        document: What it shows.
        attachment: What attaches that to its server; None for a page that is not live.
        answer: The response that it came with.
        line: The way to the server; in one process, a `network.Network`.
        page_id: What the server calls the page; an empty text if it is not a live one.
    """

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self.document = Document()
        self.attachment: Attachment | None = None
        self.answer = Answer("about:blank", 0)
        self.line: Line | None = None
        self.page_id = ""
        self._reloads: list[float] = []
        clock = browser.site.clock
        self._surroundings = Surroundings(clock.after, clock.now, browser.storage, browser.stand_ins)
        self._typed: Typed | None = None
        self._closed = False

    # --- documents ------------------------------------------------------------------------------------------------

    def go(self, url: str, method: str = "GET", headers: dict[str, str] | None = None, body: bytes = b"") -> None:
        """Leave what is shown, and show the document at *url*."""
        self._leave()
        self._show(self.browser.fetch_document(url, method, headers, body), urldefrag(url).fragment)

    def reload(self) -> None:
        """Load the document anew, with what the user has typed."""
        if self._typed is not None:
            self._typed.save()
        self.go(self.document.url)

    def close(self) -> None:
        """Leave the document for good."""
        self._closed = True
        self._leave()

    @property
    def state(self) -> str:
        """How it stands with the server; an empty text for a page that is not live."""
        return self.attachment.state if self.attachment is not None else ""

    def _leave(self) -> None:
        attachment, self.attachment = self.attachment, None
        self.document.close()
        if attachment is not None:
            attachment.leave()

    def _show(self, answer: Answer, fragment: str) -> None:
        self.answer = answer
        kind = answer.header("Content-Type").partition(";")[0].strip()
        html = answer.text if kind in ("", "text/html", "application/xhtml+xml") else f"<pre>{escape(answer.text)}"
        url = f"{answer.url}#{fragment}" if fragment else answer.url
        self.document = document = Document(html, url, navigate=self._navigate, surroundings=self._surroundings)
        self.line, self.page_id = None, ""
        script = document.query(None, "script[data-pycommunicate]")
        if script is None:
            return
        path, ticket = script.get("data-pycommunicate", ""), script.get("data-ticket", "")
        if not ticket:
            self._reload_soon("the document came without a ticket")
            return
        self.page_id = path.rsplit("/", 2)[-2]
        self.line = self.browser.line(path)
        random, clock = self.browser.random, self.browser.site.clock
        before, user = self._typed, script.get("data-user", "")
        self._typed = typed = Typed(document, user, clock.now)
        if before is not None:
            typed.take_over(before)
        self.attachment = Attachment(
            document,
            ticket,
            self.line,
            clock,
            random,
            reload=self._reload_soon,
            loaded=typed.put_back,
        )
        self.attachment.ops.written = typed.overwritten
        self.attachment.connect()

    def _navigate(self, request: Request) -> None:
        """Follow a link, or send a form, as the document says."""
        if request.target or request.download:
            return  # another tab, or a file: nothing that is shown here
        self._later(lambda: self.go(request.url, request.method, request.headers, request.body))

    def _reload_soon(self, why: str) -> None:
        now = self.browser.site.clock.now()
        self._reloads = [time for time in self._reloads if time > now - _RELOADS_WITHIN]
        if len(self._reloads) >= _MOST_RELOADS:
            return  # the attachment says why; a person would read it
        self._reloads.append(now)
        self._later(self.reload)

    def _later(self, call: Callable[[], None]) -> None:
        shown = self.document

        def act() -> None:
            if self.document is shown and not self._closed:
                call()

        self.browser.site.clock.timer(0.0).start(act)

    # --- what a test does: see `surface.Surface` ------------------------------------------------------------------

    @property
    def url(self) -> str:
        """The address of what is shown."""
        return self.document.url

    @property
    def status(self) -> int:
        """The status of its response."""
        return self.answer.status

    @property
    def html(self) -> str:
        """The whole document as it is now."""
        return str(self.document.read(self.document.root, "outerHTML"))

    def query(self, scope: Any, selector: str) -> list[Any]:
        """Return all elements that match, in order."""
        try:
            return self.document.query_all(scope, selector)
        except DomError as error:
            raise ValueError(error.text) from None

    def read(self, handle: Any, name: str | list[str]) -> Any:
        """Return a property of an element, or of the document."""
        try:
            return self.document.read(handle, name)
        except DomError as error:
            raise ActionError(error.text) from None

    def attribute(self, handle: Any, name: str) -> str | None:
        """Return an attribute, or None."""
        value: str | None = handle.get(name.lower())
        return value

    def matches(self, handle: Any, selector: str) -> bool:
        """Return whether an element matches."""
        return self.document.matches(handle, selector)

    def same(self, handle: Any, other: Any) -> bool:
        """Return whether two handles are of the same element."""
        return handle is other

    def is_there(self, handle: Any) -> bool:
        """Return whether an element is in the document."""
        return self.document.connected(handle)

    def is_visible(self, handle: Any) -> bool:
        """Return whether an element is shown, as far as that can be told without its style sheets."""
        return self.document.is_visible(handle)

    def act(self, action: str, handle: Any, *args: Any, **options: Any) -> None:
        """Do what a user does."""
        delay = options.pop("delay", 0.0)
        if action == "type" and (delay or handle is None):
            self._type(handle, args[0], delay)
            return
        act(self.document, action, handle, *args, **options)
        self._changed()

    def _type(self, handle: Any, text: str, delay: float) -> None:
        """Press keys, one after the other, wherever the focus is by then."""
        if handle is not None:
            act(self.document, "type", handle, "")
        for letter in text:
            act(self.document, "type", None, letter)
            self._changed()
            if delay:
                self.browser.site.spend(delay)

    def fire(self, handle: Any, type: str, detail: Any) -> None:
        """Let an event happen as a script makes it."""
        more = {"detail": detail}
        self.document.dispatch(handle, Event(type, cancelable=False, trusted=False, more=more))
        self._changed()

    def resize(self, width: int, height: int) -> None:
        """Give the window another size."""
        self._surroundings.width, self._surroundings.height = width, height
        self.document.window.look()
        self.document.fire(self.document.window, "resize", bubbles=False, cancelable=False)
        self._changed()

    def set_online(self, online: bool) -> None:
        """Take the network away, or give it back."""
        self._surroundings.online = online
        if isinstance(self.line, Network):
            if online:
                self.line.accept()
            else:
                self.line.refuse()
                self.line.cut_all()
        self.document.fire(self.document.window, "online" if online else "offline", bubbles=False, cancelable=False)
        self._changed()
        if online and self.attachment is not None:
            self.attachment.wake()

    def set_visible(self, visible: bool) -> None:
        """Put another tab before this one, or show it again."""
        self._surroundings.visible = visible
        self.document.fire(None, "visibilitychange", cancelable=False)
        self._changed()
        if visible and self.attachment is not None:
            self.attachment.wake()

    def _changed(self) -> None:
        if self.attachment is not None:
            self.attachment.changed()

    def settle(self) -> None:
        """Let everything go on that can go on without time passing."""
        self.browser.site.settle(self.attachment)

    def wait(self, seconds: float) -> None:
        """Let real time pass."""
        self.browser.site.wait(seconds)

    def screenshot(self, path: str) -> None:
        """Raise: nothing is drawn here."""
        raise NotImplementedError("expected a real browser for a screenshot; run this test with --live")
