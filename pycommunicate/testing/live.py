"""The same in a real Chromium, by Playwright: what `TestClient` does with ``live=True``."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic, sleep
from typing import Any
from urllib.parse import urljoin

from ..server.app.communicate import CommunicateApp
from .dom import ActionError
from .served import ServedApp
from .site import Answer
from .watcher import Watcher

__all__ = ["Chromium", "LiveDriver", "LiveTab"]

#: Seconds that a document may take to be shown.
_TIMEOUT = 20.0
#: Seconds that are waited for the app to come to rest after an action; it may wait for something outside.
_REST_TIMEOUT = 0.5

_ARGUMENTS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    # Without these, Chromium asks its maker's hosts for news at every start.
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
#: Asks the client for a sign of life, as if the network had returned; nobody but the client hears of it: what listens
#: later than it does is kept from that.
_ASK = "dispatchEvent(Object.assign(new Event('online'), { ofTestKit: true }))"
_KEEP_FROM_OTHERS = """
new MutationObserver((records, observer) => {
  if (!document.documentElement?.dataset.pycommunicate) return;
  observer.disconnect();
  addEventListener("online", (event) => event.ofTestKit && event.stopImmediatePropagation());
}).observe(document, { attributes: true, attributeFilter: ["data-pycommunicate"], subtree: true });
"""
#: Headless, every tab is shown for good.
_SET_VISIBLE = """
(visible) => {
  Object.defineProperty(document, "visibilityState", { value: visible ? "visible" : "hidden", configurable: true });
  Object.defineProperty(document, "hidden", { value: !visible, configurable: true });
  document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
}
"""
_MISSING = (
    "expected Playwright and Chromium for live tests: `pip install playwright`, and a Chromium on PATH "
    "(Debian: `apt-get install chromium`) or where CHROMIUM says; {}"
)


class Chromium:
    """One Chromium, for all live tests of a run; started when it is first used."""

    _shared: Chromium | None = None

    def __init__(self) -> None:
        self._playwright: Any = None
        self._browser: Any = None

    @classmethod
    def shared(cls) -> Chromium:
        """Return the one of this process."""
        if cls._shared is None:
            cls._shared = cls()
        return cls._shared

    def adopt(self, browser: Any) -> None:
        """Use a browser that Playwright has started already: it starts no second one beside it."""
        self._browser = browser

    def new_context(self) -> Any:
        """Return a new user's window: a context of Playwright.

        Raises:
            RuntimeError: if there is no Chromium.
        """
        browser = self._browser or self._start()
        context = browser.new_context()
        context.set_default_timeout(_TIMEOUT * 1000)
        return context

    def close(self) -> None:
        """End it."""
        if self._playwright is not None:
            self._browser.close()
            self._playwright.stop()
        self._browser = self._playwright = None

    def _start(self) -> Any:
        path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
        if path is None:
            raise RuntimeError(_MISSING.format("there is no Chromium"))
        try:
            from playwright.sync_api import sync_playwright
        except ImportError:
            raise RuntimeError(_MISSING.format("there is no Playwright")) from None
        self._playwright = sync_playwright().start()
        self._browser = self._playwright.chromium.launch(executable_path=path, args=list(_ARGUMENTS))
        return self._browser


class LiveDriver:
    """An app that is served, and a Chromium that shows it.

    Args:
        app: The app.
        watcher: Looks on.
        timeout: Seconds that an element may take until it can be acted on.
    """

    def __init__(self, app: CommunicateApp, watcher: Watcher, timeout: float) -> None:
        self.chromium = Chromium.shared()
        self.timeout = timeout
        self._users: list[_LiveUser] = []
        self.app = ServedApp(app, watcher)

    def new_user(self) -> _LiveUser:
        """Return the browser of somebody new."""
        self._users.append(_LiveUser(self))
        return self._users[-1]

    def advance(self, seconds: float) -> None:
        """Let time pass in the app and in its browsers, where it also passes as it does."""
        self.app.advance(seconds)
        for user in self._users:
            user.advance(seconds)
            user.settle()

    def close(self) -> None:
        """Close all tabs."""
        for user in self._users:
            user.close()

    def stop(self) -> None:
        """Stop the server."""
        self.app.stop()


class _LiveUser:
    def __init__(self, driver: LiveDriver) -> None:
        self._driver = driver
        self._context = driver.chromium.new_context()
        self._context.clock.install()
        self._context.add_init_script(_KEEP_FROM_OTHERS)
        self._tabs: list[LiveTab] = []

    @property
    def cookies(self) -> dict[str, str]:
        return {cookie["name"]: cookie["value"] for cookie in self._context.cookies()}

    def open(self, url: str, headers: dict[str, str]) -> LiveTab:
        self._context.set_extra_http_headers(headers)
        tab = LiveTab(self._context.new_page(), self._driver.app, self._driver.timeout)
        self._tabs.append(tab)
        tab.go(url)
        return tab

    def fetch(self, url: str, method: str, headers: dict[str, str], body: bytes) -> Answer:
        target = urljoin(f"{self._driver.app.url}/", url)
        answer = self._context.request.fetch(target, method=method, headers=headers, data=body or None)
        fields = [(one["name"], one["value"]) for one in answer.headers_array]
        return Answer(answer.url, answer.status, fields, answer.body())

    def advance(self, seconds: float) -> None:
        for tab in self._tabs:
            if not tab.page.is_closed():
                tab.page.clock.fast_forward(round(seconds * 1000))

    def settle(self) -> None:
        for tab in self._tabs:
            tab.settle()

    def close(self) -> None:
        self._context.close()
        self._tabs.clear()


class LiveTab:
    """One tab of a Chromium: see `surface.Surface`. A handle is an ElementHandle of Playwright.

    Args:
        page: Playwright's page.
        app: What it shows.
        timeout: Seconds that an element may take until it can be acted on.
    """

    def __init__(self, page: Any, app: ServedApp, timeout: float) -> None:
        self._timeout = timeout
        self.page = page
        self._app = app
        self._status = 0
        page.on("response", self._note)

    def _note(self, response: Any) -> None:
        request = response.request
        if request.is_navigation_request() and request.frame == self.page.main_frame:
            self._status = response.status

    @property
    def url(self) -> str:
        """The address of what is shown."""
        return str(self.page.url)

    @property
    def status(self) -> int:
        """The status of its response."""
        return self._status

    @property
    def html(self) -> str:
        """The whole document as it is now."""
        return str(self.page.content())

    @property
    def page_id(self) -> str:
        """What the server calls the page; an empty text if it is not a live one."""
        path = self.page.evaluate("document.querySelector('script[data-pycommunicate]')?.dataset.pycommunicate ?? ''")
        return path.rsplit("/", 2)[-2] if path else ""

    @property
    def state(self) -> str:
        """How it stands with the server; an empty text if it is not live."""
        return str(self.page.evaluate("globalThis.pycommunicate?.state ?? ''"))

    def go(self, url: str) -> None:
        """Show another document."""
        self.page.goto(urljoin(f"{self._app.url}/", url))
        self._wait_connected()

    def reload(self) -> None:
        """Load the document anew."""
        self.page.reload()
        self._wait_connected()

    def close(self) -> None:
        """Close the tab."""
        self.page.close()

    def query(self, scope: Any, selector: str) -> list[Any]:
        """Return all elements that match, in order."""
        with self._errors():
            valid = self.page.evaluate(
                "s => { try { document.querySelector(s); return true } catch { return false } }", selector
            )
            if not valid:
                raise ValueError(f"not a selector: {selector}")
            found = self.page.evaluate_handle(
                "([scope, selector]) => [...(scope ?? document).querySelectorAll(selector)]", [scope, selector]
            )
            handles = [value.as_element() for value in found.get_properties().values()]
        return [handle for handle in handles if handle is not None]

    def read(self, handle: Any, name: str | list[str]) -> Any:
        """Return a property of an element, or of the document."""
        path = [name] if isinstance(name, str) else name
        with self._errors():
            return self.page.evaluate(
                "([node, path]) => path.reduce((value, key) => value?.[key], node ?? document)", [handle, path]
            )

    def attribute(self, handle: Any, name: str) -> str | None:
        """Return an attribute, or None."""
        value: str | None = handle.get_attribute(name)
        return value

    def matches(self, handle: Any, selector: str) -> bool:
        """Return whether an element matches."""
        return bool(handle.evaluate("(node, selector) => node.matches(selector)", selector))

    def same(self, handle: Any, other: Any) -> bool:
        """Return whether two handles are of the same element."""
        return bool(self.page.evaluate("([one, other]) => one === other", [handle, other]))

    def is_there(self, handle: Any) -> bool:
        """Return whether an element is in the document."""
        from playwright.sync_api import Error

        try:
            return bool(handle.evaluate("node => node.isConnected && node.ownerDocument === document"))
        except Error:  # of a document that is not shown any more
            return False

    def is_visible(self, handle: Any) -> bool:
        """Return whether an element is shown."""
        return bool(handle.is_visible())

    def act(self, action: str, handle: Any, *args: Any, **options: Any) -> None:
        """Do what a user does."""
        target: Any = self.page.keyboard if action == "press" and handle is None else handle
        if action == "type":
            options["delay"] = options.get("delay", 0.0) * 1000
            target = self.page.keyboard if handle is None else handle
        if action == "choose_files":
            action = "set_input_files"
            args = ([{"name": name, "mimeType": kind, "buffer": content} for name, content, kind in args[0]],)
        if action == "blur":
            with self._errors():
                target.evaluate("node => node.blur()")
            return
        if action == "select":
            action, args = "select_option", (list(args),)
        if "modifiers" in options:
            options["modifiers"] = list(options["modifiers"])
        if action != "focus" and target is handle:
            options["timeout"] = self._timeout * 1000
        with self._errors():
            getattr(target, action)(*args, **options)

    def fire(self, handle: Any, type: str, detail: Any) -> None:
        """Let an event happen as a script makes it."""
        handle.evaluate(
            "(node, [type, detail]) => { node.dispatchEvent(new CustomEvent(type, { detail, bubbles: true })) }",
            [type, detail],
        )

    def resize(self, width: int, height: int) -> None:
        """Give the window another size."""
        self.page.set_viewport_size({"width": width, "height": height})

    def set_online(self, online: bool) -> None:
        """Take the network away, or give it back."""
        self.page.context.set_offline(not online)

    def set_visible(self, visible: bool) -> None:
        """Let the document believe that another tab is before it, or that it is shown again."""
        self.page.evaluate(_SET_VISIBLE, visible)

    def settle(self) -> None:
        """Wait until the app and the browser have nothing to do, but not for long: either may wait for something."""
        from playwright.sync_api import Error

        if self.page.is_closed():
            return
        deadline = monotonic() + _REST_TIMEOUT
        while monotonic() < deadline:
            since = self._app.now()
            try:
                # Asks for a sign of life: when it comes, all that the browser said before has come.
                self.page.evaluate(_ASK)
                page_id, state = self.page_id, self.state
            except Error:  # on its way to another document
                sleep(0.01)
                continue
            if state != "connected" and not (state == "connecting" or page_id):
                return
            sleep(0.002)
            if state == "connected" and self._app.is_at_rest(page_id, since):
                return

    def wait(self, seconds: float) -> None:
        """Let real time pass."""
        self.page.wait_for_timeout(seconds * 1000)

    def screenshot(self, path: str) -> None:
        """Write a picture of what is shown."""
        self.page.screenshot(path=path)

    def _wait_connected(self) -> None:
        self.page.wait_for_function("(globalThis.pycommunicate?.state ?? '') !== 'connecting'")

    @contextmanager
    def _errors(self) -> Iterator[None]:
        """Raise Playwright's errors as those of a simulated browser."""
        from playwright.sync_api import Error

        try:
            yield
        except Error as error:
            raise ActionError(error.message) from None
