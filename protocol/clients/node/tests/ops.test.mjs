/** The ops vectors, played on a document without a socket. */

import assert from "node:assert/strict";
import { mock } from "node:test";
import { OPS } from "../messages.mjs";
import * as user from "../user.mjs";
import { Attached } from "./attached.mjs";
import { cases, list, valueOf } from "./notation.mjs";

const isAsk = ([code, ask]) => OPS[code]?.[1] === "ask" && ask !== 0;
const SET = OPS.findIndex(([name]) => name === "set");
const AFTER = OPS[SET].indexOf("after");
/** What jsdom lacks of what cases may need: it lays nothing out, and has no `moveBefore`. */
const LACKING = ["layout", "move"];
const order = (numbers) => numbers.sort((a, b) => a - b);

/** Lets promises settle, and mutations be seen. */
const settled = () => new Promise(setImmediate);

/** @returns {number|Array} an event as a step has it */
function eventOf(listener, carried, errors) {
  if (!carried) return listener;
  const codes = Object.entries(errors ?? {}).map(([place, [code]]) => [place, code]);
  return [listener, carried, ...(codes.length ? [Object.fromEntries(codes)] : [])];
}

class Player {
  constructor({ html, limits, early }) {
    this.attached = new Attached(html, limits);
    /** The names of the asks, in the order of their numbers. */
    this.asks = [];
    if (!early) this.attached.batch(["loaded"]);
  }

  ops(ops) {
    const numbered = ops.map((op) => {
      const [code, ask, ...fields] = op;
      if (code === SET && op[AFTER] < 0) return [...op.slice(0, AFTER), this.attached.channel.sent + op[AFTER]];
      return isAsk(op) ? [code, this.asks.push(ask), ...fields] : op;
    });
    this.attached.apply(valueOf(numbered));
  }

  do([what, ...rest]) {
    if (what === "press") user.press(this.attached.window.document, ...rest);
    else if (what === "commit") user.commit(...rest);
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
      event: ({ listener, carried, errors }) => told.events.push(eventOf(listener, carried, errors)),
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
    if (step.do) this.do(step.do);
    await settled();
    if (step.wait) {
      mock.timers.tick(step.wait);
      await settled();
    }
    const { refs = [], listeners = [] } = step.gone ?? {};
    assert.deepEqual(this.told(), {
      replies: valueOf(step.replies ?? {}),
      errors: step.errors ?? {},
      failures: step.failures ?? {},
      gone: { refs: order(refs), listeners: order(listeners) },
      events: valueOf(step.events ?? []),
    });
    assert.equal(this.attached.left?.replace("http://app.test", ""), step.leaves);
    this.attached.left = undefined;
  }
}

async function play(one) {
  const player = new Player(one);
  await new Promise((resolve) => player.attached.window.addEventListener("load", resolve));
  mock.timers.enable({ apis: ["setTimeout", "setInterval"] });
  try {
    for (const step of one.steps) await player.play(step);
  } finally {
    mock.timers.reset();
    player.attached.end();
  }
}

for (const file of list("ops")) cases(file, play, ({ needs = [] }) => !needs.some((what) => LACKING.includes(what)));
