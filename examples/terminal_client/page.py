"""What a server does with a document: ops, the refs that stand for its nodes, and listeners (spec 6 to 8)."""

from datetime import datetime
from types import SimpleNamespace

from pycommunicate.errors import LocalProtocolError, RemoteProtocolError, UnsupportedValue
from pycommunicate.protocol import Nodes, ops
from pycommunicate.protocol.codec import Ref, to_wire
from pycommunicate.testing.dom import Document, DomError, Node, Request


class Page:
    def __init__(self, document, channel, send):
        self.document, self.channel, self.send = document, channel, send
        self.nodes, self.listeners, self.gone_refs, self.gone_listeners = Nodes(document), {}, [], []
        document.listen(document, "submit", self.hear_submit)

    # Op after op, failures at once; then the replies, which acknowledge the batch; then what has gone (spec 8.3).
    def apply(self, batch):
        replies = []
        for index, op in enumerate(batch.ops):
            value, error, self.telling = None, None, []
            try:
                value = self.carry_out(ops.check_op(op))
                self.forget(self.document.take_removed())  # first: what is told of it has another ref (spec 7.2)
                value = to_wire(value, self.tell)  # now: the next op may change it
            except (DomError, UnsupportedValue, RemoteProtocolError) as problem:  # of these the last is an unknown op
                error = [getattr(problem, "code", "unsupported"), str(problem)[:100]]
                self.take_back(self.telling)
            match op:
                case [ops.FIND | ops.EXISTS | ops.GET | ops.CALL, ask, *_]:
                    replies.append((ask, value, error, self.telling))
                case _ if error:
                    self.send(self.channel.failure(batch.number, index, error))
            self.forget(self.document.take_removed())
        self.channel.applied(batch.number)
        for ask, value, error, telling in replies:
            try:
                self.send(self.channel.reply(ask, value, error))
            except LocalProtocolError:  # spec 9; what is not sent has told nothing (spec 7.2)
                self.send(self.channel.reply(ask, None, ["too-large", "the reply is larger than may be"]))
                self.take_back(telling)
        most = max(1, self.channel.limits.frame // 18 - 2)  # spec 9: a `gone` is split; a number takes up to 9 bytes
        while self.gone_refs or self.gone_listeners:
            self.send(self.channel.gone(self.gone_refs[:most], self.gone_listeners[:most]))
            del self.gone_refs[:most], self.gone_listeners[:most]

    def carry_out(self, op):
        document, node = self.document, self.node
        match op:
            case ops.FIND, _, scope, selector, *_:
                return document.query(node(scope), selector)
            case ops.EXISTS, _, scope, selector, *_:
                return document.query(node(scope), selector) is not None
            case ops.GET, _, ref, name, *_:
                return document.read(node(ref), name)
            case ops.SET, ref, name, value, *_:
                document.write(node(ref), name, self.live(value))
            case ops.CALL, _, ref, name, arguments, *_:
                return document.call(node(ref), name, self.live(arguments))
            case ops.CREATE, ref, position, target, tag, *_:
                target, new = node(target), document.create(tag)
                document.place(new, position, target)
                self.nodes.create(ref, new)
            case ((ops.INSERT | ops.REMOVE), ops.DOCUMENT, *_):
                raise DomError("js-error", "the document itself has no place in a tree")
            case ops.INSERT, ref, position, target, *_:
                document.place(node(ref), position, node(target))
            case ops.REMOVE, ref, keep, *_:
                document.take_out(node(ref))
                document.take_removed()  # of what is kept nothing has gone
                self.forget([] if keep else [node(ref)])
            case ops.RELEASE, pairs, *_:
                for ref, times in zip(pairs[::2], pairs[1::2], strict=False):
                    self.nodes.release(ref, times)
            case ops.LISTEN, number, ref, event, options, *_:
                token = document.listen(node(ref), event, lambda event: self.hear(number, event))
                counts = {"happened": 0, "sent": 0, "credit": self.channel.limits.events}
                self.listeners[number] = SimpleNamespace(node=node(ref), event=event, token=token, **counts)
                self.listeners[number].prevent = options.get("prevent")
            case ops.UNLISTEN, numbers, *_:
                self.unlisten({*numbers} & {*self.listeners})
            case ops.CREDIT, number, events, *_ if number in self.listeners:
                self.listeners[number].credit = events
                self.send_events(number)
            case ops.VIEW, html, *_:
                document.show(html)
            case ops.NAVIGATE, url, *_:
                document.go(Request(document.web_address(url)))
        return None

    def node(self, ref):
        node = self.nodes.get(ref)
        if node is None:
            raise DomError("stale-ref", f"no node has the ref {ref} any more")
        return node

    def tell(self, node):
        if not isinstance(node, (Document, Node)):
            return None
        self.telling.append(self.nodes.tell(node))
        return self.telling[-1]

    def take_back(self, refs):
        for ref in refs:
            self.nodes.release(ref)

    # With what has left the document the refs and listeners of all that is inside of it have gone (spec 7.2).
    def forget(self, roots):
        left = {node for root in roots for node in self.document.walk(root)}
        self.gone_refs += filter(None, map(self.nodes.forget, left))
        self.gone_listeners += self.unlisten([number for number, one in self.listeners.items() if one.node in left])

    # A value of the server as a script of the document would hold it (spec 7.1).
    def live(self, value):
        match value:
            case Ref():
                return self.node(value)
            case list():
                return [self.live(item) for item in value]
            case dict():
                return {key: self.live(item) for key, item in value.items()}
            case float() if value.is_integer() and abs(value) < 2**53 and str(value) != "-0.0":
                return int(value)
            case datetime():
                return value.replace(microsecond=value.microsecond // 1000 * 1000)
        return value

    def unlisten(self, numbers):
        for number in numbers:
            self.document.unlisten(self.listeners.pop(number).token)
        return numbers

    # Prevented is what would leave the document, if the server has not said otherwise (spec 6.10).
    def hear(self, number, event):
        listener = self.listeners[number]
        leaves = event.type == "submit" or (
            event.type == "click" and getattr(listener.node, "tag", "") in ("a", "area")
        )
        if leaves if listener.prevent is None else listener.prevent:
            event.prevent_default()
        listener.happened += 1
        self.send_events(number)

    # As many as there is credit for; others wait (spec 8.5).
    def send_events(self, number):
        listener = self.listeners[number]
        while listener.sent < min(listener.happened, listener.credit):
            listener.sent += 1
            self.send(self.channel.event(number))

    # Who listens to clicks on the very button hears of the submit of a form without an address (spec 6.10).
    def hear_submit(self, event):
        addressed = {"action", "formaction"} & {*event.target.keys(), *getattr(event.submitter, "attrib", ())}
        for one in self.listeners.values():
            if one.node is event.submitter and one.event == "click" and one.prevent is not False and not addressed:
                event.prevent_default()
