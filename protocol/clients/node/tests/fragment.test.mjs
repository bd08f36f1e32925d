/** HTML that comes into the tree (spec 6.17), and finds that wait for it (6.1). */

import assert from "node:assert/strict";
import { mock } from "node:test";
import { Ref } from "../codec.mjs";
import { answersOf, test } from "./attached.mjs";

const insideOf = (tab, selector) => tab.find(selector).innerHTML;

test("puts it inside, after and before", "<ul><li>1</ul>", (tab) => {
  tab.batch(["find", 1, 0, "ul"], ["find", 2, 0, "li"]);
  const told = tab.batch(
    ["fragment", 3, 0, -1, "text<li>4<li>5"],
    ["fragment", 4, 1, -2, "<li>2"],
    ["fragment", 5, 2, -2, "<!-- none -->0"],
  );
  assert.deepEqual(answersOf(told), [[new Ref(-3), new Ref(-4)], [new Ref(-5)], []]);
  assert.equal(insideOf(tab, "ul"), "<!-- none -->0<li>1</li><li>2</li>text<li>4</li><li>5</li>");
});

test("puts it in place of all that is inside, which is gone", "<div>a<p>b</p></div>", (tab) => {
  tab.batch(["find", 1, 0, "div"], ["find", 2, 0, "p"], ["listen", 1, -2, "click", {}]);
  const told = tab.batch(["fragment", 3, 3, -1, "<b>c</b>"], ["get", 4, -2, "id"]);
  assert.deepEqual(answersOf(told), [[new Ref(-3)], "stale-ref"]);
  assert.deepEqual(told.at(-1).refs, [-2]);
  assert.deepEqual(told.at(-1).listeners, [1]);
  assert.equal(insideOf(tab, "div"), "<b>c</b>");
});

test("forgets what it replaces in a tree that is kept, too", "<div><p>b</p></div>", (tab) => {
  tab.batch(["find", 1, 0, "div"], ["find", 2, 0, "p"], ["remove", -1, true]);
  assert.deepEqual(answersOf(tab.batch(["fragment", 3, 3, -1, ""], ["get", 4, -2, "id"])), [[], "stale-ref"]);
});

test("parses it as what stands there", "<table><tbody></table><svg></svg>", (tab) => {
  tab.batch(["find", 1, 0, "tbody"], ["find", 2, 0, "svg"]);
  tab.batch(["fragment", 3, 0, -1, "<tr><td>1"], ["fragment", 4, 0, -2, "<circle/>"]);
  assert.equal(insideOf(tab, "tbody"), "<tr><td>1</td></tr>");
  assert.equal(tab.find("circle").namespaceURI, "http://www.w3.org/2000/svg");
});

test("tells what cannot be, and changes nothing then", "<p>x</p>", (tab) => {
  tab.batch(["find", 1, 0, "html"], ["get", 2, 0, ["body", "firstChild", "firstChild"]], ["find", 3, 0, "p"]);
  const told = tab.batch(
    ["fragment", 4, 4, -1, "<b>"],
    ["fragment", 5, 1, -1, "<b>"],
    ["fragment", 6, 3, 0, "<b>"],
    ["fragment", 7, 3, -2, "<b>"],
    ["fragment", 8, 1, 99, "<b>"],
    ["remove", -3, true],
    ["fragment", 9, 2, -3, "<b>"],
  );
  assert.deepEqual(answersOf(told), ["unsupported", "js-error", "js-error", "js-error", "stale-ref", "js-error"]);
  assert.equal(insideOf(tab, "body"), "");
});

test("waits until something matches, and holds nothing up", "<div></div><input type=checkbox>", async (tab) => {
  const settled = () => new Promise(setImmediate);
  tab.batch(["find", 1, 0, "div"]);
  const told = tab.batch(["find", 2, -1, "p", 5000], ["find", 3, 0, ".late", 5000], ["exists", 4, 0, "div"]);
  assert.deepEqual(answersOf(told), [true]);
  tab.batch(["fragment", 5, 0, -1, "<p>"]);
  await settled();
  const [{ ask, value }] = tab.told();
  assert.equal(tab.find("p"), tab.live.ops.refs.object(value.number));
  assert.equal(ask, 2);
  tab.find("p").className = "late";
  await settled();
  assert.deepEqual(
    tab.told().map((one) => [one.ask, one.value]),
    [[3, value]],
  );
});

test("waits no longer than it is told, and looks at states, too", "<input type=checkbox>", async (tab) => {
  mock.timers.enable({ apis: ["setTimeout", "setInterval"] });
  try {
    tab.batch(
      ["find", 1, 0, "p", 100],
      ["find", 2, 0, ":checked", 2 ** 40],
      ["find", 3, 0, "#", 1],
      ["find", 4, 9, "p", 1],
    );
    tab.told();
    mock.timers.tick(99);
    await null;
    assert.deepEqual(tab.told(), []);
    tab.find("input").checked = true;
    mock.timers.tick(1);
    await new Promise(setImmediate);
    assert.deepEqual(answersOf(tab.told()), [null, new Ref(-1)]);
  } finally {
    mock.timers.reset();
  }
});

test("answers at once where there is nothing to wait for", "<p>", (tab) => {
  const told = tab.batch(
    ["find", 1, 0, "#", 500],
    ["find", 2, 9, "p", 500],
    ["find", 3, 0, "p", 500],
    ["find", 4, 0, "b", 0],
  );
  assert.deepEqual(answersOf(told), ["invalid-selector", "stale-ref", new Ref(-1), null]);
});
