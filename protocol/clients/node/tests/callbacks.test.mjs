/** Functions of the server's (spec 6.10, 7.3). */

import assert from "node:assert/strict";
import { Callback, Ref } from "../codec.mjs";
import { answersOf, carriedOf, eventsOf, test } from "./attached.mjs";

const listen = (number, options = {}) => ["listen", number, 0, "", options];
const give = (...numbers) => ["set", 0, "mine", numbers.map((number) => new Callback(number))];

test("makes each call an event", "<p>", (tab) => {
  tab.batch(listen(1), give(1, 1, 2));
  const [one, same, unknown] = tab.window.document.mine;
  assert.equal(one, same);
  assert.deepEqual([one(1), unknown(2)], [undefined, undefined]);
  assert.deepEqual(eventsOf(tab.told()), [1]);
  tab.batch(["unlisten", [1]]);
  one();
  assert.deepEqual(tab.told(), []);
});

test("carries arguments, and nothing else", "<p>", (tab) => {
  tab.batch(listen(1, { fields: ["args", ["args", "1", "x"], ["args", "9"], "current", "form", "toString"] }), give(1));
  tab.window.document.mine[0](tab.find("p"), { x: 2 });
  assert.deepEqual(carriedOf(tab.told()), [[[new Ref(-1), { x: 2 }], 2, null, null, null, null]]);
});

test("is given to methods", "<p><p>", (tab) => {
  const call = ["call", 1, 0, ["defaultView", "Array", "from"], [[1, 2], new Callback(1)]];
  const told = tab.batch(listen(1, { fields: [["args", "0"]] }), call);
  assert.deepEqual([carriedOf(told), answersOf(told)], [[[1], [2]], [[null, null]]]);
});

test("ends by once", "<p>", (tab) => {
  tab.batch(listen(1, { once: true }), give(1));
  [1, 2].forEach(() => tab.window.document.mine[0]());
  assert.deepEqual(eventsOf(tab.told()), [1]);
});

test("is a function as any other to who reads it", "<p>", (tab) => {
  tab.batch(listen(1), give(1));
  const told = tab.batch(["get", 1, 0, "mine"], ["get", 2, 0, ["mine", "0"], 1]);
  assert.deepEqual(answersOf(told), ["unsupported", new Ref(-1)]);
});
