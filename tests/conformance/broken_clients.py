"""The small client with one fault each: what the conformance kit must find."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Set
from dataclasses import dataclass, replace
from typing import Any

from pycommunicate.conformance.report import Outcome
from pycommunicate.protocol.limits import Limits
from pycommunicate.protocol.messages import ACK, BYE, Bye, Event, Failure, Reply, Welcome
from tests.conformance.small_client import SmallClient
from tests.conformance.small_document import Document, Fault, Function, Listener
from tests.conformance.small_listeners import Happening, Happens

__all__ = ["FAULTS", "Found"]


@dataclass(frozen=True)
class Found:
    """Where a fault must be found.

    Attributes:
        client: A client with it.
        about: The sections that must find it.
        also: Those that may find it, too; None if the others are not gone through.
        outcome: What those that find it come to.
    """

    client: type[SmallClient]
    about: set[str]
    also: Set[str] | None
    outcome: Outcome


FAULTS: dict[str, Found] = {}


def fault(
    *about: str, also: Set[str] | None = frozenset(), outcome: Outcome = Outcome.FAILED
) -> Callable[[type[SmallClient]], type[SmallClient]]:
    """Say which sections must find the fault of a client, and which may."""

    def add(client: type[SmallClient]) -> type[SmallClient]:
        FAULTS[client.__name__] = Found(client, set(about), also, outcome)
        return client

    return add


@fault(
    "failures",
    "acks",
    also={"create", "duplicates", "gone", "held-up", "insert", "listen", "navigate", "remove", "resume"}
    | {"carried", "delegate", "fragment", "no-reply", "objects", "observe", "of", "throttle", "typing"},
)
class AcksTooEarly(SmallClient):
    def apply(self, number: int, batch: list[Any]) -> None:
        self.applied = number
        super().apply(number, batch)


@fault("duplicates", "resume")
class ForgetsDuplicates(SmallClient):
    def is_duplicate(self, number: int) -> bool:
        return False


@fault("refs", also=None)
class TellsPositiveRefs(SmallClient):
    def load(self, url: str) -> None:
        super().load(url)
        self.document.new_ref = self.new_ref  # type: ignore[method-assign]

    def new_ref(self) -> int:
        self.document.last_ref += 1
        return self.document.last_ref + 1000


@fault("gone", "large-gone", "remove", "keep", "view", "events", "fragment", "of")
class ReportsNothingGone(SmallClient):
    def report(self) -> None:
        self.document.gone = ([], [])


@fault("order")
class RepliesInAnotherOrder(SmallClient):
    def flush(self) -> None:
        self.replies.reverse()
        super().flush()


@fault(
    "events",
    "early",
    also={"busy", "callbacks", "carried", "delegate", "form", "listen", "moves", "no-reply", "of", "options"}
    | {"throttle", "typing", "view"},
)
class TellsEventsInAnotherOrder(SmallClient):
    late: tuple[Listener, Happens] | None = None

    def tell(self, listener: Listener, happens: Happens) -> None:
        """Keep each first event until the next."""
        if self.late is None:
            self.late = listener, happens
            self.after(0.02, self.tell_late)
            return
        super().tell(listener, happens)
        self.tell_late()

    def tell_late(self) -> None:
        if self.late is not None:
            late, self.late = self.late, None
            super().tell(*late)


@fault("credits", "callbacks", also={"busy", "carried"})
class NeedsNoCredit(SmallClient):
    def offer(self, listener: Listener, happens: Happens) -> None:
        self.send_event(listener, happens)


@fault("life-signs", "extra-fields")
class GivesNoLifeSigns(SmallClient):
    def life_sign(self) -> None:
        if self.ack_sent < self.applied:
            super().life_sign()


@fault("resume", "away")
class ResendsNothing(SmallClient):
    def resend(self) -> None:
        pass


@fault("resume", "losses", "bye", "backoff")
class HasANewNonceEachTime(SmallClient):
    def say_hello(self) -> None:
        self.nonce = secrets.token_urlsafe(24)
        super().say_hello()


@fault("gaps")
class TakesAGap(SmallClient):
    def check_number(self, number: int) -> None:
        pass


# A click of the kit finds what it clicks on, and releases that.
@fault(
    "releases",
    "objects",
    also={"busy", "carried", "create", "events", "keep", "listen", "moves", "options", "prevent", "typing"},
)
class ForgetsAtAnyRelease(SmallClient):
    def load(self, url: str) -> None:
        super().load(url)
        forget = Document.release
        self.document.release = lambda ref, times: forget(self.document, ref, 1000)  # type: ignore[method-assign]


@fault("releases", also={"carried", "find-wait", "objects"})
class ForgetsOnlyAtTheExactCount(SmallClient):
    def load(self, url: str) -> None:
        super().load(url)
        document = self.document

        def release(ref: int, times: int) -> None:
            if ref and ref in document.nodes and document.nodes[ref][1] == times:
                del document.nodes[ref]

        document.release = release  # type: ignore[method-assign]


@fault("refuse")
class ReloadsWhenToldToStop(SmallClient):
    def end(self, action: str) -> None:
        self.reload()


@fault("bye", "extra-fields", also={"violations"})
class ComesBackAfterAnyBye(SmallClient):
    def receive(self, data: bytes) -> None:
        if data[1:2] == bytes((BYE,)):
            self.open = False
            return
        super().receive(data)


@fault("bye", also={"loaded", "losses", "refused-later", "resume", "subprotocol", "too-little"})
class LoadsBeforeAnAnswer(SmallClient):
    def lost(self) -> None:
        super().lost()
        self._due[-1:] = []
        self.reload()


@fault("handshake", also=None)
class SaysHelloTwice(SmallClient):
    def say_hello(self) -> None:
        super().say_hello()
        super().say_hello()


@fault("order", also=None)
class RepliesTwice(SmallClient):
    def answer(self, *answer: Any) -> None:
        super().answer(*answer)
        super().answer(*answer)


@fault("failures", "no-reply", also={"create", "insert", "of", "remove"})
class TellsOneFailureOfABatch(SmallClient):
    failed = 0

    def numbered(self, kind: Any, *fields: Any) -> None:
        if kind is Failure:
            if fields[0] == self.failed:
                return
            self.failed = fields[0]
        super().numbered(kind, *fields)


@fault("backoff", also=None)
class WaitsNeverLonger(SmallClient):
    def lost(self) -> None:
        super().lost()
        self._due[-1] = (self._due[-1][0] - 10, self._due[-1][1])


# --- what a section of its own is about -------------------------------------------------------------------------------


@fault("transport", also=None)
class ForgetsItsCookie(SmallClient):
    def connect(self) -> None:
        self._cookies.clear()
        super().connect()


@fault("no-ticket", also=None)
class StaysWithoutATicket(SmallClient):
    def come_back(self) -> None:
        pass


@fault("find", also=None)
class FindsOutsideOfTheScope(SmallClient):
    def op_find(self, ask: int, scope: int, *more: Any) -> Any:
        return super().op_find(ask, 0, *more)


@fault("get", also=None)
class ReadsNothingAsAText(SmallClient):
    def op_get(self, ask: int, ref: int, name: Any, flags: int = 0) -> Any:
        value = super().op_get(ask, ref, name, flags)
        return "" if value is None else value


@fault("set", also=None)
class WritesNoText(SmallClient):
    def op_set(self, ref: int, name: Any, *more: Any) -> None:
        if name != "innerText":
            super().op_set(ref, name, *more)


@fault("values", also=None)
class CutsTexts(SmallClient):
    def op_get(self, ask: int, ref: int, name: Any, flags: int = 0) -> Any:
        value = super().op_get(ask, ref, name, flags)
        return value[:1000] if isinstance(value, str) else value


@fault("live-values", also=None)
class TellsListsAsTexts(SmallClient):
    def op_get(self, ask: int, ref: int, name: Any, flags: int = 0) -> Any:
        value = super().op_get(ask, ref, name, flags)
        return " ".join(value) if name == "classList" else value


@fault("violations", also=None)
class OverlooksTexts(SmallClient):
    def violated(self, why: str, *, silently: bool = False) -> None:
        if why != "a text message":
            super().violated(why, silently=silently)


@fault("violations", "gaps", also=None)
class EndsWithoutABye(SmallClient):
    def violated(self, why: str, *, silently: bool = False) -> None:
        super().violated(why, silently=True)


@fault("answers", also=None)
class TakesAnyVersion(SmallClient):
    def check(self, message: Any) -> None:
        super().check(replace(message, version=1) if isinstance(message, Welcome) else message)


@fault("too-little", "answers", also=None)
class TakesAnyWelcome(SmallClient):
    def check(self, message: Any) -> None:
        if isinstance(message, Welcome):
            message = replace(message, received=self.sent)
        super().check(message)


@fault("frames", "containers", also=None)
class KeepsNoLimits(SmallClient):
    def let_in(self, welcome: Welcome) -> None:
        super().let_in(welcome)
        self.limits = Limits()


@fault("create", "insert", also=None)
class PutsAllInside(SmallClient):
    def op_create(self, ref: int, position: int, target: int, tag: str) -> None:
        super().op_create(ref, 0, target, tag)

    def op_insert(self, ref: int, position: int, target: int) -> None:
        super().op_insert(ref, 0, target)


@fault("call", also=None)
class TakesWhatIsNoFunctionForItsFault(SmallClient):
    def op_call(self, *fields: Any) -> Any:
        try:
            return super().op_call(*fields)
        except Fault as error:
            raise Fault("js-error", str(error)) from None


@fault("listen", also=None)
class ListensForEver(SmallClient):
    def op_unlisten(self, listeners: list[int]) -> None:
        pass


@fault("prevent", also=None)
class PreventsEverything(SmallClient):
    def dispatch(self, happening: Happening) -> bool:
        super().dispatch(happening)
        return True


@fault("early", also=None)
class ForgetsWhatWasHeardAtAView(SmallClient):
    def op_view(self, text: str) -> None:
        self.claims = []
        super().op_view(text)


@fault("loaded", also=None)
class IsLoadedOnce(SmallClient):
    def op_loaded(self) -> None:
        if self.early is None:
            raise Fault("unsupported")
        super().op_loaded()


@fault("suspend", "held-up", also=None)
class StopsAtAView(SmallClient):
    def op_view(self, text: str) -> None:
        super().op_view(text)
        self.replies = []
        self.carry_out = lambda *_: None  # type: ignore[method-assign]


@fault("navigate", also=None)
class LeavesForNowhere(SmallClient):
    def op_navigate(self, url: str) -> None:
        if not url.startswith(("javascript:", "mailto:")):
            super().op_navigate(url)


@fault("subprotocol", also=None)
class SpeaksAnySubprotocol(SmallClient):
    def speaks(self, subprotocol: str | None) -> bool:
        return True


@fault("refused-later", "handshake", "navigate", also=None)
class HasOneNonce(SmallClient):
    def say_hello(self) -> None:
        self.nonce = "n" * 32
        super().say_hello()


@fault("life-signs", also=None, outcome=Outcome.WARNED)
class LooksAtTheLastByteOfAnAck(SmallClient):
    def receive(self, data: bytes) -> None:
        super().receive(data)
        if data[1] == ACK and data[0] == 0x92 and data[-1] == 0xC3:
            self.life_sign()


@fault("reload-limit", also=None, outcome=Outcome.WARNED)
class LoadsAnewForEver(SmallClient):
    def reload(self) -> None:
        self._reloads.clear()
        super().reload()


@fault("events", also=None)
class CarriesWhatNobodyAskedFor(SmallClient):
    def numbered(self, kind: Any, *fields: Any) -> None:
        super().numbered(kind, *fields, *([["x"]] if kind is Event and len(fields) == 1 else []))


@fault("violations", also=None)
class CutsWhereARuleIsBroken(SmallClient):
    def violated(self, why: str, *, silently: bool = False) -> None:
        if why != "a text message":
            super().violated(why, silently=silently)
            return
        self.send(Bye(self.applied, "violation", "stop", why))
        self.socket.shutdown()
        self.socket = None


# --- what events carry, and how listeners hear ------------------------------------------------------------------------


@fault("carried", also=None)
class TakesDownWhatIsThereWhenItSends(SmallClient):
    def taken_down(self, listener: Listener, happening: Any, current: Any) -> Happens:
        happens = super().taken_down(listener, happening, current)
        self.again = {**getattr(self, "again", {}), id(happens): (happens, listener, happening, current)}
        return happens

    def send_event(self, listener: Listener, happens: Happens) -> None:
        super().send_event(listener, super().taken_down(*self.again[id(happens)][1:]))


@fault("carried", also=None)
class CountsPlacesFromOne(SmallClient):
    def numbered(self, kind: Any, *fields: Any) -> None:
        if kind is Event and fields[2:] and fields[2]:
            errors = {str((int(place) + 1) % len(fields[1])): error for place, error in fields[2].items()}
            fields = (*fields[:2], errors)
        super().numbered(kind, *fields)


@fault("form", also=None)
class ForgetsWhoSendsAForm(SmallClient):
    def dispatch(self, happening: Happening) -> bool:
        happening.submitter = None
        return super().dispatch(happening)


@fault("options", also=None)
class HearsMoreThanOnce(SmallClient):
    def op_listen(self, number: int, ref: int, kind: str, options: dict[str, Any]) -> None:
        super().op_listen(number, ref, kind, {key: options[key] for key in options if key != "once"})


@fault("options", also=None)
class StopsNothing(SmallClient):
    def act_on(self, happening: Happening, listener: Listener, current: Any) -> None:
        super().act_on(happening, listener, current)
        happening.stopped = False


@fault("delegate", also=None)
class TakesTheTargetForItsAncestor(SmallClient):
    def current(self, listener: Listener, happening: Happening) -> Any:
        current = super().current(listener, happening)
        return happening.target if current is not None and "delegate" in listener.options else current


@fault("of", also=None)
class ListensToTheNodeItself(SmallClient):
    def place_of(self, node: Any, options: dict[str, Any]) -> Any:
        super().place_of(node, options)
        return node


@fault("observe", also=None)
class ObservesInSilence(SmallClient):
    def op_listen(self, number: int, ref: int, kind: str, options: dict[str, Any]) -> None:
        super().op_listen(number, ref, kind, {key: options[key] for key in options if key != "observe"})


@fault("debounce", also=None)
class HoldsNothingBack(SmallClient):
    def hear(self, listener: Listener, happens: Happens) -> None:
        listener.options.pop("debounce", None)
        super().hear(listener, happens)


@fault("throttle", also=None)
class LosesTheLast(SmallClient):
    def let_go(self, listener: Listener, happens: Happens | None) -> None:
        if "throttle" not in listener.options:
            super().let_go(listener, happens)


@fault("busy", also=None)
class IsDoneWithAllAtOnce(SmallClient):
    def op_done(self, number: int, events: int) -> None:
        super().op_done(number, 1000)


@fault("busy", also=None)
class TakesAwayWhatWasWritten(SmallClient):
    def op_set(self, ref: int, name: Any, *more: Any) -> None:
        marks = {node: set(marks) for node, marks in self.marks.items()}
        super().op_set(ref, name, *more)
        self.marks = marks


# --- the tree, and what is no part of it ------------------------------------------------------------------------------


@fault("fragment", also=None)
class ReadsAllAsWhatStandsInABody(SmallClient):
    def op_fragment(self, ask: int, position: int, target: int, text: str) -> Any:
        return super().op_fragment(ask, position, target, re.sub("</?t[rdh]( [^>]*)?>", "", text))


@fault("find-wait", also=None)
class WaitsForNothing(SmallClient):
    def op_find(self, ask: int, scope: int, selector: str, wait: int = 0) -> Any:
        return super().op_find(ask, scope, selector)


@fault("moves", also=None)
class MakesAnewWhatItMoves(SmallClient):
    def op_insert(self, ref: int, position: int, target: int) -> None:
        super().op_insert(ref, position, target)
        self.document.own(self.document.node(ref), "checked", False)


@fault("objects", also=None)
class ForgetsObjectsAtAView(SmallClient):
    def op_view(self, text: str) -> None:
        super().op_view(text)
        for ref, (known, _) in list(self.document.nodes.items()):
            if not self.document.is_node(known):
                del self.document.nodes[ref]


@fault("callbacks", also=None)
class MakesAFunctionEachTime(SmallClient):
    def op_set(self, *fields: Any) -> None:
        super().op_set(*fields)
        self.document.functions = {n: Function(n, self.call_back) for n in self.document.functions}


@fault("no-reply", also=None)
class RepliesToAll(SmallClient):
    def op_call(self, ask: int, *more: Any) -> Any:
        value = super().op_call(ask, *more)
        if not ask:
            self.replies.append(lambda: self.numbered(Reply, 0, None))
        return value


@fault("details", also=None)
class TellsAllThatWasThrown(SmallClient):
    def numbered(self, kind: Any, *fields: Any) -> None:
        if kind is Reply and fields[2:] and fields[2][0] == "js-error":
            fields = (*fields[:2], [*fields[2], {"message": "x" * 1500}])
        super().numbered(kind, *fields)


@fault("typing", also=None)
class WritesOverWhatIsTyped(SmallClient):
    def op_set(self, ref: int, name: Any, value: Any, *more: Any) -> None:
        super().op_set(ref, name, value, True)


@fault("typing", also=None)
class TakesWhatIsOnItsWayForSeen(SmallClient):
    def op_set(self, ref: int, name: Any, value: Any, force: bool = False, after: Any = None) -> None:
        super().op_set(ref, name, value, force, self.sent)


@fault("typing", also=None)
class KeepsWhatHasNoBeginning(SmallClient):
    def load(self, url: str) -> None:
        super().load(url)
        self.document.fields.rest = lambda node, held, seen: held.removeprefix(seen)  # type: ignore[method-assign]


@fault("typing", also=None)
class ForgetsWhatCrosses(SmallClient):
    def op_set(self, ref: int, name: Any, *more: Any) -> None:
        super().op_set(ref, name, *more)
        if name == "value":
            self.document.fields.forget(self.document.node(ref))
