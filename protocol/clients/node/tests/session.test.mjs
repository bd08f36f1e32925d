/** The sockets of a document, over a clock that the test moves: life signs, acknowledgements, losses (spec 4.5, 8). */

import assert from "node:assert/strict";
import { it, mock } from "node:test";
import { Channel } from "../channel.mjs";
import { Session } from "../session.mjs";
import { TestServer } from "./server.mjs";
import { WELCOME } from "./wire.mjs";

mock.timers.enable({ apis: ["Date", "setInterval", "setTimeout"], now: 1e12 });
mock.method(Math, "random", () => 1);

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Waits for what sockets do: the clock that it is measured by is not the one that the test moves. */
async function until(condition) {
  for (let i = 0; i < 2000 && !condition(); i++) await turn();
  assert.ok(condition(), String(condition));
}

/** Lets time pass, a second at a time, as timers that are not late see it. */
function pass(seconds) {
  for (let i = 0; i < seconds; i++) mock.timers.tick(1000);
}

/** A session that has said hello. */
class Tab {
  constructor(server) {
    this.server = server;
    this.over = [];
    this.channel = new Channel({ ticket: "T", nonce: "n" });
    const live = { channel: this.channel, ops: { batch: ({ number }) => this.channel.apply(number) } };
    const host = { applied() {}, over: (action) => this.over.push(action), log() {}, cookies: () => "" };
    this.session = new Session(new URL(server.origin.replace("http", "ws")), live, host);
  }

  /** @returns {Promise<object[]>} what has arrived at the server by now */
  async said() {
    for (let i = 0; i < 50; i++) await turn();
    return this.server.messages.splice(0);
  }

  /** Waits until the client has taken in what the server has sent. */
  async taken(send) {
    const { session } = this;
    const { bytesRead } = session.socket._socket;
    send();
    await until(() => session.socket?._socket?.bytesRead !== bytesRead);
    await turn();
  }

  async welcome() {
    await this.server.welcome();
    await until(() => this.channel.state === "open");
  }
}

function test(name, run) {
  it(name, { timeout: 5000 }, async () => {
    const server = await new TestServer("").listen();
    const tab = new Tab(server);
    try {
      await run(tab, server);
    } finally {
      tab.session.leave();
      server.close();
    }
  });
}

test("asks after 20 seconds of silence, and takes the socket for lost 10 seconds later (8.7)", async (tab, server) => {
  await tab.welcome();
  pass(19);
  assert.deepEqual(await tab.said(), []);
  pass(1);
  assert.equal((await server.next("ack")).answer, true);
  pass(9);
  assert.deepEqual(await tab.said(), []);
  pass(1);
  assert.equal((await server.next("close")).code, 4000);
  mock.timers.tick(250);
  await server.next("hello");
});

test("takes any frame for a life sign (8.7)", async (tab, server) => {
  await tab.welcome();
  pass(15);
  await tab.taken(() => server.send("ack", {}));
  pass(19);
  assert.deepEqual(await tab.said(), []);
  pass(1);
  await server.next("ack");
  await tab.taken(() => server.send("ack", {}));
  pass(15);
  assert.deepEqual(await tab.said(), []);
});

test("takes no late timer for silence (8.7)", async (tab, server) => {
  await tab.welcome();
  pass(20);
  await server.next("ack");
  mock.timers.tick(60000);
  pass(9);
  assert.deepEqual(await tab.said(), []);
  pass(1);
  assert.equal((await server.next("close")).code, 4000);
});

test("gives up a server that does not answer its hello (8.7)", async (tab, server) => {
  await server.next("hello");
  pass(10);
  assert.equal((await server.next("close")).code, 4000);
  mock.timers.tick(250);
  await server.next("hello");
  pass(9);
  assert.deepEqual(await tab.said(), []);
});

test("answers at once who asks whether it is there (8.7)", async (tab, server) => {
  await tab.welcome();
  await tab.taken(() => server.send("ack", { answer: true }));
  assert.deepEqual(await tab.said(), [{ message: "ack", ack: 0 }]);
  await tab.taken(() => server.send("ack", {}));
  assert.deepEqual(await tab.said(), []);
});

