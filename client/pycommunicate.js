// @ts-check
/**
 * pycommunicate's client: carries out what the server writes, and tells it what happens.
 *
 * Sections, in the order in which data flows: codec, channel, document, events, typed, connection. Numbers in "spec"
 * comments are sections of protocol/v1/spec.md. Nothing here makes text into code, and no global but
 * window.pycommunicate is touched.
 */

// --- codec: values to bytes and back (spec 7) ----------------------------------------------------------------------

export const EXT_REF = 1;
export const EXT_BIGINT = 2;
export const EXT_CALLBACK = 3;
export const MAX_DEPTH = 32;

const utf8Encoder = new TextEncoder();
const utf8Decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const byteDecoder = new TextDecoder("latin1");
const ascii = /^[\0-\x7f]*$/;

/** A node or object of this document as it stands in a value. */
export class Ref {
  /** @param {number} number */
  constructor(number) {
    this.number = number;
  }
}

/** A function of the server's as it stands in a value: the number of the listener that hears of its calls (spec 7.3). */
export class Callback extends Ref {}

/** Something that goes back to the server as an error of the closed list (spec 10). */
export class Fault extends Error {
  /** @param {string} code @param {string} text */
  constructor(code, text) {
    super(text);
    this.code = code;
  }
}

class Reader {
  /** @param {Uint8Array} bytes @param {number} most how deep lists and maps may nest */
  constructor(bytes, most) {
    this.bytes = bytes;
    this.most = most;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.at = 0;
    // A character for each byte: texts of ASCII, nearly all, are cut from it. A TextDecoder for each costs much more.
    this.characters = byteDecoder.decode(bytes);
  }

  /** @returns {any} */
  value() {
    const first = this.bytes[this.at++];
    if (first < 0x80) return first;
    if (first < 0x90) return this.map(first & 0x0f);
    if (first < 0xa0) return this.array(first & 0x0f);
    if (first < 0xc0) return this.text(first & 0x1f);
    if (first >= 0xe0) return first - 0x100;
    switch (first) {
      case 0xc0: return null;
      case 0xc2: return false;
      case 0xc3: return true;
      case 0xc4: case 0xc5: case 0xc6: return this.take(this.natural(first - 0xc4)).slice();
      case 0xc7: case 0xc8: case 0xc9: return this.extension(this.natural(first - 0xc7));
      case 0xca: return this.view.getFloat32((this.at += 4) - 4);
      case 0xcb: return this.view.getFloat64((this.at += 8) - 8);
      case 0xcc: case 0xcd: case 0xce: return this.natural(first - 0xcc);
      case 0xcf: return narrow(this.view.getBigUint64((this.at += 8) - 8));
      case 0xd0: return this.view.getInt8(this.at++);
      case 0xd1: return this.view.getInt16((this.at += 2) - 2);
      case 0xd2: return this.view.getInt32((this.at += 4) - 4);
      case 0xd3: return narrow(this.view.getBigInt64((this.at += 8) - 8));
      case 0xd4: case 0xd5: case 0xd6: case 0xd7: case 0xd8: return this.extension(1 << (first - 0xd4));
      case 0xd9: case 0xda: case 0xdb: return this.text(this.natural(first - 0xd9));
      case 0xdc: case 0xdd: return this.array(this.natural(first - 0xdb));
      case 0xde: case 0xdf: return this.map(this.natural(first - 0xdd));
      default: throw new RangeError("expected more bytes");
    }
  }

  /** A natural number in 1, 2 or 4 bytes, by the power of two. @param {number} power */
  natural(power) {
    const at = this.at;
    this.at += 1 << power;
    return power === 0 ? this.view.getUint8(at) : power === 1 ? this.view.getUint16(at) : this.view.getUint32(at);
  }

  /** @param {number} length */
  take(length) {
    const end = this.at + length;
    if (end > this.bytes.length) throw new RangeError("expected more bytes");
    const part = this.bytes.subarray(this.at, end);
    this.at = end;
    return part;
  }

  /** @param {number} length */
  text(length) {
    const at = this.at;
    const bytes = this.take(length);
    const text = this.characters.slice(at, this.at);
    return ascii.test(text) ? text : utf8Decoder.decode(bytes);
  }

  /** @param {number} length */
  array(length) {
    if (length > this.bytes.length - this.at) throw new RangeError("expected more bytes");
    this.enter();
    const items = new Array(length);
    for (let i = 0; i < length; i++) items[i] = this.value();
    this.most++;
    return items;
  }

  enter() {
    if (--this.most < 0) throw new RangeError("expected fewer levels");
  }

  /** @param {number} length */
  map(length) {
    this.enter();
    /** @type {Record<string, any>} */
    const map = {};
    for (let i = 0; i < length; i++) {
      const key = this.value();
      if (typeof key !== "string") throw new RangeError("expected text as the key of a map");
      // Defined, not assigned: "__proto__" is a key like any other.
      Object.defineProperty(map, key, { value: this.value(), enumerable: true, configurable: true, writable: true });
    }
    this.most++;
    return map;
  }

  /** @param {number} length */
  extension(length) {
    const type = this.view.getInt8(this.at++);
    const at = this.at;
    const bytes = this.take(length);
    if (type === EXT_REF && length === 4) return new Ref(this.view.getInt32(at));
    if (type === EXT_CALLBACK && length === 4) return new Callback(this.view.getUint32(at));
    if (type === EXT_BIGINT && length > 0) {
      let number = BigInt(this.view.getInt8(at));
      for (const byte of bytes.subarray(1)) number = (number << 8n) | BigInt(byte);
      return narrow(number);
    }
    if (type === -1 && length === 4) return dateOf(this.view.getUint32(at), 0);
    if (type === -1 && length === 8) {
      const both = this.view.getBigUint64(at);
      return dateOf(Number(both & 0x3ffffffffn), Number(both >> 34n));
    }
    if (type === -1 && length === 12) return dateOf(Number(this.view.getBigInt64(at + 4)), this.view.getUint32(at));
    throw new RangeError(`expected an extension, got ${type}`);
  }
}

/** Whether a date is one of the years 1 to 9999, as far as everybody's dates go. @param {number} time */
const isDate = (time) => time >= -62135596800000 && time < 253402300800000;

/** @param {number} seconds @param {number} nanoseconds */
function dateOf(seconds, nanoseconds) {
  const time = seconds * 1000 + Math.floor(nanoseconds / 1e6);
  if (nanoseconds >= 1e9 || !isDate(time)) throw new RangeError("expected a date of the years 1 to 9999");
  return new Date(time);
}

/** @param {bigint} number */
const narrow = (number) => (Number.isSafeInteger(Number(number)) ? Number(number) : number);

/** The one value that the bytes hold. @param {Uint8Array} bytes @param {number} [most] how deep it may nest
 * @returns {any} */
export function decode(bytes, most = Infinity) {
  const reader = new Reader(bytes, most);
  const value = reader.value();
  if (reader.at !== bytes.length) throw new RangeError("expected fewer bytes");
  return value;
}

class Writer {
  /** @param {number} most how many lists and maps may be written */
  constructor(most) {
    this.most = most;
    this.bytes = new Uint8Array(256);
    this.view = new DataView(this.bytes.buffer);
    this.at = 0;
  }

  /** Makes room and returns where it is; `bytes` and `view` may be others afterwards. @param {number} size */
  room(size) {
    if (this.at + size > this.bytes.length) {
      const larger = new Uint8Array(Math.max(this.bytes.length * 2, this.at + size));
      larger.set(this.bytes);
      this.bytes = larger;
      this.view = new DataView(larger.buffer);
    }
    const at = this.at;
    this.at += size;
    return at;
  }

  /** @param {number} byte */
  byte(byte) {
    const at = this.room(1);
    this.bytes[at] = byte;
  }

  /** A type, and behind it a number as that method of a DataView sets it.
   * @param {number} type @param {string} set @param {number} size @param {number | bigint} number */
  put(type, set, size, number) {
    this.byte(type);
    const at = this.room(size);
    /** @type {any} */ (this.view)[set](at, number);
  }

  /** A type whose length follows: in the type itself, or in 1, 2 or 4 bytes.
   * @param {number} length @param {number} fixed @param {number} most @param {number[]} types */
  head(length, fixed, most, types) {
    if (length <= most) this.byte(fixed | length);
    else if (length < 0x100 && types.length === 3) this.put(types[0], "setUint8", 1, length);
    else if (length < 0x10000) this.put(types[types.length - 2], "setUint16", 2, length);
    else this.put(types[types.length - 1], "setUint32", 4, length);
  }

  /** @param {Uint8Array} bytes */
  raw(bytes) {
    const at = this.room(bytes.length);
    this.bytes.set(bytes, at);
  }

  /** @param {string} text */
  text(text) {
    const bytes = utf8Encoder.encode(text);
    this.head(bytes.length, 0xa0, 31, [0xd9, 0xda, 0xdb]);
    this.raw(bytes);
  }

