/** The options of listeners, but for those of time and `busy` (spec 6.10). */

import assert from "node:assert/strict";
import { Ref } from "../codec.mjs";
import * as user from "../user.mjs";
import { answersOf, carriedOf, eventsOf, failuresOf, test } from "./attached.mjs";

const LIST = "<ul><li><button>1</button></li><li><button>2 <b>x</b></button></li></ul><a href=/to><i>to</i></a>";
const FORM = "<form><input name=a value=1><input name=f type=file><button name=b value=2>Go</button></form>";

const begin = (tab, ...selectors) =>
  tab.batch(["loaded"], ...selectors.map((selector, i) => ["find", i + 1, 0, selector]));
const left = async (tab) => {
  await new Promise(setImmediate);
  return tab.left;
};

test("hears by a delegate what is inside of the node, and for which element", LIST, (tab) => {
  begin(tab, "ul", "li:last-child", "button:has(b)");
  const listen = (number, delegate) => ["listen", number, -1, "click", { delegate, fields: ["current"] }];
  tab.batch(listen(1, "li"), listen(2, "button"), listen(3, "ul, p"), listen(4, "body"));
  user.click(tab.find("b"));
  assert.deepEqual(
    tab.told().map(({ listener, carried }) => [listener, ...carried]),
    [
      [1, new Ref(-2)],
      [2, new Ref(-3)],
    ],
  );
  user.click(tab.find("ul"));
  assert.deepEqual(tab.told(), []);
});

test("takes no delegate that is no selector", LIST, (tab) => {
  begin(tab);
  assert.deepEqual(failuresOf(tab.batch(["listen", 1, 0, "click", { delegate: "#" }])), ["invalid-selector"]);
  user.click(tab.find("b"));
  assert.deepEqual(tab.told(), []);
});

test("prevents by a delegate what would leave the document", LIST + FORM, async (tab) => {
  begin(tab);
  tab.batch(["listen", 1, 0, "click", { delegate: "a, form > button" }]);
  ["i", "form > button"].forEach((selector) => user.click(tab.find(selector)));
  assert.deepEqual(eventsOf(tab.told()), [1, 1]);
  assert.equal(await left(tab), undefined);
});

test("prevents nothing where it is passive", LIST, async (tab) => {
  begin(tab, "a");
  tab.batch(["listen", 1, -1, "click", { passive: true, prevent: true }]);
  user.click(tab.find("i"));
  assert.equal(await left(tab), "http://app.test/to");
});

test("stops an event, whose default action happens all the same", LIST, async (tab) => {
  begin(tab, "i");
  tab.batch(["listen", 1, -1, "click", { stop: true }], ["listen", 2, 0, "click", {}]);
  user.click(tab.find("i"));
  assert.deepEqual(eventsOf(tab.told()), [1]);
  assert.equal(await left(tab), "http://app.test/to");
});

test("stops only what it hears", LIST, (tab) => {
  begin(tab, "ul");
  tab.batch(["listen", 1, -1, "click", { stop: true, delegate: "i" }], ["listen", 2, 0, "click", {}]);
  user.click(tab.find("b"));
  assert.deepEqual(eventsOf(tab.told()), [2]);
});

test("hears in the capture phase, until it ends", "<input>", (tab) => {
  begin(tab, "input");
  tab.batch(
    ["listen", 1, -1, "focus", {}],
    ["listen", 2, 0, "focus", { capture: true }],
    ["listen", 3, 0, "focus", {}],
  );
  user.click(tab.find("input"));
  assert.deepEqual(eventsOf(tab.told()), [2, 1]);
  tab.find("input").blur();
  tab.batch(["unlisten", [2]]);
  user.click(tab.find("input"));
  assert.deepEqual(eventsOf(tab.told()), [1]);
});

test("ends by its first event", FORM, async (tab) => {
  begin(tab, "button");
  tab.batch(["listen", 1, -1, "click", { once: true }]);
  user.click(tab.find("button"));
  assert.deepEqual(eventsOf(tab.told()), [1]);
  assert.equal(await left(tab), undefined, "the submit of that click is prevented, too");
  user.click(tab.find("button"));
  assert.deepEqual(tab.told(), []);
  assert.equal(await left(tab), "http://app.test/?a=1&f=&b=2");
  tab.find("button").remove();
  await null;
  assert.deepEqual(
    tab.told().map(({ listeners }) => listeners),
    [[]],
  );
});

