/** The ops vectors, played on a document without a socket. */

import assert from "node:assert/strict";
import { Channel } from "../channel.mjs";
import { decode } from "../codec.mjs";
import { LiveDocument } from "../document.mjs";
import { makeWindow } from "../dom.mjs";
import { MESSAGES, OPS, write } from "../messages.mjs";
import * as user from "../user.mjs";
import { cases, list, valueOf } from "./notation.mjs";

const ASKS = OPS.flatMap(([, first], code) => (first === "ask" ? [code] : []));
const LOADED = 14;

class Player {
  constructor({ html, limits = {}, early }) {
    this.frames = [];
    this.left = null;
    this.asks = [];
    this.batches = 0;
    this.channel = new Channel({ ticket: "t", nonce: "n", transmit: (bytes) => this.frames.push(decode(bytes, 36)) });
    this.channel.hello();
    this.receive("welcome", { version: 1, received: 0, limits, capabilities: [] });
    const window = makeWindow(html, { url: "http://app.test/" });
    this.live = new LiveDocument(window, this.channel, { leave: ({ url }) => (this.left = url), log() {} });
    if (!early) this.ops([[LOADED]]);
    this.frames = [];
  }

  receive(name, fields) {
    return this.channel.receive(write(name, fields).bytes);
  }

  ops(ops) {
    const numbered = ops.map(([code, ...fields]) => {
      return ASKS.includes(code) ? [code, this.asks.push(fields[0]), ...fields.slice(1)] : [code, ...fields];
    });
    this.batches += 1;
    this.live.ops.batch(
      this.receive("batch", { number: this.batches, ack: this.channel.sent, ops: valueOf(numbered) }),
    );
  }

  do([what, ...rest]) {
    const { document } = this.live.window;
    if (what === "press") user.press(document, ...rest);
    else user[what](document.querySelector(rest[0]), ...rest.slice(1));
  }

  /** @returns {object} what the client has told, in the shape of a step */
  told() {
    const told = { replies: {}, errors: {}, failures: {}, gone: { refs: [], listeners: [] }, events: [] };
    for (const [code, , , ...fields] of this.frames.splice(0)) {
      const [name] = MESSAGES[code];
      if (name === "reply" && fields[2]) told.errors[this.asks[fields[0] - 1]] = fields[2][0];
      else if (name === "reply") told.replies[this.asks[fields[0] - 1]] = fields[1];
      else if (name === "failure") told.failures[fields[1]] = fields[2][0];
      else if (name === "event") told.events.push(fields[0]);
      else if (name === "gone") ["refs", "listeners"].forEach((key, i) => told.gone[key].push(...fields[i]));
    }
    return told;
  }

  async play(step) {
    if (step.html) {
      assert.equal(this.live.window.document.querySelector(step.html).innerHTML, step.is);
      return;
    }
    if (step.ops) this.ops(step.ops);
    else this.do(step.do);
    await null;
    const order = (numbers) => numbers.sort((a, b) => a - b);
    const told = this.told();
    Object.values(told.gone).forEach(order);
    const { refs = [], listeners = [] } = step.gone ?? {};
    assert.deepEqual(told, {
      replies: valueOf(step.replies ?? {}),
      errors: step.errors ?? {},
      failures: step.failures ?? {},
      gone: { refs: order(refs), listeners: order(listeners) },
      events: step.events ?? [],
    });
    assert.equal(this.left?.replace("http://app.test", ""), step.leaves);
    this.left = null;
  }
}

for (const file of list("ops")) {
  cases(file, async (one) => {
    const player = new Player(one);
    await new Promise((resolve) => player.live.window.addEventListener("load", resolve));
    for (const step of one.steps) await player.play(step);
    player.live.end();
    player.live.window.close();
  });
}