  /** @param {number} number */
  number(number) {
    if (!Number.isSafeInteger(number) || Object.is(number, -0)) this.put(0xcb, "setFloat64", 8, number);
    else if (number >= 2 ** 32 || number < -(2 ** 31)) this.bigint(BigInt(number));
    else if (number >= 0) this.head(number, 0, 0x7f, [0xcc, 0xcd, 0xce]);
    else if (number >= -0x20) this.byte(number & 0xff);
    else if (number >= -0x80) this.put(0xd0, "setInt8", 1, number);
    else if (number >= -0x8000) this.put(0xd1, "setInt16", 2, number);
    else this.put(0xd2, "setInt32", 4, number);
  }

  /** @param {bigint} number */
  bigint(number) {
    if (number >= 0n && number < 1n << 64n) this.put(0xcf, "setBigUint64", 8, number);
    else if (number < 0n && number >= -(1n << 63n)) this.put(0xd3, "setBigInt64", 8, number);
    else {
      /** @type {number[]} */
      const bytes = [];
      let rest = number;
      do {
        bytes.unshift(Number(rest & 0xffn));
        rest >>= 8n;
      } while (!((rest === 0n && bytes[0] < 0x80) || (rest === -1n && bytes[0] >= 0x80)));
      this.head(bytes.length, 0, -1, [0xc7, 0xc8, 0xc9]);
      this.byte(EXT_BIGINT);
      this.raw(Uint8Array.from(bytes));
    }
  }

  /** @param {Date} date @param {string} path */
  date(date, path) {
    const time = date.getTime();
    if (!isDate(time)) throw new Fault("unsupported", `${path}: a date out of range`);
    const seconds = Math.floor(time / 1000);
    this.put(0xc7, "setUint8", 1, 12);
    this.put(0xff, "setUint32", 4, (time - seconds * 1000) * 1e6);
    const at = this.room(8);
    this.view.setBigInt64(at, BigInt(seconds));
  }

  /**
   * @param {any} value
   * @param {(node: any) => number} refOf names a node
   * @param {string} path where the value stands, for messages
   * @param {any[]} above the containers that it stands in
   */
  value(value, refOf, path, above) {
    if (value === null || value === undefined) this.byte(0xc0);
    else if (typeof value === "string") this.text(value);
    else if (typeof value === "number") this.number(value);
    else if (typeof value === "boolean") this.byte(value ? 0xc3 : 0xc2);
    else if (typeof value === "bigint") this.bigint(value);
    else if (typeof value === "object") this.object(value, refOf, path, above);
    else throw new Fault("unsupported", `${path}: a ${typeof value}`);
  }

  /** @param {any} value @param {(node: any) => number} refOf @param {string} path @param {any[]} above */
  object(value, refOf, path, above) {
    if (value instanceof Date) return this.date(value, path);
    if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) {
      const bytes =
        value instanceof ArrayBuffer ? new Uint8Array(value) : new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
      this.head(bytes.length, 0, -1, [0xc4, 0xc5, 0xc6]);
      return this.raw(bytes);
    }
    if (value instanceof Ref || isA(value, "Node")) {
      const ref = value instanceof Ref ? value.number : refOf(value);
      this.byte(0xd6);
      return this.put(EXT_REF, "setInt32", 4, ref);
    }
    if (above.includes(value)) throw new Fault("unsupported", `${path}: a cycle`);
    if (above.length >= MAX_DEPTH) throw new Fault("unsupported", `${path}: nested too deep`);
    if (--this.most < 0) throw new Fault("too-large", `${path}: too large`);
    const inside = [...above, value];
    const entries = entriesOf(value);
    if (entries) {
      this.head(entries.length, 0x80, 15, [0xde, 0xdf]);
      for (const [key, item] of entries) {
        if (typeof key !== "string") throw new Fault("unsupported", `${path}: a map with a key that is no text`);
        this.text(key);
        this.value(item, refOf, `${path}.${key}`, inside);
      }
    } else if (typeof value[Symbol.iterator] === "function") {
      const items = [...value];
      this.head(items.length, 0x90, 15, [0xdc, 0xdd]);
      items.forEach((item, i) => this.value(item, refOf, `${path}[${i}]`, inside));
    } else throw new Fault("unsupported", `${path}: a ${value.constructor?.name ?? "value"}`);
  }
}

/** Whether the value is of a browser's class, which other JavaScript hosts lack. @param {any} value @param {string} name */
const isA = (value, name) => {
  const host = /** @type {any} */ (globalThis)[name];
  return typeof host === "function" && value instanceof host;
};

/** Keys and values of what travels as a map, else null. @param {any} value @returns {[any, any][] | null} */
function entriesOf(value) {
  if (value instanceof Map) return [...value];
  if (isA(value, "CSSStyleDeclaration")) return [...value].map((name) => [name, value.getPropertyValue(name)]);
  if (isA(value, "File")) {
    const { name, size, type, lastModified } = value;
    return [["name", name], ["size", size], ["type", type], ["last_modified", lastModified]];
  }
  if (isA(value, "DOMRectReadOnly")) return Object.entries(value.toJSON());
  if (isA(value, "DOMStringMap")) return Object.entries(value);
  const parent = Object.getPrototypeOf(value);
  return parent === null || parent === Object.prototype ? Object.entries(value) : null;
}

/** The bytes of a message, each of whose fields is a value. @param {any[]} message @param {(node: any) => number} [refOf]
 * @param {number} [most] how many lists and maps may be in it */
export function encode(message, refOf = () => 0, most = Infinity) {
  const writer = new Writer(most);
  writer.head(message.length, 0x90, 15, [0xdc, 0xdd]);
  for (const field of message) writer.value(field, refOf, "value", []);
  return writer.bytes.subarray(0, writer.at);
}

// --- channel: numbers, acknowledgements, duplicates (spec 8) -------------------------------------------------------

export const VERSION = 1;
export const SUBPROTOCOL = "pycommunicate.v1";
export const [HELLO, WELCOME, REFUSE, BATCH, EVENT, REPLY, GONE, FAILURE, ACK, BYE] = Array(10).keys();

/** @param {any} value */
const isNumber = (value) => Number.isSafeInteger(value) && value >= 0;
/** @param {any} value */
const isText = (value) => typeof value === "string";
/** @param {any} value */
const isAction = (value) => value === "reload" || value === "stop";
/** @param {any} value */
const isWelcome = ({ version, received, limits, capabilities }) =>
  version === VERSION && isNumber(received) && limits && Array.isArray(capabilities) && capabilities.every(isText);

/** What the fields of the server's messages are (spec 5). @type {Map<any, ((value: any) => any)[]>} */
const SHAPES = new Map([
  [WELCOME, [isWelcome]],
  [REFUSE, [isText, isAction, isText]],
  [BATCH, [isNumber, isNumber, Array.isArray]],
  [ACK, [isNumber, (answer) => answer === undefined || typeof answer === "boolean"]],
  [BYE, [isNumber, isText, isAction, isText]],
]);

/** The client's side of an exchange; it knows no socket: what it says is handed to `send`, with whether an answer is due. */
export class Channel {
  /** @param {(bytes: Uint8Array, due?: boolean) => void} send */
  constructor(send) {
    this.send = send;
    /** Whether it is welcome on a socket; else what is numbered is kept until it is (spec 8.6). */
    this.open = false;
    /** Whether the server has said bye. */
    this.over = false;
    this.sent = 0;
    this.acked = 0;
    this.received = 0;
    this.applied = 0;
    this.ackSent = 0;
    this.duplicates = 0;
    /** @type {Record<string, number>} what the welcome said one page may use */
    this.limits = { frame: 1 << 20, containers: 1 << 16, events: 16 };
    /** @type {[number, Uint8Array][]} numbered and not acknowledged */
    this.unacked = [];
  }

  /** @param {string} ticket @param {string} nonce */
  hello(ticket, nonce) {
    this.open = false;
    this.ackSent = this.applied;
    this.send(encode([HELLO, { version: VERSION, ticket, nonce, received: this.applied, capabilities: [] }]), true);
  }

  /** The message of a frame, or null for one that came before. @param {Uint8Array} bytes @returns {any[] | null} */
  receive(bytes) {
    // Around a value of an op there are the op, the list of ops and the batch.
    const message = decode(bytes, MAX_DEPTH + 3);
    const [type, first, ack] = message;
    if (!SHAPES.get(type)?.every((is, i) => is(message[i + 1]))) throw new RangeError(`unexpected message ${type}`);
    // spec 4.1: what answers a hello comes once, and first; a bye at any time. Behind one, nobody is welcome (spec 5.10).
    if ((type !== BYE && this.open === type < BATCH) || (this.over && type === WELCOME)) {
      throw new RangeError(`unexpected message ${type}`);
    }
    if (type === BATCH) {
      if (first <= this.received) {
        this.duplicates++;
        return null;
      }
      if (first !== this.received + 1) throw new RangeError(`expected batch ${this.received + 1}, got ${first}`);
      this.received++;
      this.acknowledged(ack);
    } else if (type === ACK) {
      this.acknowledged(first);
      // spec 8.7: the other side asks whether we are there.
      if (ack === true) this.sendAck(false);
    } else if (type === BYE) {
      this.acknowledged(first);
      this.open = false;
      this.over = true;
    } else if (type === WELCOME) this.resume(first);
    return message;
  }

