/** A tab for programs: `const page = await open(url)`. */

import { randomBytes } from "node:crypto";
import jsdom from "jsdom";
import { Channel } from "./channel.mjs";
import { LiveDocument } from "./document.mjs";
import { innerText, makeWindow } from "./dom.mjs";
import { Session } from "./session.mjs";
import * as user from "./user.mjs";

const MAX_REDIRECTS = 20;
const RELOADS = 2;
const RELOADS_WITHIN = 30000;
const TIMEOUT = 5000;
const QUIET = 80;

const sleep = (time) => new Promise((resolve) => setTimeout(resolve, time));

export class Page {
  /** @param {{log?: (text: string) => void, applied?: (page: Page) => void}} options are told what goes on */
  constructor({ log = () => {}, applied = () => {} } = {}) {
    this.log = log;
    this.applied = () => applied(this);
    this.jar = new jsdom.CookieJar(undefined, { looseMode: true });
    /** `loading`, `attached`, `static` (a document without a script of ours), `stopped`, `closed` */
    this.status = "loading";
    this.reason = "";
    this.loads = 0;
    this.reloads = [];
    /** What the user has typed into the document before, and who that is (spec 4.6). */
    this.typed = null;
    this.user = undefined;
    this.live = null;
    this.session = null;
  }

  /** @returns {Document} the document that is shown now */
  get document() {
    return this.live.window.document;
  }

  get url() {
    return this.document.URL;
  }

  cookies(url) {
    return this.jar.getCookieStringSync(url.href.replace(/^ws/, "http"));
  }

  // Documents

  async fetch(url, body) {
    let request = { url: new URL(url), method: body ? "POST" : "GET", body };
    for (let i = 0; i <= MAX_REDIRECTS; i++) {
      const headers = { Accept: "text/html,*/*", Cookie: this.cookies(request.url) };
      const answer = await fetch(request.url, { ...request, headers, redirect: "manual" }).catch((error) => {
        throw error.cause ?? error; // node says "fetch failed", and why in the cause
      });
      answer.headers
        .getSetCookie()
        .forEach((line) => this.jar.setCookieSync(line, request.url.href, { ignoreError: true }));
      const location = answer.headers.get("location");
      if (answer.status < 300 || answer.status >= 400 || location === null) {
        const contentType = answer.headers.get("content-type") ?? "text/html";
        return { url: request.url.href, contentType, body: Buffer.from(await answer.arrayBuffer()) };
      }
      await answer.body?.cancel();
      const next = new URL(location, request.url);
      next.hash ||= request.url.hash;
      request = answer.status > 303 ? { ...request, url: next } : { url: next, method: "GET" };
    }
    throw new Error(`more than ${MAX_REDIRECTS} redirects`);
  }

  /** Leaves the document for another. */
  async load({ url, body }) {
    const load = (this.loads += 1);
    this.session?.leave();
    this.session = null;
    this.status = "loading";
    const answer = await this.fetch(url, body);
    if (load !== this.loads) return;
    const referrer = this.live?.window.document.URL;
    this.live?.end();
    this.live?.window.close();
    const window = makeWindow(answer.body, { ...answer, referrer, cookieJar: this.jar });
    const script = window.document.querySelector("script[data-pycommunicate]")?.dataset;
    const { pycommunicate: path, ticket } = script ?? {};
    this.user = script?.user;
    const channel = new Channel({ ticket, nonce: randomBytes(16).toString("hex") });
    this.live = new LiveDocument(window, channel, this);
    if (path === undefined) {
      this.status = "static";
    } else if (!ticket) {
      await this.reload("the document was fetched for later", 0);
    } else {
      const { typed } = this;
      this.typed = null;
      this.live.putBack = () => this.live.typed.putBack(typed, this.user);
      this.status = "attached";
      // Spec 3: of the document's own address, whatever its base says.
      const address = new URL(path, new URL(this.url).origin);
      address.protocol = address.protocol.replace("http", "ws");
      this.session = new Session(address, this.live, this);
    }
  }

  leave({ url, body }) {
    this.log(`leaving for ${url}`);
    this.load({ url, body }).catch((error) => this.stopped(`${url}: ${error.message}`));
  }

  /** Spec 4.6. */
  async reload(text, wait = Math.random() * 1000) {
    const now = Date.now();
    this.reloads = this.reloads.filter((time) => now - time < RELOADS_WITHIN);
    if (this.reloads.length >= RELOADS) {
      this.stopped(text);
      return;
    }
    this.reloads.push(now);
    this.status = "loading";
    const load = this.loads;
    await sleep(wait);
    if (load === this.loads) {
      this.log(`loading anew: ${text}`);
      await this.load({ url: this.url });
    }
  }

  /** The channel has ended. @param {'reload'|'stop'} action @param {string} text */
  over(action, text) {
    if (action === "stop") {
      this.stopped(text);
      return;
    }
    if (this.live.channel.isUnsure) this.log("what you did last may not have been done");
    this.typed = this.live.typed.keep(this.user);
    this.reload(text).catch((error) => this.stopped(`${text}; ${error.message}`));
  }

  stopped(reason) {
    this.status = "stopped";
    this.reason = reason;
    this.log(`stopped: ${reason}`);
  }

  // For programs

  /**
   * @param {() => *} condition
   * @param {string} [what] names it in the error
   * @returns {Promise<*>} what it gives, as soon as that is something
   */
  async waitFor(condition, timeout = TIMEOUT, what = "what was waited for") {
    for (const until = Date.now() + timeout; ; await sleep(20)) {
      const value = condition();
      if (value) return value;
      if (this.status === "stopped") throw new Error(`stopped: ${this.reason}`);
      if (Date.now() > until) throw new Error(`${what} has not come within ${timeout} ms`);
    }
  }

  /** Waits until the server has built the page, has answered all that was done, and says nothing for a moment. */
  async settled(timeout) {
    const isQuiet = ({ lastFrame }, { channel, isLoaded }) =>
      isLoaded && channel.state === "open" && !channel.kept.length && Date.now() - lastFrame >= QUIET;
    await this.waitFor(() => this.status === "static" || (this.session && isQuiet(this.session, this.live)), timeout);
  }

  /** @returns {Promise<Element>} the first that a selector matches, as soon as there is one that is not disabled */
  async usable(selector, timeout) {
    const find = () => {
      const element = this.status !== "loading" && this.document.querySelector(selector);
      return element && !element.matches(":disabled") && element;
    };
    return this.waitFor(find, timeout, selector);
  }

  async click(selector, timeout) {
    user.click(await this.usable(selector, timeout));
  }

  /** Puts text into a field. */
  async fill(selector, text, timeout) {
    user.fill(await this.usable(selector, timeout), text);
  }

  /** @returns {string} the text of an element, of the whole document without a selector; of a field, what is in it */
  text(selector = "body") {
    const element = this.document.querySelector(selector);
    if (!element) throw new Error(`nothing matches ${selector}`);
    return /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName) ? element.value : innerText(element);
  }

  close() {
    this.loads += 1;
    this.session?.leave();
    this.session = null;
    this.live?.end();
    this.live?.window.close();
    this.status = "closed";
  }
}

/**
 * @param {string} url
 * @param {{log?: (text: string) => void, applied?: (page: Page) => void}} [options]
 * @returns {Promise<Page>}
 */
export async function open(url, options) {
  const page = new Page(options);
  await page.load({ url });
  return page;
}
