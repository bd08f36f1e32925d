/** What the flows do not reach of a channel. */

import assert from "node:assert/strict";
import { it } from "node:test";
import { Channel } from "../channel.mjs";
import { write } from "../messages.mjs";
import { WELCOME, read } from "./wire.mjs";

/** @returns {{channel: Channel, told: object[], awaited: boolean[]}} `awaited` tells of each frame whether it is so */
function welcomed(limits = {}) {
  const told = [];
  const awaited = [];
  const transmit = (bytes, isAwaited) => {
    told.push(read(bytes));
    awaited.push(isAwaited);
  };
  const channel = new Channel({ ticket: "t", nonce: "n", transmit });
  channel.hello();
  channel.receive(write("welcome", { ...WELCOME, limits }).bytes);
  told.shift();
  return { channel, told, awaited };
}

const listenersOf = (told) => told.map(({ listener }) => listener);

it("tells what the server has to answer: hellos, numbered frames and questions (spec 8.7)", () => {
  const { channel, awaited } = welcomed();
  channel.apply(195);
  channel.ack();
  channel.ack(true);
  channel.reply(1, null);
  channel.lost();
  channel.hello();
  channel.receive(write("welcome", WELCOME).bytes);
  channel.resend();
  channel.bye("left", "stop");
  assert.deepEqual(awaited, [true, false, true, true, true, true, false]);
});

it("shortens the text of an error to 1,000 characters, and to what fits into a frame (spec 9, 10)", () => {
  for (const [limits, longest] of [
    [{}, 1000],
    [{ frame: 100 }, 62],
  ]) {
    const { channel, told } = welcomed(limits);
    channel.failure(1, 0, ["js-error", "x".repeat(2000)]);
    assert.equal(told.length, 1);
    assert.equal(told[0].error[1].length, longest);
  }
});

it("splits a report of what has gone that is larger than a frame (spec 9)", () => {
  const { channel, told } = welcomed({ frame: 40 });
  const refs = Array.from({ length: 50 }, (_, i) => -1 - i);
  channel.gone(refs, [1, 2, 3]);
  assert.ok(told.length > 1);
  assert.deepEqual([told.flatMap((one) => one.refs), told.flatMap((one) => one.listeners)], [refs, [1, 2, 3]]);
});

it("keeps events of one listener in order, and never lowers its credit (spec 6.12, 8.5)", () => {
  const { channel, told } = welcomed({ events: 1 });
  [1, 2].forEach((listener) => channel.listen(listener));
  [1, 1, 2, 1].forEach((listener) => channel.event({ listener: listener }));
  assert.deepEqual(listenersOf(told), [1, 2]);
  channel.credit(1, 3);
  channel.credit(1, 2);
  assert.deepEqual(listenersOf(told), [1, 2, 1, 1]);
  channel.credit(2, 5);
  channel.credit(2, 1);
  channel.event({ listener: 2 });
  assert.deepEqual(listenersOf(told), [1, 2, 1, 1, 2]);
});

it("drops the newest events where 1,000 wait, and those of a listener that has ended (spec 6.11, 8.5)", () => {
  const { channel, told } = welcomed({ events: 1 });
  [1, 2].forEach((listener) => channel.listen(listener));
  const taken = Array.from({ length: 1002 }, () => channel.event({ listener: 1 }));
  assert.deepEqual(taken.slice(-2), [true, false]);
  channel.unlisten(1);
  assert.equal(channel.event({ listener: 1 }), true);
  channel.event({ listener: 2 });
  assert.deepEqual(listenersOf(told), [1, 2]);
  assert.equal(channel.event({ listener: 2 }), true);
});

it("is unsure of events that wait or are not acknowledged, and of nothing else (spec 4.6)", () => {
  const { channel } = welcomed({ events: 1 });
  const ack = (number) => channel.receive(write("ack", { ack: number }).bytes);
  channel.listen(1);
  channel.reply(1, null);
  assert.equal(channel.isUnsure, false);
  channel.event({ listener: 1 });
  assert.equal(channel.isUnsure, true);
  ack(2);
  assert.equal(channel.isUnsure, false);
  channel.event({ listener: 1 });
  assert.equal(channel.isUnsure, true);
});