  /** Sends again what the server lacks (spec 8.6). @param {any} welcome */
  resume({ received, limits }) {
    if (received < this.acked) throw new RangeError(`expected an ack of at least ${this.acked}, got ${received}`);
    this.acknowledged(received);
    for (const name of Object.keys(this.limits).filter((name) => name in limits)) {
      this.limits[name] = limits[name];
      if (!limits[name] || !isNumber(limits[name])) throw new RangeError(`expected more ${name}`);
    }
    this.open = true;
    for (const [, bytes] of this.unacked) this.send(bytes, true);
  }

  /** Sends a numbered message: `[type, number, ack, ...fields]`. @param {number} type
   * @param {any[] | Uint8Array} fields as they are, or encoded already */
  numbered(type, fields) {
    // The fields first: a getter among them may let an event happen, which takes the next number.
    const tail = Array.isArray(fields) ? encode(fields, undefined, this.limits.containers) : fields;
    const head = encode([type, this.sent + 1, this.applied]);
    const bytes = new Uint8Array(head.length + tail.length - 1);
    bytes.set(tail.subarray(1), head.length);
    bytes.set(head);
    bytes[0] = tail[0] + 3;
    if (bytes.length > this.limits.frame) {
      throw new Fault("too-large", `a frame may have ${this.limits.frame} bytes, this would have ${bytes.length}`);
    }
    this.sent++;
    this.ackSent = this.applied;
    this.unacked.push([this.sent, bytes]);
    if (this.open) this.send(bytes, true);
  }

  ack() {
    if (this.ackSent !== this.applied) this.sendAck(false);
  }

  /** @param {boolean} ask whether to ask for an ack in return (spec 8.7) */
  sendAck(ask) {
    if (!this.open) return;
    this.ackSent = this.applied;
    this.send(encode(ask ? [ACK, this.applied, true] : [ACK, this.applied]), ask);
  }

  /** Says that the page ends. @param {string} code @param {string} text */
  bye(code, text) {
    if (this.open) this.send(encode([BYE, this.applied, code, "stop", text]));
    this.open = false;
  }

  /** @param {number} number */
  acknowledged(number) {
    if (number > this.sent) throw new RangeError(`expected an ack of at most ${this.sent}, got ${number}`);
    this.acked = Math.max(this.acked, number);
    while (this.unacked[0]?.[0] <= number) this.unacked.shift();
  }
}

// --- document: nodes and what is done to them (spec 6) -------------------------------------------------------------

const [FIND, EXISTS, GET, SET, CALL] = Array(5).keys();
const FRAGMENT = 16;
const [INSIDE, AFTER, BEFORE] = Array(3).keys();
const INSTEAD = 3;

/** Carries out ops on the document that this script runs in. */
class Page {
  /** @param {Channel} channel @param {Typed} typed */
  constructor(channel, typed) {
    this.channel = channel;
    this.typed = typed;
    /** @type {Map<number, {node: any, times: number}>} what the server may name; holds nodes strongly */
    this.nodes = new Map([[0, { node: document, times: 1 }]]);
    /** @type {WeakMap<any, number>} */
    this.refs = new WeakMap([[document, 0]]);
    this.lastRef = 0;
    /** Nodes that were taken out of the document to come back. @type {WeakSet<any>} */
    this.kept = new WeakSet();
    /** @type {{refs: number[], listeners: number[]}} to be reported */
    this.gone = { refs: [], listeners: [] };
    this.listeners = new Listeners(this);
    /** Addresses of scripts that have run. */
    this.ran = new Set();
    /** @type {[any, number][]} batches to be applied, with their sizes */
    this.queue = [];
    this.applying = false;
    this.unackedBytes = 0;
    /** The last frame of ours that the server had applied when it sent the present batch. */
    this.known = 0;
    /** @type {any} */
    this.ackTimer = 0;
    /** @type {(() => void)[]} what is to be sent when the batch has been applied */
    this.replies = [];
    this.observer = new MutationObserver((records) => {
      this.sweep(records);
      this.report();
    });
  }

  /** Begins to see what the document's own scripts do; before there is a document, there is nothing to see. */
  watch() {
    this.observer.observe(document, { childList: true, subtree: true, attributeFilter: ["type"], attributeOldValue: true });
  }

  // Batches: one after the other, each acknowledged when it has been applied (spec 8.3).

  /** @param {any} batch @param {number} size */
  take(batch, size) {
    this.queue.push([batch, size]);
    if (!this.applying) this.applyAll();
  }

  async applyAll() {
    this.applying = true;
    for (let next = this.queue.shift(); next; next = this.queue.shift()) {
      const [[, number, ack, ops], size] = next;
      this.known = ack;
      for (let i = 0; i < ops.length; i++) {
        const waiting = this.apply(ops[i], number, i);
        if (waiting) {
          this.sendReplies();
          await waiting.catch((error) => this.channel.numbered(FAILURE, [number, i, this.faultOf(error)]));
        }
      }
      this.channel.applied = number;
      this.unackedBytes += size;
      this.sendReplies();
      this.report();
    }
    this.applying = false;
    this.acknowledge();
  }

  /** Carries out one op; what fails is told to the server. @param {any[]} op @param {number} batch @param {number} index
   * @returns {Promise<void> | undefined} a promise if later ops must wait */
  apply(op, batch, index) {
    // spec 6: in place of its number an ask may have 0, and wants no reply.
    const isAsk = op[0] === FRAGMENT || (op[0] <= CALL && op[0] !== SET);
    const asks = isAsk && op[1];
    try {
      const act = ops[op[0]];
      if (!act) throw new Fault("unsupported", `unknown op ${op[0]}`);
      const result = act(this, op);
      if (!isAsk) return result;
      if (!asks) return;
      const answer = (/** @type {any} */ value) => this.answer(op, value);
      if (op[0] !== GET && typeof result?.then === "function") {
        // spec 6.5: a promise holds nothing up; its reply comes by its number.
        result.then(
          (/** @type {any} */ value) => answer(value)(),
          (/** @type {any} */ error) => this.refuse(op[1], this.faultOf(error)),
        );
      } else this.replies.push(answer(result));
    } catch (error) {
      const fault = this.faultOf(error);
      if (asks) this.replies.push(() => this.refuse(op[1], fault));
      else this.channel.numbered(FAILURE, [batch, index, fault]);
    }
  }

  sendReplies() {
    for (const reply of this.replies.splice(0)) reply();
  }

  /** Takes down what an ask is answered by, as it is now; returns what sends it. @param {any[]} op @param {any} value */
  answer(op, value) {
    const [code, ask, ref, name] = op;
    const flags = code === GET ? op[4] : code === CALL && op[5];
    // spec 6.3: the object itself.
    const told = flags & 1 && Object(value) === value ? this.tell(value) : 0;
    const seen = code === GET && keyOf(name) === "value";
    const body = this.takeDown([ask, told ? new Ref(told) : value], seen ? [[this.holder(ref, name), value]] : []);
    if (told) body.told.push(told);
    return () => {
      try {
        if (body.fault) throw body.fault;
        this.sendBody(REPLY, body);
      } catch (error) {
        this.drop(body);
        this.refuse(ask, this.faultOf(error));
      }
    };
  }

  /** Takes down the fields of a message, the refs that they tell, and what they let the server see of fields.
   * @param {any[]} values @param {[any, string][]} seen @returns {any} */
  takeDown(values, seen) {
    /** @type {any} */
    const body = { told: [], seen: seen.map(([field, value]) => this.typed.tell(field, value, Infinity)) };
    const tell = (/** @type {any} */ node) => body.told[body.told.push(this.tell(node)) - 1];
    try {
      body.bytes = encode(values, tell, this.channel.limits.containers);
    } catch (error) {
      body.fault = error;
    }
    return body;
  }

  /** @param {number} type @param {any} body */
  sendBody(type, { bytes, seen }) {
    this.channel.numbered(type, bytes);
    for (const note of seen) note[0] = this.channel.sent;
  }

  /** Takes back what was told and is not sent. @param {any} body */
  drop({ told, seen }) {
    for (const ref of told) this.release(ref, 1);
    for (const note of seen) note[0] = -1;
  }

  /** @param {number} ask @param {string[]} fault */
  refuse(ask, fault) {
    this.channel.numbered(REPLY, [ask, null, fault]);
  }

