// @ts-check
/**
 * pycommunicate's client: carries out what the server writes, and tells it what happens.
 *
 * Sections, in the order in which data flows: codec, channel, document, events, typed, more, connection. What few pages
 * need is in more.js, which is loaded when it is needed. Numbers in "spec" comments are sections of protocol/v1/spec.md.
 * Nothing here makes text into code, and no global but window.pycommunicate is touched.
 */

// --- codec: values to bytes and back (spec 7) ----------------------------------------------------------------------

export const EXT_REF = 1;
export const EXT_BIGINT = 2;
export const EXT_CALLBACK = 3;
export const MAX_DEPTH = 32;

// The types of numbers that have bytes of their own run from 0xca to 0xd3; each has 2 to the power of its last two bits.
const FLOAT64 = 0xcb;
const UINT8 = 0xcc;
const UINT32 = 0xce;
const UINT64 = 0xcf;
const INT8 = 0xd0;
const INT32 = 0xd2;
const INT64 = 0xd3;
const KINDS = "Float32 Float64 Uint8 Uint16 Uint32 BigUint64 Int8 Int16 Int32 BigInt64".split(" ");
/** The methods of a DataView for them. */
const GETS = KINDS.map((kind) => "get" + kind);
const SETS = KINDS.map((kind) => "set" + kind);

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

/** @param {any} fine @param {string} what */
function expect(fine, what) {
  if (!fine) throw new RangeError("expected " + what);
}

/** The one value that the bytes hold. @param {Uint8Array} bytes @param {number} [most] how deep lists and maps may nest
 * @returns {any} */
