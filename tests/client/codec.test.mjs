import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { bytesOf, decode, encode, encodeValue, hexOf, Ref } from "./notation.mjs";

const roundTrip = (value, refOf) => decode(encodeValue(value, refOf));
const nested = (levels) => (levels ? [nested(levels - 1)] : 1);

describe("values that come back", () => {
  test("every kind of number is written whole wherever the buffer grows", () => {
    const numbers = [0, 127, 128, 256, 65536, 2 ** 32, -1, -33, -129, -32769, -(2 ** 31) - 1, 1.5, NaN, 2n ** 63n, -(2n ** 63n)];
    for (const number of numbers) {
      for (let before = 240; before < 260; before++) {
        const value = [...Array(before).fill(0), number];
        assert.deepEqual(roundTrip(value), value);
      }
    }
  });

  test("texts, bytes, refs and dates are written whole wherever the buffer grows", () => {
    for (const one of ["x".repeat(40), "x".repeat(70000), new Uint8Array(300), new Ref(-5), new Date(1234567890123), 2n ** 70n]) {
      for (let before = 236; before < 260; before++) {
        const value = [...Array(before).fill(0), one];
        assert.deepEqual(roundTrip(value), value);
      }
    }
  });

  test("lists and maps of every size of head are written whole", () => {
    for (const size of [15, 16, 255, 256, 65535, 65536]) {
      assert.deepEqual(roundTrip(Array(size).fill(200)), Array(size).fill(200));
      const map = Object.fromEntries(Array.from({ length: size }, (_, i) => [`k${i}`, i]));
      assert.deepEqual(roundTrip(map), map);
    }
  });

  test("bytes of the frame are copied, not pointed at", () => {
    const frame = bytesOf("c40201 02".replace(" ", ""));
    const value = decode(frame);
    frame.fill(9);
    assert.deepEqual(value, Uint8Array.of(1, 2));
  });

  test("a frame may lie anywhere in its buffer", () => {
    const buffer = bytesOf("ffffcb3ff8000000000000ffff");
    assert.equal(decode(buffer.subarray(2, 11)), 1.5);
  });
});

describe("values that become others", () => {
  test("whatever can be iterated becomes a list", () => {
    assert.deepEqual(roundTrip(new Set([1, "a"])), [1, "a"]);
    assert.deepEqual(roundTrip((function* () { yield 1; yield 2; })()), [1, 2]);
  });

  test("a Map with text keys and an object without prototype become maps", () => {
    assert.deepEqual(roundTrip(new Map([["a", 1]])), { a: 1 });
    assert.deepEqual(roundTrip(Object.assign(Object.create(null), { a: 1 })), { a: 1 });
  });

  test("buffers and views become their bytes", () => {
    const { buffer } = Uint8Array.of(1, 2, 3, 4);
    assert.deepEqual(roundTrip(buffer), Uint8Array.of(1, 2, 3, 4));
    assert.deepEqual(roundTrip(new DataView(buffer, 1, 2)), Uint8Array.of(2, 3));
    assert.deepEqual(roundTrip(new Uint16Array(buffer, 2)), Uint8Array.of(3, 4));
  });

  test("a small bigint comes back as a number", () => {
    assert.equal(roundTrip(5n), 5);
    assert.equal(roundTrip(-5n), -5);
    assert.equal(roundTrip(2n ** 53n), 2n ** 53n);
  });

  test("a node becomes the ref that it is given", () => {
    class Node {}
    globalThis.Node = Node;
    try {
      const node = new Node();
      assert.deepEqual(roundTrip({ found: [node] }, (one) => (one === node ? -3 : 0)), { found: [new Ref(-3)] });
    } finally {
      delete globalThis.Node;
    }
  });
});

describe("values that cannot travel", () => {
  const cycle = { rows: [] };
  cycle.rows.push(cycle);
  for (const [name, value, message] of [
    ["function", { on: [0, () => 1] }, "value.on[1]: a function"],
    ["symbol", Symbol("x"), "value: a symbol"],
    ["cycle", cycle, "value.rows[0]: a cycle"],
    ["object of a class", [new (class Moon {})()], "value[0]: a Moon"],
    ["map with another key", new Map([[1, 2]]), "value: a map with a key that is no text"],
    ["invalid date", { when: new Date(NaN) }, "value.when: a date out of range"],
    ["date before the year 1", new Date(-62135596800001), "value: a date out of range"],
    ["date after the year 9999", new Date(253402300800000), "value: a date out of range"],
    ["nesting", nested(33), `value${"[0]".repeat(32)}: nested too deep`],
  ]) {
    test(`a ${name} is unsupported, and the error names the path`, () => {
      assert.throws(() => encodeValue(value), { code: "unsupported", message });
    });
  }

  test("the same value twice is no cycle", () => {
    const one = { a: 1 };
    assert.deepEqual(roundTrip([one, one]), [one, one]);
  });

  test("32 levels travel in a field of a message", () => {
    assert.deepEqual(decode(encode([5, 1, 0, 1, nested(32)]))[4], nested(32));
  });
});

describe("bytes", () => {
  test("a value has the bytes of the shortest form", () => {
    assert.equal(hexOf(encodeValue([0, 127, 128, -32, -33, "a"])), "96007fcc80e0d0dfa161");
  });

  test("every frame cut short is refused", () => {
    const frame = encode([4, 300, 70000, { text: "x".repeat(40), list: [1.5, null], date: new Date(0), ref: new Ref(1) }]);
    for (let end = 0; end < frame.length; end++) assert.throws(() => decode(frame.subarray(0, end)));
  });
});
