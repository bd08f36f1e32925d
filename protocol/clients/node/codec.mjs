/** Values as msgpack (spec 7). A codec of its own: libraries are laxer about UTF-8, keys, -0, exts and levels. */

/** A ref inside of a value. */
export class Ref {
  /** @param {number} number */
  constructor(number) {
    this.number = number;
  }
}

/** A function of the server's, inside of a value that it sends (spec 7.3). */
export class Callback {
  /** @param {number} number of its listener */
  constructor(number) {
    this.number = number;
  }
}

/** A value that has been encoded already. */
export class Encoded {
  /** @param {Buffer} bytes @param {number} containers how many arrays and maps are in it */
  constructor(bytes, containers) {
    this.bytes = bytes;
    this.containers = containers;
  }
}

/** Bytes that are no value. */
export class Malformed extends Error {}

/** A value that cannot travel; the message names the path to it. */
export class Unsupported extends Error {}

export const MAX_DEPTH = 32;
const FIRST_SECOND = -62135596800n; // the year 1
const LAST_SECOND = 253402300799n; // the end of the year 9999
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

const tagOf = (value) => Object.prototype.toString.call(value).slice(8, -1);
const isPlain = (value) => [null, Object.prototype].includes(Object.getPrototypeOf(value));
const numberOf = (value) => (Number.isSafeInteger(Number(value)) ? Number(value) : value);
const pick = (value, names) => names.map((name) => [name, value[name]]);

/** @returns {?[string, *][]} the entries of what travels as a map, by the rows of 7.1 */
function entriesOf(value, tag, path) {
  if (tag === "Window") return null;
  if (value instanceof Map) {
    if ([...value.keys()].every((key) => typeof key === "string")) return [...value];
    throw new Unsupported(`${path} is a Map with a key that is no text`);
  }
  if (isPlain(value) || tag === "DOMStringMap") return Object.entries(value);
  if (typeof value.getPropertyValue === "function")
    return Array.from({ length: value.length }, (_, i) => [value[i], value.getPropertyValue(value[i])]);
  if (tag === "DOMRect") return pick(value, ["x", "y", "width", "height", "top", "right", "bottom", "left"]);
  return tag === "File" ? [...pick(value, ["name", "size", "type"]), ["last_modified", value.lastModified]] : null;
}

class Encoder {
  constructor(refOf = () => undefined) {
    this.refOf = refOf;
    this.parts = [];
    this.containers = 0;
    /** The arrays and maps that stand around what comes next. */
    this.open = new Set();
  }

  /** A byte, and behind it an integer of `size` bytes in two's complement. */
  head(code, size = 0, value = 0) {
    const part = Buffer.alloc(1 + size);
    part[0] = code;
    if (size === 8) part.writeBigUInt64BE(BigInt.asUintN(64, BigInt(value)), 1);
    else if (size) part.writeUIntBE(value < 0 ? value + 2 ** (8 * size) : value, 1, size);
    this.parts.push(part);
  }

  /** A head of one of the families with a length: short below `limit`, then of 8 (if there is one), 16 and 32 bits. */
  sized(count, short, limit, code8, code16) {
    if (count < limit) this.head(short | count);
    else if (code8 && count < 0x100) this.head(code8, 1, count);
    else this.head(...(count < 0x10000 ? [code16, 2] : [code16 + 1, 4]), count);
  }

  integer(value) {
    if (value >= -32 && value < 0x80) return this.head(value & 0xff);
    const size = [1, 2, 4].find((n) => (value < 0 ? value >= -(2 ** (8 * n - 1)) : value < 2 ** (8 * n))) ?? 8;
    return this.head((value < 0 ? 0xd0 : 0xcc) + Math.log2(size), size, value);
  }

  bigint(value) {
    if (typeof numberOf(value) === "number") {
      this.integer(Number(value));
    } else if (value < 0n ? value >= -(2n ** 63n) : value < 2n ** 64n) {
      this.head(value < 0n ? 0xd3 : 0xcf, 8, value);
    } else {
      const bytes = [];
      let rest = value;
      do {
        bytes.unshift(Number(rest & 0xffn));
        rest >>= 8n;
      } while (rest !== (bytes[0] & 0x80 ? -1n : 0n));
      this.ext(2, Buffer.from(bytes));
    }
  }

  text(value) {
    const bytes = Buffer.from(value); // a lone surrogate becomes U+FFFD
    this.sized(bytes.length, 0xa0, 32, 0xd9, 0xda);
    this.parts.push(bytes);
  }