test("listens to what a path leads to, and ends with its node", "<p></p>", async (tab) => {
  begin(tab, "p");
  const listen = (number, ref, of, options) => ["listen", number, ref, "ping", { of, ...options }];
  const failures = tab.batch(
    listen(1, 0, "defaultView", { fields: ["current", ["target", "name"]] }),
    listen(2, -1, ["ownerDocument", "defaultView"]),
    listen(3, 0, "title"),
    listen(4, 0, ["nothing", "x"]),
  );
  assert.deepEqual(failuresOf(failures), ["invalid-name", "invalid-name"]);
  tab.window.name = "w";
  tab.window.dispatchEvent(new tab.window.Event("ping"));
  assert.deepEqual(
    tab.told().map(({ listener, carried }) => [listener, carried]),
    [
      [1, [new Ref(0), "w"]],
      [2, undefined],
    ],
  );
  tab.batch(["remove", -1, false]);
  tab.window.dispatchEvent(new tab.window.Event("ping"));
  assert.deepEqual(eventsOf(tab.told()), [1]);
});

test("prevents on the window, too", LIST, async (tab) => {
  begin(tab);
  tab.batch(["listen", 1, 0, "click", { of: "defaultView", prevent: true }]);
  user.click(tab.find("i"));
  assert.deepEqual(eventsOf(tab.told()), [1]);
  assert.equal(await left(tab), undefined);
});

test("listens to an object that is an event target", "<p>", (tab) => {
  begin(tab);
  tab.batch(["call", 1, 0, ["defaultView", "AbortController"], [], 3], ["get", 2, 0, "implementation", 1]);
  assert.deepEqual(failuresOf(tab.batch(["listen", 1, -2, "abort", {}])), ["js-error"]);
  tab.batch(["get", 3, -1, "signal", 1], ["listen", 2, -3, "abort", { fields: ["type"] }]);
  tab.batch(["view", "<p>two"], ["loaded"]);
  assert.deepEqual(carriedOf(tab.batch(["call", 4, -1, "abort", []])), [["abort"]]);
});

test("carries what its fields say", "<div><input></div>", (tab) => {
  begin(tab, "div");
  const fields = ["type", "key", ["target", "tagName"], ["current"], ["target", "nothing", "x"], "nothing", "form"];
  tab.batch(["listen", 1, -1, "keydown", { fields }]);
  tab.find("input").focus();
  user.press(tab.window.document, "a");
  assert.deepEqual(carriedOf(tab.told()), [["keydown", "a", "INPUT", new Ref(-1), null, null, null]]);
});

test("carries nothing where it has no fields", "<p>", (tab) => {
  begin(tab);
  tab.batch(["listen", 1, 0, "click", { fields: [] }], ["listen", 2, 0, "click", {}]);
  user.click(tab.find("p"));
  assert.deepEqual(carriedOf(tab.told()), [undefined, undefined]);
});

test("tells what cannot travel by its place, and that it was thrown", "<p>", (tab) => {
  begin(tab, "p");
  Object.defineProperty(tab.find("p"), "broken", {
    get() {
      throw new RangeError("why");
    },
  });
  const fields = [["target", "broken"], "type", "view", ["target", "nodes"]];
  tab.find("p").nodes = [tab.window.document.body, () => {}];
  tab.batch(["listen", 1, -1, "click", { fields }]);
  user.click(tab.find("p"));
  const [{ carried, errors }] = tab.told();
  assert.deepEqual(carried, [null, "click", null, null]);
  assert.deepEqual(
    Object.entries(errors).map(([place, [code]]) => [place, code]),
    [
      ["0", "js-error"],
      ["2", "unsupported"],
      ["3", "unsupported"],
    ],
  );
  assert.equal(errors[0][2].name, "RangeError");
  assert.match(errors[3][1], /^target\.nodes\[1\]/);
  assert.deepEqual([...tab.live.ops.refs.objects.keys()], [-1]);
});

test(
  "carries nothing where all together is too large, and has told nothing then",
  "<p>",
  (tab) => {
    begin(tab);
    tab.batch(["listen", 1, 0, "click", { fields: ["target", ["target", "large"], "type"] }]);
    tab.find("p").large = "x".repeat(300);
    user.click(tab.find("p"));
    const [{ carried, errors }] = tab.told();
    assert.deepEqual(carried, [null, null, null]);
    assert.deepEqual(
      Object.values(errors).map(([code]) => code),
      ["too-large", "too-large", "too-large"],
    );
    assert.equal(tab.live.ops.refs.objects.size, 0);
  },
  { frame: 300 },
);

