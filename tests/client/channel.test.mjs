import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import * as client from "../../client/pycommunicate.js";
import { decode, encode, PROTOCOL, Ref } from "./notation.mjs";

const { ACK, BATCH, BYE, Channel, EVENT, HELLO, REFUSE, REPLY, WELCOME } = client;

/** A channel that was welcomed, and what it has sent since. */
function open(limits = {}) {
  const sent = [];
  const channel = new Channel((bytes) => sent.push(decode(bytes)));
  channel.hello("ticket", "nonce");
  channel.receive(welcome(0, limits));
  sent.length = 0;
  return { channel, sent };
}

const welcome = (received, limits = {}) => encode([WELCOME, { version: 1, received, limits, capabilities: [] }]);

const batch = (number, ack = 0) => encode([BATCH, number, ack, []]);

describe("a channel", () => {
  test("says hello with what it has applied", () => {
    const { channel, sent } = open();
    channel.receive(batch(1));
    channel.applied = 1;
    channel.hello("ticket", "nonce");
    assert.deepEqual(sent, [[HELLO, { version: 1, ticket: "ticket", nonce: "nonce", received: 1, capabilities: [] }]]);
  });

  test("is not welcome any more behind a bye of the server, whatever comes again", () => {
    const { channel } = open();
    channel.receive(encode([BYE, 0, "stopping", "reload", ""]));
    channel.hello("ticket", "nonce");
    assert.throws(() => channel.receive(welcome(0)), /unexpected message 1/);
    channel.hello("ticket", "nonce");
    assert.ok(channel.receive(encode([BYE, 0, "stopping", "reload", ""])));
    assert.ok(channel.receive(encode([REFUSE, "gone", "reload", ""])));
  });

  test("takes values of 32 levels, in whatever field of an op, and none of 33", () => {
    const deep = (levels) => (levels === 1 ? [] : [deep(levels - 1)]);
    for (const op of [(value) => [3, 0, "a", value], (value) => [4, 1, 0, "a", value]]) {
      const { channel } = open();
      // The bytes of a value that our own encoder refuses.
      const frame = (levels) => Uint8Array.from([0x94, 3, 1, 0, 0x91, ...encode(op(0)).slice(0, -1), ...Array(levels - 1).fill(0x91), 0x90]);
      assert.deepEqual(channel.receive(frame(32))[3], [op(deep(32))]);
      assert.throws(() => open().channel.receive(frame(33)), /fewer levels/);
    }
  });

  test("takes the limits of the welcome, and keeps its own for those that are missing", () => {
    const { channel } = open({ frame: 500, moons: 1 });
    assert.equal(channel.limits.frame, 500);
    assert.equal(channel.limits.events, 16);
  });

  test("numbers its frames from one and lets them acknowledge what is applied, not what has come", () => {
    const { channel, sent } = open();
    channel.receive(batch(1));
    channel.receive(batch(2));
    channel.numbered(EVENT, [7]);
    channel.applied = 1;
    channel.numbered(EVENT, [7]);
    assert.deepEqual(sent, [[EVENT, 1, 0, 7], [EVENT, 2, 1, 7]]);
  });

  test("drops a duplicate and counts it", () => {
    const { channel } = open();
    assert.ok(channel.receive(batch(1)));
    assert.equal(channel.receive(batch(1)), null);
    assert.equal(channel.duplicates, 1);
  });

  test("refuses a gap", () => {
    const { channel } = open();
    assert.throws(() => channel.receive(batch(2)), /expected batch 1, got 2/);
  });

  test("keeps what it sent until it is acknowledged", () => {
    const { channel } = open();
    for (let i = 0; i < 4; i++) channel.numbered(EVENT, [7]);
    const kept = () => channel.unacked.map(([number]) => number);
    channel.receive(batch(1, 1));
    assert.deepEqual(kept(), [2, 3, 4]);
    channel.receive(encode([ACK, 2]));
    assert.deepEqual(kept(), [3, 4]);
    channel.receive(encode([ACK, 1]));
    assert.deepEqual(kept(), [3, 4]);
    channel.hello("ticket", "nonce");
    channel.receive(welcome(3));
    assert.deepEqual(kept(), [4]);
    channel.receive(encode([BYE, 4, "ended", "reload", ""]));
    assert.deepEqual(kept(), []);
  });

  test("keeps the bytes that it sent, whatever is written behind them", () => {
    const { channel } = open();
    channel.numbered(REPLY, [1, "first"]);
    channel.numbered(REPLY, [2, "second"]);
    assert.deepEqual(channel.unacked.map(([, bytes]) => decode(bytes)[4]), ["first", "second"]);
  });

  test("refuses an acknowledgement of what it has not sent", () => {
    const { channel } = open();
    assert.throws(() => channel.receive(encode([ACK, 1])), /at most 0, got 1/);
  });

  test("acknowledges once", () => {
    const { channel, sent } = open();
    channel.ack();
    channel.receive(batch(1));
    channel.applied = 1;
    channel.ack();
    channel.ack();
    assert.deepEqual(sent, [[ACK, 1]]);
  });

  test("does not send a frame that is too large, and gives it no number", () => {
    const { channel, sent } = open({ frame: 100 });
    assert.throws(() => channel.numbered(REPLY, [1, "x".repeat(100)]), { code: "too-large" });
    channel.numbered(REPLY, [1, null, ["too-large", ""]]);
    assert.deepEqual(sent, [[REPLY, 1, 0, 1, null, ["too-large", ""]]]);
  });

  test("are not sent with more lists and maps than the limit, and then take no number", () => {
    const { channel, sent } = open({ containers: 3 });
    assert.throws(() => channel.numbered(REPLY, [1, [[], [{}]]]), { code: "too-large", message: /too large/ });
    channel.numbered(REPLY, [1, [[], {}]]);
    assert.deepEqual(sent, [[REPLY, 1, 0, 1, [[], {}]]]);
  });

  test("gives no number to a frame that cannot be written", () => {
    const { channel, sent } = open();
    assert.throws(() => channel.numbered(REPLY, [1, [() => 1]]), { code: "unsupported", message: "value[0]: a function" });
    channel.numbered(REPLY, [1, new Ref(-1)]);
    assert.deepEqual(sent, [[REPLY, 1, 0, 1, new Ref(-1)]]);
  });

  test("sends again what was not acknowledged, unchanged and in order, before anything new", () => {
    const sent = [];
    const channel = new Channel((bytes) => sent.push(decode(bytes)));
    channel.hello("ticket", "nonce");
    channel.receive(welcome(0));
    for (let i = 1; i < 4; i++) channel.numbered(EVENT, [i]);
    const before = sent.slice(-2);
    channel.hello("ticket", "nonce");
    sent.length = 0;
    channel.receive(welcome(1));
    channel.numbered(EVENT, [9]);
    assert.deepEqual(sent, [...before, [EVENT, 4, 0, 9]]);
  });

  test("numbers and keeps what happens without a socket, and sends it behind the welcome", () => {
    const { channel, sent } = open();
    channel.open = false;
    channel.numbered(EVENT, [7]);
    channel.hello("ticket", "nonce");
    channel.numbered(EVENT, [8]);
    channel.ack();
    assert.deepEqual(sent.map(([type]) => type), [HELLO]);
    channel.receive(welcome(0));
    assert.deepEqual(sent.slice(1), [[EVENT, 1, 0, 7], [EVENT, 2, 0, 8]]);
  });

  test("drops the batches that it has taken in and not applied when they come again", () => {
    const { channel } = open();
    for (const number of [1, 2, 3]) assert.ok(channel.receive(batch(number)));
    channel.applied = 1;
    channel.hello("ticket", "nonce");
    channel.receive(welcome(0));
    for (const number of [2, 3]) assert.equal(channel.receive(batch(number)), null);
    assert.ok(channel.receive(batch(4)));
    assert.equal(channel.duplicates, 2);
  });

  test("refuses a welcome that takes back an acknowledgement, or knows more than there is", () => {
    for (const received of [1, 4]) {
      const { channel } = open();
      for (let i = 0; i < 3; i++) channel.numbered(EVENT, [7]);
      channel.receive(encode([ACK, 2]));
      channel.hello("ticket", "nonce");
      assert.throws(() => channel.receive(welcome(received)), /expected an ack of at (least 2, got 1|most 3, got 4)/);
    }
  });

  test("refuses what has no place before the welcome, and a second welcome", () => {
    const { channel } = open();
    assert.throws(() => channel.receive(welcome(0)), /unexpected message 1/);
    channel.hello("ticket", "nonce");
    assert.throws(() => channel.receive(batch(1)), /unexpected message 3/);
    assert.throws(() => channel.receive(encode([ACK, 0])), /unexpected message 8/);
    assert.ok(channel.receive(encode([BYE, 0, "stopping", "reload", ""])));
  });

  test("answers who asks, though it has nothing new to tell, and asks itself", () => {
    const { channel, sent } = open();
    channel.receive(encode([ACK, 0]));
    channel.receive(encode([ACK, 0, false]));
    assert.deepEqual(sent, []);
    channel.receive(encode([ACK, 0, true]));
    assert.deepEqual(sent, [[ACK, 0]]);
    channel.sendAck(true);
    assert.deepEqual(sent[1], [ACK, 0, true]);
  });

  test("says what the other side owes an answer to", () => {
    const due = [];
    const channel = new Channel((bytes, answer) => due.push([decode(bytes)[0], answer ?? false]));
    channel.hello("ticket", "nonce");
    channel.receive(welcome(0));
    channel.numbered(EVENT, [7]);
    channel.applied = 1;
    channel.ack();
    channel.sendAck(true);
    channel.bye("left", "");
    assert.deepEqual(due, [[HELLO, true], [EVENT, true], [ACK, false], [ACK, true], [BYE, false]]);
  });

  test("says nothing behind a bye, its own or the other's", () => {
    for (const end of [(channel) => channel.bye("left", ""), (channel) => channel.receive(encode([BYE, 0, "ended", "reload", ""]))]) {
      const { channel, sent } = open();
      end(channel);
      sent.length = 0;
      channel.numbered(EVENT, [7]);
      channel.sendAck(true);
      channel.bye("left", "");
      assert.deepEqual(sent, []);
    }
  });

  test("hands on a refusal, which is the answer to a hello and nothing else", () => {
    const { channel } = open();
    assert.throws(() => channel.receive(encode([REFUSE, "gone", "reload", ""])), /unexpected message 2/);
    channel.hello("ticket", "nonce");
    assert.deepEqual(channel.receive(encode([REFUSE, "gone", "reload", ""])), [REFUSE, "gone", "reload", ""]);
  });
});

