/** The client's side of a channel (spec 4 and 8): ordered and resumable; it knows no socket and no clock. */

import { LIMITS, Violation, parse, write } from "./messages.mjs";

/** Which messages may pass in a state, and the state that they lead to (spec 4.1). */
export const STATES = {
  idle: { hello: "greeted" },
  greeted: { welcome: "open", refuse: "closed", bye: "closed" },
  open: { batch: "open", event: "open", reply: "open", gone: "open", failure: "open", ack: "open", bye: "closed" },
  detached: { hello: "greeted", bye: "closed" },
  closed: {},
};

const MAX_WAITING = 1000; // spec 8.5
const MAX_TEXT = 1000; // spec 10
const MAX_STACK = 4000;
const TOO_LARGE = "all that it carries would be larger than the server takes";

/** An error with no text that is longer than spec 10 has it. */
function shortened([code, text, thrown]) {
  const cut = (value, most = MAX_TEXT) => value.slice(0, most);
  if (!thrown) return [code, cut(text)];
  const { name, message, stack } = thrown;
  return [code, cut(text), { name: cut(name), message: cut(message), stack: cut(stack, MAX_STACK) }];
}

/**
 * An event to be sent.
 * @typedef {{listener: number, carried?: Array, errors?: Object<string, Array>, sent?: (number: number) => void,
 *   letGo?: () => void}} Happening
 *   `sent` is told of the frame that it is sent in, `letGo` that what it carries is not sent
 */

export class Channel {
  /**
   * @param {{ticket: string, nonce: string, transmit?: (bytes: Buffer, isAwaited: boolean) => void}} options
   *   `transmit` sends a frame; `isAwaited` tells whether the server has to say something to it (spec 8.7)
   */
  constructor({ ticket, nonce, transmit = () => {} }) {
    this.ticket = ticket;
    this.nonce = nonce;
    this.transmit = transmit;
    this.state = "idle";
    /** The last frame that was numbered here. */
    this.sent = 0;
    /** The last batch that was taken in, that is applied, and that the server was told of. */
    this.taken = 0;
    this.applied = 0;
    this.told = 0;
    /** @type {{number: number, name: string, bytes: Buffer}[]} what is kept for the server (spec 8.1) */
    this.kept = [];
    this.duplicates = 0;
    this.limits = LIMITS;
    /** @type {Map<number, {sent: number, credit: number}>} */
    this.listeners = new Map();
    /** @type {Happening[]} the events that wait: none of their listeners has credit left */
    this.waiting = [];
  }

  get unacked() {
    return this.kept.map(({ number }) => number);
  }

  /** The last frame that the server has acknowledged. */
  get acked() {
    return this.sent - this.kept.length;
  }

  /** Whether events were sent or kept that no server has acknowledged (spec 4.6). */
  get isUnsure() {
    return this.waiting.length > 0 || this.kept.some(({ name }) => name === "event");
  }

  step(message) {
    const next = STATES[this.state][message];
    if (!next) throw new Violation(`a ${message} has no place where the channel is ${this.state}`);
    this.state = next;
  }

  // What is sent

  unnumbered(name, fields, isAwaited) {
    this.step(name);
    this.told = this.applied;
    this.transmit(write(name, fields).bytes, isAwaited);
  }

  hello() {
    const { ticket, nonce, applied } = this;
    this.unnumbered("hello", { version: 1, ticket, nonce, received: applied, capabilities: [] }, true);
  }

  /** A bare ack. @param {boolean} [answer] asks for one in return (spec 8.7) */
  ack(answer = false) {
    this.unnumbered("ack", { ack: this.applied, answer: answer || undefined }, answer);
  }

  bye(code, action, text = "") {
    this.unnumbered("bye", { ack: this.applied, code, action, text }, false);
  }

  /** Numbers a frame and keeps it, socket or not. @returns {boolean} false if it is beyond a limit (spec 9) */
  numbered(name, fields) {
    const { bytes, containers } = write(name, { number: this.sent + 1, ack: this.applied, ...fields });
    if (bytes.length > this.limits.frame || containers > this.limits.containers) return false;
    this.sent += 1;
    this.kept.push({ number: this.sent, name, bytes });
    if (this.state === "open") {
      this.told = this.applied;
      this.transmit(bytes, true);
    }
    return true;
  }

  /** Sends a frame with an error, which is shortened to what fits (spec 9, 10). */
  failed(name, fields, whole) {
    const error = shortened(whole);
    while (!this.numbered(name, { ...fields, error })) {
      if (!error[2] && !error[1]) return;
      if (error[2]) error.pop();
      else error[1] = error[1].slice(0, error[1].length / 2);
    }
  }

