"""What a server does with a document: ops, and the refs that stand for what is in it (spec 6 to 8)."""

from contextlib import suppress
from datetime import datetime
from time import monotonic

from fields import Fields
from listeners import Listeners

from pycommunicate.errors import LocalProtocolError, RemoteProtocolError, UnsupportedValue
from pycommunicate.protocol import Nodes, ops
from pycommunicate.protocol.codec import Callback, Ref, to_wire
from pycommunicate.testing.dom import Document, DomError, Function, HostObject, Node, Request

ASKS = (ops.FIND, ops.EXISTS, ops.GET, ops.CALL, ops.FRAGMENT)


# A value, with something else in place of whatever is in it.
def changed(value, change):
    if isinstance(value, list):
        return [changed(item, change) for item in value]
    return {key: changed(item, change) for key, item in value.items()} if isinstance(value, dict) else change(value)


class Page:
    def __init__(self, document, channel, send):
        self.document, self.channel, self.send = document, channel, send
        self.nodes, self.things = Nodes(document), {}  # objects by their id: not all of them can be keys
        self.fields, self.listeners = Fields(document), Listeners(self)
        self.finds, self.seen, self.gone_refs, self.gone_listeners = [], [], [], []
        node, listeners = self.node, self.listeners
        self.acts = {
            ops.FIND: self.find,
            ops.EXISTS: lambda ask, scope, selector, *_: document.query(node(scope), selector) is not None,
            ops.GET: self.get,
            ops.SET: self.set,
            ops.CALL: self.call,
            ops.CREATE: self.create,
            ops.INSERT: lambda ref, position, target, *_: document.move(node(ref, True), position, node(target)),
            ops.REMOVE: self.remove,
            ops.RELEASE: lambda pairs, *_: [*map(self.nodes.release, pairs[::2], pairs[1::2])],
            ops.LISTEN: lambda number, ref, *rest: listeners.listen(number, self.named(ref), *rest),
            ops.UNLISTEN: listeners.unlisten,
            ops.CREDIT: listeners.credit,
            ops.VIEW: lambda html, *_: document.show(html),
            ops.NAVIGATE: lambda url, *_: document.go(Request(document.web_address(url))),
            ops.LOADED: lambda *_: None,
            ops.DONE: listeners.done,
            ops.FRAGMENT: self.fragment,
        }

    # Op after op, each with what is to be told of it (spec 8.3).
    def apply(self, batch):
        for index, op in enumerate(batch.ops):
            ask, self.seen, self.ack = op[1] if op[0] in ASKS else ops.NO_ASK, [], batch.ack
            try:
                value = self.acts[ops.check_op(op)[0]](*op[1:])
                self.forget(self.document.take_removed())  # first: what is told of it has another ref (spec 7.2)
                if ask and value is not self.finds:  # which waits
                    self.answer(ask, value, self.seen)
            except (DomError, RemoteProtocolError, UnsupportedValue) as problem:
                error = [getattr(problem, "code", "unsupported"), str(problem)[:100]]
                make, *of = (self.channel.reply, ask, None) if ask else (self.channel.failure, batch.number, index)
                self.send(make(*of, error))
                self.forget(self.document.take_removed())
        self.channel.applied(batch.number)
        self.look()
        most = max(1, self.channel.limits.frame // 18 - 2)  # spec 9: a `gone` is split; a number takes up to 9 bytes
        while self.gone_refs or self.gone_listeners:
            self.send(self.channel.gone(self.gone_refs[:most], self.gone_listeners[:most]))
            del self.gone_refs[:most], self.gone_listeners[:most]

    # What time has brought: events that were held back, and finds that wait (spec 6.1).
    def look(self):
        self.listeners.send_due()
        for one in [*self.finds]:
            ask, scope, selector, until = one
            found = self.document.query(scope, selector)
            if found is not None or until <= monotonic():
                self.finds.remove(one)
                self.answer(ask, found, [])

    def answer(self, ask, value, seen):
        too_large = None, ["too-large", "the reply is larger than may be"]
        self.tell(seen, self.channel.reply, ask, (value,), too_large)

    # Sends what has a value in it, or *instead*. What is not sent has told no refs (7.2), and nothing of fields (6.4).
    def tell(self, seen, make, number, told, instead):
        refs = []

        def wire(one):
            if isinstance(one, (Document, Node)):
                refs.append(self.nodes.tell(one))
                return refs[-1]
            if isinstance(one, float) and one.is_integer() and abs(one) < 2**53 and str(one) != "-0.0":
                return int(one)
            return one.replace(microsecond=one.microsecond // 1000 * 1000) if isinstance(one, datetime) else one

        try:
            self.send(make(number, to_wire(changed(told[0], wire)), *told[1:]))
            for one in seen:
                one.number = self.channel.sent
        except LocalProtocolError:
            for ref in refs:
                self.nodes.release(ref)
            with suppress(LocalProtocolError):  # spec 5.5: what does not fit either is not sent
                self.send(make(number, *instead))

    def find(self, ask, scope, selector, wait=0, *_):
        found = self.document.query(self.node(scope), selector)
        if found is not None or not wait:
            return found
        self.finds.append((ask, self.node(scope), selector, monotonic() + wait / 1000))
        return self.finds

    def get(self, ask, ref, name, flags=0, *_):
        *way, last = [name] if isinstance(name, str) else name
        holder = self.document.holder_of(self.named(ref), [*way, last])
        self.seen = self.fields.look(holder) if last == "value" else []
        return self.itself(self.document.get(holder, last), flags)

    def set(self, ref, name, value, force=False, after=None, *_):
        *way, last = [name] if isinstance(name, str) else name
        holder, value = self.document.holder_of(self.named(ref), [*way, last]), changed(value, self.live)
        if last == "value" and self.fields.is_field(holder):
            self.fields.write(holder, value, force, self.ack if after is None else after)
            return
        if last == "disabled":  # from now on the server says so itself
            marks = self.listeners.marks
            self.listeners.marks = [one for one in marks if one[0] is not holder or one[2] != ["disabled"]]
        self.document.write(holder, last, value)

    def call(self, ask, ref, name, arguments, flags=0, *_):
        act = self.document.construct if flags & ops.NEW else self.document.invoke
        return self.itself(act(self.named(ref), name, changed(arguments, self.live)), flags)

    def create(self, ref, position, target, tag, *_):
        target, new = self.node(target), self.document.create(tag)
        self.document.place(new, position, target)
        self.nodes.create(ref, new)

    def remove(self, ref, keep, *_):
        self.document.take_out(self.node(ref, True))
        self.document.take_removed()  # of what is kept nothing has gone
        self.forget([] if keep else [self.node(ref)])

    def fragment(self, ask, position, target, html, *_):
        node = self.node(target)
        before = [*node] if position == ops.INSTEAD and isinstance(node, Node) else []
        new = self.document.put_fragment(position, node, html)
        self.forget(before)  # in a tree that is kept, too
        return new

    def named(self, ref):
        key = self.nodes.get(ref)
        if key is None:
            raise DomError("stale-ref", f"nothing has the ref {ref} any more")
        return self.things.get(key, key)

    def node(self, ref, inside=False):
        node = self.named(ref)
        if not isinstance(node, Node if inside else (Node, Document)):
            raise DomError("js-error", "what is there is no node, or has no place in a tree")
        return node

    # A value, or the ref of what it is (spec 6.3).
    def itself(self, value, flags):
        if not flags & ops.OBJECT or not isinstance(value, (list, dict, datetime, bytes, HostObject)):
            return self.document.plain(value)
        key = id(value) if isinstance(value, (list, dict)) else value
        self.things[key] = value
        return self.nodes.tell(key)

    # What a script of the document would hold of a value of the server (spec 7.1).
    def live(self, value):
        if isinstance(value, Callback):
            listener = self.listeners.by_number.get(value)
            return listener.function if listener else Function(lambda this, args: None)
        return self.named(value) if isinstance(value, Ref) else value

    # With what has left the document the refs and listeners of all that is inside of it have gone (spec 7.2).
    def forget(self, roots):
        left = {node for root in roots for node in self.document.walk(root)}
        self.gone_refs += filter(None, map(self.nodes.forget, left))
        gone = [number for number, one in self.listeners.by_number.items() if one.node in left]
        self.listeners.unlisten(gone)
        self.gone_listeners += gone