describe("the client's constants", () => {
  const machine = JSON.parse(readFileSync(new URL("messages.json", PROTOCOL), "utf8"));
  const source = readFileSync(new URL("../../client/pycommunicate.js", import.meta.url), "utf8");
  const names = (rows) => rows.map(({ name }) => name);

  test("are those of the protocol", () => {
    for (const { name, code } of machine.messages) assert.equal(client[name.toUpperCase()], code, name);
    assert.equal(client.VERSION, machine.version);
    assert.equal(client.SUBPROTOCOL, machine.subprotocol);
    assert.equal(client.MAX_DEPTH, machine.max_depth);
    for (const { name, type } of machine.extensions) if (type > 0) assert.equal(client[`EXT_${name.toUpperCase()}`], type);
  });

  test("name each op by a function, in the protocol's order", () => {
    const table = source.slice(source.indexOf("\nconst ops = ["), source.indexOf("\n];", source.indexOf("\nconst ops = [")));
    assert.deepEqual([...table.matchAll(/^ {2}(?:async )?function (\w+)\(/gm)].map(([, name]) => name), names(machine.ops));
  });

  test("name ops and positions by their codes", () => {
    for (const [first, rows] of [["FIND", machine.ops], ["INSIDE", machine.positions]]) {
      const [, list, count] = source.match(new RegExp(`^const \\[(${first}.*)\\] = Array\\((\\d+)\\)\\.keys\\(\\);`, "m"));
      assert.deepEqual(list.toLowerCase().split(", "), names(rows).slice(0, Number(count)));
    }
  });

  test("hold no error that the protocol lacks", () => {
    const found = [...source.matchAll(/new Fault\("([\w-]+)"|return \["([\w-]+)",/g)].map(([, one, other]) => one ?? other);
    assert.ok(found.length > 5);
    for (const code of found) assert.ok(names(machine.errors).includes(code), code);
  });

  test("ask where the protocol says so", () => {
    assert.match(source, /op\[0\] === FRAGMENT \|\| \(op\[0\] <= CALL && op\[0\] !== SET\)/);
    assert.match(source, /const FRAGMENT = 16;/);
    assert.deepEqual(machine.ops.filter(({ ask }) => ask).map(({ code }) => code), [0, 1, 2, 4, 16]);
  });

  test("hold the protocol's defaults until the welcome", () => {
    const { limits } = new Channel(() => {});
    for (const { name, default: value } of machine.limits) if (name in limits) assert.equal(limits[name], value);
  });
});
