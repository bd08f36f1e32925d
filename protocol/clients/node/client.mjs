#!/usr/bin/env node
/** The command line: node client.mjs [URL] [--auto] */

import { createInterface } from "node:readline";
import { open } from "./page.mjs";
import * as user from "./user.mjs";

const AUTO = /^(\d+) (?:after (\d+) )?(click|fill) (\S+) ?(.*)$/s;
const isAuto = process.argv.includes("--auto");
const say = (text) => console.log(text.replace(/\s*\n\s*/g, " | "));
let done = "";

/** Follows the element #do, as protocol/conformance.md has it ("The user"). */
function follow(page) {
  const { document } = page;
  const [, number, after, verb, selector, text] = AUTO.exec(document.querySelector("#do")?.textContent) ?? [];
  if (!number || number === done) return;
  done = number;
  const act = () => {
    const element = page.document === document && document.querySelector(selector);
    if (element) user[verb](element, text);
  };
  if (after) setTimeout(act, Number(after));
  else act();
}

const options = { log: say, applied: isAuto ? follow : undefined };
let tab = null;

/** @returns {Promise<string>} the line that answers a command */
async function run(line) {
  const [, verb, selector, text] = /^\s*(\S+)\s*(\S*)\s?(.*)$/.exec(line);
  if (verb === "open") {
    tab?.close();
    done = "";
    tab = await open(selector, options);
    return `open: ${tab.url}`;
  }
  if (!tab) throw new Error("no page is open");
  await tab.settled();
  if (verb === "click") await tab.click(`${selector} ${text}`);
  else if (verb === "fill") await tab.fill(selector, text);
  else if (verb === "text") return `text: ${tab.text(selector || undefined)}`;
  else throw new Error(`unknown: ${line}`);
  return `ok: ${line.trim()}`;
}

const answer = async (line) => say(await run(line).catch((error) => `error: ${error.message}`));

const url = process.argv.slice(2).find((argument) => !argument.startsWith("--"));
if (url) await answer(`open ${url}`);
for await (const line of createInterface({ input: process.stdin })) {
  if (line.trim() === "quit") {
    tab?.close();
    process.stdin.destroy();
    break;
  }
  if (line.trim()) await answer(line);
}
if (!isAuto) tab?.close();