  ext(type, bytes) {
    const fixed = [1, 2, 4, 8, 16].indexOf(bytes.length);
    if (fixed >= 0) this.head(0xd4 + fixed);
    else this.sized(bytes.length, 0, 0, 0xc7, 0xc8);
    this.parts.push(Buffer.from([type & 0xff]), bytes);
  }

  ref(number, type = 1) {
    const bytes = Buffer.alloc(4);
    bytes.writeInt32BE(number | 0); // the same bytes as unsigned
    this.ext(type, bytes);
  }

  binary(value) {
    const bytes = Buffer.from(value.buffer ?? value, value.byteOffset ?? 0, value.byteLength);
    this.sized(bytes.length, 0, 0, 0xc4, 0xc5);
    this.parts.push(bytes);
  }

  date(value, path) {
    const time = value.getTime();
    const seconds = Math.floor(time / 1000);
    if (!(seconds >= FIRST_SECOND && seconds <= LAST_SECOND))
      throw new Unsupported(`${path} is a date that cannot travel`);
    const nanoseconds = (time - seconds * 1000) * 1e6;
    const bytes = Buffer.alloc(12);
    bytes.writeUInt32BE(nanoseconds);
    bytes.writeBigInt64BE(BigInt(seconds), 4);
    if (seconds < 0 || seconds >= 2 ** 34) return this.ext(-1, bytes);
    if (!nanoseconds && seconds < 2 ** 32) return this.ext(-1, bytes.subarray(8));
    bytes.writeBigUInt64BE((BigInt(nanoseconds) << 34n) | BigInt(seconds), 4);
    return this.ext(-1, bytes.subarray(4));
  }

  /** An array or a map. */
  container(value, path) {
    const tag = tagOf(value);
    const entries = entriesOf(value, tag, path);
    if (!entries && typeof value[Symbol.iterator] !== "function")
      throw new Unsupported(`${path} is of the type ${tag}, which cannot travel`);
    if (this.open.has(value)) throw new Unsupported(`${path} is a cycle`);
    if (this.open.size >= MAX_DEPTH) throw new Unsupported(`${path} is nested more than ${MAX_DEPTH} levels deep`);
    this.containers += 1;
    this.open.add(value);
    const items = entries ?? [...value].map((item, i) => [i, item]);
    this.sized(items.length, entries ? 0x80 : 0x90, 16, 0, entries ? 0xde : 0xdc);
    for (const [key, item] of items) {
      if (entries) this.text(key);
      this.value(item, entries ? `${path}.${key}` : `${path}[${key}]`);
    }
    this.open.delete(value);
  }

  object(value, path) {
    const ref = value instanceof Ref ? value.number : this.refOf(value);
    if (ref !== undefined) this.ref(ref);
    else if (value instanceof Callback) this.ref(value.number, 3);
    else if (value instanceof Date) this.date(value, path);
    else if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) this.binary(value);
    else this.container(value, path);
  }

  value(value, path) {
    if (value === undefined || value === null) {
      this.head(0xc0);
    } else if (typeof value === "boolean") {
      this.head(value ? 0xc3 : 0xc2);
    } else if (typeof value === "string") {
      this.text(value);
    } else if (typeof value === "bigint") {
      this.bigint(value);
    } else if (Number.isSafeInteger(value) && !Object.is(value, -0)) {
      this.integer(value);
    } else if (typeof value === "number") {
      const part = Buffer.from([0xcb, 0, 0, 0, 0, 0, 0, 0, 0]);
      part.writeDoubleBE(value, 1);
      this.parts.push(part);
    } else if (value instanceof Encoded) {
      this.containers += value.containers;
      this.parts.push(value.bytes);
    } else if (typeof value === "object") {
      this.object(value, path);
    } else {
      throw new Unsupported(`${path} is a ${typeof value}, which cannot travel`);
    }
  }

  get encoded() {
    return new Encoded(Buffer.concat(this.parts), this.containers);
  }
}

/**
 * @param {*} value
 * @param {(object: object) => ?number} [refOf] gives the ref of a node, undefined for anything else
 * @param {string} [path] what errors call the value
 * @returns {Encoded}
 * @throws {Unsupported}
 */
export function encode(value, refOf, path = "value") {
  const encoder = new Encoder(refOf);
  encoder.value(value, path);
  return encoder.encoded;
}

/** @returns {Encoded} a message: its own array is no level of the values in it, and none of its containers (spec 9) */
export function encodeMessage(fields) {
  const encoder = new Encoder();
  encoder.head(0x90 | fields.length);
  fields.forEach((field) => encoder.value(field, "field"));
  return encoder.encoded;
}

function fail(why) {
  throw new Malformed(why);
}