test("acknowledges after 100 ms, 8 batches or 64 KiB (8.3)", async (tab, server) => {
  await tab.welcome();
  await tab.taken(() => server.batch());
  mock.timers.tick(99);
  assert.deepEqual(await tab.said(), []);
  mock.timers.tick(1);
  assert.equal((await server.next("ack")).ack, 1);
  for (let i = 0; i < 7; i++) await tab.taken(() => server.batch());
  assert.deepEqual(await tab.said(), []);
  await tab.taken(() => server.batch());
  assert.equal((await server.next("ack")).ack, 9);
  for (const ack of [11, 13]) {
    await tab.taken(() => server.batch(["navigate", "x".repeat(40000)]));
    assert.deepEqual(await tab.said(), []);
    server.batch(["navigate", "x".repeat(40000)]);
    assert.equal((await server.next("ack")).ack, ack);
  }
});

test("acknowledges by what it says anyway (8.3)", async (tab, server) => {
  await tab.welcome();
  await tab.taken(() => server.batch());
  tab.channel.reply(1, null);
  assert.equal((await server.next("reply")).ack, 1);
  mock.timers.tick(1000);
  assert.deepEqual(await tab.said(), []);
});

test("comes back after a time that doubles, up to 10 seconds, until it is welcome (4.5)", async (tab, server) => {
  const waits = [250, 500, 1000, 2000, 4000, 8000, 10000, 10000];
  const lose = async (wait) => {
    await until(() => server.sockets.clients.size);
    server.socket.terminate();
    await until(() => !tab.session.socket);
    mock.timers.tick(wait - 1);
    assert.equal(tab.session.socket, null, `sooner than ${wait}`);
    mock.timers.tick(1);
    assert.ok(tab.session.socket, `not after ${wait}`);
    await server.next("hello");
  };
  await server.next("hello");
  for (const wait of waits) await lose(wait);
  server.messages.unshift({ message: "hello" });
  await tab.welcome();
  await lose(250);
});

test("sends again behind the welcome what the server lacks (8.6)", async (tab, server) => {
  await tab.welcome();
  tab.channel.reply(1, "one");
  await server.next("reply");
  server.socket.terminate();
  await until(() => !tab.session.socket);
  tab.channel.reply(2, "two");
  mock.timers.tick(250);
  await server.next("hello");
  server.send("welcome", WELCOME);
  assert.equal((await server.next("reply")).value, "one");
  assert.equal((await server.next("reply")).value, "two");
});

test("ends with a bye where a rule is broken, as by a text that would be a message (2, 3)", async (tab, server) => {
  await tab.welcome();
  const ack = [0xdc, 0x80, 0x00, 8, 0, 0xc3, 0x80, ...Array(0x8000 - 4).fill(0)]; // well-formed as UTF-8, too
  server.socket.send(Buffer.from(ack), { binary: false });
  const { code, action } = await server.next("bye");
  assert.deepEqual([code, action], ["violation", "stop"]);
  assert.equal((await server.next("close")).code, 1000);
  assert.deepEqual(tab.over, ["stop"]);
});

test("asks by another hello where a bye says reload, and takes no welcome then (5.10)", async (tab, server) => {
  await tab.welcome();
  await tab.taken(() => server.batch());
  server.send("bye", { code: "ended", action: "reload", text: "" });
  assert.equal((await server.next("close")).code, 1000);
  assert.deepEqual(tab.over, []);
  mock.timers.tick(250);
  assert.equal((await server.next("hello")).received, 1);
  server.send("welcome", WELCOME);
  assert.equal((await server.next("bye")).code, "violation");
  assert.deepEqual(tab.over, ["stop"]);
});

test("does as a refuse says (4.4)", async (tab, server) => {
  await server.next("hello");
  server.send("refuse", { code: "who knows", action: "reload", text: "" });
  assert.equal((await server.next("close")).code, 1000);
  assert.deepEqual(tab.over, ["reload"]);
});
