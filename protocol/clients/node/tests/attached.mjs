/** A document that a server has let in, without a socket. */

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
