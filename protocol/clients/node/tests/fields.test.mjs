/** What a `set` of `value` does to a field (spec 6.4). */

import assert from "node:assert/strict";
import * as user from "../user.mjs";
import { failuresOf, test } from "./attached.mjs";

const FIELD = "<form><input name=i><button type=reset>x</button></form>";

/** Sets the value of what has the ref -1. @returns {string[]} the codes of failures */
const set = (tab, value, ...force) => failuresOf(tab.batch(["set", -1, "value", value, ...force]));
const begin = (tab, selector = "input") => tab.batch(["loaded"], ["find", 1, 0, selector]);
const value = (tab, selector = "input") => tab.find(selector).value;

test("writes to a field that the user has not changed", FIELD, (tab) => {
  begin(tab);
  assert.deepEqual(set(tab, "a"), []);
  assert.deepEqual(set(tab, "b"), []);
  assert.equal(value(tab), "b");
});

test("replaces what was seen, and leaves what was typed behind it", FIELD, (tab) => {
  begin(tab);
  set(tab, "to: ");
  user.fill(tab.find("input"), "to: me");
  set(tab, "from: ");
  assert.equal(value(tab), "from: me");
  set(tab, "");
  assert.equal(value(tab), "me");
});

test("keeps what was typed where it does not begin with what was seen, unless it is forced", FIELD, (tab) => {
  begin(tab);
  set(tab, "one");
  user.fill(tab.find("input"), "two");
  assert.deepEqual(set(tab, "three"), ["kept"]);
  assert.equal(value(tab), "two");
  assert.deepEqual(set(tab, "three", true), []);
  assert.equal(value(tab), "three");
  assert.deepEqual(set(tab, "four"), []);
});

test("takes what a get has read, or what is there already, as seen", FIELD, (tab) => {
  begin(tab);
  user.fill(tab.find("input"), "typed");
  tab.batch(["get", 2, -1, "value"]);
  assert.deepEqual(set(tab, ""), []);
  assert.equal(value(tab), "");
  user.fill(tab.find("input"), "again");
  set(tab, "again");
  set(tab, "x");
  assert.equal(value(tab), "x");
});

for (const field of ["target", "current"]) {
  test(`takes the value of ${field} that an event has carried as seen`, FIELD, (tab) => {
    begin(tab);
    tab.batch(["listen", 1, -1, "input", { fields: [[field, "value"]] }]);
    user.fill(tab.find("input"), "typed");
    set(tab, "new");
    assert.equal(value(tab), "new");
  });
}

test("takes all fields of a form that an event has carried as seen", FIELD, (tab) => {
  begin(tab);
  tab.batch(["listen", 1, 0, "submit", { fields: ["form"] }]);
  user.fill(tab.find("input"), "typed");
  tab.find("form").requestSubmit();
  set(tab, "");
  assert.equal(value(tab), "");
});

test("has not let see what an event that is held back will carry", FIELD, (tab) => {
  begin(tab);
  tab.batch(["listen", 1, -1, "input", { fields: [["target", "value"]], debounce: 60000 }]);
  user.fill(tab.find("input"), "typed");
  assert.deepEqual(set(tab, "new"), ["kept"]);
  assert.equal(value(tab), "typed");
});

test(
  "has not let see what an event that waits for credit will carry, until it is sent",
  FIELD,
  (tab) => {
    begin(tab);
    tab.batch(["listen", 1, -1, "input", { fields: [["target", "value"]] }]);
    user.fill(tab.find("input"), "one");
    user.fill(tab.find("input"), "two");
    assert.deepEqual(set(tab, "new"), ["kept"]);
    tab.batch(["credit", 1, 2]);
    set(tab, "new");
    assert.equal(value(tab), "new");
  },
  { events: 1 },
);

test("has let see only what was applied when the set was made", FIELD, (tab) => {
  begin(tab);
  tab.batch(["listen", 1, -1, "input", { fields: [["target", "value"]] }]);
  const frames = ["a", "ab", "abc"].map((text) => {
    user.fill(tab.find("input"), text);
    return tab.channel.sent;
  });
  const after = (frame) => tab.batch(["set", -1, "value", "x", false, frame]);
  after(frames[1]);
  assert.equal(value(tab), "xc");
  user.fill(tab.find("input"), "abc");
  assert.deepEqual(failuresOf(after(frames[2])), ["kept"], "what was told before that write counts no more");
});

test("takes what was on its way as begun otherwise, where the beginning was replaced", FIELD, (tab) => {
  begin(tab);
  tab.batch(["listen", 1, -1, "input", { fields: [["target", "value"]] }]);
  const frames = ["a", "ab", "abc"].map((text) => {
    user.fill(tab.find("input"), text);
    return tab.channel.sent;
  });
  frames.forEach((frame, i) => tab.batch(["set", -1, "value", "ABC".slice(0, i + 1), false, frame]));
  assert.equal(value(tab), "ABC");
});