test(
  "takes down what it carries when it happens, and lets it go if it is not sent",
  "<p class=a></p>",
  (tab) => {
    begin(tab);
    tab.batch(["listen", 1, 0, "click", { fields: ["target", ["target", "className"]] }]);
    user.click(tab.find("p"));
    tab.find("p").className = "b";
    user.click(tab.find("p"));
    tab.find("p").className = "c";
    const [{ carried }] = tab.told();
    assert.deepEqual(carried, [new Ref(-1), "a"]);
    assert.equal(tab.live.ops.refs.objects.get(-1).count, 2);
    assert.deepEqual(carriedOf(tab.batch(["credit", 1, 2])), [[new Ref(-1), "b"]]);
    user.click(tab.find("p"));
    assert.equal(tab.live.ops.refs.objects.get(-1).count, 3);
    tab.batch(["unlisten", [1]]);
    assert.equal(tab.live.ops.refs.objects.get(-1).count, 2);
  },
  { events: 1 },
);

test("carries values of up to 32 levels", "<p>", (tab) => {
  begin(tab);
  let levels = [];
  for (let i = 0; i < 31; i++) levels = [levels];
  Object.assign(tab.find("p"), { fits: levels, deep: [levels] });
  tab.batch([
    "listen",
    1,
    0,
    "click",
    {
      fields: [
        ["target", "fits"],
        ["target", "deep"],
      ],
    },
  ]);
  user.click(tab.find("p"));
  const [{ carried, errors }] = tab.told();
  assert.deepEqual([carried, Object.keys(errors)], [[levels, null], ["1"]]);
});

test("carries the entries of a form, with its submitter", FORM, (tab) => {
  begin(tab);
  tab.batch(
    ["listen", 1, 0, "submit", { fields: ["form", ["form", "0", "1"]] }],
    ["listen", 2, 0, "click", { fields: ["form"] }],
  );
  user.click(tab.find("button"));
  const file = { name: "", size: 0, type: "application/octet-stream" };
  const [click, [[a, [, { last_modified: time, ...kept }], b], first]] = carriedOf(tab.told());
  assert.deepEqual(
    click[0].map(([name]) => name),
    ["a", "f"],
  );
  assert.deepEqual([a, kept, b, first], [["a", "1"], file, ["b", "2"], "1"]);
  assert.equal(typeof time, "number");
});

test("observes mutations: each record is an event", "<div><p></p></div>", async (tab) => {
  begin(tab, "div");
  const observe = { childList: true, subtree: true, attributes: true };
  const fields = ["type", "attributeName", "addedNodes", "current"];
  tab.batch(["listen", 1, -1, "MutationObserver", { observe, fields, busy: 1 }]);
  tab.find("p").id = "a";
  tab.find("div").append("x");
  await null;
  const [[...attribute], [type, , added, current]] = carriedOf(tab.told());
  assert.deepEqual(attribute, ["attributes", "id", [], new Ref(-1)]);
  assert.deepEqual([type, added.length, current], ["childList", 1, new Ref(-1)]);
  tab.batch(["unlisten", [1]]);
  tab.find("p").id = "b";
  await null;
  assert.deepEqual(tab.told(), []);
});

test("observes nothing by what is not there, or does not take its options", "<p>", (tab) => {
  begin(tab, "p");
  const listen = (number, name, observe) => ["listen", number, -1, name, { observe }];
  const told = tab.batch(
    listen(1, "IntersectionObserver", {}),
    listen(2, "Date", {}),
    listen(3, "MutationObserver", {}),
  );
  assert.deepEqual(failuresOf(told), ["unsupported", "unsupported", "js-error"]);
  assert.deepEqual(answersOf(told), []);
});

test("claims early what it would have heard", LIST, (tab) => {
  ["b", "b"].forEach((selector) => user.click(tab.find(selector)));
  tab.find("b").dispatchEvent(new tab.window.Event("focus"));
  const told = tab.batch(
    ["listen", 1, 0, "click", { once: true, fields: [["target", "tagName"]] }],
    ["listen", 2, 0, "click", { delegate: "li", throttle: 60000 }],
    ["listen", 3, 0, "click", { delegate: "i" }],
    ["listen", 4, 0, "focus", { capture: true }],
    ["listen", 5, 0, "focus", {}],
    ["loaded"],
  );
  assert.deepEqual(eventsOf(told), [4, 1, 2, 2, 4]); // the first is of the button, which the click has given the focus
  assert.deepEqual(carriedOf(told)[1], ["B"]);
});
