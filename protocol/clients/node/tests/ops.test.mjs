/** The ops vectors, played on a document without a socket. */

import assert from "node:assert/strict";
import { OPS } from "../messages.mjs";
import * as user from "../user.mjs";
import { Attached } from "./attached.mjs";
import { cases, list, valueOf } from "./notation.mjs";

const isAsk = (code) => OPS[code]?.[1] === "ask";
const order = (numbers) => numbers.sort((a, b) => a - b);

class Player {
  constructor({ html, limits, early }) {
    this.attached = new Attached(html, limits);
    /** The names of the asks, in the order of their numbers. */
    this.asks = [];
    if (!early) this.attached.batch(["loaded"]);
  }

  ops(ops) {
    const numbered = ops.map(([code, ...fields]) => {
      return isAsk(code) ? [code, this.asks.push(fields[0]), ...fields.slice(1)] : [code, ...fields];
    });
    this.attached.apply(valueOf(numbered));
  }

  do([what, ...rest]) {
    if (what === "press") user.press(this.attached.window.document, ...rest);
    else user[what](this.attached.find(rest[0]), ...rest.slice(1));
  }

  /** @returns {object} what the client has told, in the shape of a step */
  told() {
    const told = { replies: {}, errors: {}, failures: {}, gone: { refs: [], listeners: [] }, events: [] };
    const take = {
      reply: ({ ask, value, error }) => {
        if (error) told.errors[this.asks[ask - 1]] = error[0];
        else told.replies[this.asks[ask - 1]] = value;
      },
      failure: ({ index, error }) => (told.failures[index] = error[0]),
      event: ({ listener }) => told.events.push(listener),
      gone: (fields) => Object.keys(told.gone).forEach((key) => told.gone[key].push(...fields[key])),
    };
    this.attached.told().forEach(({ message, ...fields }) => take[message](fields));
    Object.values(told.gone).forEach(order);
    return told;
  }

  async play(step) {
    if (step.html) {
      assert.equal(this.attached.find(step.html).innerHTML, step.is);
      return;
    }
    if (step.ops) this.ops(step.ops);
    else this.do(step.do);
    await null;
    const { refs = [], listeners = [] } = step.gone ?? {};
    assert.deepEqual(this.told(), {
      replies: valueOf(step.replies ?? {}),
      errors: step.errors ?? {},
      failures: step.failures ?? {},
      gone: { refs: order(refs), listeners: order(listeners) },
      events: step.events ?? [],
    });
    assert.equal(this.attached.left?.replace("http://app.test", ""), step.leaves);
    this.attached.left = undefined;
  }
}

for (const file of list("ops")) {
  cases(file, async (one) => {
    const player = new Player(one);
    await new Promise((resolve) => player.attached.window.addEventListener("load", resolve));
    for (const step of one.steps) await player.play(step);
    player.attached.end();
  });
}
