/** When events are sent, and what shows that they are being handled (spec 6.10, 6.16). */

import assert from "node:assert/strict";
import { mock } from "node:test";
import * as user from "../user.mjs";
import { carriedOf, eventsOf, test } from "./attached.mjs";

const BUTTON = "<p><button>Go</button></p>";
const BUSY = '<button aria-busy="true" class="pycommunicate-busy">Go</button>';
const OFF = '<button aria-busy="true" class="pycommunicate-busy" disabled="">Go</button>';

const begin = (tab, ...options) =>
  tab.batch(["loaded"], ["find", 1, 0, "button"], ...options.map((one, i) => ["listen", i + 1, -1, "click", one]));
const click = (tab) => tab.find("button").click();
const shown = (tab) => tab.find("p").innerHTML;

function timed(name, run) {
  test(name, BUTTON, (tab) => {
    mock.timers.enable({ apis: ["setTimeout"] });
    try {
      run(tab, (time) => mock.timers.tick(time));
    } finally {
      mock.timers.reset();
    }
  });
}

timed("debounce sends the last one when none has come for a time", (tab, pass) => {
  begin(tab, { debounce: 100, fields: [["target", "title"]] });
  for (const title of ["a", "b"]) {
    tab.find("button").title = title;
    click(tab);
    pass(99);
    assert.deepEqual(tab.told(), []);
  }
  tab.find("button").title = "c";
  pass(1);
  assert.deepEqual(carriedOf(tab.told()), [["b"]]);
  pass(1000);
  assert.deepEqual(tab.told(), []);
});

timed("throttle sends the first one, then the last of each time", (tab, pass) => {
  begin(tab, { throttle: 100, fields: ["detail"] });
  const happen = (detail) => {
    tab.find("button").dispatchEvent(new tab.window.CustomEvent("click", { detail }));
    return carriedOf(tab.told());
  };
  assert.deepEqual([happen(1), happen(2), happen(3)], [[[1]], [], []]);
  pass(100);
  assert.deepEqual(carriedOf(tab.told()), [[3]]);
  assert.deepEqual(happen(4), []);
  pass(100);
  assert.deepEqual(carriedOf(tab.told()), [[4]]);
  pass(100);
  assert.deepEqual(happen(5), [[5]]);
});

timed("both together: what debounce lets go of is throttled", (tab, pass) => {
  begin(tab, { debounce: 10, throttle: 100 });
  [10, 10, 79].forEach((time) => {
    click(tab);
    pass(time);
  });
  assert.deepEqual(eventsOf(tab.told()), [1]);
  pass(11);
  assert.deepEqual(eventsOf(tab.told()), [1]);
});

timed("what is held is dropped with the listener, and told no ref", (tab, pass) => {
  begin(tab, { debounce: 100, fields: ["target"] });
  click(tab);
  assert.equal(tab.live.ops.refs.objects.get(-1).count, 2);
  tab.batch(["unlisten", [1]]);
  assert.equal(tab.live.ops.refs.objects.get(-1).count, 1);
  pass(1000);
  assert.deepEqual(tab.told(), []);
});

timed("once counts what is sent, and nothing behind it", (tab, pass) => {
  begin(tab, { debounce: 100, once: true }, { throttle: 100, once: true });
  [1, 2].forEach(() => click(tab));
  pass(100);
  click(tab);
  pass(1000);
  assert.deepEqual(eventsOf(tab.told()), [2, 1]);
});

timed("it is prevented all the same", (tab) => {
  begin(tab, { debounce: 100, prevent: true });
  const event = new tab.window.Event("click", { cancelable: true });
  tab.find("button").dispatchEvent(event);
  assert.equal(event.defaultPrevented, true);
});

test("marks the element until its events have been handled", BUTTON, (tab) => {
  begin(tab, { busy: 1 });
  [1, 2].forEach(() => click(tab));
  assert.equal(shown(tab), BUSY);
  tab.batch(["done", 1, 1]);
  assert.equal(shown(tab), BUSY);
  tab.batch(["done", 1, 2], ["done", 1, 3], ["done", 9, 1]);
  assert.equal(shown(tab), "<button>Go</button>");
  click(tab);
  tab.batch(["done", 1, 2]);
  assert.equal(shown(tab), BUSY);
});

test(
  "marks what waits for credit, too, and counts several listeners",
  BUTTON,
  (tab) => {
    begin(tab, { busy: 1 }, { busy: 2 });
    click(tab);
    assert.equal(shown(tab), OFF);
    tab.batch(["done", 2, 1]);
    assert.equal(shown(tab), OFF);
    tab.find("button").dispatchEvent(new tab.window.Event("click"));
    tab.batch(["done", 1, 1], ["done", 2, 2]);
    assert.equal(shown(tab), OFF);
    tab.batch(["credit", 1, 2], ["done", 1, 2]);
    assert.equal(shown(tab), "<button>Go</button>");
  },
  { events: 1 },
);

test("takes away only what it has put on", '<p><button class="a" aria-busy="false" disabled>Go</button></p>', (tab) => {
  begin(tab, { busy: 2 });
  tab.find("button").dispatchEvent(new tab.window.Event("click"));
  assert.equal(tab.find("button").className, "a pycommunicate-busy");
  tab.batch(["done", 1, 1]);
  assert.equal(shown(tab), '<button class="a" aria-busy="false" disabled="">Go</button>');
});

test("leaves alone what the server has disabled meanwhile", BUTTON, (tab) => {
  begin(tab, { busy: 2 });
  click(tab);
  tab.batch(["set", -1, "disabled", true], ["done", 1, 1]);
  assert.equal(shown(tab), '<button disabled="">Go</button>');
  tab.batch(["set", -1, "disabled", false]);
  click(tab);
  tab.batch(["set", -1, "disabled", false]);
  click(tab);
  assert.equal(shown(tab), BUSY);
});

test("is taken away with the listener, but not by once", BUTTON, (tab) => {
  begin(tab, { busy: 1 });
  click(tab);
  tab.batch(["unlisten", [1]]);
  assert.equal(shown(tab), "<button>Go</button>");
  tab.batch(["listen", 2, -1, "click", { busy: 1, once: true }]);
  click(tab);
  assert.equal(shown(tab), BUSY);
  tab.batch(["done", 2, 1]);
  assert.equal(shown(tab), "<button>Go</button>");
});

test("marks the element of a delegate, and nothing where there is none", BUTTON, (tab) => {
  tab.batch(
    ["loaded"],
    ["listen", 1, 0, "click", { busy: 1, delegate: "button" }],
    ["listen", 2, 0, "click", { busy: 2 }],
  );
  user.click(tab.find("button"));
  assert.deepEqual(eventsOf(tab.told()), [1, 2]);
  assert.equal(shown(tab), BUSY);
  tab.batch(["done", 1, 1], ["done", 2, 1]);
  assert.equal(shown(tab), "<button>Go</button>");
});

test(
  "unmarks what is dropped as too much waits",
  BUTTON,
  (tab) => {
    begin(tab, { busy: 1 }, { busy: 1 });
    for (let i = 0; i < 600; i++) click(tab);
    tab.batch(["done", 1, 501], ["done", 2, 501]);
    assert.equal(shown(tab), "<button>Go</button>");
  },
  { events: 1 },
);
