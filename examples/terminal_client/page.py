"""What a server does with a document: ops, the refs that stand for its nodes, and listeners (spec 6 to 8)."""

from datetime import datetime
from types import SimpleNamespace

from pycommunicate.errors import LocalProtocolError, RemoteProtocolError, UnsupportedValue
from pycommunicate.protocol import Nodes, ops
from pycommunicate.protocol.codec import Callback, Ref, to_wire
from pycommunicate.testing.dom import Document, DomError, Node, Request

PROBLEMS = (DomError, UnsupportedValue, RemoteProtocolError)  # of these the last is an unknown op
LEFT_OUT = {"of", "observe", "debounce", "throttle", "capture", "passive"}  # options of listeners
ENTRIES = (
    "[name]:not(:disabled):is(textarea, select, input:checked, input:not("
    "[type=checkbox], [type=radio], [type=file], [type=button], [type=submit], [type=reset], [type=image]))"
)


class Page:
    def __init__(self, document, channel, send):
        self.document, self.channel, self.send = document, channel, send
        self.nodes, self.listeners, self.gone_refs, self.gone_listeners = Nodes(document), {}, [], []
        self.spent = []  # listeners that the click which is under way has ended
        document.listen(document, "click", lambda event: self.spent.clear(), capture=True)
        document.listen(document, "submit", self.hear_submit)

    # Op after op, failures at once; then the replies, which acknowledge the batch; then what has gone (spec 8.3).
    def apply(self, batch):
        replies = []
        for index, op in enumerate(batch.ops):
            value, error, told = None, None, []
            match op:
                case [ops.FIND | ops.EXISTS | ops.GET | ops.CALL | ops.FRAGMENT, ask, *_]:
                    pass
                case _:
                    ask = ops.NO_ASK
            try:
                value = self.carry_out(ops.check_op(op))
                self.forget(self.document.take_removed())  # first: what is told of it has another ref (spec 7.2)
                if ask != ops.NO_ASK:
                    value, told = self.take_down(value)  # now: the next op may change it
            except PROBLEMS as problem:
                error = [getattr(problem, "code", "unsupported"), str(problem)[:100]]
            if ask != ops.NO_ASK:
                replies.append((ask, value, error, told))
            elif error:
                self.send(self.channel.failure(batch.number, index, error))
            self.forget(self.document.take_removed())
        self.channel.applied(batch.number)
        for ask, value, error, told in replies:
            try:
                self.send(self.channel.reply(ask, value, error))
            except LocalProtocolError:  # spec 9; what is not sent has told nothing (spec 7.2)
                self.send(self.channel.reply(ask, None, ["too-large", "the reply is larger than may be"]))
                self.take_back(told)
        most = max(1, self.channel.limits.frame // 18 - 2)  # spec 9: a `gone` is split; a number takes up to 9 bytes
        while self.gone_refs or self.gone_listeners:
            self.send(self.channel.gone(self.gone_refs[:most], self.gone_listeners[:most]))
            del self.gone_refs[:most], self.gone_listeners[:most]

    def carry_out(self, op):
        document, node = self.document, self.node
        match op:
            case (ops.GET, _, _, _, flags, *_) | (ops.CALL, _, _, _, _, flags, *_) if flags:
                raise DomError("unsupported", "here are no objects but nodes")
            case ops.FIND, _, scope, selector, wait, *_ if wait and document.query(node(scope), selector) is None:
                raise DomError("unsupported", "nobody waits here for what comes later")
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
            case ops.FRAGMENT, _, position, target, html, *_:
                return document.put_fragment(position, node(target), html)
            case ops.RELEASE, pairs, *_:
                for ref, times in zip(pairs[::2], pairs[1::2], strict=False):
                    self.nodes.release(ref, times)
            case ops.LISTEN, number, ref, event, options, *_:
                self.listen(number, node(ref), event, options)
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

    # A value as it is now, and the refs that it tells; what cannot travel has told none (spec 7.2).
    def take_down(self, value):
        told = []

        def tell(node):
            if not isinstance(node, (Document, Node)):
                return None
            told.append(self.nodes.tell(node))
            return told[-1]

        try:
            return to_wire(value, tell), told
        except UnsupportedValue:
            self.take_back(told)
            raise

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
            case Callback():
                raise DomError("unsupported", "nobody calls a function here")
            case list():
                return [self.live(item) for item in value]
            case dict():
                return {key: self.live(item) for key, item in value.items()}
            case float() if value.is_integer() and abs(value) < 2**53 and str(value) != "-0.0":
                return int(value)
            case datetime():
                return value.replace(microsecond=value.microsecond // 1000 * 1000)
        return value

    def listen(self, number, node, event, options):
        if LEFT_OUT & {*filter(options.get, options)} or not event:
            raise DomError("unsupported", f"a text does not hear {event} so")
        self.document.query(node, options.get("delegate", "*"))  # which has to be a selector
        token = self.document.listen(node, event, lambda event: self.hear(number, event))
        counts = {"waiting": [], "sent": 0, "credit": self.channel.limits.events}
        self.listeners[number] = SimpleNamespace(node=node, event=event, token=token, options=options, **counts)

    def unlisten(self, numbers):
        for listener in map(self.listeners.pop, numbers):
            self.document.unlisten(listener.token)
            for _, _, told in listener.waiting:
                self.take_back(told)
        return numbers

    # Prevented is what would leave the document, if the server has not said otherwise (spec 6.10).
    def hear(self, number, event):
        listener = self.listeners[number]
        current, options = self.current(listener, event.target), listener.options
        if current is None:
            return
        leaves = event.type == "submit" or (event.type == "click" and getattr(current, "tag", "") in ("a", "area"))
        if options.get("prevent", leaves):
            event.prevent_default()
        if options.get("stop"):
            event.call("stopPropagation", [])
        listener.waiting.append(self.carry(options.get("fields", ()), event, current))
        self.send_events(number)
        if options.get("once"):
            self.spent.append(listener)
            self.unlisten([number])

    # What an event is for: the node, or what `delegate` finds inside of it (spec 6.10).
    def current(self, listener, target):
        call, selector = self.document.call, listener.options.get("delegate")
        if selector is None or not isinstance(target, Node):
            return listener.node if selector is None else None
        found = call(target, "closest", [selector])
        inside = found not in (None, listener.node) and call(listener.node, "contains", [found])
        return found if inside else None

    # A value for each field as it is now, or nil with an error, and the refs that they tell (spec 5.5).
    def carry(self, fields, event, current):
        values, errors, all_told = [], {}, []
        for name in fields:
            first, *rest = [name] if isinstance(name, str) else name
            try:
                begin = current if first == "current" else self.entries(event) if first == "form" else event.get(first)
                value, told = self.take_down(self.document.plain(self.document.follow(begin, rest)))
            except PROBLEMS as problem:
                value, told = None, []
                errors[str(len(values))] = [getattr(problem, "code", "unsupported"), str(problem)[:100]]
            values.append(value)
            all_told += told
        return values or None, errors, all_told

    def entries(self, event):
        read, target = self.document.read, event.target
        form = target if getattr(target, "tag", "") == "form" else read(target, "form")
        fields = [] if form is None else self.document.query_all(form, ENTRIES)
        fields += [event.submitter] if event.submitter is not None and event.submitter.get("name") else []
        return [[read(field, "name"), read(field, "value")] for field in fields] if form is not None else None

    # As many as there is credit for; others wait (spec 8.5).
    def send_events(self, number):
        listener = self.listeners[number]
        while listener.waiting and listener.sent < listener.credit:
            listener.sent += 1
            values, errors, told = listener.waiting.pop(0)
            try:
                self.send(self.channel.event(number, values, errors))
            except LocalProtocolError:  # spec 5.5
                self.take_back(told)
                errors = {str(place): ["too-large", ""] for place in range(len(values))}
                self.send(self.channel.event(number, [None] * len(values), errors))

    # Who listens to clicks on the very button hears of the submit of a form without an address (spec 6.10).
    def hear_submit(self, event):
        button = event.submitter
        addressed = {"action", "formaction"} & {*event.target.keys(), *getattr(button, "attrib", ())}
        for one in (*self.listeners.values(), *self.spent):
            is_quiet = one.event != "click" or one.options.get("prevent") is False or button is None
            if not addressed and not is_quiet and self.current(one, button) is button:
                event.prevent_default()
