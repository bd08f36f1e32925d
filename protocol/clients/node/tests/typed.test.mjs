/** What is kept of what the user has typed, and where it is put back (spec 4.6). */

import assert from "node:assert/strict";
import { it } from "node:test";
import { makeWindow } from "../dom.mjs";
import { Typed } from "../typed.mjs";
import * as user from "../user.mjs";

const HTML = `<form id=f><input name=a><input name=b autocomplete=off><input name=p type=password>
  <input type=radio name=r value=1 checked><input type=radio name=r value=2>
  <select name=s><option>1<option>2</select></form>
  <form autocomplete=off><input name=a id=off></form><textarea id=t></textarea><input name=w>`;

function show(html = HTML, url = "http://app.test/") {
  const { document } = makeWindow(html, { url });
  const typed = new Typed(document.defaultView);
  return { typed, find: (selector) => document.querySelector(selector) };
}

function type() {
  const { typed, find } = show();
  for (const name of ["a", "b", "p", "w"]) user.fill(find(`[name=${name}]`), `typed ${name}`);
  user.fill(find("#off"), "no");
  user.fill(find("#t"), "two\nlines");
  user.check(find("[value='2']"));
  user.select(find("select"), "2");
  typed.written(find("[name=w]"));
  return { typed, find };
}

it("keeps what was changed, but nothing that is secret or was written to", () => {
  const kept = type()
    .typed.keep("me")
    .fields.map(({ name, id, state }) => [name || id, state]);
  assert.deepEqual(kept, [
    ["a", "typed a"],
    ["t", "two\nlines"],
    ["r", true],
    ["s", ["2"]],
  ]);
});

it("keeps nothing of what once was a password", async () => {
  const { typed, find } = type();
  find("[name=p]").type = "text";
  await null;
  assert.equal(
    typed.keep("me").fields.some(({ name }) => name === "p"),
    false,
  );
});

it("puts it back as the user's own change, but not over what was typed meanwhile", () => {
  const kept = type().typed.keep("me");
  const { typed, find } = show();
  user.fill(find("#t"), "mine");
  typed.putBack(kept, "me");
  assert.equal(find("[name=a]").value, "typed a");
  assert.equal(find("[value='2']").checked, true);
  assert.equal(find("select").value, "2");
  assert.equal(find("#t").value, "mine");
  assert.ok(typed.fields.has(find("[name=a]")));
});

it("finds a field by form and name, else by name, else by id", () => {
  const kept = type().typed.keep("me");
  const { typed, find } = show(
    "<input name=a id=x><form id=f><input name=a id=y></form><div><textarea id=t></textarea></div>",
  );
  typed.putBack(kept, "me");
  assert.deepEqual([find("#x").value, find("#y").value, find("#t").value], ["", "typed a", "two\nlines"]);
});

it("is bound to address, user and time", () => {
  const kept = type().typed.keep("me");
  const tries = [
    [show(), kept, "you"],
    [show(HTML, "http://app.test/other"), kept, "me"],
    [show(), { ...kept, time: kept.time - 121000 }, "me"],
    [show(), null, "me"],
  ];
  for (const [{ typed, find }, what, who] of tries) {
    typed.putBack(what, who);
    assert.equal(find("[name=a]").value, "");
  }
});
