/** All listeners of a document: how they begin and end, and where their events go (spec 6.10, 7.2, 7.3). */

import { isAimless } from "./links.mjs";
import { Listener } from "./listener.mjs";

export class Listeners {
  /**
   * @param {import('./channel.mjs').Channel} channel
   * @param {import('./early.mjs').Early} early
   * @param {import('./document.mjs').LiveDocument} host
   */
  constructor(channel, early, host) {
    this.channel = channel;
    this.early = early;
    this.host = host;
    this.fields = host.fields;
    /** @type {import('./refs.mjs').Refs} set by who makes both */
    this.refs = undefined;
    /** @type {Map<number, Listener>} */
    this.all = new Map();
    /** @type {Map<number, function>} the functions of those that are there for calls */
    this.functions = new Map();
    /** @type {Set<Listener>} those that have ended by the event that is under way */
    this.justSpent = new Set();
    /** @type {number[]} those that have ended with their nodes, and the server was not told of */
    this.gone = [];
  }

  listen(number, node, type, options) {
    const listener = new Listener(number, node, type, options, this);
    this.all.set(number, listener);
    this.channel.listen(number);
    this.host.actLast();
    this.early.claim(listener);
  }

  unlisten(number) {
    this.all.get(number)?.end();
    this.forget(number);
    this.host.busy.end(number);
  }

  forget(number) {
    this.all.delete(number);
    this.functions.delete(number);
    this.channel.unlisten(number);
  }

  /** A node has left the document for good: the listeners on it, and on what is inside of it, end. */
  left(root) {
    for (const { number, node } of [...this.all.values()]) {
      if (this.refs.isNode(node) && root.contains(node)) {
        this.unlisten(number);
        this.gone.push(number);
      }
    }
  }

  /** @returns {function} what stands for a callback: the same one while its listener is there (spec 7.3) */
  callback(number) {
    const call = (...args) => {
      this.all.get(number)?.happened(Object.assign(Object.create(null), { args }), null);
    };
    if (!this.all.has(number)) return call;
    if (!this.functions.has(number)) this.functions.set(number, call);
    return this.functions.get(number);
  }

  // Events, on their way to the server

  /** A listener has heard something: it is sent, behind what waits. */
  heard(happening) {
    this.host.busy.begin(happening);
    this.early.heard(happening);
  }

  /** A listener has claimed what happened before it was there: it is sent with the other claims. */
  claimed(happening) {
    this.host.busy.begin(happening);
  }

  stopped(event) {
    this.host.stopped(event);
  }

  /** A listener has had the one event that it is for: what that prevents is prevented until it is over. */
  spent(listener) {
    this.justSpent.add(listener);
    setTimeout(() => this.justSpent.delete(listener));
  }

  /** Sends an event, or lets it wait for credit. */
  fire(happening) {
    const { listener } = happening;
    if (!this.channel.event(happening)) {
      this.host.busy.undo(listener);
      this.host.log("an event is dropped: too many wait for the server");
    }
    if (this.all.get(listener)?.isSpent) this.forget(listener);
  }

  /** @returns {boolean} whether an event is a submit that is prevented by who listens to clicks on its very button */
  preventsSubmit({ target: form, submitter }) {
    if (!submitter || !isAimless(form, submitter)) return false;
    return [...this.all.values(), ...this.justSpent].some((listener) => listener.preventsSubmitBy(submitter));
  }

  end() {
    this.all.forEach((listener) => listener.end());
  }
}
