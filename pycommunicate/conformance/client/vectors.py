"""Sections made of the ops vectors (`protocol/v1/vectors/ops`): each case is a document, and what ops do to it.

What no server can play is left out: users that do more than click, and addresses that are left for. So is what takes
time, and what not every client's document has.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ...protocol.codec import Ref
from ...protocol.messages import Event, Failure, GoneReport, Message, Reply
from ...protocol.ops import LISTEN, LOADED, NO_ASK, RELEASE
from ..notation import from_notation, load
from ..ops import ASKS, REF_PLACES
from ..report import Level, Result, Section
from ..values import same
from .peer import Peer
from .visitor import Missing

__all__ = ["Player", "sections_of"]

#: What a user's click is beside the one that a method makes.
_PRESSED = {"pointerdown", "pointerup", "mousedown", "mouseup", "focus", "blur", "focusin", "focusout"}


def sections_of(folder: Path) -> list[Section[Peer]]:
    """Return a section for each file of the folder.

    Raises:
        OSError: if it cannot be read.
        ValueError: if there are no vectors in it.
    """
    files = sorted(folder.glob("*.json"))
    if not files:
        raise ValueError(f"expected vectors in {folder}, found none")
    return [_section(file.stem, load(file)) for file in files]


def _section(name: str, vectors: dict[str, Any]) -> Section[Peer]:
    cases = [case for case in vectors["cases"] if "needs" not in case and all(map(_can_be_played, case["steps"]))]

    def run(peer: Peer, result: Result) -> None:
        for case in cases:
            try:
                difference = Player(peer, case).play()
            except Missing as error:
                difference = str(error)
            result.must("6", case["name"], not difference, difference)

    return Section(f"ops-{name}", Level.INTERACTIVE, vectors["about"].rstrip("."), run)


def _event(told: Any) -> Any:
    """Return an event of a step with the values that the notation describes."""
    return [told[0], from_notation(told[1]), *told[2:]] if isinstance(told, list) else told


def _can_be_played(step: dict[str, Any]) -> bool:
    heard = {op[3] for op in step.get("ops", ()) if op[0] == LISTEN}
    clicks = step.get("do", ["click"])[0] == "click"
    return clicks and "leaves" not in step and "wait" not in step and not heard & _PRESSED


class Player:
    """Plays one case.

    Args:
        peer: The section's.
        case: The case, in the notation.
    """

    def __init__(self, peer: Peer, case: dict[str, Any]) -> None:
        self._peer = peer
        self._steps = case["steps"]
        self._names: dict[int, str] = {}
        #: The client's refs are those of the vectors, unless a click has taken some between.
        self._ours: dict[int, int] = {}
        self._theirs: dict[int, int] = {}
        peer.html = case["html"]
        peer.open()
        peer.welcome(limits=case.get("limits", {}))
        if not case.get("early"):
            peer.batch((LOADED,))
            peer.fence()

    def play(self) -> str:
        """Go through the steps; return in which one what came was not what should, an empty text if in none."""
        for i, step in enumerate(self._steps):
            told, wanted = self._play(step)
            if not same(told, wanted):
                return f"step {i}: {told}, not {wanted}"
        return ""

    def _play(self, step: dict[str, Any]) -> tuple[Any, Any]:
        peer = self._peer
        if "html" in step:
            ref = peer.find(step["html"])
            text = peer.get(ref, "innerHTML")
            peer.batch((RELEASE, [ref, 1]))
            return text, step["is"]
        first = len(peer.now.inbox)
        batch = 0
        if "do" in step:
            peer.click(step["do"][1])
        else:
            batch = peer.batch(*[self._numbered(op) for op in step["ops"]])
        peer.fence()
        messages = peer.now.inbox[first:]
        del peer.now.inbox[first:]
        told = self._told(messages, batch, from_notation(step.get("replies", {})), step.get("events", []))
        gone = step.get("gone", {})
        return told, {
            "replies": from_notation(step.get("replies", {})),
            "errors": step.get("errors", {}),
            "failures": step.get("failures", {}),
            "refs": sorted(gone.get("refs", [])),
            "listeners": sorted(gone.get("listeners", [])),
            "events": [_event(event) for event in step.get("events", [])],
        }

    def _numbered(self, told: list[Any]) -> list[Any]:
        """Return an op with a number in place of the name of its ask, and the client's refs in place of theirs."""
        op: list[Any] = [self._live(field) for field in from_notation(told)]
        for place in REF_PLACES.get(op[0], ()):
            if place < len(op):
                op[place] = self._ours.get(op[place], op[place])
        if op[0] == RELEASE and len(op) > 1:
            op[1] = [one if i % 2 else self._ours.get(one, one) for i, one in enumerate(op[1])]
        if op[0] in ASKS and op[1] != NO_ASK:
            ask = self._peer.asking(op[0])[1]
            self._names[ask] = told[1]
            op[1] = ask
        return op

    def _live(self, value: Any) -> Any:
        if isinstance(value, Ref):
            return Ref(self._ours.get(value, value))
        if isinstance(value, list):
            return [self._live(item) for item in value]
        if isinstance(value, dict):
            return {key: self._live(item) for key, item in value.items()}
        return value

    def _told(self, messages: list[Message], batch: int, wanted: dict[str, Any], events: list[Any]) -> dict[str, Any]:
        told: dict[str, Any] = {"replies": {}, "errors": {}, "failures": {}, "refs": [], "listeners": [], "events": []}
        for message in messages:
            match message:
                case Reply(ask=ask, value=value, error=None):
                    name = self._names.get(ask, str(ask))
                    told["replies"][name] = self._named(value, wanted.get(name))
                case Reply(ask=ask, error=error) if error is not None:
                    told["errors"][self._names.get(ask, str(ask))] = error[0]
                case Failure(batch=number, index=index, error=error):
                    told["failures"][str(index) if number == batch else f"{index} of batch {number}"] = error[0]
                case GoneReport(refs=refs, listeners=listeners):
                    told["refs"] = sorted([*told["refs"], *(self._theirs.get(ref, ref) for ref in refs)])
                    told["listeners"] = sorted([*told["listeners"], *listeners])
                case Event():
                    place = len(told["events"])
                    told["events"].append(self._told_by(message, events[place] if place < len(events) else None))
        return told

    def _told_by(self, event: Event, wanted: Any) -> Any:
        """Return an event as a step has it."""
        if event.carried is None:
            return event.listener
        values = self._named(event.carried, _event(wanted)[1] if isinstance(wanted, list) else None)
        errors = {place: error[0] for place, error in (event.errors or {}).items()}
        return [event.listener, values, *([errors] if errors else [])]

    def _named(self, value: Any, wanted: Any) -> Any:
        """Return a value with the vectors' refs in place of the client's; what stands in their place is learnt."""
        if isinstance(value, Ref):
            if isinstance(wanted, Ref) and wanted < 0 and value not in self._theirs and wanted not in self._ours:
                self._ours[int(wanted)], self._theirs[int(value)] = int(value), int(wanted)
            return Ref(self._theirs.get(value, value))
        if isinstance(value, list):
            others = wanted if isinstance(wanted, list) and len(wanted) == len(value) else [None] * len(value)
            return [self._named(*pair) for pair in zip(value, others, strict=True)]
        if isinstance(value, dict):
            fields = wanted if isinstance(wanted, dict) else {}
            return {key: self._named(item, fields.get(key)) for key, item in value.items()}
        return value