  /** Code and text of the closed list, and what was thrown (spec 10), as far as it fits into a frame. @param {any} error */
  faultOf(error) {
    const { frame } = this.channel.limits;
    const thrown = error instanceof Error && !(error instanceof Fault);
    const text = thrown ? `${error.name}: ${error.message}` : error?.message ?? String(error);
    /** @type {any[]} */
    const fault = [error instanceof Fault ? error.code : "js-error", text.slice(0, Math.min(1000, frame / 4))];
    const cut = (/** @type {any} */ text, most = 1000) => String(text).slice(0, most);
    if (thrown && frame > 30000) {
      fault.push({ name: cut(error.name), message: cut(error.message), stack: cut(error.stack, 4000) });
    }
    return fault;
  }

  /** Acknowledges at once when much has been applied, else soon: an event or reply may carry it. */
  acknowledge() {
    const due = this.channel.applied - this.channel.ackSent;
    if (due >= 8 || this.unackedBytes >= 65536) this.ack();
    else if (due) this.ackTimer ||= setTimeout(() => this.ack(), 100);
  }

  ack() {
    clearTimeout(this.ackTimer);
    this.ackTimer = this.unackedBytes = 0;
    this.channel.ack();
  }

  // Refs: the server numbers what it creates from 1 up, we what is found from -1 down (spec 7.2).

  /** @param {number} ref */
  node(ref) {
    const entry = this.nodes.get(ref);
    if (!entry) throw new Fault("stale-ref", `no node has the ref ${ref} any more`);
    return entry.node;
  }

  /** The ref of a node, counted as told. @param {any} node */
  tell(node) {
    let ref = this.refs.get(node);
    if (ref === undefined || !this.nodes.has(ref)) this.name((ref = --this.lastRef), node, 0);
    /** @type {any} */ (this.nodes.get(ref)).times++;
    return ref;
  }

  /** @param {number} ref @param {any} node @param {number} times */
  name(ref, node, times) {
    this.nodes.set(ref, { node, times });
    this.refs.set(node, ref);
  }

  /** Forgets a ref that the server has no use for, unless we have told it again meanwhile.
   * @param {number} ref @param {number} times */
  release(ref, times) {
    const entry = this.nodes.get(ref);
    if (!entry || ref === 0) return;
    entry.times -= times;
    if (entry.times <= 0) {
      this.nodes.delete(ref);
      this.refs.delete(entry.node);
    }
  }

  /** Forgets what stands in subtrees that have left the document. @param {MutationRecord[]} records */
  sweep(records) {
    for (const { oldValue, target } of records) if (oldValue === "password") this.typed.secret.add(target);
    if (this.nodes.size === 1 && !this.listeners.size) return;
    for (const record of records) {
      for (const node of record.removedNodes) {
        if (!node.isConnected && !this.kept.has(node)) this.forget(node);
      }
    }
  }

  /** Forgets a node and all inside. @param {any} root */
  forget(root) {
    const walker = document.createTreeWalker(root);
    for (let node = root; node; node = walker.nextNode()) {
      const ref = this.refs.get(node);
      if (ref !== undefined) {
        this.nodes.delete(ref);
        this.refs.delete(node);
        this.gone.refs.push(ref);
      }
      this.gone.listeners.push(...this.listeners.forget(node));
    }
  }

  report() {
    const { refs, listeners } = this.gone;
    this.gone = { refs: [], listeners: [] };
    // As many as fit into a frame, of up to 14 bytes each pair.
    const most = Math.min(1000, 1 + this.channel.limits.frame / 40);
    while (refs.length || listeners.length) this.channel.numbered(GONE, [refs.splice(0, most), listeners.splice(0, most)]);
  }

  /** What a value of the server is here. @param {any} value @returns {any} */
  live(value) {
    if (typeof value !== "object" || value === null) return value;
    if (value instanceof Callback) return this.listeners.callback(value.number);
    if (value instanceof Ref) return this.node(value.number);
    if (Array.isArray(value)) return value.map((item) => this.live(item));
    if (Object.getPrototypeOf(value) !== Object.prototype) return value;
    for (const key of Object.keys(value)) value[key] = this.live(value[key]);
    return value;
  }

  /** The object that has the property. @param {number} ref @param {string | string[]} name */
  holder(ref, name) {
    let holder = this.node(ref);
    if (typeof name === "string") return holder;
    for (const part of name.slice(0, -1)) {
      holder = holder[part];
      if (holder === null || holder === undefined) throw new Fault("invalid-name", `there is no ${name.join(".")}`);
    }
    return holder;
  }
}

/** @param {string | string[]} name @returns {string} */
const keyOf = (name) => (typeof name === "string" ? name : name[name.length - 1]);

/** Whether it is a style that is written as in CSS, as "--size". @param {any} holder @param {string} key */
const isDashed = (holder, key) => key.includes("-") && isA(holder, "CSSStyleDeclaration");

/** @param {any} holder @param {string} key */
const valueOfKey = (holder, key) => (isDashed(holder, key) ? holder.getPropertyValue(key) : holder[key]);

/** @param {Page} page @param {number} scope @param {string} selector */
function query(page, scope, selector) {
  const node = page.node(scope);
  try {
    // A text has nothing inside.
    return node.querySelector?.(selector) ?? null;
  } catch {
    throw new Fault("invalid-selector", `not a selector: ${selector}`);
  }
}

/** Resolves to what comes to match, or when the time is up, to what does then. @param {any} root @param {string} selector
 * @param {number} wait ms */
const seek = (root, selector, wait) => new Promise((resolve) => {
  const look = (/** @type {any} */ last) => {
    const found = root.querySelector?.(selector) ?? null;
    if (!found && last !== true) return;
    observer.disconnect();
    clearTimeout(timer);
    resolve(found);
  };
  const observer = new MutationObserver(look);
  const timer = setTimeout(look, wait, true);
  observer.observe(root.getRootNode(), { childList: true, subtree: true, attributes: true, characterData: true });
});

/** Puts a node where it shall be; one that is in the document as it is, if the browser can. @param {any} node
 * @param {number} position @param {any} target */
function move(node, position, target) {
  const parent = position ? target.parentNode : target;
  try {
    if (position <= BEFORE && node.isConnected) {
      return parent.moveBefore(node, position === AFTER ? target.nextSibling : position ? target : null);
    }
  } catch {
    // The browser lacks it, or it cannot be: then the other way tells.
  }
  place(node, position, target);
}

/** @param {any} node @param {number} position @param {any} target */
function place(node, position, target) {
  if (position === INSIDE) target.appendChild(node);
  else if (position === AFTER) target.after(node);
  else if (position === BEFORE) target.before(node);
  else throw new Fault("unsupported", `unknown position ${position}`);
}

/** One function for each row of spec 6, in its order. @type {((page: Page, op: any[]) => any)[]} */
const ops = [
  function find(page, [, , scope, selector, wait]) {
    return query(page, scope, selector) ?? (wait ? seek(page.node(scope), selector, wait) : null);
  },
  function exists(page, [, , scope, selector]) {
    return query(page, scope, selector) !== null;
  },
  function get(page, [, , ref, name]) {
    const holder = page.holder(ref, name);
    return valueOfKey(holder, keyOf(name));
  },
  // By index where thousands of ops come: taking an array apart costs more than the op.
  function set(page, op) {
    const holder = page.holder(op[1], op[2]);
    const key = keyOf(op[2]);
    if (key === "value" && isField(holder)) return page.typed.write(holder, page.live(op[3]), op[4], op[5] ?? page.known);
    const replaces = holder.firstElementChild;
    if (isDashed(holder, key)) holder.setProperty(key, op[3] ?? "");
    else holder[key] = page.live(op[3]);
    if (/^(checked|selected|inner|text)/.test(key)) page.typed.touched.delete(holder.closest?.(FIELDS));
    if (key === "disabled") page.listeners.busy.get(holder)?.delete(key);
    if (replaces) page.sweep(page.observer.takeRecords());
  },
  function call(page, [, , ref, name, values, flags]) {
    const holder = page.holder(ref, name);
    const key = keyOf(name);
    if (typeof holder[key] !== "function") throw new Fault("not-a-function", `not a function: ${[name].flat().join(".")}`);
    const result = flags & 2 ? Reflect.construct(holder[key], page.live(values)) : holder[key](...page.live(values));
    page.sweep(page.observer.takeRecords());
    return result;
  },
  function create(page, op) {
    const target = page.node(op[3]);
    let node;
    try {
      node = document.createElement(op[4]);
    } catch {
      throw new Fault("invalid-name", `not the name of an element: ${op[4]}`);
    }
    place(node, op[2], target);
    page.name(op[1], node, 1);
  },
  function insert(page, [, ref, position, target]) {
    const node = page.node(ref);
    move(node, position, page.node(target));
    page.kept.delete(node);
  },
  function remove(page, [, ref, keep]) {
    const node = page.node(ref);
    if (keep) page.kept.add(node);
    node.remove();
    // No record tells of what was out of the document before.
    if (!keep) page.forget(node);
  },
  function release(page, [, pairs]) {
    for (let i = 0; i < pairs.length; i += 2) page.release(pairs[i], pairs[i + 1]);
  },
  function listen(page, op) {
    page.listeners.add(op[1], page.node(op[2]), op[3], op[4]);
  },
  function unlisten(page, [, listeners]) {
    for (const listener of listeners) page.listeners.remove(listener);
  },
  function credit(page, [, listener, events]) {
    page.listeners.credit(listener, events);
  },
  function view(page, [, html]) {
    early.on = true;
    early.records = [];
    return showView(page, html);
  },
  function navigate(page, [, url]) {
    let target;
    try {
      target = new URL(url, document.baseURI);
    } catch {
      // It is none, as "http://".
    }
    if (!target || !/^https?:$/.test(target.protocol)) throw new Fault("invalid-name", `not a web address: ${url}`);
    location.assign(target);
  },
  function loaded(page) {
    early.on = false;
    page.typed.putBack();
    page.listeners.letGo();
  },
  function done(page, [, listener, events]) {
    page.listeners.done(listener, events);
  },
  function fragment(page, [, , position, ref, html]) {
    const target = page.node(ref);
    const at = position === INSTEAD ? INSIDE : position;
    const parent = at ? target.parentNode : target;
    const box = document.createElementNS(parent.namespaceURI, parent.localName);
    box.innerHTML = trusted("createHTML", html);
    const inside = box.content ?? box;
    const elements = [...inside.children];
    if (position === INSTEAD) target.replaceChildren();
    const nodes = document.createDocumentFragment();
    nodes.append(...inside.childNodes);
    place(nodes, at, at ? target : target.content ?? target);
    page.sweep(page.observer.takeRecords());
    return elements;
  },
];

