/** Carries out ops on a document (spec 6). */

import { parseInside, showView } from "./dom.mjs";
import { Failure, attempt, errorOf } from "./failures.mjs";
import { isField } from "./fields.mjs";
import { opOf } from "./messages.mjs";
import { read, walk, write } from "./paths.mjs";
import { Refs } from "./refs.mjs";
import { Replies } from "./replies.mjs";
import { Waits } from "./waits.mjs";

/** Whether what an op gives comes later: what a call promises, and a find that waits. */
const isPending = ({ op }, value) =>
  op === "call" ? typeof value?.then === "function" : op === "find" && value instanceof Promise;

const OBJECT = 1;
const NEW = 2;
const INSTEAD = 3;

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
    this.waits = new Waits(window);
    this.refs = new Refs(window, {
      left: (root) => host.listeners.left(root),
      changed: () => this.tellGone(),
      callback: (number) => host.listeners.callback(number),
    });
    this.replies = new Replies(channel, this.refs);
  }

  /** Applies a batch: its ops, then replies, then what has gone (spec 7.2, 8.3). */
  batch({ number, ack, ops }) {
    this.ack = ack;
    ops.forEach((op, i) => this.apply(op, number, i));
    this.channel.apply(number);
    this.flush();
  }

  apply(array, batch, index) {
    const op = opOf(array);
    try {
      if (!op.op) throw new Failure("unsupported", `no op has the code ${array[0]}`);
      const value = this.carryOut(op);
      if (isPending(op, value)) this.promise(op, value);
      else if (op.ask) this.replies.answer(op.ask, value, Boolean(op.flags & OBJECT), op.sight);
    } catch (error) {
      if (op.ask) this.replies.fail(op.ask, error);
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

  /** Spec 6.1, 6.5: it holds nothing up. */
  promise({ ask, flags }, value) {
    Promise.resolve(value)
      .then(
        (result) => ask && this.replies.answer(ask, result, Boolean(flags & OBJECT)),
        (error) =>
          ask ? this.replies.fail(ask, error) : this.host.log(`a promise was rejected: ${errorOf(error)[1]}`),
      )
      .then(() => this.flush());
  }

  flush() {
    this.replies.flush();
    this.tellGone();
  }

  tellGone() {
    const refs = this.refs.gone.splice(0);
    const listeners = this.host.listeners.gone.splice(0);
    if (refs.length || listeners.length) this.channel.gone(refs, listeners);
  }

  // Reading and writing

  find({ scope, selector, wait }) {
    const node = this.refs.node(scope);
    const find = () => node.querySelector?.(selector) ?? null;
    return attempt("invalid-selector", find) ?? (wait ? this.waits.until(find, wait) : null);
  }

  exists({ scope, selector }) {
    return this.find({ scope, selector }) !== null;
  }

  get(op) {
    const [holder, last] = walk(this.refs.object(op.ref), op.name);
    if (last === "value" && isField(holder)) op.sight = this.host.fields.sight(holder);
    return read(holder, last);
  }

  set({ ref, name, value, force, after = this.ack }) {
    const [holder, last] = walk(this.refs.object(ref), name);
    const resolved = this.refs.resolve(value);
    if (last === "value" && isField(holder)) {
      this.host.fields.write(holder, { value: resolved, force, after });
    } else {
      write(holder, last, resolved);
      this.host.typed.written(holder);
      this.host.busy.written(holder, last);
    }
  }

  call({ ref, name, arguments: values, flags }) {
    const [holder, last] = walk(this.refs.object(ref), name);
    const method = read(holder, last);
    if (typeof method !== "function") throw new Failure("not-a-function", `${last} is no function`);
    const given = this.refs.resolve(values);
    return flags & NEW ? Reflect.construct(method, given) : Reflect.apply(method, holder, given);
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

  fragment({ position, target, html }) {
    const beside = this.refs.node(target);
    const isInside = position === 0 || position === INSTEAD;
    const parent = isInside ? beside : beside.parentNode;
    if (![0, 1, 2, INSTEAD].includes(position))
      throw new Failure("unsupported", `no position has the code ${position}`);
    if (!parent) throw new Failure("js-error", "what has no parent has nothing beside it");
    const nodes = parseInside(parent, html);
    const before = [...beside.childNodes];
    beside[["append", "after", "before", "replaceChildren"][position]](...nodes);
    if (position === INSTEAD) before.forEach((node) => this.refs.forget(node));
    return nodes.filter((node) => node.nodeType === 1);
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
    if (options.observe) this.refs.resolve(options.observe);
    this.host.listeners.listen(listener, this.refs.object(ref), event, options);
  }

  unlisten({ listeners }) {
    listeners.forEach((listener) => this.host.listeners.unlisten(listener));
  }

  credit({ listener, events }) {
    this.channel.credit(listener, events);
  }

  done({ listener, events }) {
    this.host.busy.done(listener, events);
  }

  // The document as a whole

  view({ html }) {
    showView(this.window, html);
    this.refs.look();
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
