/** What the vectors do not reach: documents and channels without a socket. */

import assert from "node:assert/strict";
import { it } from "node:test";
import { Channel } from "../channel.mjs";
import { decode } from "../codec.mjs";
import { LiveDocument } from "../document.mjs";
import { makeWindow } from "../dom.mjs";
import { OPS, write } from "../messages.mjs";
import { isQuestion } from "../session.mjs";
import * as user from "../user.mjs";

const EVENT = 4;

/** @returns {{document: Document, batch: function}} `batch` applies ops, and gives what the client has told */
function attach(html) {
  const frames = [];
  const channel = new Channel({ ticket: "t", nonce: "n", transmit: (bytes) => frames.push(decode(bytes, 36)) });
  channel.hello();
  channel.receive(write("welcome", { version: 1, received: 0, limits: {}, capabilities: [] }).bytes);
  const window = makeWindow(html, { url: "http://app.test/" });
  const live = new LiveDocument(window, channel, { leave() {}, log() {} });
  const batch = (...ops) => {
    const coded = ops.map(([name, ...fields]) => [OPS.findIndex((op) => op[0] === name), ...fields]);
    const fields = { number: channel.taken + 1, ack: channel.sent, ops: coded };
    live.ops.batch(channel.receive(write("batch", fields).bytes));
    return frames.splice(0);
  };
  return { document: window.document, batch };
}

it("sends what waits behind claims when another document is shown (spec 6.13, 8.8)", () => {
  const { document, batch } = attach("<button>Go</button>");
  batch(["listen", 1, 0, "keydown", {}]);
  user.click(document.querySelector("button"));
  batch(["listen", 2, 0, "click", {}]);
  user.press(document, "x");
  const events = batch(["view", "<p>two"], ["loaded"]).filter(([code]) => code === EVENT);
  assert.deepEqual(
    events.map(([, , , listener]) => listener),
    [1],
  );
});

it("takes no acknowledgement for a question (spec 8.7)", () => {
  for (const ack of [0, 195, 451, 2 ** 32 + 195]) assert.equal(isQuestion(write("ack", { ack }).bytes), false, ack);
  for (const ack of [0, 195]) assert.equal(isQuestion(write("ack", { ack, answer: true }).bytes), true, ack);
});
