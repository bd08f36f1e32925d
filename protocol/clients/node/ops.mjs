/** Carries out ops on a document (spec 6), and keeps its listeners. */

import { Unsupported, encode } from "./codec.mjs";
import { showView } from "./dom.mjs";
import { isAimless, linkOf } from "./links.mjs";
import { opOf } from "./messages.mjs";
import { Failure, Refs } from "./refs.mjs";

/** @returns {[string, string]} what is told of something that was thrown */
function errorOf(error) {
  if (error instanceof Failure || error instanceof Unsupported) return [error.code ?? "unsupported", error.message];
  const isError = error && typeof error === "object" && "message" in error;
  return ["js-error", isError ? `${error.name}: ${error.message}` : String(error)];
}

function attempt(code, action) {
  try {
    return action();
  } catch (error) {
    throw new Failure(code, errorOf(error)[1]);
  }
}

/** Spec 6.3: on a style declaration, a name with a hyphen is that of CSS. */
const isOfCss = (holder, name) => name.includes("-") && typeof holder.getPropertyValue === "function";
const read = (holder, name) => (isOfCss(holder, name) ? holder.getPropertyValue(name) : holder[name]);

export class Ops {
  /**
   * @param {Window} window
   * @param {import('./channel.mjs').Channel} channel
   * @param {import('./document.mjs').LiveDocument} host
   */
  constructor(window, channel, host) {
    this.window = window;
    this.channel = channel;
    this.host = host;
    /** @type {Map<number, {listener: number, node: Node, type: string, prevent?: boolean, handler: function}>} */
    this.listeners = new Map();
    this.ended = [];
    this.replies = [];
    this.refs = new Refs(
      window,
      (root) => this.left(root),
      () => this.tellGone(),
    );
  }

  /** Applies a batch: its ops, then replies, then what has gone (spec 7.2, 8.3). */
  batch({ number, ops }) {
    ops.forEach((op, i) => this.apply(op, number, i));
    this.channel.apply(number);
    this.flush();
  }

  apply(array, batch, index) {
    const op = opOf(array);
    const isAsk = op.ask !== undefined;
    try {
      if (!op.op) throw new Failure("unsupported", `no op has the code ${array[0]}`);
      const value = this[op.op](op);
      this.refs.look();
      if (op.op === "call" && typeof value?.then === "function") this.promise(op.ask, value);
      else if (isAsk) this.answer(op.ask, value);
    } catch (error) {
      this.refs.look();
      if (isAsk) this.replies.push({ ask: op.ask, error: errorOf(error) });
      else this.channel.failure(batch, index, errorOf(error));
    }
  }

  // Replies

  /** Makes a reply of a value as it is now; it is sent with the others of its batch. */
  answer(ask, value) {
    const told = [];
    try {
      const encoded = encode(value, (object) => {
        const ref = this.refs.tell(object);
        told.push(...(ref === undefined ? [] : [ref]));
        return ref;
      });
      this.replies.push({ ask, encoded, told });
    } catch (error) {
      told.forEach((ref) => this.refs.untell(ref, 1));
      this.replies.push({ ask, error: errorOf(error) });
    }
  }

  /** Spec 6.5: a promise holds nothing up. */
  promise(ask, value) {
    Promise.resolve(value)
      .then(
        (result) => this.answer(ask, result),
        (error) => this.replies.push({ ask, error: errorOf(error) }),
      )
      .then(() => this.flush());
  }

  flush() {
    for (const { ask, encoded, told, error } of this.replies.splice(0)) {
      if (error) {
        this.channel.replyError(ask, error);
      } else if (!this.channel.reply(ask, encoded)) {
        told.forEach((ref) => this.refs.untell(ref, 1)); // a reply that is not sent has told nothing
        this.channel.replyError(ask, ["too-large", "the reply would be larger than the server takes"]);
      }
    }
    this.tellGone();
  }

  tellGone() {
    const refs = this.refs.gone.splice(0);
    const listeners = this.ended.splice(0);
    if (refs.length || listeners.length) this.channel.gone(refs, listeners);
  }

  /** Nodes have left the document: their listeners end. */
  left(root) {
    for (const { listener, node } of [...this.listeners.values()]) {
      if (root.contains(node)) {
        this.unlisten({ listeners: [listener] });
        this.ended.push(listener);
      }
    }
  }

