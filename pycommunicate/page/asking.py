"""What a page asks of its browser, and what comes of the answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from gevent import get_hub

from ..protocol.messages import Reply
from ..protocol.ops import GET
from .asks import Asks
from .clock import Clock
from .faults import error_of, fault_of_write
from .later import Later
from .refs import Refs, refs_in
from .reports import Reports
from .scope import check_may_wait, without_slot
from .stream import Stream
from .trail import Trail, here
from .watch import Watch

__all__ = ["Asking"]


class Asking:
    """The part of a page that asks; see `page.Page`."""

    __slots__ = ()

    if TYPE_CHECKING:
        _asks: Asks
        _clock: Clock
        _reports: Reports
        _stream: Stream
        attention: Callable[[Any], None]
        refs: Refs
        watch: Watch | None

        def check(self) -> None: ...

        def _wait_drained(self) -> None: ...

    def ask(
        self,
        code: int,
        *fields: Any,
        label: str,
        convert: Callable[[Any], Any] | None = None,
        timeout: float | None = None,
        patience: float = 0.0,
    ) -> Any:
        """**Blocks** until the browser answers the op *code*; return the answer.

        Args:
            code: The op.
            fields: Its fields behind the ask number.
            label: What is read, for messages.
            convert: Makes of the answer what is returned; called as the answer comes in, so it must not wait.
            timeout: How many seconds the program wants to wait, or None.
            patience: How many seconds more than for any other ask the browser may take.

        Raises:
            ReadTimeout: if the browser does not answer in time.
            WaitTimeout: if *timeout* is over.
            PageGone: if the page ends meanwhile.
            BrowserError: if the browser answers with an error.
            WaitForbidden: where waiting is not allowed.
        """
        self._check_may_wait(label)
        number = self._asks.open(label, convert, timeout=timeout, patience=patience)
        self._stream.write((code, number, *fields))
        self.attention(self)
        if timeout is None:
            return without_slot(self._asks.wait, number)
        timer = self._clock.timer(timeout)  # what looks after all others is called once in a while
        timer.start(self._asks.time_out, number)
        try:
            return without_slot(self._asks.wait, number)
        finally:
            timer.stop()
            timer.close()

    def ask_later(self, code: int, *fields: Any, label: str, convert: Callable[[Any], Any] | None = None) -> Later:
        """Send the op *code* and return what its answer will be: see `ask`. Waits where `send` does.

        What fails is logged like a write, unless somebody waits for it by then.
        """
        self.check()
        later = Later(label, convert, self._clock, self._wait_for)
        number = self._asks.open_later(later, here(1) if self.watch is not None else ())
        if self._stream.write((code, number, *fields)):
            self._wait_drained()
        return later

    def ask_together(self, asks: Iterable[tuple[Any, ...]], *, label: str) -> list[Later]:
        """**Blocks** until the browser has answered all *asks*, which it gets in one frame; return their answers.

        Args:
            asks: Of each, the op, its fields behind the ask number in a tuple, the label, and what converts the answer.
            label: What is read by all of them.
        """
        self._check_may_wait(label)
        answers = []
        for code, fields, own_label, convert in asks:
            answers.append(Later(own_label, convert, self._clock, self._wait_for, wanted=True))
            self._stream.write((code, self._asks.open_later(answers[-1]), *fields))
        self.attention(self)
        without_slot(_wait_for_all, answers)
        return answers

    def carry_out(self, op: tuple[Any, ...], *, label: str) -> list[Any] | None:
        """**Blocks** until the browser has carried out the `set` *op*; return the error if it failed, or None.

        Args:
            op: All of its fields, the optional ones among them.
            label: What is done, for messages.
        """
        self._check_may_wait(label)
        errors: list[list[Any]] = []
        number = self._asks.open(label, told=errors.append)
        # spec 6: a field behind those of the table is ignored by the client; a failure brings the op back with it.
        self._stream.write((*op, number))
        self._stream.write((GET, number, op[1], "nodeType"))
        self.attention(self)
        without_slot(self._asks.wait, number)
        return errors[0] if errors else None

    @property
    def moment(self) -> tuple[int, ...] | None:
        """Something that is equal only if nothing was written, came, or could happen in between; None if unknown."""
        iteration: int | None = getattr(get_hub().loop, "iteration", None)  # not every loop of gevent counts
        return None if iteration is None else (iteration, *self._stream.exchanged)

    def _check_may_wait(self, label: str) -> None:
        self.check()
        check_may_wait()
        if self.watch is not None:
            self.watch.asks(self, label, here(2))

    def _wait_for(self, later: Later) -> None:
        self._check_may_wait(later.label)
        self.attention(self)
        without_slot(later.wait)

    # --- what the browser says ----------------------------------------------------------------------------------

    def take_reply(self, reply: Reply) -> None:
        """Take in the answer to an ask."""
        label = self._asks.label(reply.ask)
        if reply.error is None:
            if not self._asks.answer(reply.ask, reply.value):  # nobody wants it: nodes in it find no wrapper
                for ref in refs_in(reply.value):
                    self.refs.release(ref, 1)
                self._stream.send_releases()
        elif label is not None:
            code, text, *details = reply.error
            trail = self._asks.trail(reply.ask)
            if not self._asks.fail(reply.ask, error_of(code, f"{label}: {text}", *details)):
                self.report_failure(code, text, None, label, trail)

    def report_failure(self, code: str, text: str, op: Any, what: str, trail: Trail) -> None:
        """Log that a write has failed in the browser, and tell who looks on."""
        self._reports.write_failed(code, text, what, trail)
        if self.watch is not None:
            self.watch.failed(self, fault_of_write(code, text, op, what, trail))


def _wait_for_all(answers: list[Later]) -> None:
    for later in answers:
        later.wait()