/** What the server sends, as a page with Trusted Types wants it said. @param {string} kind @param {string} text */
function trusted(kind, text) {
  const same = (/** @type {string} */ same) => same;
  const rules = { createHTML: same, createScript: same, createScriptURL: same };
  policy ??= /** @type {any} */ (globalThis).trustedTypes?.createPolicy("pycommunicate", rules) ?? rules;
  return policy[kind](text);
}
/** @type {any} */
let policy;

/** Replaces title, head and body; later ops wait for the scripts that come with them (spec 6.13).
 * @param {Page} page @param {string} html */
async function showView(page, html) {
  const parsed = new DOMParser().parseFromString(trusted("createHTML", html), "text/html");
  for (const script of document.scripts) page.ran.add(script.src);
  // A parser without scripts takes what is for browsers without scripts as meant.
  for (const element of parsed.querySelectorAll("noscript")) element.textContent = element.innerHTML;
  parsed.documentElement.setAttribute(STATE, document.documentElement.getAttribute(STATE) ?? "");
  copyAttributes(parsed.documentElement, document.documentElement);
  const links = new Map([...document.head.querySelectorAll("link[rel=stylesheet]")].map((link) => [link.outerHTML, link]));
  // A stylesheet that stays is not taken out and loaded again: the page would flash.
  const head = [...parsed.head.childNodes].map((node) => links.get(/** @type {any} */ (node).outerHTML) ?? node);
  for (const node of [...document.head.childNodes]) if (!head.includes(node)) node.remove();
  let next = document.head.firstChild;
  for (const node of head) {
    if (node === next) next = next.nextSibling;
    else document.head.insertBefore(node, next);
  }
  document.body.replaceWith(document.adoptNode(parsed.body));
  page.sweep(page.observer.takeRecords());
  scrollTo(0, 0);
  for (const script of document.head.querySelectorAll("script")) {
    if (!script.src || !page.ran.has(script.src)) await runScript(script);
  }
  for (const script of document.body.querySelectorAll("script")) await runScript(script);
}

/** @param {Element} from @param {Element} to */
function copyAttributes(from, to) {
  for (const name of to.getAttributeNames()) if (!from.hasAttribute(name)) to.removeAttribute(name);
  for (const { name, value } of from.attributes) to.setAttribute(name, value);
}

/** Lets a parsed script run, by a copy: the parsed one never does. @param {HTMLScriptElement} parsed */
function runScript(parsed) {
  const script = document.createElement("script");
  for (const { name, value } of parsed.attributes) {
    script.setAttribute(name, name === "src" ? trusted("createScriptURL", value) : value);
  }
  script.nonce = parsed.nonce;
  script.async = parsed.async;
  if (parsed.text) script.text = trusted("createScript", parsed.text);
  // Ops wait for it, but not for ever: some never tell, as one for browsers without modules.
  const loads = script.src && !parsed.async && !parsed.noModule;
  const done = loads && new Promise((resolve) => {
    script.onload = script.onerror = resolve;
    setTimeout(resolve, 5000);
  });
  parsed.replaceWith(script);
  return done;
}

// --- events: what listeners hear (spec 5.5, 8.5 and 8.8) -----------------------------------------------------------

/** What the user does from the first byte of the document on, and again from each `view` until its `loaded` (spec 8.8).
 * @type {{on: boolean, records: {event: any, path: any[], held: boolean}[]}} */
const early = { on: true, records: [] };

const EARLY =
  "click dblclick auxclick contextmenu pointerdown pointerup mousedown mouseup touchstart touchend keydown keypress keyup " +
  "beforeinput input change submit reset focus blur focusin focusout cut copy paste drop";

/** @param {any} event */
function record(event) {
  if (!early.on) return;
  const path = event.composedPath();
  const one = { event, path, held: false };
  const leaves = event.type === "submit" ? event.target : isPlainClick(event) && path[0].closest?.(":any-link:not([target],[download])");
  if (leaves && leaves.closest("[data-pycommunicate-live]")) {
    event.preventDefault();
    one.held = true;
    // What the page's own script prevents as well is not to happen later.
    event.preventDefault = () => (one.held = false);
  }
  // One click by a mouse is five events.
  if (early.records.push(one) > 5000) early.records.shift();
}

/** @param {any} event */
const isPlainClick = (event) =>
  event.type === "click" && !(event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);

/** How many events may wait for credit, in all. */
const MOST_WAITING = 1000;

/**
 * @typedef {object} Listener
 * @property {number} number
 * @property {any} node
 * @property {string} type
 * @property {any} options
 * @property {(what: any) => void} hear
 * @property {() => void} stop
 * @property {number} happened events so far, sent or not
 * @property {number} sent
 * @property {number} credit events that may be sent in all
 * @property {any[]} waiting events that have no credit yet
 * @property {any} held what debounce or throttle holds back
 * @property {any} timer
 * @property {number} next when throttle lets one through
 */

class Listeners {
  /** @param {Page} page */
  constructor(page) {
    this.page = page;
    this.channel = page.channel;
    /** @type {Map<number, Listener>} */
    this.byNumber = new Map();
    /** @type {WeakMap<any, Set<number>>} */
    this.byNode = new WeakMap();
    this.waiting = 0;
    /** @type {[number, Listener, any][]} places of early events, the listeners that have claimed them, and what they send */
    this.claims = [];
    /** @type {any} */
    this.claimTimer = 0;
    /** Elements whose events are not done, and what was put on them: takes it away. @type {Map<any, Map<string, () => void>>} */
    this.busy = new Map();
    /** The marks of each listener: the place of an event, and its element. @type {Map<number, [number, any][]>} */
    this.marks = new Map();
    /** @type {any} the listener that its click has ended just now */
    this.ended = null;
    document.addEventListener("submit", (event) => this.guards(event) && event.preventDefault(), true);
  }

  get size() {
    return this.byNumber.size;
  }

  /** @param {number} number @param {any} node @param {string} type @param {any} options */
  add(number, node, type, options) {
    const { of = [], observe, delegate, capture, passive } = options;
    let target = node;
    for (const part of [of].flat()) target = target?.[part];
    if (of.length && !target?.addEventListener) throw new Fault("invalid-name", `nothing can listen at ${of}`);
    if (delegate !== undefined) query(this.page, 0, delegate);
    /** @type {Listener} */
    const listener = {
      number, node, type, options, happened: 0, sent: 0, waiting: [], held: null, timer: 0, next: 0,
      credit: this.channel.limits.events,
      hear: (event) => {
        const current = currentOf(listener, event);
        if (!current) return;
        if (prevents(listener, event, current)) event.preventDefault();
        if (options.stop) event.stopPropagation();
        this.pace(listener, this.takeDown(listener, event, current));
      },
      stop: () => target.removeEventListener(type, listener.hear, capture),
    };
    if (observe) {
      // No other class: one of them makes text into code.
      const Observer = /^(Intersection|Resize|Mutation)Observer$/.test(type) && /** @type {any} */ (globalThis)[type];
      if (!Observer) throw new Fault("unsupported", `nothing observes by ${type}`);
      const observer = new Observer((/** @type {any[]} */ records) => {
        for (const what of records) {
          if (this.byNumber.has(number)) this.pace(listener, this.takeDown(listener, what, node));
        }
      });
      observer.observe(target, this.page.live(observe));
      listener.stop = () => observer.disconnect();
    } else if (type) {
      for (const [place, record] of early.records.entries()) {
        const { event, path } = record;
        if (event.type !== type || !(event.bubbles || capture ? path.includes(target) : path[0] === target)) continue;
        // By then the user has given up, and done something else.
        if (performance.now() - event.timeStamp > 60000) continue;
        const current = currentOf(listener, event, path[0]);
        if (!current) continue;
        this.claims.push([place, listener, this.takeDown(listener, event, current)]);
        // At `loaded`, so that all are in order; but load() may take its time.
        this.claimTimer ||= setTimeout(() => this.sendClaims(), 1000);
        if (prevents(listener, event, current)) record.held = false;
        if (options.once) break;
      }
      target.addEventListener(type, listener.hear, { capture, passive });
    } else listener.stop = () => {};
    this.byNumber.set(number, listener);
    const numbers = this.byNode.get(node);
    if (numbers) numbers.add(number);
    else this.byNode.set(node, new Set([number]));
  }