export function decode(bytes, most = Infinity) {
  const view = /** @type {any} */ (new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  // A character for each byte: texts of ASCII, nearly all, are cut from it. A TextDecoder for each costs much more.
  const characters = byteDecoder.decode(bytes);
  let at = 0;

  /** @param {number} type */
  const number = (type) => {
    const number = view[GETS[type - 0xca]](at);
    at += 1 << (type & 3);
    return narrow(number);
  };

  /** Goes behind the next bytes and returns where they begin. @param {number} length */
  const skip = (length) => {
    at += length;
    expect(at <= bytes.length, "more bytes");
    return at - length;
  };

  /** @param {number} length */
  const take = (length) => bytes.subarray(skip(length), at);

  /** @param {number} length */
  const text = (length) => {
    const text = characters.slice(skip(length), at);
    return ascii.test(text) ? text : utf8Decoder.decode(bytes.subarray(at - length, at));
  };

  /** @param {number} length @param {() => any} [item] */
  const list = (length, item = value) => {
    expect(length <= bytes.length - at, "more bytes");
    expect(most-- > 0, "fewer levels");
    const items = [];
    while (length-- > 0) items.push(item());
    most++;
    return items;
  };

  const entry = () => {
    const key = value();
    expect(typeof key === "string", "text as the key of a map");
    return [key, value()];
  };

  // Not by assignment: "__proto__" is a key like any other.
  /** @param {number} length */
  const map = (length) => Object.fromEntries(list(length, entry));

  /** @param {number} length */
  const extension = (length) => {
    const type = number(INT8);
    if (type === EXT_BIGINT && length) {
      const bits = take(length).reduce((bits, byte) => (bits << 8n) | BigInt(byte), /** @type {any} */ (0n));
      return narrow(BigInt.asIntN(length * 8, bits));
    }
    const first = number(UINT32);
    if (type === EXT_REF && length === 4) return new Ref(first | 0);
    if (type === EXT_CALLBACK && length === 4) return new Callback(first);
    if (type === -1 && length === 4) return dateOf(first, 0);
    if (type === -1 && length === 8) return dateOf((first & 3) * 2 ** 32 + number(UINT32), first >>> 2);
    if (type === -1 && length === 12) return dateOf(Number(number(INT64)), first);
    expect(false, `an extension, got ${type}`);
  };

  /** @returns {any} */
  const value = () => {
    const first = bytes[at++];
    if (first < 0x80) return first;
    if (first < 0x90) return map(first & 15);
    if (first < 0xa0) return list(first & 15);
    if (first < 0xc0) return text(first & 31);
    if (first < 0xc1) return null;
    expect(first > 0xc1, "more bytes");
    if (first < 0xc4) return first > 0xc2;
    if (first < 0xc7) return take(number(first + 8)).slice();
    if (first < 0xca) return extension(number(first + 5));
    if (first < 0xd4) return number(first);
    if (first < 0xd9) return extension(1 << (first - 0xd4));
    if (first < 0xdc) return text(number(first - 13));
    if (first < 0xde) return list(number(first - 15));
    if (first < 0xe0) return map(number(first - 17));
    return first - 0x100;
  };

  const result = value();
  expect(at === bytes.length, "fewer bytes");
  return result;
}

/** Whether a date is one of the years 1 to 9999, as far as everybody's dates go. @param {number} time */
const isDate = (time) => time >= -62135596800000 && time < 253402300800000;

/** @param {number} seconds @param {number} nanoseconds */
function dateOf(seconds, nanoseconds) {
  const time = seconds * 1000 + Math.floor(nanoseconds / 1e6);
  expect(nanoseconds < 1e9 && isDate(time), "a date of the years 1 to 9999");
  return new Date(time);
}

/** @param {any} number */
const narrow = (number) => (Number.isSafeInteger(Number(number)) ? Number(number) : number);

/** @param {string} path @param {string} what @returns {never} */
function unsupported(path, what) {
  throw new Fault("unsupported", `${path}: ${what}`);
}

/** The bytes of a message, each of whose fields is a value. @param {any[]} message @param {(node: any) => number} [refOf]
 * names a node @param {number} [most] how many lists and maps may be in it */
export function encode(message, refOf = () => 0, most = Infinity) {
  let bytes = new Uint8Array(256);
  let view = /** @type {any} */ (new DataView(bytes.buffer));
  let at = 0;

  /** @param {number} size */
  const makeRoom = (size) => {
    if (at + size <= bytes.length) return;
    const before = bytes;
    bytes = new Uint8Array(at * 2 + size);
    bytes.set(before);
    view = new DataView(bytes.buffer);
  };

  /** @param {number} type @param {number | bigint} number */
  const put = (type, number) => {
    makeRoom(8);
    view[SETS[type - 0xca]](at, number);
    at += 1 << (type & 3);
  };

  /** @param {number} byte */
  const byte = (byte) => {
    makeRoom(1);
    bytes[at++] = byte;
  };

  /** @param {ArrayLike<number>} part */
  const raw = (part) => {
    makeRoom(part.length);
    bytes.set(part, at);
    at += part.length;
  };

  /** A type and a length: in one byte, or the length behind it in 1 (but for lists and maps), 2 or 4.
   * @param {number} length @param {number} fixed @param {number} most @param {number} type */
  const head = (length, fixed, most, type) => {
    if (length <= most) return byte(fixed | length);
    const power = length < 0x100 && type < 0xdb ? 0 : length < 0x10000 ? 1 : 2;
    byte(type + power);
    put(UINT8 + power, length);
  };

  /** @param {string} text */
  const text = (text) => {
    const bytes = utf8Encoder.encode(text);
    head(bytes.length, 0xa0, 31, 0xd9);
    raw(bytes);
  };

  /** @param {number} type @param {number | bigint} number */
  const typed = (type, number) => {
    byte(type);
    put(type, number);
  };

  /** @param {number} number */
  const number = (number) => {
    if (!Number.isSafeInteger(number) || Object.is(number, -0)) typed(FLOAT64, number);
    else if (number >= 2 ** 32 || number < -(2 ** 31)) bigint(BigInt(number));
    else if (number >= 0) head(number, 0, 127, UINT8);
    else if (number >= -32) byte(number);
    else typed(number >= -0x80 ? INT8 : number >= -0x8000 ? INT8 + 1 : INT32, number);
  };

  /** @param {bigint} number */
  const bigint = (number) => {
    if (BigInt.asUintN(64, number) === number) typed(UINT64, number);
    else if (BigInt.asIntN(64, number) === number) typed(INT64, number);
    else {
      let size = 9;
      while (BigInt.asIntN(size * 8, number) !== number) size++;
      head(size, 0, -1, 0xc7);
      byte(EXT_BIGINT);
      while (size--) byte(Number((number >> BigInt(size * 8)) & 0xffn));
    }
  };

  /** @param {any} value @param {string} path where the value stands, for messages
   * @param {any[]} above the containers that it stands in */
  const write = (value, path, above) => {
    const type = typeof value;
    if (value === null || value === undefined) byte(0xc0);
    else if (type === "string") text(value);
    else if (type === "number") number(value);
    else if (type === "boolean") byte(value ? 0xc3 : 0xc2);
    else if (type === "bigint") bigint(value);
    else if (type === "object") object(value, path, above);
    else unsupported(path, `a ${type}`);
  };

  /** @param {any} value @param {string} path @param {any[]} above */
  const object = (value, path, above) => {
    if (value instanceof Date) {
      const time = value.getTime();
      if (!isDate(time)) unsupported(path, "a date out of range");
      const seconds = Math.floor(time / 1000);
      head(12, 0, -1, 0xc7);
      byte(-1);
      put(UINT32, (time - seconds * 1000) * 1e6);
      return put(INT64, BigInt(seconds));
    }
    if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) {
      const { buffer = value, byteOffset, byteLength } = /** @type {any} */ (value);
      head(byteLength, 0, -1, 0xc4);
      return raw(new Uint8Array(buffer, byteOffset, byteLength));
    }
    if (value instanceof Ref || isA(value, "Node")) {
      const ref = value instanceof Ref ? value.number : refOf(value);
      byte(0xd6);
      byte(EXT_REF);
      return put(INT32, ref);
    }
    if (above.includes(value)) unsupported(path, "a cycle");
    if (above.length >= MAX_DEPTH) unsupported(path, "nested too deep");
    if (--most < 0) throw new Fault("too-large", `${path}: too large`);
    const inside = [...above, value];
    const entries = entriesOf(value);
    if (entries) {
      head(entries.length, 0x80, 15, 0xdd);
      for (const [key, item] of entries) {
        if (typeof key !== "string") unsupported(path, "a map with a key that is no text");
        text(key);
        write(item, `${path}.${key}`, inside);
      }
    } else if (typeof value[Symbol.iterator] === "function") {
      const items = [...value];
      head(items.length, 0x90, 15, 0xdb);
      items.forEach((item, i) => write(item, `${path}[${i}]`, inside));
    } else unsupported(path, `a ${value.constructor?.name ?? "value"}`);
  };

  head(message.length, 0x90, 15, 0xdb);
  for (const field of message) write(field, "value", []);
  return bytes.subarray(0, at);
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
    return Object.entries({ name, size, type, last_modified: lastModified });
  }
  if (isA(value, "DOMRectReadOnly")) return entriesOf(value.toJSON());
  const parent = Object.getPrototypeOf(value) ?? Object.prototype;
  return parent === Object.prototype || isA(value, "DOMStringMap") ? Object.entries(value) : null;
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
    this._send = send;
    /** Whether it is welcome on a socket; else what is numbered is kept until it is (spec 8.6). */
    this.open = false;
    /** Whether the server has said bye. */
    this._over = false;
    this.sent = 0;
    this._acked = 0;
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
    this._send(encode([HELLO, { version: VERSION, ticket, nonce, received: this.applied, capabilities: [] }]), true);
  }

  /** The message of a frame, or null for one that came before. @param {Uint8Array} bytes @returns {any[] | null} */
  receive(bytes) {
    // Around a value of an op there are the op, the list of ops and the batch.
    const message = decode(bytes, MAX_DEPTH + 3);
    const [type, first, ack] = message;
    const fits = SHAPES.get(type)?.every((is, i) => is(message[i + 1]));
    // spec 4.1: what answers a hello comes once, and first; a bye at any time. Behind one, nobody is welcome (spec 5.10).
    if (!fits || (type !== BYE && this.open === type < BATCH) || (this._over && type === WELCOME)) {
      throw new RangeError(`unexpected message ${type}`);
    }
    if (type === BATCH) {
      if (first <= this.received) {
        this.duplicates++;
        return null;
      }
      expect(first === this.received + 1, `batch ${this.received + 1}, got ${first}`);
      this.received++;
      this._acknowledged(ack);
    } else if (type === ACK) {
      this._acknowledged(first);
      // spec 8.7: the other side asks whether we are there.
      if (ack === true) this.sendAck(false);
    } else if (type === BYE) {
      this._acknowledged(first);
      this.open = false;
      this._over = true;
    } else if (type === WELCOME) this._resume(first);
    return message;
  }

  /** Sends again what the server lacks (spec 8.6). @param {any} welcome */
  _resume({ received, limits }) {
    expect(received >= this._acked, `an ack of at least ${this._acked}, got ${received}`);
    this._acknowledged(received);
    for (const name of Object.keys(this.limits).filter((name) => name in limits)) {
      this.limits[name] = limits[name];
      expect(limits[name] && isNumber(limits[name]), `more ${name}`);
    }
    this.open = true;
    for (const [, bytes] of this.unacked) this._send(bytes, true);
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
    if (this.open) this._send(bytes, true);
  }

  ack() {
    if (this.ackSent !== this.applied) this.sendAck(false);
  }

  /** @param {boolean} ask whether to ask for an ack in return (spec 8.7) */
  sendAck(ask) {
    if (!this.open) return;
    this.ackSent = this.applied;
    this._send(encode(ask ? [ACK, this.applied, true] : [ACK, this.applied]), ask);
  }

  /** Says that the page ends. @param {string} code @param {string} text */
  bye(code, text) {
    if (this.open) this._send(encode([BYE, this.applied, code, "stop", text]));
    this.open = false;
  }

  /** @param {number} number */
  _acknowledged(number) {
    expect(number <= this.sent, `an ack of at most ${this.sent}, got ${number}`);
    this._acked = Math.max(this._acked, number);
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
   * @returns {Promise<any> | undefined} a promise if later ops must wait */
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
      if (error === LACKING) return load().then(() => this.apply(op, batch, index));
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
    if (value instanceof Callback) return use("callback")(value.number);
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
    return query(page, scope, selector) ?? (wait ? use("seek")(page.node(scope), selector, wait) : null);
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
    if (key === "disabled") more.busy?.get(holder)?.delete(key);
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
    return use("view")(html);
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
    if (page.typed.saved.time) use("putBack")();
    early.on = false;
    page.listeners.letGo();
  },
  function done(page, [, listener, events]) {
    more.done?.(listener, events);
  },
  function fragment(page, [, , position, ref, html]) {
    return use("fragment")(position, page.node(ref), html);
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
    /** @type {any} the listener that its click has ended just now */
    this.ended = null;
    document.addEventListener("submit", (event) => this.guards(event) && event.preventDefault(), true);
  }

  get size() {
    return this.byNumber.size;
  }

  /** @param {number} number @param {any} node @param {string} type @param {any} options */
  add(number, node, type, options) {
    const { of, observe, delegate, debounce, throttle, busy, capture, passive } = options;
    const target = of || observe || debounce || throttle || busy || !type ? use("source")(node, type, options) : node;
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
        (debounce || throttle ? more.pace : this.happen)(listener, this.takeDown(listener, event, current));
      },
      stop: () => target.removeEventListener(type, listener.hear, capture),
    };
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
    this.byNumber.set(number, listener);
    const numbers = this.byNode.get(node);
    if (numbers) numbers.add(number);
    else this.byNode.set(node, new Set([number]));
  }

  /** @param {number} number @param {boolean} [marked] whether its marks stay, until they are done */
  remove(number, marked) {
    const listener = this.byNumber.get(number);
    if (!marked) more.done?.(number, Infinity);
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

  /** Sends what has happened, or lets it wait. @param {Listener} listener @param {any} body */
  happen = (listener, body) => {
    // Behind what happened before.
    if (this.claims.length) return this.claims.push([Infinity, listener, body]);
    const { number, options, type, node } = listener;
    if (listener.sent === listener.credit && this.waiting >= MOST_WAITING) {
      this.page.drop(body);
      return console.warn(`pycommunicate: a ${type} is dropped`);
    }
    if (options.busy) more.mark(listener, body.current);
    listener.waiting.push(body);
    this.waiting++;
    this.send(listener);
    if (options.once) {
      // spec 6.10: the submit that its click sets off is prevented still.
      this.ended = listener;
      setTimeout(() => (this.ended = null));
      this.remove(number, true);
    }
  };

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
    // It will be needed, when the server writes to the field or the document is loaded anew.
    load();
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
    if (this.touched.has(field) || field === this.composed || field === document.activeElement) {
      return use("write")(field, value, force, after);
    }
    if (field.value !== value) field.value = value;
    this.seen.set(field, [[0, field.value]]);
  }

  /** What was kept, if that was not long ago. */
  fresh() {
    return Date.now() - this.saved.time < 120000 ? this.saved : {};
  }

  /** Keeps what the user has entered, for the next document. @param {boolean} lost whether the last events may be */
  save(lost) {
    const before = this.fresh();
    const saved = { ...before, ...more.entered?.(), lost: lost || before.lost, url: location.href, user: this.user, time: Date.now() };
    try {
      sessionStorage.setItem(TYPED, JSON.stringify(saved));
    } catch {
      // Storage is blocked, or full.
    }
  }
}

