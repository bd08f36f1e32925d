"""What handlers get: something that happened in the browser, as it was then."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, Generic, TypeVar, overload

from werkzeug.datastructures import MultiDict

from ...errors import FieldMissing
from .carried import Problem, problem_of
from .event_fields import PATHS, FieldName, Path, Plan, paths_of

__all__ = ["Event", "Field"]

_T = TypeVar("_T")

#: What a field held (spec 6.4).
_OF_FIELDS = (("target", "value"), ("current", "value"), ("form",))
_MODIFIERS = ("Alt", "Control", "Meta", "Shift")


class Field(Generic[_T]):
    """Something that an event may carry.

    Args:
        text: What it is.
    """

    def __init__(self, text: str) -> None:
        self.__doc__ = text
        self._name = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, event: None, owner: type) -> Field[_T]: ...

    @overload
    def __get__(self, event: Event, owner: type) -> _T: ...

    def __get__(self, event: Event | None, owner: type) -> Any:
        return self if event is None else event[self._name]


class Event:
    """Something that happened in the browser, as it was then: what its fields tell does not change any more.

    Which of them it carries depends on its type, and on the ``fields`` that its listener was added with. What
    JavaScript's event has besides is read by its path: ``event["target.dataset.id"]``, with
    ``fields=["target.dataset.id"]``.

    Reading what it does not carry raises:
        FieldMissing: the text names what to listen with.
        UnsupportedValue, ValueTooLarge, JSError: if it could not travel, or be read.

    Attributes:
        type: Its name, as ``"click"``; of observers ``"intersection"``, ``"resize"`` or ``"mutation"``.
        current_target: The element whose listener this is; with ``delegate``, the one that was found by it.
    """

    __slots__ = ("_known", "_plan", "_problems", "_values", "current_target", "type")

    type: str
    current_target: Any

    target = Field[Any]("The element that it happened on. Carried by clicks, what fields and forms do, and focus.")
    related_target = Field[Any]("The element that the focus or the mouse comes from, or goes to.")
    submitter = Field[Any]("The button that a ``submit`` was made by.")
    key = Field[str]('What a key means, as ``"a"`` or ``"Enter"``. Carried by ``keydown`` and its like.')
    code = Field[str]('Which key it is, whatever it means, as ``"KeyA"``. Carried like `key`.')
    repeat = Field[bool]("Whether a key is held down. Carried like `key`.")
    modifiers = Field["frozenset[str]"](
        'Which of ``"Alt"``, ``"Control"``, ``"Meta"`` and ``"Shift"`` were held. Carried by keys, mouse and pointers.'
    )
    button = Field[int]("Which button of the mouse, 0 the first. Carried by mouse and pointers.")
    buttons = Field[int]("Which buttons are down, the sum of 1, 2, 4, ... Carried by mouse and pointers.")
    x = Field[float]("How far from the left of the window. Carried by mouse and pointers.")
    y = Field[float]("How far from the top of the window. Carried by mouse and pointers.")
    offset_x = Field[float]("How far from the left of the target. Carried by mouse and pointers.")
    offset_y = Field[float]("How far from the top of the target. Carried by mouse and pointers.")
    page_x = Field[float]("How far from the left of the document.")
    page_y = Field[float]("How far from the top of the document.")
    delta_x = Field[float]("How far to scroll to the right. Carried by ``wheel``.")
    delta_y = Field[float]("How far to scroll down. Carried by ``wheel``.")
    pointer_id = Field[int]("Which finger or pen.")
    pointer_type = Field[str]('``"mouse"``, ``"pen"`` or ``"touch"``.')
    pressure = Field[float]("How hard a pen or finger is pressed, from 0 to 1.")
    value = Field[str]("What the field holds then. Carried by ``input`` and ``change``.")
    checked = Field[bool]("Whether the box is ticked then. Carried by ``input`` and ``change``.")
    files = Field["list[dict[str, Any]]"](
        "The chosen files, of each a dict of ``name``, ``size``, ``type`` and ``last_modified``. Carried by ``change``."
    )
    data = Field["MultiDict[str, Any]"](
        "What the form holds then, by the names of its fields; files as in `files`. Carried by ``submit``."
    )
    detail = Field[Any]("What the page's own script has put into its ``CustomEvent``. Carried by types not named here.")
    matches = Field[bool]("Whether the media query matches now. Carried by ``change`` of one.")
    visible = Field[bool]("Whether the document is shown now. Carried by ``visibilitychange``.")
    is_intersecting = Field[bool]("Whether something of the element is seen. Carried by ``observe_intersection``.")
    ratio = Field[float]("How much of the element is seen, from 0 to 1. Carried by ``observe_intersection``.")
    width = Field[float]("How wide the element's content is now. Carried by ``observe_resize``.")
    height = Field[float]("How high the element's content is now. Carried by ``observe_resize``.")
    change = Field[str]('``"childList"``, ``"attributes"`` or ``"characterData"``. Carried by ``observe_mutation``.')
    attribute_name = Field[str]("Which attribute has changed. Carried by ``observe_mutation``.")
    old_value = Field[str]("What it was before, if that was asked for. Carried by ``observe_mutation``.")
    added = Field["list[Any]"]("Nodes that have come. Carried by ``observe_mutation``.")
    removed = Field["list[Any]"]("Nodes that have gone. Carried by ``observe_mutation``.")

    def __init__(
        self,
        type: str,
        current_target: Any,
        plan: Plan,
        values: Sequence[Any] = (),
        problems: Mapping[int, Problem] | None = None,
        known: Callable[[Any], None] | None = None,
    ) -> None:
        self.type = type
        self.current_target = current_target if plan.current is None else values[plan.current]
        self._plan = plan
        self._values = values
        self._problems = problems
        self._known = known

    def __getitem__(self, name: FieldName) -> Any:
        """Return a field.

        Args:
            name: As it was given to ``fields``: Python's name, or JavaScript's path.
        """
        values = [self._value(path, name) for path in paths_of(name)]
        made = _MADE.get(name) if isinstance(name, str) else None
        return values[0] if made is None else made(values)

    def __repr__(self) -> str:
        fields = (f" {'.'.join(path)}={self._values[place]!r:.40}" for path, place in self._plan.places.items())
        return f"<Event {self.type!r}{''.join(fields)}>"

    if not TYPE_CHECKING:  # for a checker what is not there is not there

        def __getattr__(self, name: str) -> Any:
            """Say what there is."""
            if name in PATHS:  # a FieldMissing is an AttributeError, too
                return self[name]
            raise AttributeError(
                f"an event has no attribute {name!r}; what it has in JavaScript is read by event[{name!r}], "
                f"and carried with fields=[{name!r}]"
            )

    def _value(self, path: Path, name: FieldName) -> Any:
        place = self._plan.places.get(path)
        if place is None:
            raise FieldMissing(f"this {self.type!r} event carries no {_shown(name)}; listen with fields=[{name!r}]")
        if self._problems is not None and place in self._problems:
            raise problem_of(f"{_shown(name)} of this {self.type!r} event", self._problems[place])
        if self._known is not None and path in _OF_FIELDS:
            self._known(self._field(path))
        return self._values[place]

    def _field(self, path: Path) -> Any:
        """Return the field whose value stands at *path*, as far as it is known."""
        place = self._plan.places.get(path[:1])
        return self.current_target if place is None else self._values[place]


def _shown(name: FieldName) -> str:
    return repr(name if isinstance(name, str) else ".".join(name))


def _data(values: list[Any]) -> MultiDict[str, Any]:
    # Pairs, if the browser keeps to the rules.
    entries = values[0] if isinstance(values[0], list) else ()
    return _Data([(str(entry[0]), entry[1]) for entry in entries if isinstance(entry, list) and len(entry) == 2])


class _Data(MultiDict[str, Any]):
    """Where a field is not there, no request is to blame, as Werkzeug's says."""

    def __getitem__(self, name: str) -> Any:
        if name not in self:
            raise KeyError(f"the form has no field {name!r}; it has {', '.join(map(repr, islice(self, 50))) or 'none'}")
        return super().__getitem__(name)


#: Those fields that are not simply a value.
_MADE: dict[str, Callable[[list[Any]], Any]] = {
    "modifiers": lambda values: frozenset(name for name, held in zip(_MODIFIERS, values, strict=True) if held),
    "files": lambda values: values[0] or [],
    "data": _data,
    "visible": lambda values: values[0] == "visible",
}
