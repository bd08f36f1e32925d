"""What a server hears of a document: which events, what they carry, and when they are sent (spec 5.5, 6.10, 8.5)."""

from math import inf
from time import monotonic
from types import SimpleNamespace

from pycommunicate.testing.dom import DomError, Function, Node, forms

ADDRESSED = "[action], [formaction], [method=dialog i], [formmethod=dialog i]"
LINK = ":is(a, area)[href]:not([download])"
BUSY = "pycommunicate-busy"
MARKS = (  # of what is busy: what lacks it, how it is put on, how it is taken off
    (":not([aria-busy=true])", ("setAttribute", ["aria-busy", "true"]), ("removeAttribute", ["aria-busy"])),
    (f":not(.{BUSY})", (["classList", "add"], [BUSY]), (["classList", "remove"], [BUSY])),
    (":enabled", ("setAttribute", ["disabled", ""]), ("removeAttribute", ["disabled"])),
)


class Listeners:
    def __init__(self, page):
        self.page, self.document, self.by_number = page, page.document, {}
        self.spent = []  # those that the click which is under way has ended
        self.busy, self.marks = [], []  # events that are not done, by number, count and element; what they have put on
        self.document.listen(self.document, "click", lambda event: self.spent.clear(), capture=True)
        self.document.listen_afterwards("submit", self.hear_submit)

    def listen(self, number, node, event, options, *_):
        way = options.get("of", [])
        target = self.document.follow(node, [way] if isinstance(way, str) else way)
        if "observe" in options:
            raise DomError("unsupported", "nobody observes here")
        if self.document.follow(target, ["addEventListener"]) is None:
            raise DomError("invalid-name" if way else "js-error", "what is to be listened to is no event target")
        self.document.query(None, options.get("delegate", "*"))  # which has to be a selector
        credit = self.page.channel.limits.events
        one = SimpleNamespace(number=number, node=node, event=event, options=options, credit=credit, token=None)
        one.held, one.due, one.free, one.waiting, one.sent = None, 0, 0, [], 0
        one.function = Function(lambda this, args: self.happen(one, {"args": args}, None))  # its callback (spec 7.3)
        if event:
            ways = {name: bool(options.get(name)) for name in ("capture", "passive")}
            one.token = self.document.listen(target, event, lambda event: self.hear(one, event), **ways)
        self.by_number[number] = one

    def unlisten(self, numbers, *_):
        for number in numbers:
            if number in self.by_number:
                self.document.unlisten(self.by_number.pop(number).token)
            self.done(number, inf)

    # Prevented is what would leave the document, if the server has not said otherwise.
    def hear(self, listener, event):
        current, options = self.current(listener, event.target), listener.options
        if current is None:
            return
        is_link = event.type == "click" and isinstance(current, Node) and self.document.matches(current, LINK)
        if options.get("prevent", is_link or event.type == "submit"):
            event.prevent_default()
        event.stopped |= options.get("stop", False)
        self.happen(listener, event, current)

    # What an event is for: the node, or what `delegate` finds inside of it.
    def current(self, listener, target):
        path, selector = self.document.path_of(target), listener.options.get("delegate")
        if selector is None:
            return listener.node
        inside = path[: path.index(listener.node)] if listener.node in path else []
        return next((one for one in inside if isinstance(one, Node) and self.document.matches(one, selector)), None)

    def happen(self, listener, what, current):
        if listener.number in self.by_number:
            listener.held = current, self.carry(listener.options.get("fields", ()), what, current)
            listener.due = max(listener.free, monotonic() + listener.options.get("debounce", 0) / 1000)
            self.send_due()

    # A value for each field as it is now, or nil with an error; and what the server sees by them (spec 6.4).
    def carry(self, fields, what, current):
        values, errors, seen = [], {}, []
        for place, field in enumerate(fields):
            first, *rest = [field] if isinstance(field, str) else field
            if first == "form":
                start, parts = self.entries(what)
            else:
                start = current if first == "current" else what.get(first)
                parts = [start] if first in ("current", "target") and rest == ["value"] else []
            try:
                values.append(self.document.plain(self.document.follow(start, rest)))
            except DomError as error:
                values.append(None)
                errors[str(place)] = [error.code, error.text[:100]]
            seen += [one for part in parts for one in self.page.fields.look(part)]
        return values or None, errors, seen

    # Those of the form that something has happened in, and its fields.
    def entries(self, what):
        target = what.get("target")
        form = target if getattr(target, "tag", "") == "form" else self.document.follow(target, ["form"])
        if form is None:
            return None, []
        return forms.entries_of(self.document, form, what.submitter), self.document.read(form, "elements")

    # Sends what is due, or lets it wait for credit.
    def send_due(self):
        for one in [*self.by_number.values()]:
            if one.held is None or one.due > monotonic():
                continue
            (current, happening), one.held = one.held, None
            one.free = monotonic() + one.options.get("throttle", 0) / 1000
            one.waiting.append(happening)
            if one.options.get("busy") and isinstance(current, Node):
                self.busy.append((one.number, one.sent + len(one.waiting), current))
                for lacking, put, undo in MARKS[: one.options["busy"] + 1]:
                    if self.document.matches(current, lacking):
                        self.document.call(current, *put)
                        self.marks.append((current, *undo))
            self.send(one)
            if one.options.get("once"):
                self.spent.append(self.by_number.pop(one.number))
                self.document.unlisten(one.token)

    def send(self, one):
        while one.waiting and one.sent < one.credit:
            one.sent += 1
            values, errors, seen = one.waiting.pop(0)
            nothing = values and ([None] * len(values), {str(place): ["too-large", ""] for place in range(len(values))})
            self.page.tell(seen, self.page.channel.event, one.number, (values, errors), nothing)

    def credit(self, number, events, *_):
        if number in self.by_number:
            self.by_number[number].credit = events
            self.send(self.by_number[number])

    # So many events of a listener have been handled, in all (spec 6.16).
    def done(self, number, events, *_):
        self.busy = [one for one in self.busy if one[0] != number or one[1] > events]
        still = [node for _, _, node in self.busy]
        for mark in [mark for mark in self.marks if mark[0] not in still]:
            self.marks.remove(mark)
            self.document.call(*mark)

    # Who listens to clicks on the very button hears of the submit of a form without an address.
    def hear_submit(self, event):
        button = event.submitter
        if button is None or any(self.document.matches(one, ADDRESSED) for one in (event.target, button)):
            return
        for one in (*self.by_number.values(), *self.spent):
            if one.event == "click" and one.options.get("prevent") is not False and self.current(one, button) is button:
                event.prevent_default()