// --- more: what is loaded when it is needed --------------------------------------------------------------------------

/** What client/more.js adds. @type {any} */
const more = {};
/** Thrown by an op that needs it: the op is carried out when it is there. */
const LACKING = {};

/** @param {string} name */
function use(name) {
  if (!more[name]) throw LACKING;
  return more[name];
}

/** Loads it, once; resolves when it is there, or some time after it could not be had: then the next one tries again. */
const load = () => (loading ??= parsed.then(() => new Promise((resolve) => {
  const script = /** @type {any} */ (document.createElement("script"));
  script.src = trusted("createScriptURL", tag.src.replace(/client(?=[^/]*$)/, "more"));
  script.nonce = tag.nonce;
  script.parts = { early, Fault, more, page, place, trusted };
  script.onload = resolve;
  script.onerror = () => {
    loading = null;
    setTimeout(resolve, 1000);
  };
  document.documentElement.append(script);
  script.remove();
})));
/** @type {Promise<any> | null} */
let loading;
/** Of the document. @type {Page} */
let page;
/** The element that has loaded this script. @type {any} */
let tag;

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
    this.page = page = new Page(this.channel, new Typed(user));
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
    if (!reload) return sayLost(why);
    // It keeps what the document after this one is to have.
    load().finally(() => (this.timer = setTimeout(reloadOrSay, Math.random() * soon, why)));
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
  tag = /** @type {any} */ (document.querySelector("script[data-pycommunicate]"));
  if (!tag) return;
  // Without a ticket the document was fetched for later; now that it is shown, it needs a page of its own.
  if (!tag.dataset.ticket) return reloadOrSay("the document came without a ticket");
  const client = new Client(tag.dataset);
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
