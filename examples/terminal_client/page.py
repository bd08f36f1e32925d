"""What a server does with a document: its ops, the numbers that stand for nodes, and listeners (spec 6 to 8)."""

from collections import Counter
from datetime import datetime
from types import SimpleNamespace

from document import Document, Failed, is_own_link
from lxml.etree import LxmlError
from lxml.html import HtmlElement

from pycommunicate.errors import LocalProtocolError, RemoteProtocolError
from pycommunicate.protocol import ops
from pycommunicate.protocol.codec import MAX_DEPTH, Ref, depth_of, to_wire

ASKS = (ops.FIND, ops.EXISTS, ops.GET, ops.CALL)


class Page:
    def __init__(self, html, url, channel, send):
        self.document = Document(html, url, self.happen)
        self.channel, self.send = channel, send
        self.nodes, self.refs, self.told, self.last_ref = {0: self.document}, {self.document: 0}, Counter(), 0
        self.listeners = {}
        self.early, self.claims, self.loaded = [], [], False  # what happens before the server has said `loaded`
        self.replies, self.told_now, self.gone_refs, self.gone_listeners = [], [], [], []  # to be sent

    # A batch: its ops one after the other, and then what the server asked for, and what has gone (spec 8.3).
    def apply(self, batch):
        for index, op in enumerate(batch.ops):
            if op[0] == ops.VIEW:
                self.send_replies()
            value, error, self.told_now = None, None, []
            try:
                value = to_wire(self.carry_out(op), self.tell)
            except Failed as failed:
                error = list(failed.args)
            except (ValueError, LxmlError) as failed:
                error = ["js-error", str(failed)[:100]]  # text that lxml does not take
            if op[0] in ASKS:
                self.replies.append((op[1], value, error, self.told_now))
            elif error:
                self.send(self.channel.failure(batch.number, index, error))
            self.forget_removed()
        self.channel.applied(batch.number)
        self.send_replies()
        self.send_gone()

    def send_replies(self):
        for ask, value, error, told in self.replies:
            try:
                frame = self.channel.reply(ask, value, error)
            except LocalProtocolError:  # spec 9; what is not sent has told nothing (spec 7.2)
                frame = self.channel.reply(ask, None, ["too-large", "the reply is larger than may be"])
                for ref in told:
                    self.release(ref, 1)
            self.send(frame)
        self.replies = []

    # Does what an op says, and returns what it asks for.
    def carry_out(self, op):
        match op:
            case [ops.FIND, _, scope, selector, *_]:
                return self.document.find(self.node(scope), selector)
            case [ops.EXISTS, _, scope, selector, *_]:
                return self.document.find(self.node(scope), selector) is not None
            case [ops.GET, _, ref, name, *_]:
                return self.document.read(*self.holder(ref, name))
            case [ops.SET, ref, name, value, *_]:
                self.document.write(*self.holder(ref, name), self.live(value))
            case [ops.CALL, _, ref, "click", *_]:
                self.document.click(self.node(ref))
            case [ops.CREATE, ref, position, target, tag, *_]:
                node = self.document.create(tag)
                self.document.place(node, position, self.node(target))
                self.nodes[ref], self.refs[node], self.told[ref] = node, ref, 1
            case [ops.INSERT, ref, position, target, *_]:
                self.document.place(self.node(ref), position, self.node(target))
            case [ops.REMOVE, ref, keep, *_]:
                self.document.take_out(self.node(ref), keep)
            case [ops.RELEASE, pairs, *_]:
                for ref, times in zip(pairs[::2], pairs[1::2], strict=True):
                    self.release(ref, times)
            case [ops.LISTEN, number, ref, event, options, *_]:
                self.listen(number, self.node(ref), event, options.get("prevent"))
            case [ops.UNLISTEN, numbers, *_]:
                for number in numbers:
                    self.listeners.pop(number, None)
            case [ops.CREDIT, number, events, *_]:
                if number in self.listeners:
                    self.listeners[number].credit = events
                    self.send_events(number)
            case [ops.VIEW, html, *_]:
                self.document.show(html)
                self.early, self.claims, self.loaded = [], [], False
            case [ops.NAVIGATE, url, *_]:
                self.document.go(url)
            case [ops.LOADED, *_]:
                self.let_go()
            case _:
                raise Failed("unsupported", f"this client cannot do {op}"[:100])
        return None

    # Refs: the server numbers what it creates from 1 up, the client what is found from -1 down (spec 7.2).

    def node(self, ref):
        if ref not in self.nodes:
            raise Failed("stale-ref", f"no node has the ref {ref} any more")
        return self.nodes[ref]

    def tell(self, node):
        if not isinstance(node, (Document, HtmlElement)):
            return None
        if node not in self.refs:
            self.last_ref -= 1
            self.nodes[self.last_ref], self.refs[node] = node, self.last_ref
        ref = self.refs[node]
        self.told[ref] += 1
        self.told_now.append(ref)
        return Ref(ref)

    def release(self, ref, times):
        self.told[ref] -= times
        if self.told[ref] <= 0 and ref in self.nodes and ref != 0:
            del self.refs[self.nodes.pop(ref)]

    # What has left the document is forgotten with all that is inside, and reported when the batch is applied.
    def forget_removed(self):
        removed, self.document.removed = self.document.removed, []
        for node in [node for root in removed for node in root.iter("*")]:
            if node in self.refs:
                self.gone_refs.append(self.refs.pop(node))
                del self.nodes[self.gone_refs[-1]]
            for number in [number for number, one in self.listeners.items() if one.node is node]:
                self.gone_listeners.append(number)
                del self.listeners[number]

    # A report that is too large for one frame is split (spec 9): a number takes up to nine bytes.
    def send_gone(self):
        most = max(1, self.channel.limits.frame // 18 - 2)
        while self.gone_refs or self.gone_listeners:
            self.send(self.channel.gone(self.gone_refs[:most], self.gone_listeners[:most]))
            del self.gone_refs[:most], self.gone_listeners[:most]

    # Of a path all parts but the last are read; what they lead to has the property (spec 6.3).
    def holder(self, ref, name):
        holder, path = self.node(ref), [name] if isinstance(name, str) else name
        for part in path[:-1]:
            holder = self.document.read(holder, part)
            if holder is None:
                raise Failed("invalid-name", f"there is no {part}")
        return holder, path[-1]

    # A value of the server as a script of the document would hold it (spec 7.1).
    def live(self, value):
        if depth_of(value) > MAX_DEPTH:
            raise RemoteProtocolError(f"expected at most {MAX_DEPTH} levels of lists and maps, got more")
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

    # Events (spec 6.10, 8.5 and 8.8).

    def listen(self, number, node, event, prevent):
        listener = SimpleNamespace(node=node, event=event, prevent=prevent, happened=0, sent=0)
        listener.credit = self.channel.limits.events
        self.listeners[number] = listener
        self.claims += [(i, number) for i, (early, path) in enumerate(self.early) if early == event and node in path]

    # An event has happened to a path of nodes. Returns whether its default action is to follow.
    def happen(self, event, path, button=None):
        prevented = button is not None and self.hears_submit(button, path[0])
        for node in path:
            for number, listener in list(self.listeners.items()):
                if listener.node is node and listener.event == event:
                    by_itself = event == "submit" or (event == "click" and is_own_link(node))
                    prevented |= by_itself if listener.prevent is None else listener.prevent
                    self.hear(number)
        if not self.loaded and len(self.early) < 100:
            self.early.append((event, path))
        return not prevented

    # Whether a listener for clicks on the button of a form stands for one for its submit.
    def hears_submit(self, button, form):
        return not ("action" in form.attrib or "formaction" in button.attrib or form.get("method") == "dialog") and any(
            one.node is button and one.event == "click" and one.prevent is not False for one in self.listeners.values()
        )

    def hear(self, number):
        self.listeners[number].happened += 1
        self.send_events(number)

    # As many as there is credit for; the others wait.
    def send_events(self, number):
        listener = self.listeners[number]
        while listener.sent < min(listener.happened, listener.credit):
            listener.sent += 1
            self.send(self.channel.event(number))

    # What the user did before there was a listener is told when the server has built the page.
    def let_go(self):
        for _, number in sorted(self.claims):
            if number in self.listeners:
                self.hear(number)
        self.early, self.claims, self.loaded = [], [], True
