// The flows of protocol/v1, with the client's side in JavaScript; the server's frames come from the flow.
// tests/protocol/test_flows.py is their other reader; what a step is stands in protocol/README.md.

import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { describe, test } from "node:test";
import { ACK, BYE, Channel, HELLO, REPLY, WELCOME } from "../../client/pycommunicate.js";
import { bytesOf, decode, fromNotation, hexOf, loadVectors, PROTOCOL, toNotation } from "./notation.mjs";

const FILES = readdirSync(new URL("vectors/flows", PROTOCOL)).sort();

/** Runs the steps of one flow; throws where the client does something else, or more. */
function run(steps) {
  const flow = new Flow();
  for (const step of steps) flow[step.do](step);
  assert.deepEqual([...flow.resent, ...flow.handed], []);
}

class Flow {
  constructor() {
    /** @type {string[]} what the channel has handed out by itself, or as it was told, and nobody has looked at */
    this.handed = [];
    /** @type {string[]} what it has sent again at its welcome */
    this.resent = [];
    this.channel = new Channel((bytes) => this.handed.push(hexOf(bytes)));
  }

  send({ side, message, hex, arrives = true }) {
    same(message, hex);
    if (side === "client") assert.equal(this.make(fromNotation(message)), hex);
    else if (arrives) {
      assert.ok(this.channel.receive(bytesOf(hex)));
      if (message[0] === WELCOME) this.resent = this.handed.splice(0);
    }
  }

  resend({ side, hex, arrives = hex.length, duplicates = 0 }) {
    if (side === "client") {
      assert.deepEqual(this.resent.splice(0), hex);
      return;
    }
    const before = this.channel.duplicates;
    const dropped = hex.slice(0, arrives).map((one) => this.channel.receive(bytesOf(one)) === null);
    assert.deepEqual(dropped, dropped.map((_, place) => place < duplicates));
    assert.equal(this.channel.duplicates - before, duplicates);
  }

  receive({ side, message, hex, duplicate = false, violation = false }) {
    same(message, hex);
    if (side === "server") return;
    if (violation) assert.throws(() => this.channel.receive(bytesOf(hex)), RangeError);
    else assert.equal(this.channel.receive(bytesOf(hex)) === null, duplicate);
  }

  happen() {
    // The channel counts no credit: who asks it to send does. Nothing is sent.
    assert.deepEqual(this.handed, []);
  }

  exceed({ ask, value }) {
    assert.throws(() => this.channel.numbered(REPLY, [ask, fromNotation(value)]), { code: "too-large" });
  }

  apply({ number }) {
    this.channel.applied = number;
  }

  expect({ client = {} }) {
    const { channel } = this;
    for (const [name, value] of Object.entries(client)) {
      // Of its state the channel knows whether it is open; the rest is known where the socket is.
      if (name === "state") assert.equal(channel.open, value === "open");
      else if (name === "unacked") assert.deepEqual(channel.unacked.map(([number]) => number), value);
      else assert.equal(name === "taken" ? channel.received : channel[name], value, name);
    }
  }

  lose({ sides }) {
    if (sides.includes("client")) this.channel.open = false;
  }

  // What only the server's side does.
  write() {}

  /** The bytes of a message, as the channel makes it. */
  make([type, ...fields]) {
    const { channel, handed } = this;
    if (type === HELLO) channel.hello(fields[0].ticket, fields[0].nonce);
    else if (type === BYE) channel.bye(fields[1], fields[3]);
    else if (type !== ACK) channel.numbered(type, fields.slice(2));
    else if (fields[1]) channel.sendAck(true);
    else if (!handed.length) channel.ack(); // else it has answered by itself
    // What is numbered without a socket is only kept.
    return handed.length ? handed.shift() : hexOf(channel.unacked.at(-1)[1]);
  }
}

function same(message, hex) {
  assert.deepEqual(toNotation(decode(bytesOf(hex))), toNotation(fromNotation(message)));
}

for (const file of FILES) {
  describe(`flows/${file}`, () => {
    for (const { name, steps } of loadVectors(`flows/${file}`)) test(name, () => run(steps));

    test("fails with anything changed that the client does", () => {
      const unnoticed = [];
      let tried = 0;
      for (const { name, steps } of loadVectors(`flows/${file}`)) {
        for (const [what, changed] of mutations(steps)) {
          tried++;
          try {
            run(changed);
            unnoticed.push(`${name}: ${what}`);
          } catch {}
        }
      }
      assert.deepEqual(unnoticed, []);
      assert.ok(tried > 20, String(tried));
    });
  });
}

/** The steps with one thing changed in what is compared here, and what that is. */
function* mutations(steps) {
  for (const [place, step] of steps.entries()) {
    for (const path of leaves(step)) {
      const changed = structuredClone(steps);
      let holder = changed[place];
      for (const part of path.slice(0, -1)) holder = holder[part];
      if (!isCompared(step, path, holder[path.at(-1)])) continue;
      holder[path.at(-1)] = other(holder[path.at(-1)]);
      yield [`step ${place}, ${path}`, changed];
    }
  }
}

function isCompared({ do: what, side }, [key, field], value) {
  if (what === "expect") return key === "client" && (field !== "state" || value === "open");
  if (key === "message" || key === "duplicates") return true;
  return side === "client" && ["hex", "duplicate", "violation"].includes(key);
}

function* leaves(value, path = []) {
  for (const [key, item] of Object.entries(value)) {
    if (typeof item === "object" && item !== null && Object.keys(item).length) yield* leaves(item, [...path, key]);
    else yield [...path, key];
  }
}

/** Something else than the value. */
function other(value) {
  if (typeof value === "boolean") return !value;
  if (typeof value === "number") return value + 1;
  if (typeof value === "string") return value.slice(0, -1) + (value.endsWith("0") ? "1" : "0");
  return [1];
}
