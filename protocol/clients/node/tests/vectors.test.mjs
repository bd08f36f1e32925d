/** The tables, values, messages and flows of the specification, the last from the client's side. */

import assert from "node:assert/strict";
import { it } from "node:test";
import { Channel, STATES } from "../channel.mjs";
import { Malformed, Unsupported, decode, encode } from "../codec.mjs";
import { LIMITS, MESSAGES, OPS, Violation, parse, write } from "../messages.mjs";
import { bytesOf, cases, hexOf, list, load, valueOf } from "./notation.mjs";
import { WELCOME } from "./wire.mjs";

const TICKET = { ticket: "AbC", nonce: "0123456789abcdef" };
const SERVER_SENDS = ["welcome", "refuse", "batch", "ack", "bye"];

it("has the tables of messages.json", () => {
  const tables = load("messages.json");
  const names = ({ fields }) => fields.map(({ name }) => name);
  assert.deepEqual(
    MESSAGES,
    tables.messages.map((message) => [message.name, ...names(message)]),
  );
  assert.deepEqual(
    OPS,
    tables.ops.map((op) => [op.name, ...names(op)]),
  );
  assert.deepEqual(STATES, Object.fromEntries(tables.states.map(({ name, messages }) => [name, messages])));
  assert.deepEqual(LIMITS, Object.fromEntries(tables.limits.map((limit) => [limit.name, limit.default])));
});

function decodes({ value, hex }) {
  for (const form of hex) assert.deepEqual(decode(bytesOf(form)), valueOf(value));
}

function encodes({ value, hex }) {
  assert.ok(hex.includes(hexOf(encode(valueOf(value)).bytes)), hexOf(encode(valueOf(value)).bytes));
}

cases("codec/values.json", (one) => {
  decodes(one);
  encodes(one);
});
cases("codec/callbacks.json", (one) => {
  decodes(one);
  encodes(one);
});
cases("codec/accept.json", decodes);
cases("codec/encode.json", encodes);
cases("codec/unsupported.json", ({ value }) => assert.throws(() => encode(valueOf(value)), Unsupported));
cases("codec/refuse.json", ({ hex }) => assert.throws(() => decode(bytesOf(hex)), Malformed));

const isReceived = ({ message }) => SERVER_SENDS.includes(message);
cases("messages/valid.json", ({ message, fields, hex }) => {
  assert.equal(hexOf(write(message, valueOf(fields)).bytes), hex);
  if (isReceived({ message })) assert.deepEqual(parse(bytesOf(hex)), { message, ...valueOf(fields) });
});
cases(
  "messages/extra.json",
  ({ message, fields, hex }) => assert.deepEqual(parse(bytesOf(hex)), { message, ...valueOf(fields) }),
  isReceived,
);

function greeted() {
  const channel = new Channel(TICKET);
  channel.hello();
  return channel;
}

const isForClients = ({ receivers }) => receivers.includes("client");
cases("messages/refuse-answer.json", ({ hex }) => assert.throws(() => greeted().receive(bytesOf(hex)), Violation));
cases(
  "messages/refuse.json",
  ({ hex }) => {
    const channel = greeted();
    channel.receive(write("welcome", WELCOME).bytes);
    assert.throws(() => channel.receive(bytesOf(hex)), Violation);
  },
  isForClients,
);

/** The client's side of a flow: what the channel hands out is compared with what the steps say. */
class Player {
  constructor() {
    this.handed = [];
    this.channel = new Channel({ ...TICKET, transmit: (bytes) => this.handed.push(hexOf(bytes)) });
  }

  /** Makes a message; what it is made of does not tell its number and ack. */
  make([code, ...fields]) {
    const { channel } = this;
    const make = {
      hello: () => channel.hello(),
      event: (number, ack, listener, carried, errors) => this.happen({ listener, carried, errors }),
      reply: (number, ack, ask, value, error) => (error ? channel.replyError(ask, error) : channel.reply(ask, value)),
      gone: (number, ack, refs, listeners) => channel.gone(refs, listeners),
      failure: (number, ack, batch, index, error) => channel.failure(batch, index, error),
      ack: (ack, answer) => channel.ack(answer),
      bye: (ack, ...rest) => channel.bye(...rest),
    };
    make[MESSAGES[code][0]](...fields);
  }

  take(hex) {
    const message = this.channel.receive(bytesOf(hex));
    if (message?.message === "welcome") this.resent = this.channel.resend() ?? this.handed.splice(0);
    for (const [code, listener, events] of message?.ops ?? []) if (code === 11) this.channel.credit(listener, events);
    return message;
  }

  send({ side, message, hex, arrives = true }) {
    if (side === "server") return arrives && assert.ok(this.take(hex));
    const [next] = this.handed;
    if (next !== hex) this.make(valueOf(message)); // else credit has let it go
    const kept = this.channel.kept.at(-1);
    const isNumbered = message[0] >= 4 && message[0] <= 7;
    return assert.equal(this.handed.shift() ?? (isNumbered ? hexOf(kept.bytes) : undefined), hex);
  }

  resend({ side, hex, arrives = hex.length, duplicates = 0 }) {
    if (side === "client") return assert.deepEqual(this.resent, hex);
    const taken = hex.slice(0, arrives).map((form) => this.take(form) !== null);
    return assert.deepEqual(
      taken,
      taken.map((_, i) => i >= duplicates),
    );
  }

  receive({ side, hex, violation = false, duplicate = false }) {
    if (side === "server") return;
    if (violation) assert.throws(() => this.take(hex), Violation);
    else assert.equal(this.take(hex) === null, duplicate);
  }

  /** Listeners that no op of the flow has made are taken to be there. */
  happen({ listener, carried, errors }) {
    if (!this.channel.listeners.has(listener)) this.channel.listen(listener);
    this.channel.event({ listener, carried, errors });
  }

  exceed({ ask, value }) {
    assert.equal(this.channel.reply(ask, valueOf(value)), false);
  }

  apply({ number }) {
    this.channel.apply(number);
  }

  lose({ sides }) {
    if (sides.includes("client")) this.channel.lost();
  }

  write() {}
  expect({ client = {} }) {
    for (const [field, value] of Object.entries(client)) assert.deepEqual(this.channel[field], value, field);
    assert.deepEqual(this.handed, []);
  }
}

for (const file of list("flows")) {
  cases(file, ({ steps }) => {
    const player = new Player();
    for (const step of steps) player[step.do](step);
  });
}