  /** @returns {boolean} false if it is beyond a limit, and not made */
  reply(ask, value) {
    return this.numbered("reply", { ask, value });
  }

  replyError(ask, error) {
    this.failed("reply", { ask, value: null }, error);
  }

  failure(batch, index, error) {
    this.failed("failure", { batch, index }, error);
  }

  /** Tells what has gone, in as many frames as that takes. */
  gone(refs, listeners) {
    if (!this.numbered("gone", { refs, listeners }) && refs.length + listeners.length > 1) {
      const [i, j] = [refs, listeners].map((list) => Math.ceil(list.length / 2));
      this.gone(refs.slice(0, i), listeners.slice(0, j));
      this.gone(refs.slice(i), listeners.slice(j));
    }
  }

  // Events and their credit (spec 8.5)

  listen(listener) {
    this.listeners.set(listener, { sent: 0, credit: this.limits.events });
  }

  /** The listener has ended, and what waits for it is let go of. */
  unlisten(listener) {
    this.listeners.delete(listener);
    const dropped = this.waiting.filter((one) => one.listener === listener);
    this.waiting = this.waiting.filter((one) => one.listener !== listener);
    dropped.forEach((one) => one.letGo?.());
  }

  credit(listener, events) {
    const entry = this.listeners.get(listener);
    if (entry) {
      entry.credit = Math.max(entry.credit, events);
      this.waiting.splice(0).forEach((one) => this.event(one));
    }
  }

  /**
   * Something has happened for a listener.
   * @param {Happening} happening
   * @returns {boolean} false if it is dropped, as too much waits
   */
  event(happening) {
    const entry = this.listeners.get(happening.listener);
    if (entry && entry.sent >= entry.credit && this.waiting.length < MAX_WAITING) {
      this.waiting.push(happening);
    } else if (entry && entry.sent < entry.credit) {
      entry.sent += 1;
      this.sendEvent(happening);
    } else {
      happening.letGo?.();
      return !entry;
    }
    return true;
  }

  /** Sends an event, without all that it carries if that does not fit (spec 5.5). */
  sendEvent(happening) {
    const { listener, carried } = happening;
    const entries = Object.entries(happening.errors ?? {}).map(([place, error]) => [place, shortened(error)]);
    const errors = entries.length ? Object.fromEntries(entries) : undefined;
    if (this.numbered("event", { listener, carried, errors })) {
      happening.sent?.(this.sent);
      return;
    }
    if (!carried) return;
    happening.letGo?.();
    const nothing = carried.map(() => null);
    [TOO_LARGE, ""].some((text) => {
      return this.numbered("event", {
        listener,
        carried: nothing,
        errors: { ...carried.map(() => ["too-large", text]) },
      });
    });
  }

  // What arrives

  /**
   * @param {Uint8Array} bytes
   * @returns {?object} the message; null for a duplicate
   * @throws {Violation}
   */
  receive(bytes) {
    const message = parse(bytes);
    const { message: name, ack, number } = message;
    this.step(name);
    if (name === "welcome") this.takeWelcome(message);
    else if (ack !== undefined) this.acknowledge(ack);
    if (name === "batch" && number <= this.taken) {
      this.duplicates += 1;
      return null;
    }
    if (name === "batch" && number > this.taken + 1) throw new Violation(`batch ${number} comes behind ${this.taken}`);
    this.taken = number ?? this.taken;
    return message;
  }

  takeWelcome({ version, received, limits }) {
    if (version !== 1 || received < this.acked)
      throw new Violation(`a welcome of version ${version} that has received ${received}, not ${this.acked} or more`);
    this.acknowledge(received);
    this.limits = { ...LIMITS, ...limits };
  }

  acknowledge(ack) {
    if (ack > this.sent) throw new Violation(`an acknowledgement of ${ack}, where ${this.sent} frames were sent`);
    this.kept = this.kept.filter(({ number }) => number > ack);
  }

  /** Sends again, behind a welcome, what the server lacks (spec 8.6). */
  resend() {
    this.kept.forEach(({ bytes }) => this.transmit(bytes, true));
  }

  /** All batches up to a number have been applied. */
  apply(number) {
    this.applied = number;
  }

  /** The socket is lost, or given up. */
  lost() {
    this.state = { greeted: "detached", open: "detached" }[this.state] ?? this.state;
  }
}
