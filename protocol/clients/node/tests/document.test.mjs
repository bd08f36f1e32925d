/** What the ops vectors do not reach of a document without a socket. */

import assert from "node:assert/strict";
import { mock } from "node:test";
import { Ref } from "../codec.mjs";
import * as user from "../user.mjs";
import { eventsOf, test } from "./attached.mjs";

const namesOf = (told) => told.map(({ message }) => message);

test("sends what waits behind claims when another document is shown (spec 6.13, 8.8)", "<button>Go</button>", (tab) => {
  tab.batch(["listen", 1, 0, "keydown", {}]);
  user.click(tab.find("button"));
  tab.batch(["listen", 2, 0, "click", {}]);
  user.press(tab.window.document, "x");
  assert.deepEqual(eventsOf(tab.batch(["view", "<p>two"], ["loaded"])), [2, 1]);
});

test("sends claims once, at loaded or a second after the first (spec 8.8)", "<button>Go</button>", (tab) => {
  mock.timers.enable({ apis: ["setTimeout"] });
  try {
    user.click(tab.find("button"));
    assert.deepEqual(eventsOf(tab.batch(["listen", 1, 0, "click", {}], ["listen", 2, 0, "keydown", {}])), []);
    user.press(tab.window.document, "x");
    mock.timers.tick(999);
    assert.deepEqual(tab.told(), []);
    mock.timers.tick(1);
    assert.deepEqual(eventsOf(tab.told()), [1, 2]);
    assert.deepEqual(eventsOf(tab.batch(["loaded"])), []);
  } finally {
    mock.timers.reset();
  }
});

test("lets no listener claim what is older than a minute (spec 8.8)", "<button>Go</button>", (tab) => {
  user.click(tab.find("button"));
  const now = Date.now();
  mock.method(Date, "now", () => now + 61000);
  try {
    assert.deepEqual(eventsOf(tab.batch(["listen", 1, 0, "click", {}], ["loaded"])), []);
  } finally {
    mock.restoreAll();
  }
});

test("keeps no more than 5,000 early events, and none behind loaded (spec 8.8)", "<button>Go</button>", (tab) => {
  for (let i = 0; i < 5010; i++) tab.find("button").dispatchEvent(new tab.window.Event("keyup", { bubbles: true }));
  assert.equal(tab.live.early.records.length, 5000);
  tab.batch(["loaded"]);
  user.click(tab.find("button"));
  assert.equal(tab.live.early.records.length, 0);
});

test("lets the last click that was held happen, if its link is there", "<p data-pycommunicate-live>", async (tab) => {
  tab.find("p").innerHTML = "<a id=a href=/a>A</a><a id=b href=/b>B</a><a id=c href=/c>C</a>";
  ["#a", "#b"].forEach((selector) => user.click(tab.find(selector)));
  await null;
  assert.equal(tab.left, undefined);
  tab.batch(["loaded"]);
  await null;
  assert.equal(tab.left, "http://app.test/b");
  tab.batch(["view", tab.window.document.documentElement.outerHTML]);
  tab.left = undefined;
  user.click(tab.find("#c"));
  tab.find("#c").remove();
  tab.batch(["loaded"]);
  await null;
  assert.equal(tab.left, undefined);
});

test("leaves for the last address that a batch says, but not for a fragment (spec 6.14)", "<p>", async (tab) => {
  tab.batch(["navigate", "/one"], ["navigate", "/two"], ["navigate", "#three"]);
  await null;
  assert.equal(tab.left, "http://app.test/two");
  assert.equal(tab.window.document.URL, "http://app.test/#three");
});

test("puts back what was typed at the first loaded only (spec 4.6)", "<p>", (tab) => {
  let times = 0;
  tab.live.putBack = () => (times += 1);
  tab.batch(["loaded"], ["loaded"]);
  tab.batch(["view", "<p>two"], ["loaded"]);
  assert.equal(times, 1);
});

test("forgets what the user has typed where the server writes (spec 4.6)", "<input>", (tab) => {
  tab.batch(["find", 1, 0, "input"]);
  user.fill(tab.find("input"), "mine");
  assert.equal(tab.live.typed.keep().fields.length, 1);
  tab.batch(["set", -1, "value", "yours", true]);
  assert.equal(tab.live.typed.keep().fields.length, 0);
});

test("tells what has gone behind the replies of its batch, and by itself (spec 7.2)", "<p><b></b></p>", async (tab) => {
  tab.batch(["find", 1, 0, "p"], ["find", 2, 0, "b"], ["listen", 1, -2, "click", {}]);
  const told = tab.batch(["remove", -2, false], ["exists", 3, 0, "b"]);
  assert.deepEqual(namesOf(told), ["reply", "gone"]);
  assert.deepEqual([told[1].refs, told[1].listeners], [[-2], [1]]);
  tab.find("p").remove();
  await null;
  assert.deepEqual(tab.told()[0].refs, [-1]);
});

test(
  "counts no ref of a reply that is not sent (spec 7.2)",
  "<p></p><b></b>",
  (tab) => {
    tab.find("p").odd = () => 1;
    tab.find("p").nodes = [tab.find("b"), tab.find("p").odd];
    tab.find("p").large = [tab.find("b"), "x".repeat(500)];
    tab.batch(["find", 1, 0, "p"]);
    const codes = tab.batch(["get", 2, -1, "nodes"], ["get", 3, -1, "large"]).map(({ error }) => error[0]);
    assert.deepEqual(codes, ["unsupported", "too-large"]);
    assert.deepEqual([...tab.live.ops.refs.objects.keys()], [-1]);
  },
  { frame: 300 },
);

for (const [how, ...ops] of [
  ["insert", ["insert", -1, 0, -2]],
  ["a method", ["call", 3, -2, "append", [new Ref(-1)]]],
  ["insert, in what is not in the document", ["remove", -3, true], ["insert", -1, 0, -3], ["insert", -3, 0, -2]],
]) {
  test(`ends the keeping of a node that is put in again by ${how} (spec 6.7)`, "<p></p><div></div>", async (tab) => {
    tab.batch(["find", 1, 0, "p"], ["find", 2, 0, "body"], ["find", 4, 0, "div"], ["remove", -1, true]);
    tab.batch(...ops);
    tab.find("p").remove();
    await null;
    assert.deepEqual(
      tab.told().map(({ refs }) => refs),
      [[-1]],
    );
  });
}

test("claims what does not bubble for its target only (spec 8.8)", "<input>", (tab) => {
  tab.find("input").focus();
  tab.batch(["find", 1, 0, "input"], ["find", 2, 0, "body"]);
  const told = tab.batch(["listen", 1, -1, "focus", {}], ["listen", 2, -2, "focus", {}], ["loaded"]);
  assert.deepEqual(eventsOf(told), [1]);
});

test("hears nothing on a node whose listener has ended (spec 6.11)", "<form><button>Go</button></form>", (tab) => {
  tab.batch(["find", 1, 0, "form"], ["listen", 1, -1, "reset", { prevent: true }], ["unlisten", [1]]);
  const reset = new tab.window.Event("reset", { cancelable: true });
  tab.find("form").dispatchEvent(reset);
  assert.equal(reset.defaultPrevented, false);
});
