/** A document that a server has let in, without a socket. */

import { it } from "node:test";
import { Channel } from "../channel.mjs";
import { LiveDocument } from "../document.mjs";
import { makeWindow } from "../dom.mjs";
import { write } from "../messages.mjs";
import { WELCOME, coded, read } from "./wire.mjs";

export class Attached {
  /** @param {string} html @param {Object<string, number>} limits those that are not the default */
  constructor(html, limits = {}) {
    this.frames = [];
    this.left = undefined;
    this.channel = new Channel({ ticket: "t", nonce: "n", transmit: (bytes) => this.frames.push(read(bytes)) });
    this.channel.hello();
    this.receive("welcome", { ...WELCOME, limits });
    this.frames = [];
    this.window = makeWindow(html, { url: "http://app.test/" });
    this.live = new LiveDocument(this.window, this.channel, { leave: ({ url }) => (this.left = url), log() {} });
  }

  receive(name, fields) {
    return this.channel.receive(write(name, fields).bytes);
  }

  /** Applies a batch of ops as they are on the wire. */
  apply(ops) {
    const fields = { number: this.channel.taken + 1, ack: this.channel.sent, ops };
    this.live.ops.batch(this.receive("batch", fields));
  }

  /** Applies a batch of ops, each its name and its fields. @returns {object[]} what the client has told since */
  batch(...ops) {
    this.apply(ops.map(coded));
    return this.told();
  }

  /** @returns {object[]} what the client has told since it was asked last */
  told() {
    return this.frames.splice(0);
  }

  find(selector) {
    return this.window.document.querySelector(selector);
  }

  end() {
    this.live.end();
    this.window.close();
  }
}

/** Makes a test of a document. @param {(tab: Attached) => *} run @param {object} [limits] as above */
export function test(name, html, run, limits) {
  it(name, async () => {
    const attached = new Attached(html, limits);
    try {
      await run(attached);
    } finally {
      attached.end();
    }
  });
}

/** @returns {number[]} the listeners of the events among what was told */
export const eventsOf = (told) => told.filter(({ message }) => message === "event").map(({ listener }) => listener);

/** @returns {Array[]} what events have carried */
export const carriedOf = (told) => told.filter(({ message }) => message === "event").map(({ carried }) => carried);

/** @returns {Array} the values of replies, and the codes of errors in their place */
export function answersOf(told) {
  const replies = told.filter(({ message }) => message === "reply");
  return replies.map(({ value, error }) => (error ? error[0] : value));
}

/** @returns {string[]} the codes of failures */
export const failuresOf = (told) => told.filter(({ message }) => message === "failure").map(({ error }) => error[0]);
