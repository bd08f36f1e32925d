/** The sockets of one document, one after the other: handshake, loss, life signs, acknowledgements. */

import WebSocket from "ws";
import { Channel } from "./channel.mjs";
import { Violation } from "./messages.mjs";

const FIRST_WAIT = 250;
const LONGEST_WAIT = 10000;
const ACK_TIME = 100;
const ACK_BATCHES = 8;
const ACK_BYTES = 65536;
const TICK = 1000;
const ASK_AFTER = 20000;
const LOST_AFTER = 10000;

export class Session {
  /**
   * @param {URL} url the address of the socket
   * @param {import('./document.mjs').LiveDocument} live
   * @param {object} host what it tells: applied(), over(action, text), log(text); `cookies(url)`
   */
  constructor(url, live, host) {
    this.url = url;
    this.live = live;
    this.channel = live.channel;
    this.host = host;
    this.isOver = false;
    this.failures = 0;
    /** The bytes of the batches that are applied, and the server was not told of. */
    this.untoldBytes = 0;
    this.lastFrame = Date.now();
    this.lastTick = Date.now();
    /** Since when the server has something to answer; 0 if there is nothing. */
    this.waitingSince = 0;
    this.channel.transmit = (bytes, isAwaited) => this.transmit(bytes, isAwaited);
    this.ticker = setInterval(() => this.tick(), TICK);
    this.connect();
  }

  // The socket (spec 3, 4.5)

  connect() {
    const headers = { Origin: this.url.origin.replace(/^ws/, "http"), Cookie: this.host.cookies(this.url) };
    const socket = new WebSocket(this.url, ["pycommunicate.v1"], {
      headers,
      perMessageDeflate: false,
      allowSynchronousEvents: false, // what a message has changed is seen before the next one, as in a browser
      handshakeTimeout: LOST_AFTER,
      maxPayload: 0,
    });
    this.socket = socket;
    const handlers = {
      open: () => this.channel.hello(),
      message: (bytes, isBinary) => this.receive(bytes, isBinary),
      error: (error) => this.host.log(`socket: ${error.message}`), // one that was dropped may fail, too
      close: () => this.lost(),
    };
    for (const [name, act] of Object.entries(handlers))
      socket.on(name, (...values) => this.socket === socket && act(...values));
  }

  transmit(bytes, isAwaited) {
    this.socket.send(bytes);
    if (isAwaited && !this.waitingSince) this.waitingSince = Date.now();
  }

  lost() {
    this.socket = null;
    this.waitingSince = 0;
    this.channel.lost();
    const upper = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** this.failures);
    this.failures += 1;
    this.retry = setTimeout(() => this.connect(), Math.random() * upper);
  }

  drop(code) {
    const { socket } = this;
    this.socket = null;
    if (socket) {
      socket.close(code);
      setTimeout(() => socket.terminate(), 2000).unref();
    }
  }

  /** Life signs (spec 8.7). */
  tick() {
    const now = Date.now();
    const isLate = now - this.lastTick > 2.5 * TICK;
    this.lastTick = now;
    if (isLate) {
      this.waitingSince &&= now;
    } else if (this.waitingSince && now - this.waitingSince >= LOST_AFTER) {
      this.host.log("the server has fallen silent");
      this.drop(4000);
      this.lost();
    } else if (this.channel.state === "open" && !this.waitingSince && now - this.lastFrame >= ASK_AFTER) {
      this.channel.ack(true);
    }
  }

  // What arrives

  receive(bytes, isBinary) {
    this.lastFrame = Date.now();
    this.waitingSince = 0;
    try {
      if (!isBinary) throw new Violation("a text message");
      const message = this.channel.receive(bytes);
      if (message) this.take(message, bytes.length);
    } catch (error) {
      if (!(error instanceof Violation)) throw error;
      this.say("violation", error.message);
      this.over("stop", `the server broke a rule: ${error.message}`);
    }
  }

  take({ message, answer, action, text, ...batch }, size) {
    if (message === "welcome") {
      if (this.channel !== this.live.channel) throw new Violation("a welcome of a page that has ended");
      this.failures = 0;
      this.channel.resend();
      this.acknowledge();
    } else if (message === "batch") {
      if (this.channel.told === this.channel.applied) this.untoldBytes = 0;
      this.untoldBytes += size;
      this.live.ops.batch(batch);
      this.acknowledge();
      this.host.applied();
    } else if (message === "ack" && answer) {
      this.channel.ack();
    } else if (message === "bye" && action === "reload") {
      this.ask(text);
    } else if (message !== "ack") {
      this.over(action, text);
    }
  }

  /** Told by a bye to load anew: another hello asks first what is to be done (spec 5.10). */
  ask(text) {
    this.host.log(`the page has ended: ${text}`);
    const { ticket, nonce, transmit, applied } = this.channel;
    this.drop(1000);
    this.channel = new Channel({ ticket, nonce, transmit });
    this.channel.apply(applied);
    this.lost();
  }

  // Acknowledgements (spec 8.3)

  acknowledge() {
    const { applied, told } = this.channel;
    if (applied - told >= ACK_BATCHES || this.untoldBytes >= ACK_BYTES) this.tellApplied();
    else if (told < applied) this.ackTimer ??= setTimeout(() => this.tellApplied(), ACK_TIME);
  }

  tellApplied() {
    clearTimeout(this.ackTimer);
    this.ackTimer = undefined;
    if (this.channel.state === "open" && this.channel.told < this.channel.applied) this.channel.ack();
  }

  // The end

  say(code, text) {
    if (this.socket && ["greeted", "open"].includes(this.channel.state)) this.channel.bye(code, "stop", text);
  }

  over(action, text) {
    this.end();
    this.host.over(action, text);
  }

  /** Leaves the document for good (spec 4.5). */
  leave() {
    this.say("left");
    this.end();
  }

  end() {
    clearInterval(this.ticker);
    clearTimeout(this.retry);
    clearTimeout(this.ackTimer);
    this.drop(1000);
  }
}
