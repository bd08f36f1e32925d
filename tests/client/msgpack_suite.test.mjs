// What msgpack's own test suite holds, as far as it is of this protocol; tests/protocol/test_msgpack_suite.py is its other reader.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { bytesOf, decode } from "./notation.mjs";

const path = new URL("node_modules/msgpack-test-suite/dist/msgpack-test-suite.json", import.meta.url);
const SUITE = JSON.parse(readFileSync(path, "utf8"));

/** What a value of the suite is here; undefined for an ext or a date that this protocol does not have. */
function valueOf({ binary, timestamp, ext, bignum, ...rest }) {
  if (ext) return undefined;
  if (binary !== undefined) return bytesOf(binary.replaceAll("-", ""));
  if (timestamp) {
    const time = timestamp[0] * 1000 + Math.floor(timestamp[1] / 1e6);
    return Math.abs(new Date(time).getUTCFullYear() - 5000) < 5000 ? new Date(time) : undefined;
  }
  if (bignum) return Number.isSafeInteger(Number(bignum)) ? Number(bignum) : BigInt(bignum);
  return Object.values(rest)[0];
}

/** A float beyond the safe integers is a number, as it is in JavaScript. */
const isFloat = (bytes) => bytes[0] === 0xca || bytes[0] === 0xcb;

for (const [name, cases] of Object.entries(SUITE)) {
  describe(name, () => {
    for (const { msgpack, ...one } of cases) {
      for (const hex of msgpack) {
        const bytes = bytesOf(hex.replaceAll("-", ""));
        test(hex, () => {
          const expected = valueOf(one);
          if (expected === undefined) assert.throws(() => refuse(bytes));
          else assert.deepEqual(decode(bytes), isFloat(bytes) ? Number(expected) : expected);
        });
      }
    }
  });
}

/** Decodes what may be one of our own extensions by chance. */
function refuse(bytes) {
  const type = new DataView(bytes.buffer, bytes.byteOffset).getInt8({ 0xc7: 2, 0xc8: 3, 0xc9: 5 }[bytes[0]] ?? 1);
  if (type >= 1 && type <= 3) throw new RangeError("one of ours, with a payload of somebody else's");
  return decode(bytes);
}
