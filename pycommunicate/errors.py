"""Every error that pycommunicate raises, in one tree.

::

    PycommunicateError
    ├── ConfigurationError            the program set something up wrongly
    │   ├── ViewError                 a view that is not there, twice there, or no view
    │   └── TemplateMissing           no such template (also a LookupError)
    ├── PageError                     something is wrong between a handler and its page
    │   ├── NotAttached               the page has no browser yet (render, before_connect)
    │   ├── WrongThread               a page was used from a thread that is not its own
    │   ├── WaitForbidden             waiting for the browser where nothing may wait
    │   ├── Gone                      there is nothing left to talk to
    │   │   ├── PageGone              the page has ended
    │   │   ├── ViewGone              the view whose handler this is was changed away
    │   │   └── Superseded            a newer event has taken the handler's place
    │   ├── ReadTimeout               the browser did not answer in time (also a TimeoutError)
    │   ├── WaitTimeout               what was waited for did not come in time (also a TimeoutError)
    │   │   └── NoSuchElement         no element matched in time (also a LookupError)
    │   ├── FieldMissing              an event does not carry what is read of it (also an AttributeError)
    │   ├── LimitReached              one of the page's limits is used up
    │   └── BrowserError              the browser answered with an error
    │       ├── InvalidSelector       not a CSS selector (also a ValueError)
    │       ├── InvalidName           not a tag, property or function name (also a ValueError)
    │       ├── NotAFunction          what was called is no function (also a TypeError)
    │       ├── StaleElement          the element is gone from the page
    │       ├── UnsupportedValue      a value that cannot travel (also a TypeError)
    │       ├── ValueTooLarge         a value larger than a frame may be (also a ValueError)
    │       └── JSError               the page's own script threw
    ├── SessionError                  a session key or value that cannot be kept (also a TypeError)
    ├── ServeError                    the server cannot start (port in use, ...)
    └── ProtocolError                 a rule of the wire was broken
        ├── LocalProtocolError        by us: a bug, or a misuse of the protocol package
        └── RemoteProtocolError       by the other side: never anything else for remote input
"""

from __future__ import annotations

__all__ = [
    "BrowserError",
    "ConfigurationError",
    "FieldMissing",
    "Gone",
    "InvalidName",
    "InvalidSelector",
    "JSError",
    "LimitReached",
    "LocalProtocolError",
    "NoSuchElement",
    "NotAFunction",
    "NotAttached",
    "PageError",
    "PageGone",
    "ProtocolError",
    "PycommunicateError",
    "ReadTimeout",
    "RemoteProtocolError",
    "ServeError",
    "SessionError",
    "StaleElement",
    "Superseded",
    "TemplateMissing",
    "UnsupportedValue",
    "ValueTooLarge",
    "ViewError",
    "ViewGone",
    "WaitForbidden",
    "WaitTimeout",
    "WrongThread",
]


class PycommunicateError(Exception):
    """The root of all errors of this package."""


class ConfigurationError(PycommunicateError):
    """The program set something up wrongly; the text says what was expected and what came."""


class ViewError(ConfigurationError):
    """A view that is not there, was added twice, lacks ``render``, or none at all."""


class TemplateMissing(ConfigurationError, LookupError):
    """There is no such template; the text names the folders that were searched."""


class PageError(PycommunicateError):
    """Something is wrong between a handler and its page."""


class NotAttached(PageError):
    """The page was used before its browser was attached: in ``render`` or ``before_connect``."""


class WrongThread(PageError):
    """A page was used from a foreign thread; ``CommunicateApp.call_soon`` is the way in."""


class WaitForbidden(PageError):
    """The browser was waited for where nothing may wait, as inside ``session.locked()``."""


class Gone(PageError):
    """There is nothing left to talk to."""


class PageGone(Gone):
    """The page has ended: its document was closed, reloaded, or broke a rule."""


class ViewGone(Gone):
    """The view that this handler belongs to is no longer the one shown."""


class Superseded(Gone):
    """A newer event has taken the place of this handler, whose listener was added with ``when_busy="latest"``."""


class ReadTimeout(PageError, TimeoutError):
    """The browser did not answer in time; the text names element and property."""


class WaitTimeout(PageError, TimeoutError):
    """What was waited for did not come within the *timeout* that the program gave; the text names it."""


class NoSuchElement(WaitTimeout, LookupError):
    """No element matched within the *timeout* that the program gave; the text names the selector."""


class FieldMissing(PageError, AttributeError):
    """An event does not carry what is read of it; the text names the ``fields=[...]`` to listen with."""


class LimitReached(PageError):
    """One of the page's limits (listeners, refs) is used up; the text names it."""


class BrowserError(PageError):
    """The browser answered with an error."""


class InvalidSelector(BrowserError, ValueError):
    """The text is not a CSS selector that the browser understands."""


class InvalidName(BrowserError, ValueError):
    """The text is not a tag, property or function name that the browser accepts."""


class NotAFunction(BrowserError, TypeError):
    """What was called is not a function."""


class StaleElement(BrowserError):
    """The element is gone from the page; the text names the selector it came from."""


class UnsupportedValue(BrowserError, TypeError):
    """A value that cannot travel between Python and the browser; the text names the path to it."""


class ValueTooLarge(BrowserError, ValueError):
    """A value is larger than one frame may be."""


class JSError(BrowserError):
    """The page's own script threw; the text is the script's, behind what was asked of it.

    Attributes:
        name: The name of what was thrown, as ``TypeError``; empty if it was no Error.
        message: Its own text.
        stack: Where in the script it was thrown, as the browser puts it; empty if it does not say.
    """

    def __init__(self, text: str = "", name: str = "", message: str = "", stack: str = "") -> None:
        super().__init__(text)
        self.name = name
        self.message = message
        self.stack = stack


class SessionError(PycommunicateError, TypeError):
    """A session key or value that cannot be kept; the text names the key."""


class ServeError(PycommunicateError):
    """The server cannot start; the text is one line for the person who started it."""


class ProtocolError(PycommunicateError):
    """A rule of the wire was broken."""


class LocalProtocolError(ProtocolError):
    """Our side broke a rule: a bug, or a misuse of the protocol package."""


class RemoteProtocolError(ProtocolError):
    """The other side broke a rule. Remote input raises this and nothing else."""
