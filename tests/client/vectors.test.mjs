// The vectors of protocol/v1, as the client understands them; tests/protocol/test_vectors.py is their other reader.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Channel, WELCOME } from "../../client/pycommunicate.js";
import { bytesOf, decode, encode, encodeValue, fromNotation, hexOf, loadVectors, toNotation } from "./notation.mjs";

/** One test for each case of a file. */
function eachCase(file, check) {
  describe(file, () => {
    const cases = loadVectors(file);
    assert.ok(cases.length);
    for (const one of cases) test(one.name, () => check(one));
  });
}

function sameValue(bytes, notation) {
  assert.deepEqual(toNotation(decode(bytes)), toNotation(fromNotation(notation)));
}

eachCase("codec/values.json", ({ value, hex }) => {
  assert.ok(hex.includes(hexOf(encodeValue(fromNotation(value)))), hexOf(encodeValue(fromNotation(value))));
  for (const one of hex) sameValue(bytesOf(one), value);
});

eachCase("codec/accept.json", ({ value, hex }) => {
  for (const one of hex) sameValue(bytesOf(one), value);
});

eachCase("codec/encode.json", ({ value, hex }) => {
  assert.ok(hex.includes(hexOf(encodeValue(fromNotation(value)))));
});

eachCase("codec/unsupported.json", ({ value }) => {
  assert.throws(() => encodeValue(fromNotation(value)), { code: "unsupported" });
});

eachCase("codec/refuse.json", ({ hex }) => {
  assert.throws(() => decode(bytesOf(hex)));
});

eachCase("messages/valid.json", ({ array, hex }) => {
  assert.equal(hexOf(encode(fromNotation(array))), hex);
  sameValue(bytesOf(hex), array);
});

const SENT_BY_SERVER = ["welcome", "refuse", "batch"];

eachCase("messages/extra.json", ({ message, fields, hex }) => {
  if (!SENT_BY_SERVER.includes(message)) return;
  const channel = new Channel(() => {});
  channel.open = message === "batch";
  const received = channel.receive(bytesOf(hex));
  const found = received[0] === WELCOME ? received[1] : received.slice(1);
  for (const [i, [name, value]] of Object.entries(fields).entries()) {
    assert.deepEqual(toNotation(found[received[0] === WELCOME ? name : i]), toNotation(fromNotation(value)));
  }
});

eachCase("messages/refuse.json", ({ receivers, hex }) => {
  if (!receivers.includes("client")) return;
  const channel = new Channel(() => {});
  channel.receive(encode([WELCOME, { version: 1, received: 0, limits: {}, capabilities: [] }]));
  assert.throws(() => channel.receive(bytesOf(hex)));
});

eachCase("messages/refuse-answer.json", ({ hex }) => {
  const channel = new Channel(() => {});
  channel.hello("ticket", "nonce");
  assert.throws(() => channel.receive(bytesOf(hex)));
});