  /** @param {number} number @param {boolean} [marked] whether its marks stay, until they are done */
  remove(number, marked) {
    const listener = this.byNumber.get(number);
    if (!marked) this.done(number, Infinity);
    if (!listener) return;
    listener.stop();
    clearTimeout(listener.timer);
    this.waiting -= listener.waiting.length;
    for (const body of [...listener.waiting, listener.held]) if (body) this.page.drop(body);
    this.byNumber.delete(number);
    this.byNode.get(listener.node)?.delete(number);
  }

  /** Removes the listeners of a node and returns their numbers. @param {any} node */
  forget(node) {
    const numbers = [...(this.byNode.get(node) ?? [])];
    for (const number of numbers) this.remove(number);
    return numbers;
  }

  /** The function that stands for a listener of calls (spec 7.3). @param {number} number */
  callback(number) {
    const listener = /** @type {any} */ (this.byNumber.get(number));
    if (!listener) return () => {};
    return listener.call ??= (/** @type {any[]} */ ...args) => {
      if (this.byNumber.get(number) === listener) listener.hear({ args });
    };
  }

  /** What an event sends, as it is now (spec 5.5). @param {Listener} listener @param {any} event @param {any} current
   * @returns {any} */
  takeDown({ number, options: { fields } }, event, current) {
    if (!fields?.length) return { ...this.page.takeDown([number], []), current };
    /** @type {Record<string, any>} */
    const errors = {};
    /** @type {[any, string][]} */
    const seen = [];
    const read = (/** @type {string | string[]} */ name) => {
      const [first, ...path] = [name].flat();
      let value = first === "current" ? current : first === "form" ? entriesOfForm(event, seen) : event[first];
      for (const part of path) {
        const holder = value;
        value = holder === null || holder === undefined ? null : valueOfKey(holder, part);
        if (part === "value" && path.length === 1) seen.push([holder, value]);
      }
      encode([value], undefined, this.channel.limits.containers);
      return value;
    };
    const values = fields.map((/** @type {any} */ name, /** @type {number} */ i) => {
      try {
        return read(name);
      } catch (error) {
        errors[i] = this.page.faultOf(error);
        return null;
      }
    });
    let body = this.page.takeDown([number, values, ...(Object.keys(errors).length ? [errors] : [])], seen);
    if (body.fault || body.bytes.length + 20 > this.channel.limits.frame) {
      this.page.drop(body);
      const faults = fields.map((/** @type {any} */ _, /** @type {number} */ i) => [i, ["too-large", ""]]);
      body = this.page.takeDown([number, fields.map(() => null), Object.fromEntries(faults)], []);
    }
    return { ...body, current };
  }

  /** Sends what has happened, or holds it back for its time (spec 6.10). @param {Listener} listener @param {any} body */
  pace(listener, body) {
    const { debounce, throttle } = listener.options;
    if (!debounce && !throttle) return this.happen(listener, body);
    if (listener.held) this.page.drop(listener.held);
    listener.held = body;
    if (debounce) {
      clearTimeout(listener.timer);
      listener.timer = 0;
    }
    const send = () => {
      const wait = listener.next - performance.now();
      if (wait > 0) return (listener.timer = setTimeout(send, wait));
      const { held } = listener;
      listener.timer = 0;
      listener.held = null;
      if (throttle) listener.next = performance.now() + throttle;
      this.happen(listener, held);
    };
    if (debounce) listener.timer = setTimeout(send, debounce);
    else if (!listener.timer) send();
  }

  /** @param {Listener} listener @param {any} body */
  happen(listener, body) {
    // Behind what happened before.
    if (this.claims.length) return this.claims.push([Infinity, listener, body]);
    const { number, options, type, node } = listener;
    if (listener.sent === listener.credit && this.waiting >= MOST_WAITING) {
      this.page.drop(body);
      return console.warn(`pycommunicate: a ${type} is dropped`);
    }
    if (options.busy && !options.observe) this.mark(listener, body.current);
    listener.waiting.push(body);
    this.waiting++;
    this.send(listener);
    if (options.once) {
      // spec 6.10: the submit that its click sets off is prevented still.
      this.ended = listener;
      setTimeout(() => (this.ended = null));
      this.remove(number, true);
    }
  }

  /** Sends what waits, as far as there is credit. @param {Listener} listener */
  send(listener) {
    while (listener.waiting.length && listener.sent < listener.credit) {
      listener.sent++;
      this.waiting--;
      this.page.sendBody(EVENT, listener.waiting.shift());
    }
  }

  /** @param {number} number @param {number} events */
  credit(number, events) {
    const listener = this.byNumber.get(number);
    if (!listener) return;
    listener.credit = events;
    this.send(listener);
  }

  /** Shows that an event of the element is not done. @param {Listener} listener @param {any} element */
  mark(listener, element) {
    const { busy } = this;
    const put = busy.get(element) ?? new Map([["", () => {}]]);
    busy.set(element, put);
    if (put.size === 1) {
      const before = element.getAttribute("aria-busy");
      put.set("aria", () => (before === null ? element.removeAttribute("aria-busy") : element.setAttribute("aria-busy", before)));
      element.setAttribute("aria-busy", "true");
      if (!element.classList.contains(BUSY)) put.set("class", () => element.classList.remove(BUSY));
      element.classList.add(BUSY);
    }
    if (listener.options.busy > 1 && element.disabled === false) {
      element.disabled = true;
      put.set("disabled", () => (element.disabled = false));
    }
    const marks = this.marks.get(listener.number) ?? [];
    this.marks.set(listener.number, [...marks, [++listener.happened, element]]);
  }

  /** So many events of a listener have been handled (spec 6.16). @param {number} number @param {number} events */
  done(number, events) {
    const marks = this.marks.get(number);
    if (!marks) return;
    this.marks.set(number, marks.filter(([place]) => place > events));
    if (events === Infinity) this.marks.delete(number);
    const still = new Set([...this.marks.values()].flat().map(([, element]) => element));
    for (const [, element] of marks) {
      if (still.has(element)) continue;
      for (const takeAway of this.busy.get(element)?.values() ?? []) takeAway();
      this.busy.delete(element);
    }
  }

  /** Sends the early events that were claimed, in the order in which they happened. */
  sendClaims() {
    clearTimeout(this.claimTimer);
    this.claimTimer = 0;
    for (const [, listener, body] of this.claims.splice(0).sort(([one], [other]) => one - other)) {
      if (this.byNumber.get(listener.number) === listener) this.happen(listener, body);
      else this.page.drop(body);
    }
  }

  /** Lets go of the early events that nobody has claimed: the last one that was held happens now. */
  letGo() {
    this.sendClaims();
    const { event, path } = early.records.findLast((/** @type {any} */ record) => record.held) ?? {};
    early.records = [];
    if (!event) return;
    // Whoever listens has heard it when it was held.
    const deaf = (/** @type {Event} */ again) => again.stopImmediatePropagation();
    addEventListener(event.type, deaf, true);
    if (event.type === "click") path[0].closest(":any-link").click();
    else if (!this.guards(event)) event.target.requestSubmit(event.submitter);
    removeEventListener(event.type, deaf, true);
  }

  /** Whether a click handler on a submit button stands for the submit of a form that has no action of its own; the click
   * itself goes through, so that the browser still validates. @param {any} event */
  guards({ submitter, target }) {
    return (
      submitter &&
      !target.hasAttribute("action") &&
      !submitter.hasAttribute("formaction") &&
      !/^dialog$/i.test(submitter.formMethod || (target.getAttribute("method") ?? "")) &&
      [this.ended, ...this.byNumber.values()].some((listener) => {
        const { type, options } = listener ?? {};
        return type === "click" && options.prevent !== false && !options.passive && currentOf(listener, 0, submitter) === submitter;
      })
    );
  }
}

const BUSY = "pycommunicate-busy";

/** The element that an event is for, if the listener hears it at all (spec 6.10). @param {Listener} listener
 * @param {any} event @param {any} [target] */
function currentOf({ node, options: { delegate } }, event, target = event.target) {
  if (!delegate) return node;
  const found = target.closest?.(delegate) ?? target.parentElement?.closest(delegate);
  return found !== node && node.contains(found) ? found : null;
}

