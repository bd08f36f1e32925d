"""What the user has typed into fields, and what the server has seen of it: a `set` takes none away (spec 6.4)."""

from math import inf
from types import SimpleNamespace

from pycommunicate.testing.dom import DomError

NO_FIELDS = {"checkbox", "radio", "file", "hidden", "button", "submit", "reset", "image"}
TEXTS = {"textarea", "text", "search", "url", "tel", "email", "password"}


class Fields:
    def __init__(self, document):
        self.document, self.seen = document, {}
        document.listen_afterwards("reset", self.hear_reset)

    def is_field(self, node):
        is_one = getattr(node, "tag", "") in ("input", "textarea", "select")
        return is_one and self.document.read(node, "type") not in NO_FIELDS

    # What the server sees of a field: from which frame on, which value, and whether the user has changed it since.
    def seen_of(self, node):
        before = SimpleNamespace(number=0, value=self.document.read(node, "value"), changed=False)
        return self.seen.setdefault(node, [before])

    def note(self, node, number, value, changed):
        self.seen_of(node).append(SimpleNamespace(number=number, value=value, changed=changed))
        del self.seen[node][1:-100]
        return self.seen[node][-1:]

    # What is about to be told is seen when its frame has a number.
    def look(self, node):
        return self.note(node, inf, self.document.read(node, "value"), False) if self.is_field(node) else []

    # The user is about to change a field.
    def touch(self, node):
        for one in self.seen_of(node) if self.is_field(node) else ():
            one.changed = True

    def hear_reset(self, event):
        for node in () if event.default_prevented else self.document.read(event.target, "elements"):
            self.seen.pop(node, None)

    # The server writes, and knows what it has seen up to that frame.
    def write(self, node, value, force, after):
        read, write, twin = self.document.read, self.document.write, self.document.call(node, "cloneNode", [True])
        write(twin, "value", value)
        new, held, seen = read(twin, "value"), read(node, "value"), self.seen_of(node)
        last = sorted((one for one in seen if one.number <= after), key=lambda one: one.number)[-1]
        old, is_whole = last.value, force or not last.changed or held in (last.value, new)
        if not is_whole and not (old and held.startswith(old) and read(node, "type") in TEXTS):
            raise DomError("kept", "the user has changed the value, and it stays")
        write(node, "value", new if is_whole else new + held[len(old) :])
        for one in (one for one in seen if one.number > after):
            if is_whole:
                one.value, one.changed = new, False
            elif one.value.startswith(old):
                one.value = new + one.value[len(old) :]
        self.note(node, after, new, not is_whole)