test("goes by the acknowledgement of its batch else", FIELD, (tab) => {
  begin(tab);
  user.fill(tab.find("input"), "typed");
  const { sent } = tab.channel;
  tab.batch(["get", 2, -1, "value"]);
  const fields = { number: tab.channel.taken + 1, ack: sent, ops: [[3, -1, "value", "x"]] };
  tab.live.ops.batch(tab.receive("batch", fields));
  assert.equal(value(tab), "typed");
  set(tab, "x");
  assert.equal(value(tab), "x");
});

test(
  "lets see nothing by a reply that is not sent",
  FIELD,
  (tab) => {
    begin(tab);
    user.fill(tab.find("input"), "x".repeat(300));
    tab.batch(["get", 2, -1, "value"]);
    assert.deepEqual(set(tab, "new"), ["kept"]);
  },
  { frame: 300 },
);

test("keeps what was typed into a field that was empty", FIELD, (tab) => {
  begin(tab);
  user.fill(tab.find("input"), "typed");
  assert.deepEqual(set(tab, "new"), ["kept"]);
  assert.equal(value(tab), "typed");
});

test("takes what was there before the user as seen, before anything was", "<input value=a>", (tab) => {
  begin(tab);
  tab.find("input").value = "by a script: ";
  user.fill(tab.find("input"), "by a script: mine");
  set(tab, "");
  assert.equal(value(tab), "mine");
});

test("keeps the choice in a select, and what is no text, as a whole", "<select><option>1<option>2</select>", (tab) => {
  begin(tab, "select");
  user.select(tab.find("select"), "2");
  assert.deepEqual(set(tab, "1"), ["kept"]);
  assert.deepEqual(set(tab, "2"), []);
  assert.deepEqual(set(tab, "1"), []);
  assert.equal(value(tab, "select"), "1");
});

test("takes a field that is as it was seen, or was reset, as not changed", FIELD, async (tab) => {
  begin(tab);
  set(tab, "seen");
  ["other", "seen"].forEach((text) => user.fill(tab.find("input"), text));
  set(tab, "one");
  assert.equal(value(tab), "one");
  user.fill(tab.find("input"), "two");
  user.click(tab.find("button"));
  await null;
  assert.deepEqual(set(tab, "three"), []);
  assert.equal(value(tab), "three");
});

test("compares as the field spells it", "<textarea></textarea>", (tab) => {
  begin(tab, "textarea");
  set(tab, "a\r\nb");
  user.fill(tab.find("textarea"), "a\nbc");
  assert.deepEqual(set(tab, "x\r\ny"), []);
  assert.equal(value(tab, "textarea"), "x\nyc");
  set(tab, null);
  assert.equal(value(tab, "textarea"), "c");
});

test("is about the value of fields only", "<input type=checkbox>", (tab) => {
  begin(tab);
  user.click(tab.find("input"));
  assert.deepEqual(set(tab, "x"), []);
  tab.batch(["set", -1, "checked", false]);
  assert.equal(tab.find("input").checked, false);
});

test("leaves caret and selection at the text where they were", FIELD, (tab) => {
  begin(tab);
  const field = tab.find("input");
  set(tab, "abc");
  user.fill(field, "abcdef");
  field.setSelectionRange(4, 5);
  set(tab, "12345");
  assert.deepEqual([field.value, field.selectionStart, field.selectionEnd], ["12345def", 6, 7]);
  field.setSelectionRange(2, 2);
  set(tab, "1");
  assert.deepEqual([field.value, field.selectionStart], ["1def", 1]);
  set(tab, "1def");
  field.setSelectionRange(2, 2);
  set(tab, "1x");
  assert.deepEqual([field.value, field.selectionStart], ["1x", 2]);
  set(tab, "12345");
  assert.deepEqual([field.value, field.selectionStart], ["12345", 5]);
});

test("waits for the end of what is being composed, and writes the latest", FIELD, async (tab) => {
  begin(tab);
  const field = tab.find("input");
  const compose = (type) => field.dispatchEvent(new tab.window.CompositionEvent(type, { bubbles: true }));
  set(tab, "a");
  compose("compositionstart");
  user.fill(field, "ab");
  assert.deepEqual([set(tab, "x"), set(tab, "y"), field.value], [[], [], "ab"]);
  compose("compositionend");
  await null;
  assert.equal(field.value, "yb");
  compose("compositionstart");
  user.fill(field, "other");
  set(tab, "z");
  compose("compositionend");
  await null;
  assert.equal(field.value, "other");
  assert.deepEqual(tab.told(), []);
});