/** The entries of the form that an event is about; its fields are seen. @param {any} event @param {[any, string][]} seen */
function entriesOfForm({ target, submitter }, seen) {
  const form = target?.elements ? target : target?.form;
  if (!form) return null;
  for (const field of form.elements) seen.push([field, field.value]);
  return [...new FormData(form, submitter)];
}

/** @param {Listener} listener @param {any} event @param {any} current */
const prevents = ({ options }, event, current) => options.prevent ?? (!options.passive && preventsByItself(event, current));

/** What is prevented where the program says nothing (spec 6.10). @param {any} event @param {any} node */
function preventsByItself(event, node) {
  if (event.type === "submit") return true;
  return (
    isPlainClick(event) &&
    node.matches?.(":is(a,area)[href]:not([download])") &&
    /^(_self)?$/.test(node.target || (document.querySelector("base[target]")?.getAttribute("target") ?? ""))
  );
}

// --- typed: what the user has entered goes along when the document is loaded anew (spec 4.6) -----------------------

const TYPED = "pycommunicate.typed";
const FIELDS = "input,textarea,select,[contenteditable]";
/** Fields of text. */
const TYPED_IN = /^(text|search|url|tel|email|password|textarea)$/;

/** Whether a user enters what it holds as its value (spec 6.4). @param {any} field */
const isField = (field) =>
  /^(input|textarea|select)$/.test(field?.localName) && !/^(checkbox|radio|file|hidden|button|submit|reset|image)$/.test(field.type);

class Typed {
  /** @param {string | undefined} user stands for the user that this document was made for */
  constructor(user) {
    this.user = user;
    /** Fields that the user has changed since the server last wrote to them. */
    this.touched = new WeakSet();
    /** Fields that have held a password. */
    this.secret = new WeakSet();
    /** @type {any} what the document before this one has kept, as far as it is not put back */
    this.saved = {};
    try {
      const saved = JSON.parse(sessionStorage.getItem(TYPED) ?? "");
      sessionStorage.removeItem(TYPED);
      if (saved.url === location.href && saved.user === user) this.saved = saved;
    } catch {
      // There is nothing, or storage is blocked.
    }
    /** What the server is told of fields, or has written, each with the number of the frame of ours behind which it stands
     * for the server: Infinity for what waits, -1 for what is never sent. @type {WeakMap<any, any[]>} */
    this.seen = new WeakMap();
    /** The field in which an input method composes, and the write that waits for its end. @type {any} */
    this.composed = null;
    /** @type {(() => void) | null} */
    this.waits = null;
    for (const { event } of early.records) this.hear(event);
    for (const type of "input change focusin beforeinput reset compositionstart compositionend".split(" ")) {
      addEventListener(type, (event) => this.hear(event), true);
    }
  }

  /** @param {any} event */
  hear({ type, target }) {
    if (type === "reset") for (const field of target.elements) this.touched.delete(field);
    if (!target.matches?.(FIELDS)) return;
    if (type === "compositionstart") this.composed = target;
    else if (type === "compositionend") {
      this.composed = null;
      const write = this.waits;
      this.waits = null;
      if (write) setTimeout(write);
    } else if (/^[ic]/.test(type)) {
      this.touched.add(target);
      if (target.type === "password") this.secret.add(target);
    } else if (!this.seen.has(target)) this.tell(target, target.value, 0);
  }

  /** Takes note of what the server is told of a field, or writes to it. @param {any} field @param {string} value
   * @param {number} frame */
  tell(field, value, frame) {
    const note = [frame, value];
    if (isField(field)) this.seen.set(field, [...this.notes(field).filter(([frame]) => frame >= 0).slice(-100), note]);
    return note;
  }

  /** @param {any} field @returns {any[]} */
  notes(field) {
    return this.seen.get(field) ?? [[0, field.defaultValue]];
  }

  /** Writes to a field, but not over what the user has typed since the server last saw it (spec 6.4).
   * @param {any} field @param {any} value @param {boolean} force @param {number} after what is known to the server */
  write(field, value, force, after) {
    if (field === this.composed) {
      this.waits = () => {
        try {
          this.write(field, value, force, after);
        } catch {
          // Nobody is told of what is kept then.
        }
      };
      return;
    }
    const { value: old, selectionStart, selectionEnd, selectionDirection } = field;
    // As the field spells it.
    const other = field.cloneNode(true);
    other.value = value;
    const spelled = other.value;
    // As the server sees it: what it has written stands behind the frames that it knew by then.
    const notes = this.notes(field).sort(([one], [other]) => one - other);
    const [, seen] = notes.findLast((/** @type {any} */ [frame]) => frame <= after) ?? notes[0];
    let cut = Infinity;
    if (!force && this.touched.has(field) && old !== seen && old !== spelled) {
      if (!TYPED_IN.test(field.type) || !seen || !old.startsWith(seen)) throw new Fault("kept", `the user has changed ${field.localName} ${field.id}`);
      cut = seen.length;
    } else this.touched.delete(field);
    const rest = old.slice(cut);
    if (old !== spelled + rest || field.selectedOptions) field.value = cut < Infinity ? spelled + rest : value;
    // What it knows later told of the field as it was: its beginning has changed there, too, or all of it.
    for (const note of notes) {
      if (note[0] > after && (cut === Infinity || note[1].startsWith(seen))) note[1] = spelled + note[1].slice(cut);
    }
    this.tell(field, spelled, after);
    // The caret stays at its place in what stays, or at the end.
    const move = (/** @type {number} */ at) =>
      at === old.length ? field.value.length : at < cut ? Math.min(at, spelled.length) : at - cut + spelled.length;
    if (typeof selectionStart === "number" && field === document.activeElement) {
      field.setSelectionRange(move(selectionStart), move(selectionEnd), selectionDirection);
    }
  }

  /** Whether what stands in the field may be kept. @param {any} field */
  keeps(field) {
    const words = field.getAttribute("autocomplete") ?? field.form?.getAttribute("autocomplete");
    return !/^(password|file|hidden)$/.test(field.type) && !this.secret.has(field) && !/\boff\b|one-time|password|cc-/i.test(words);
  }

  /** What was kept, if that was not long ago. */
  fresh() {
    return Date.now() - this.saved.time < 120000 ? this.saved : {};
  }

  /** Keeps what the user has entered, for the next document. @param {boolean} lost whether the last events may be */
  save(lost) {
    let { entries = [], focus, scroll = [scrollX, scrollY], lost: before } = this.fresh();
    for (const [field, keys] of fieldsWithKeys()) {
      if (this.touched.has(field) && this.keeps(field)) entries = [[keys, valueOf(field)], ...entries];
      if (field === document.activeElement) focus = [keys, field.selectionStart, field.selectionEnd];
    }
    const saved = { url: location.href, user: this.user, time: Date.now(), entries, focus, scroll, lost: lost || before };
    try {
      sessionStorage.setItem(TYPED, JSON.stringify(saved));
    } catch {
      // Storage is blocked, or full.
    }
  }

  /** Puts back what has its field by now; what has none waits for the next view. */
  putBack() {
    const { time, entries = [], focus, scroll } = this.fresh();
    const fields = new Map([...fieldsWithKeys()].flatMap(([field, keys]) => keys.map((key) => [key, field])));
    const find = (/** @type {string[]} */ keys) => fields.get(keys.find((key) => fields.has(key)) ?? "");
    const active = /** @type {Element} */ (document.activeElement);
    // The user may have gone on meanwhile.
    const free = !this.touched.has(active) && active?.matches("body,[autofocus]");
    const rest = entries.filter((/** @type {any} */ [keys, value]) => {
      const field = find(keys);
      if (field && !this.touched.has(field) && this.keeps(field)) this.enter(field, value);
      return !field;
    });
    this.saved = { time, entries: rest };
    const field = free && focus ? find(focus[0]) : null;
    field?.focus();
    if (field && focus[1] !== null) field.setSelectionRange(focus[1], focus[2]);
    if (scroll) scrollTo(scroll[0], scroll[1]);
  }

  /** Enters a value as the user would. @param {any} field @param {any} value */
  enter(field, value) {
    this.touched.add(field);
    if (field.options) for (const option of field.options) option.selected = value.includes(option.value);
    else field[holdsIn(field)] = value;
    for (const type of ["input", "change"]) {
      if (type === "input" || typeof value !== "string") field.dispatchEvent(new Event(type, { bubbles: true }));
    }
  }
}

/** The property that holds what was entered in a field, a select aside. @param {any} field */
const holdsIn = (field) => (isChoice(field) ? "checked" : "form" in field ? "value" : "innerText");

/** @param {any} field */
const isChoice = (field) => /^(checkbox|radio)$/.test(field.type);

/** @param {any} field */
const valueOf = (field) =>
  field.options ? Array.from(field.selectedOptions, (/** @type {any} */ option) => option.value) : field[holdsIn(field)];

