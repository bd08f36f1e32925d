"""What a section holds in its hand: the server's side of one client, in straight-line code.

Every method that waits for the client **blocks** its greenlet, and raises `Missing` if that takes too long.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from ...protocol.codec import Ref, shown, to_wire
from ...protocol.limits import Limits
from ...protocol.messages import Ack, Batch, Bye, Event, Failure, GoneReport, Message, Refuse, Reply, Welcome, encode
from ...protocol.ops import CALL, EXISTS, FIND, GET, LISTEN, LOADED, RELEASE, SET
from ..report import Result, Skipped
from .exchange import name_of
from .page import Page
from .visitor import TIMES, Missing, Times, Visitor

__all__ = ["Peer"]

_Kind = TypeVar("_Kind", bound=Message)


class Peer(Visitor):
    """The server's side of one section.

    Args:
        name: The section.
        visit: Lets the client open the section's document.
        times: How long the client may take.
    """

    def __init__(self, name: str, visit: Callable[[], None], times: Times = TIMES) -> None:
        super().__init__(name, visit, times)
        self._asks = self._refs = self._listeners = self._done = 0

    def turn_to(self, page: Page) -> Page:
        """Go on with that page, in which nothing has been allotted."""
        self._asks = self._refs = self._listeners = self._done = 0
        return super().turn_to(page)

    # --- what the server says -----------------------------------------------------------------------------------

    def send(self, data: bytes) -> None:
        """Send a frame, whatever it is."""
        self.socket.carrier.try_send(data)

    def say(self, message: Message) -> None:
        """Send a message that has no number."""
        if isinstance(message, (Refuse, Bye)):
            self.socket.ended = True
            self.now.exchange.over = True
        self.send(encode(message))

    def welcome(self, received: int | None = None, limits: dict[str, int] | None = None) -> None:
        """Let the client in; *received* is all that has come if nothing is said."""
        exchange = self.now.exchange
        received = exchange.received if received is None else received
        before = exchange.limits.to_map() if len(self.now.wires) > 1 else {}
        announced = Limits.from_map({**before, **(limits or {})})
        exchange.welcome(self.socket, received, announced)
        self.send(encode(Welcome(received, announced.to_map())))

    def refuse(self, code: str, action: str) -> None:
        """Refuse the hello, and close the socket."""
        self.say(Refuse(code, action, "a section of the conformance kit says so"))
        self.close(1000)

    def bye(self, code: str, action: str) -> None:
        """Say bye, and close the socket."""
        self.say(Bye(self.ack, code, action, "a section of the conformance kit says so"))
        self.close(1001 if code == "stopping" else 1000)

    @property
    def ack(self) -> int:
        """What the server acknowledges."""
        return self.now.ack

    def batch_frame(self, *ops: Sequence[Any]) -> bytes:
        """Return the frame of a batch that counts as sent from now on, whether it is sent or not."""
        fields = [[to_wire(field) for field in op] for op in ops]
        number = self.now.exchange.send([list(op) for op in ops])
        return encode(Batch(number, self.ack, fields))

    def batch(self, *ops: Sequence[Any]) -> int:
        """Send a batch; return its number."""
        self.send(self.batch_frame(*ops))
        return self.now.exchange.sent

    def asking(self, code: int, *fields: Any) -> tuple[Any, ...]:
        """Return an op that asks, with an ask that is allotted."""
        self._asks += 1
        return (code, self._asks, *fields)

    def new_ref(self) -> int:
        """Allot a ref."""
        self._refs += 1
        return self._refs

    def new_listener(self) -> int:
        """Allot a listener."""
        self._listeners += 1
        return self._listeners

    # --- what the client says -----------------------------------------------------------------------------------

    def expect(
        self, kind: type[_Kind], within: float | None = None, where: Callable[[_Kind], bool] = lambda _: True
    ) -> _Kind:
        """Take the first message of that kind which nobody has taken, and for which *where* holds."""
        inbox = self.now.inbox

        def first() -> _Kind | None:
            return next((one for one in inbox if isinstance(one, kind) and where(one)), None)

        message = self.wait(first, f"a message {kind.__name__.lower()}", within)
        inbox.remove(message)
        return message

    def taken(self, kind: type[_Kind]) -> list[_Kind]:
        """Take all messages of that kind that are there."""
        inbox = self.now.inbox
        found: list[_Kind] = [one for one in inbox if isinstance(one, kind)]
        inbox[:] = [one for one in inbox if not isinstance(one, kind)]
        return found

    def heard(self) -> list[int]:
        """Wait until all that was sent is applied; take all events that are there, and return their listeners."""
        self.fence()
        return [event.listener for event in self.taken(Event)]

    def failures(self, needed: str = "") -> list[Failure]:
        """Take all failures that are there; the first may say that the client lacks the op *needed*."""
        failed = self.taken(Failure)
        if needed and failed:
            self.need(failed[0], needed)
        return failed

    def gone(self, refs: Iterable[int], listeners: Iterable[int] = ()) -> GoneReport:
        """Wait until all these are reported as gone; return all that was, in order, as one with the lowest ack."""
        reports = [self.expect(GoneReport)]

        def told(name: str) -> list[int]:
            return sorted(number for report in reports for number in getattr(report, name))

        while not (set(refs) <= set(told("refs")) and set(listeners) <= set(told("listeners"))):
            reports.append(self.expect(GoneReport))
        lowest = min(report.ack for report in reports)
        return GoneReport(reports[0].number, lowest, told("refs"), told("listeners"))

    def order(self) -> list[str]:
        """Take all messages that are there; return their names, in order."""
        inbox = self.now.inbox
        names = [name_of(one) for one in inbox]
        inbox.clear()
        return names

    def reply(self, op: Sequence[Any], within: float | None = None) -> Reply:
        """Wait for the reply to an ask."""
        return self.expect(Reply, within, lambda reply: reply.ask == op[1])

    def ask(self, code: int, *fields: Any) -> Reply:
        """Ask alone; return the reply."""
        op = self.asking(code, *fields)
        self.batch(op)
        return self.reply(op)

    def fence(self) -> None:
        """Wait until all that was sent is applied, and all that this makes the client send is there."""
        self.ask(EXISTS, 0, "body")

    def acked(self, number: int, within: float | None = None) -> None:
        """Wait until all batches up to *number* are acknowledged."""
        exchange = self.now.exchange
        self.wait(lambda: exchange.acked >= number, f"an acknowledgement of batch {number}", within)

    # --- what sections often do ---------------------------------------------------------------------------------

    def begin(self, *, visit: bool = True, **limits: int) -> None:
        """Let the client open the document, if *visit*, and in; say that all is loaded."""
        if visit:
            self.open()
        else:
            self.greet()
        self.welcome(limits=limits)
        number = self.batch((LOADED,))
        self.fence()
        # A client may have no use for it, and say so.
        inbox = self.now.inbox
        inbox[:] = [one for one in inbox if not (isinstance(one, Failure) and one.batch == number)]

    def find(self, selector: str, scope: int = 0) -> int:
        """Return the ref of a node that is there."""
        value = self.ask(FIND, scope, selector).value
        if not isinstance(value, Ref):
            raise Missing(f"expected {selector} to be found, got {shown(value)}")
        return int(value)

    def get(self, ref: int, name: str | list[str]) -> Any:
        """Return a property; an error as its code and text."""
        reply = self.ask(GET, ref, name)
        return reply.error or reply.value

    def exists(self, selector: str) -> bool:
        """Return whether a selector matches."""
        return self.ask(EXISTS, 0, selector).value is True

    def listen(self, ref: int, event: str = "click", **options: Any) -> int:
        """Let the client listen; return the listener."""
        listener = self.new_listener()
        self.batch((LISTEN, listener, ref, event, options))
        return listener

    def hear(self, ref: int, event: str = "click", **options: Any) -> int:
        """Let the client listen; return the listener. End the section as skipped if it lacks that."""
        listener = self.listen(ref, event, **options)
        self.fence()
        self.failures(f"listen with {', '.join(options)}" if options else "listen")
        return listener

    def call(self, ref: int, name: str | list[str], *arguments: Any, flags: int = 0) -> Reply:
        """Call a method; return the reply."""
        return self.ask(CALL, ref, name, list(arguments), *([flags] if flags else []))

    def click(self, selector: str) -> None:
        """Let the user click on the first node that matches; the document may be left by that."""
        ref, page = self.find(selector), self.now
        call = self.asking(CALL, ref, "click", [])
        self.batch(call)
        self.wait(lambda: self._replied(call) or self.pages[-1] is not page, f"a click on {selector}")
        if self.pages[-1] is not page:
            return
        reply = self.reply(call)
        self.batch((RELEASE, [ref, 1]))
        if reply.error is not None and reply.error[0] == "unsupported":
            self.do(f"click {selector}")

    def _replied(self, op: Sequence[Any]) -> bool:
        return any(isinstance(one, Reply) and one.ask == op[1] for one in self.now.inbox)

    def do(self, what: str) -> None:
        """Tell the client what its user does: by the element `#do`, which it follows by itself."""
        self._done += 1
        ref = self.find("#do")
        self.batch((SET, ref, "textContent", f"{self._done} {what}"), (RELEASE, [ref, 1]))

    def need(self, reply: Reply | Failure, what: str) -> None:
        """End the section as skipped if the client has said that it lacks *what*."""
        if reply.error is not None and reply.error[0] == "unsupported":
            raise Skipped(f"the client does not support {what}: {reply.error[1]}")

    def violated(self, result: Result, spec: str, what: str, *, silently: bool = False) -> bool:
        """Look whether the client ends the page because of what it was sent; return whether it does.

        It says so, unless it may do it *silently*: where it is not let in (spec 4), and where a bye was it (spec 2).
        """
        try:
            self.wait(lambda: self.socket.over or self.socket.left, "a bye", min(2.0, self.patience))
            code = self.closed()
        except Missing as error:
            return result.must(spec, f"{what} is a violation: the client closes the socket", False, error)
        byes = self.taken(Bye)
        result.must(spec, f"{what} is a violation: the client closes the socket", code != 1006, code)
        result.should("5.10", f"{what}: the client closes the socket with 1000", code == 1000, code)
        if not silently:
            result.must("2", f"{what}: the client says bye", [bye.code for bye in byes] == ["violation"], byes)
        result.should("5.10", f"{what}: the action of the bye is `stop`", all(bye.action == "stop" for bye in byes))
        return code != 1006

    def answer(self, *, ask: bool = False) -> None:
        """Send a bare ack."""
        self.say(Ack(self.ack, ask))
