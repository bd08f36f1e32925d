/** A server whose every message a test says. */

import { createServer } from "node:http";
import { WebSocketServer } from "ws";
import { write } from "../messages.mjs";
import { open } from "../page.mjs";
import { WELCOME, coded, read } from "./wire.mjs";

const SCRIPT = '<script data-pycommunicate="/mount/__pycommunicate/p/1/a/socket" data-ticket="T"></script>';

export class TestServer {
  /** @param {string} body of every document but those of `paths` @param {Object<string, function>} paths */
  constructor(body, paths = {}) {
    this.body = body;
    this.paths = paths;
    /** @type {{method: string, url: string, headers: object, body: string}[]} */
    this.loads = [];
    this.messages = [];
    this.wake = () => {};
    this.sent = 0;
    this.applied = 0;
    this.http = createServer((request, response) => this.serve(request, response));
    this.sockets = new WebSocketServer({ server: this.http });
    this.sockets.on("connection", (socket) => {
      this.socket = socket;
      socket.on("message", (bytes) => this.take(read(bytes)));
      socket.on("close", (code) => this.take({ message: "close", code }));
    });
  }

  async serve(request, response) {
    const { method, url, headers } = request;
    const body = (await request.toArray()).join("");
    this.loads.push({ method, url, headers, body });
    if (this.paths[url]) {
      this.paths[url](response);
    } else {
      response.setHeader("Content-Type", "text/html; charset=utf-8");
      response.end(`<!doctype html><html><head><title>Test</title>${SCRIPT}</head><body>${this.body}</body>`);
    }
  }

  take(message) {
    this.applied = message.number ?? this.applied;
    this.messages.push(message);
    this.wake();
  }

  /** @returns {Promise<object>} the next message of that name; all before it are let go */
  async next(name) {
    for (;;) {
      const message = this.messages.shift();
      if (message?.message === name) return message;
      if (!message) await new Promise((resolve) => (this.wake = resolve));
    }
  }

  send(name, fields) {
    this.socket.send(write(name, { ack: this.applied, ...fields }).bytes);
  }

  /** Sends a batch. @param {...Array} ops each its name and its fields */
  batch(...ops) {
    this.sent += 1;
    this.send("batch", { number: this.sent, ops: ops.map(coded) });
  }

  /** Lets the client in, and acknowledges what it says from then on. */
  async welcome() {
    const hello = await this.next("hello");
    this.sent = this.applied = 0;
    this.send("welcome", WELCOME);
    return hello;
  }

  get origin() {
    return `http://127.0.0.1:${this.http.address().port}`;
  }

  async listen() {
    await new Promise((resolve) => this.http.listen(0, "127.0.0.1", resolve));
    return this;
  }

  close() {
    for (const socket of this.sockets.clients) socket.terminate();
    this.http.close();
    this.http.closeAllConnections();
  }
}

/** @returns {() => Promise<void>} a test against a server, and a page that is open at an address of it */
export function withPage(body, test, { at = "/", paths } = {}) {
  return async () => {
    const server = await new TestServer(body, paths).listen();
    const logged = [];
    const page = await open(server.origin + at, { log: (text) => logged.push(text) });
    try {
      await test(server, page, logged);
    } finally {
      page.close();
      server.close();
    }
  };
}