/** All fields, each with what it may be found by, the surest first, and its place among those of the same. */
function fieldsWithKeys() {
  /** @type {Map<any, string[]>} */
  const fields = new Map();
  /** @type {Record<string, number>} */
  const counts = {};
  for (const field of /** @type {Iterable<any>} */ (document.querySelectorAll(FIELDS))) {
    const { form, type, id } = field;
    const name = field.getAttribute("name");
    const ways = [[form?.id, form?.getAttribute("name"), name, id], name && [name], id && [0, id]].filter(Boolean);
    fields.set(field, ways.map((way) => {
      const key = JSON.stringify([way, type, isChoice(field) && field.value]);
      counts[key] = (counts[key] ?? 0) + 1;
      return key + counts[key];
    }));
  }
  return fields;
}

// --- connection: sockets, and what happens without one (spec 4) ----------------------------------------------------

const STATE = "data-pycommunicate";

class Client {
  /** @param {any} data of the script tag */
  constructor({ pycommunicate: path, ticket, user }) {
    this.url = location.origin.replace("http", "ws") + path;
    this.ticket = ticket;
    // Only in this script's memory: it survives the back/forward cache, not a duplicated tab.
    this.nonce = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(16))));
    this.channel = new Channel((bytes, due) => {
      this.socket?.send(/** @type {any} */ (bytes));
      if (due && !this.due) this.expect();
    });
    this.page = new Page(this.channel, new Typed(user));
    this.state = "";
    this.failures = 0;
    /** Whether the server owes us a frame. */
    this.due = false;
    /** Seconds without a frame; since one is due, if one is. */
    this.silent = 0;
    /** Seconds without a server. */
    this.away = 0;
    /** @type {any} */
    this.timer = 0;
    /** @type {WebSocket | null} */
    this.socket = null;
    this.become("connecting");
    setInterval(() => this.tick(), 1000);
    addEventListener("online", () => this.wake());
    document.addEventListener("visibilitychange", () => document.hidden || this.wake());
    addEventListener("pageshow", ({ persisted }) => persisted && !this.socket && this.wake());
    addEventListener("pagehide", ({ persisted }) => this.leave(persisted));
    if (this.page.typed.saved.lost) {
      say("status", "The server was started anew. What you did last may not have been done.");
    }
  }

  connect() {
    this.drop(4000);
    const socket = (this.socket = new WebSocket(this.url, SUBPROTOCOL));
    socket.binaryType = "arraybuffer";
    // The way to the server is opened while the document is still read; what is done to it needs the whole of it.
    socket.onopen = () => {
      this.due = false;
      parsed.then(() => socket === this.socket && this.channel.hello(this.ticket, this.nonce));
    };
    socket.onmessage = ({ data }) => this.receive(new Uint8Array(data));
    socket.onclose = () => this.lost();
    this.expect();
  }

  /** Has nothing to do with the socket any more, whatever still comes of it. @param {number} code */
  drop(code) {
    clearTimeout(this.timer);
    this.channel.open = false;
    const { socket } = this;
    this.socket = null;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close(code);
  }

  expect() {
    this.due = true;
    this.silent = 0;
  }

  /** @param {Uint8Array} bytes */
  receive(bytes) {
    this.due = false;
    this.silent = 0;
    let message;
    try {
      message = this.channel.receive(bytes);
    } catch (error) {
      const why = `the server broke the protocol: ${error}`;
      this.channel.bye("violation", why);
      return this.end(false, why);
    }
    if (!message) return;
    const [type] = message;
    if (type === BATCH) this.page.take(message, bytes.length);
    else if (type === WELCOME) {
      this.failures = 0;
      this.become("connected");
      this.page.acknowledge();
    } else if (type === REFUSE) this.end(message[2] === "reload", message[3]);
    // After a bye that says reload the server may be on its way down: the next hello tells when it is back.
    else if (type === BYE && message[3] === "reload") this.lost();
    else if (type === BYE) this.end(false, message[4]);
  }

  lost() {
    this.drop(4000);
    this.timer = setTimeout(() => this.connect(), Math.random() * Math.min(10000, 250 * 2 ** this.failures++));
    this.become("waiting");
  }

  /** Each second. A timer that comes late, behind a dialog say, is one second: frames had their turn meanwhile (spec 8.7). */
  tick() {
    if (this.away && ++this.away === 4) showNotice(true);
    if (!this.socket || ++this.silent < (this.due ? 11 : 20)) return;
    if (this.due) this.lost();
    else if (!document.hidden) this.channel.sendAck(true);
  }

  /** What is away for long may be back now. */
  wake() {
    if (this.state === "gone") return;
    if (this.socket?.readyState) this.channel.sendAck(true);
    else this.connect();
  }

  /** The document is left, for good or for the back/forward cache (spec 4.5). @param {boolean} persisted */
  leave(persisted) {
    const gone = this.state === "gone";
    const { channel, page } = this;
    // A user who leaves a page that works wants it as it comes.
    if (!persisted && (gone || this.state === "waiting")) {
      page.typed.save(gone && (page.listeners.waiting > 0 || channel.unacked.some(([, bytes]) => bytes[1] === EVENT)));
    }
    if (gone) return;
    if (persisted) this.become("waiting");
    else channel.bye("left", "");
    this.drop(1000);
  }

  /** @param {boolean} reload @param {string} why @param {number} [soon] within how many ms it reloads */
  end(reload, why, soon = 1000) {
    this.become("gone", why);
    this.drop(1000);
    early.on = false;
    if (reload) this.timer = setTimeout(reloadOrSay, Math.random() * soon, why);
    else sayLost(why);
  }

  /** @param {string} state @param {string} [reason] */
  become(state, reason) {
    if (state === this.state) return;
    this.state = state;
    document.documentElement.setAttribute(STATE, state);
    if (state === "connecting" || state === "waiting") this.away ||= 1;
    else {
      this.away = 0;
      showNotice(false);
    }
    document.dispatchEvent(new CustomEvent(`pycommunicate:${state}`, { detail: { reason } }));
  }
}

/** Loads the document anew, but not again and again: at most twice in 30 seconds. @param {string} why */
function reloadOrSay(why) {
  const key = "pycommunicate.reloads";
  /** @type {number[]} */
  let times = [];
  try {
    times = JSON.parse(sessionStorage.getItem(key) ?? "[]").filter((/** @type {number} */ time) => time > Date.now() - 30000);
    sessionStorage.setItem(key, JSON.stringify([...times, Date.now()]));
  } catch {
    // Storage is blocked: then cookies are, and the server says stop.
  }
  // By its address, so that a form is not sent again; where that has a hash it would only scroll.
  if (times.length > 1) sayLost(why);
  else if (location.hash) location.reload();
  else location.replace(location.href);
}

/** Tells the user why the page is dead. @param {string} why */
const sayLost = (why) => say("alert", `This page has lost its server: ${why}. Reload to try again.`);

/** @param {string} role @param {string} text */
function say(role, text) {
  const notice = document.createElement("div");
  notice.setAttribute("role", role);
  notice.textContent = text;
  const colour = role === "alert" ? "#911" : "#333";
  notice.style.cssText =
    `position:fixed;left:1em;bottom:1em;max-width:80%;padding:.5em 1em;border-radius:.5em;background:${colour};color:#fff;z-index:99999`;
  notice.onclick = () => notice.remove();
  document.documentElement.append(notice);
  return notice;
}

/** Says that the page waits for its server, in the app's own element where it has one. @param {boolean} shown */
function showNotice(shown) {
  const own = /** @type {HTMLElement | null} */ (document.querySelector("[data-pycommunicate-notice]"));
  waitNotice?.remove();
  if (!own) waitNotice = shown ? say("status", "Waiting for the server \u2026") : null;
  else if (own.getAttribute("data-pycommunicate-notice") !== "off") own.hidden = !shown;
}
/** @type {HTMLElement | null} */
let waitNotice;

/** Resolves when the document has been read. */
const parsed = new Promise((resolve) => {
  if (globalThis.document?.readyState === "loading") document.addEventListener("DOMContentLoaded", resolve);
  else resolve(0);
});

function start() {
  const script = /** @type {HTMLScriptElement | null} */ (document.querySelector("script[data-pycommunicate]"));
  if (!script) return;
  // Without a ticket the document was fetched for later; now that it is shown, it needs a page of its own.
  if (!script.dataset.ticket) return reloadOrSay("the document came without a ticket");
  const client = new Client(script.dataset);
  Object.defineProperty(window, "pycommunicate", {
    value: {
      version: VERSION,
      get state() {
        return client.state;
      },
      /** Loads the document anew, with what was typed in it. */
      reload: () => client.end(true, "it was loaded too often", 0),
    },
  });
  parsed.then(() => client.page.watch());
  client.connect();
}

// Once, however often the script stands in the document; at once, or what the user does first is lost.
if (typeof document !== "undefined" && !Object.hasOwn(window, "pycommunicate")) {
  for (const type of EARLY.split(" ")) addEventListener(type, record, true);
  if (/** @type {any} */ (document).prerendering) document.addEventListener("prerenderingchange", start, { once: true });
  else start();
}
