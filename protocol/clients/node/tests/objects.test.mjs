/** Refs of objects, and what calls may be beside methods (spec 6.3, 6.5, 7.2). */

import assert from "node:assert/strict";
import { Ref } from "../codec.mjs";
import { answersOf, failuresOf, test } from "./attached.mjs";

const WINDOW = ["get", 1, 0, "defaultView", 1];

test("replies a ref of an object or function where it is asked for, and a value as ever", "<p id=a>", (tab) => {
  tab.window.things = { date: new Date(0), list: [1], act() {}, text: "x" };
  const get = (ask, ...rest) => ["get", ask, 0, ["defaultView", "things", ...rest], 1];
  const told = tab.batch(WINDOW, get(2, "date"), get(3, "list"), get(4, "act"), get(5, "text"), get(6, "none"));
  assert.deepEqual(answersOf(told), [new Ref(-1), new Ref(-2), new Ref(-3), new Ref(-4), "x", null]);
  assert.deepEqual(answersOf(tab.batch(["get", 7, -3, "length"], ["get", 8, -1, ["things", "list"], 1])), [
    1,
    new Ref(-3),
  ]);
  assert.deepEqual(answersOf(tab.batch(["get", 9, 0, "body", 1], ["get", 10, -1, "document", 1])), [
    new Ref(-5),
    new Ref(0),
  ]);
});

test("keeps an object over a view, until it is released", "<p>", (tab) => {
  tab.window.things = { name: "mine" };
  tab.batch(["get", 1, 0, ["defaultView", "things"], 1]);
  tab.batch(["view", "<p>two"], ["loaded"]);
  assert.deepEqual(answersOf(tab.batch(["get", 2, -1, "name"], ["set", -1, "name", "yours"], ["get", 3, -1, "name"])), [
    "mine",
    "yours",
  ]);
  assert.deepEqual(answersOf(tab.batch(["release", [-1, 1]], ["get", 4, -1, "name"])), ["stale-ref"]);
});

test("puts the very object in place of its ref in a value", "<p>", (tab) => {
  tab.window.things = { list: [] };
  tab.batch(["get", 1, 0, ["defaultView", "things", "list"], 1]);
  tab.batch(["set", 0, "mine", { deep: [new Ref(-1)] }]);
  assert.equal(tab.window.document.mine.deep[0], tab.window.things.list);
});

test("answers js-error where a node is asked for", "<p>", (tab) => {
  tab.batch(WINDOW);
  assert.deepEqual(answersOf(tab.batch(["find", 2, -1, "p"])), ["js-error"]);
  assert.deepEqual(failuresOf(tab.batch(["insert", -1, 0, 0], ["remove", -1, false])), ["js-error", "js-error"]);
});

test("constructs, and tells what cannot be", "<p>", (tab) => {
  const construct = (ask, name, flags, ...values) => ["call", ask, 0, ["defaultView", name], values, flags];
  assert.deepEqual(answersOf(tab.batch(construct(1, "Date", 2, 0), construct(2, "Map", 3))), [
    new Date(0),
    new Ref(-1),
  ]);
  assert.deepEqual(answersOf(tab.batch(["call", 3, -1, "set", ["a", 1], 1], ["get", 4, -1, "size"])), [new Ref(-1), 1]);
  assert.deepEqual(answersOf(tab.batch(construct(5, "parseInt", 2), construct(6, "name", 2))), [
    "js-error",
    "not-a-function",
  ]);
});

test("replies a ref of what a promise settles to", "<p>", async (tab) => {
  tab.window.later = () => Promise.resolve(["a"]);
  assert.deepEqual(tab.batch(["call", 1, 0, ["defaultView", "later"], [], 1]), []);
  await new Promise(setImmediate);
  assert.deepEqual(answersOf(tab.told()), [new Ref(-1)]);
});

test("sends no reply to an ask of 0, but tells of its failure", "<p>", async (tab) => {
  tab.window.reject = () => Promise.reject(new Error("no"));
  const call = (name, ...values) => ["call", 0, 0, name, values];
  assert.deepEqual(tab.batch(call("hasFocus"), call(["defaultView", "reject"]), ["fragment", 0, 0, 0, ""]), []);
  assert.deepEqual(failuresOf(tab.batch(call("nothing"), ["fragment", 0, 9, 0, ""])), [
    "not-a-function",
    "unsupported",
  ]);
  await new Promise(setImmediate);
  assert.deepEqual(tab.told(), []);
});

test("tells what was thrown, and shortens it", "<p>", (tab) => {
  tab.window.fail = (text) => {
    throw new TypeError(text);
  };
  tab.window.failByText = () => {
    throw "text";
  };
  const call = (ask, name, ...values) => ["call", ask, 0, ["defaultView", name], values];
  const [one, two, three] = tab.batch(call(1, "fail", "why"), call(2, "failByText"), call(3, "fail", "x".repeat(5000)));
  assert.deepEqual(one.error.slice(0, 2), ["js-error", "TypeError: why"]);
  assert.deepEqual([one.error[2].name, one.error[2].message], ["TypeError", "why"]);
  assert.match(one.error[2].stack, /TypeError: why\n/);
  assert.deepEqual(two.error, ["js-error", "text"]);
  assert.deepEqual(
    [three.error[1], three.error[2].message].map(({ length }) => length),
    [1000, 1000],
  );
  assert.equal(three.error[2].stack.length, 4000);
});