  // Reading and writing

  find({ scope, selector }) {
    const node = this.refs.node(scope);
    return attempt("invalid-selector", () => node.querySelector?.(selector) ?? null);
  }

  exists(op) {
    return this.find(op) !== null;
  }

  /** @returns {[*, string]} what holds the last part of a path, and that part */
  walk(ref, name) {
    let holder = this.refs.node(ref);
    const path = [name].flat();
    for (const part of path.slice(0, -1)) {
      holder = read(holder, part);
      if (holder === undefined || holder === null)
        throw new Failure("invalid-name", `there is no ${part} on the way of ${path.join(".")}`);
    }
    return [holder, path.at(-1)];
  }

  get({ ref, name }) {
    return read(...this.walk(ref, name));
  }

  set({ ref, name, value }) {
    const [holder, last] = this.walk(ref, name);
    const resolved = this.refs.resolve(value);
    if (isOfCss(holder, last)) holder.setProperty(last, resolved);
    else holder[last] = resolved;
    this.host.typed.written(holder);
  }

  call({ ref, name, arguments: values }) {
    const [holder, last] = this.walk(ref, name);
    if (typeof holder[last] !== "function") throw new Failure("not-a-function", `${last} is no function`);
    return Reflect.apply(holder[last], holder, this.refs.resolve(values));
  }

  // The tree

  create({ ref, position, target, tag }) {
    const beside = this.refs.node(target);
    const element = attempt("invalid-name", () => this.window.document.createElement(tag));
    this.put(element, position, beside);
    this.refs.allot(ref, element);
  }

  insert({ ref, position, target }) {
    const node = this.refs.node(ref);
    this.put(node, position, this.refs.node(target));
    this.refs.kept.delete(node);
  }

  put(node, position, beside) {
    const method = ["appendChild", "after", "before"][position];
    if (!method) throw new Failure("unsupported", `no position has the code ${position}`);
    beside[method](node);
  }

  remove({ ref, keep }) {
    const node = this.refs.node(ref);
    node.remove();
    if (keep) this.refs.kept.add(node);
    else this.refs.forget(node);
  }

  release({ pairs }) {
    for (let i = 0; i < pairs.length; i += 2) this.refs.untell(pairs[i], pairs[i + 1]);
  }

  // Listeners

  listen({ listener, ref, event: type, options }) {
    const node = this.refs.node(ref);
    const handler = (event) => {
      if (this.prevents(entry, event)) event.preventDefault();
      this.host.early.heard(listener);
    };
    const entry = { listener, node, type, prevent: options.prevent, handler };
    this.listeners.set(listener, entry);
    this.channel.listen(listener);
    node.addEventListener(type, handler, { passive: false });
    this.host.early.claim(entry);
  }

  /** Whether a listener prevents the default action of an event (spec 6.10). */
  prevents({ node, prevent }, event) {
    return prevent ?? (event.type === "submit" || (event.type === "click" && linkOf(event) === node));
  }

  /** Whether a submit is prevented by who listens to clicks on its button (spec 6.10). */
  preventsSubmit({ target: form, submitter }) {
    return (
      Boolean(submitter) &&
      isAimless(form, submitter) &&
      [...this.listeners.values()].some(
        ({ type, prevent, node }) => type === "click" && prevent === undefined && node === submitter,
      )
    );
  }

  unlisten({ listeners }) {
    for (const listener of listeners) {
      const entry = this.listeners.get(listener);
      entry?.node.removeEventListener(entry.type, entry.handler);
      this.listeners.delete(listener);
      this.channel.unlisten(listener);
    }
  }

  credit({ listener, events }) {
    this.channel.credit(listener, events);
  }

  // The document as a whole

  view({ html }) {
    showView(this.window, html);
    this.host.shown();
  }

  navigate({ url }) {
    const target = attempt("invalid-name", () => new URL(url, this.window.document.baseURI));
    if (!/^https?:$/.test(target.protocol))
      throw new Failure("invalid-name", `${target.protocol} is no address to go to`);
    this.host.leave({ url: target.href });
  }

  loaded() {
    this.host.loaded();
  }
}