class Decoder {
  constructor(bytes, maxDepth) {
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.at = 0;
    this.maxDepth = maxDepth;
  }

  take(size) {
    const from = this.at;
    this.at += size;
    if (this.at > this.bytes.length) fail("the frame is cut short");
    return this.bytes.subarray(from, this.at);
  }

  uint(size) {
    return this.take(size).readUIntBE(0, size);
  }

  text(size) {
    const bytes = this.take(size);
    try {
      return utf8.decode(bytes);
    } catch {
      fail("text that is no UTF-8");
    }
  }

  /** Looks at the head of an array or map before there is room made for it. */
  enter(count, depth) {
    if (depth >= this.maxDepth) fail("nested too deep");
    if (count > this.bytes.length - this.at) fail("the frame is cut short");
  }

  list(count, depth) {
    this.enter(count, depth);
    return Array.from({ length: count }, () => this.value(depth + 1));
  }

  map(count, depth) {
    this.enter(count, depth);
    const map = {};
    for (let i = 0; i < count; i++) {
      const key = this.value(depth + 1);
      if (typeof key !== "string") fail("a key that is no text");
      const value = this.value(depth + 1);
      Object.defineProperty(map, key, { value, writable: true, enumerable: true, configurable: true });
    }
    return map;
  }

  ext(size) {
    const type = this.take(1).readInt8();
    const bytes = this.take(size);
    if (type === 1 && size === 4) return new Ref(bytes.readInt32BE());
    if (type === 3 && size === 4) return new Callback(bytes.readUInt32BE());
    if (type === 2 && size > 0) return numberOf(BigInt.asIntN(size * 8, BigInt(`0x${bytes.toString("hex")}`)));
    if (type === -1 && [4, 8, 12].includes(size)) return this.date(bytes);
    fail(`an ext of type ${type} and ${size} bytes`);
  }

  date(bytes) {
    const long = bytes.length === 8 ? bytes.readBigUInt64BE() : 0n;
    const [nanoseconds, seconds] = {
      4: () => [0n, BigInt(bytes.readUInt32BE())],
      8: () => [long >> 34n, long & (2n ** 34n - 1n)],
      12: () => [BigInt(bytes.readUInt32BE()), bytes.readBigInt64BE(4)],
    }[bytes.length]();
    if (nanoseconds >= 10n ** 9n || seconds < FIRST_SECOND || seconds > LAST_SECOND) fail("a date beyond the years");
    return new Date(Number(seconds * 1000n + nanoseconds / 1000000n));
  }

  value(depth) {
    const code = this.uint(1);
    if (code < 0x80 || code >= 0xe0) return code < 0x80 ? code : code - 0x100;
    if (code < 0x90) return this.map(code & 15, depth);
    if (code < 0xa0) return this.list(code & 15, depth);
    if (code < 0xc0) return this.text(code & 31);
    const [first, read] = FAMILIES.findLast((family) => family[0] <= code);
    return read(this, code - first, depth);
  }
}

/** What stands behind the codes of a family: the first code, and how the i-th from there is read. */
const FAMILIES = [
  [0xc0, () => null],
  [0xc1, () => fail("the reserved type")],
  [0xc2, (from, i) => i === 1],
  [0xc4, (from, i) => Uint8Array.from(from.take(from.uint(1 << i)))],
  [0xc7, (from, i) => from.ext(from.uint(1 << i))],
  [0xca, (from) => from.take(4).readFloatBE()],
  [0xcb, (from) => from.take(8).readDoubleBE()],
  [0xcc, (from, i) => (i < 3 ? from.uint(1 << i) : numberOf(from.take(8).readBigUInt64BE()))],
  [0xd0, (from, i) => (i < 3 ? from.take(1 << i).readIntBE(0, 1 << i) : numberOf(from.take(8).readBigInt64BE()))],
  [0xd4, (from, i) => from.ext(1 << i)],
  [0xd9, (from, i) => from.text(from.uint(1 << i))],
  [0xdc, (from, i, depth) => from.list(from.uint(2 << i), depth)],
  [0xde, (from, i, depth) => from.map(from.uint(2 << i), depth)],
];

/**
 * @param {Uint8Array} bytes
 * @param {number} [maxDepth] more levels are malformed
 * @returns {*} refs as Ref, bin as Uint8Array, maps as plain objects
 * @throws {Malformed}
 */
export function decode(bytes, maxDepth = MAX_DEPTH) {
  const decoder = new Decoder(bytes, maxDepth);
  const value = decoder.value(0);
  if (decoder.at < bytes.length) fail("bytes behind the value");
  return value;
}
