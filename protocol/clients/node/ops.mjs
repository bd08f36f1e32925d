/** Carries out ops on a document (spec 6). */

import { encode } from "./codec.mjs";
import { showView } from "./dom.mjs";
import { Failure, attempt, errorOf } from "./failures.mjs";
import { opOf } from "./messages.mjs";
import { Refs } from "./refs.mjs";

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
    /** @type {{ask: number, encoded?: import('./codec.mjs').Encoded, told?: number[], error?: [string, string]}[]} */
    this.replies = [];
    this.refs = new Refs(
      window,
      (root) => host.listeners.left(root),
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
      const value = this.carryOut(op);
      if (op.op === "call" && typeof value?.then === "function") this.promise(op.ask, value);
      else if (isAsk) this.answer(op.ask, value);
    } catch (error) {
      if (isAsk) this.fail(op.ask, error);
      else this.channel.failure(batch, index, errorOf(error));
    }
  }

  /** What an op has taken out is stale for the next one, and for the op's own reply (spec 7.2). */
  carryOut(op) {
    try {
      return this[op.op](op);
    } finally {
      this.refs.look();
    }
  }

  // Replies

  /** Makes a reply of a value as it is now; it is sent with the others of its batch. */
  answer(ask, value) {
    const told = [];
    try {
      const encoded = encode(value, (object) => {
        const ref = this.refs.tell(object);
        if (ref !== undefined) told.push(ref);
        return ref;
      });
      this.replies.push({ ask, encoded, told });
    } catch (error) {
      this.refs.untellAll(told);
      this.fail(ask, error);
    }
  }

  fail(ask, thrown) {
    this.replies.push({ ask, error: errorOf(thrown) });
  }

  /** Spec 6.5: a promise holds nothing up. */
  promise(ask, value) {
    Promise.resolve(value)
      .then(
        (result) => this.answer(ask, result),
        (error) => this.fail(ask, error),
      )
      .then(() => this.flush());
  }

  flush() {
    for (const { ask, encoded, told, error } of this.replies.splice(0)) {
      if (error) {
        this.channel.replyError(ask, error);
      } else if (!this.channel.reply(ask, encoded)) {
        this.refs.untellAll(told);
        this.channel.replyError(ask, ["too-large", "the reply would be larger than the server takes"]);
      }
    }
    this.tellGone();
  }

  tellGone() {
    const refs = this.refs.gone.splice(0);
    const listeners = this.host.listeners.gone.splice(0);
    if (refs.length || listeners.length) this.channel.gone(refs, listeners);
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

  listen({ listener, ref, event, options }) {
    this.host.listeners.listen(listener, this.refs.node(ref), event, options.prevent);
  }

  unlisten({ listeners }) {
    listeners.forEach((listener) => this.host.listeners.unlisten(listener));
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
