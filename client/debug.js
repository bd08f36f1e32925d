// @ts-check
/**
 * What a page has in debug: it shows what went wrong, and loads itself anew when the program was started anew, keeping
 * what was typed. Served beside the client, and only in debug.
 *
 * Sections: overlay, typed, another start. No text is made into HTML or code, so that it works under a strict
 * Content-Security-Policy and with Trusted Types.
 */

const tag = /** @type {HTMLScriptElement} */ (document.querySelector("script[data-pycommunicate-debug]"));
const INSTANCE = tag?.dataset.pycommunicateDebug ?? "";
const sleep = (/** @type {number} */ ms) => new Promise((resolve) => setTimeout(resolve, ms));

// --- overlay: what went wrong -------------------------------------------------------------------------------------------

const STYLE = `
  :host { all: initial !important; display: block !important; position: fixed !important; inset: auto 0 0 0 !important;
    width: auto !important; z-index: 2147483647 !important; }
  section { box-sizing: border-box; max-height: 60vh; overflow: auto; padding: 12px 16px; background: #fff; color: #222;
    border-top: 4px solid #c22; box-shadow: 0 -4px 24px #0006; font: 15px/1.45 system-ui, sans-serif; text-align: left; }
  header { display: flex; gap: 12px; align-items: start; }
  h1 { flex: 1; margin: 0; font-size: 16px; overflow-wrap: anywhere; }
  p { margin: 6px 0; color: #a11; white-space: pre-wrap; overflow-wrap: anywhere; }
  pre { margin: 6px 0 0; padding: 8px 12px; overflow: auto; background: #f4f4f4; tab-size: 4;
    font: 13px/1.5 ui-monospace, SFMono-Regular, Consolas, monospace; }
  small { color: #555; font-size: 13px; }
  button { font: inherit; color: inherit; background: #eee; border: 1px solid #888; border-radius: 4px; padding: 2px 12px;
    cursor: pointer; }
  button:focus-visible { outline: 2px solid #06c; outline-offset: 1px; }
`;

/** @typedef {{title: string, message: string, trace: string}} Fault */

class Overlay extends HTMLElement {
  constructor() {
    super();
    const root = this.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [sheet];
    this.further = -1;
    this.box = document.createElement("section");
    this.box.setAttribute("role", "alert");
    root.append(this.box);
  }

  connectedCallback() {
    // Above the page's own dialogs. Unlike a dialog, a popover leaves the focus where it is.
    this.popover = "manual";
    this.showPopover?.();
    addEventListener("keydown", this.hear, true);
  }

  disconnectedCallback() {
    removeEventListener("keydown", this.hear, true);
  }

  hear = (/** @type {KeyboardEvent} */ event) => {
    if (event.key === "Escape") this.close();
  };

  close() {
    this.remove();
    this.further = -1;
  }

  /** Shows the first fault since it was closed, and counts the others. @param {Fault} fault */
  show(fault) {
    if (!this.isConnected) {
      this.further = -1;
      document.documentElement.append(this);
    }
    this.further++;
    if (this.further) {
      this.count.textContent = `and ${this.further} more, see the terminal`;
      return;
    }
    const header = document.createElement("header");
    const close = element("button", "Close");
    close.type = "button";
    close.onclick = () => this.close();
    this.count = element("small", "");
    header.append(element("h1", fault.title), this.count, close);
    this.box.replaceChildren(header, element("p", fault.message));
    if (fault.trace) this.box.append(element("pre", fault.trace));
  }
}

/** @param {string} name @param {string} text @returns {any} */
function element(name, text) {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}

/** Watches for faults, which the server sets as a property of the root element. */
function watchFaults() {
  /** @type {Overlay | undefined} */
  let overlay;
  Object.defineProperty(document.documentElement, "pycommunicateError", {
    set(/** @type {Fault} */ fault) {
      try {
        if (!customElements.get("pycommunicate-error")) customElements.define("pycommunicate-error", Overlay);
        overlay ??= /** @type {Overlay} */ (document.createElement("pycommunicate-error"));
        overlay.show(fault);
      } catch (error) {
        // Never back to the server: it would be a fault again.
        console.error("pycommunicate: the overlay failed:", error, fault);
      }
    },
  });
}

// --- typed: what a user has entered goes from one load of the page to the next ------------------------------------------

const KEY = "pycommunicate.typed";
const FIELDS = "input, textarea, select, [contenteditable]";
/** Milliseconds that load() of the new page may take to build its fields. */
const PATIENCE = 5000;
/** Milliseconds without any change of the page after which its load() counts as done. */
const QUIET = 150;

/** @typedef {{name: string, value: any, chosen?: [number, number]}} Entry */
/** @typedef {{url: string, entries: Entry[], focus: {name: string, chosen?: [number, number]} | null, scroll: number[]}} Saved */

/** Fields that were typed into. @type {Set<any>} */
const touched = new Set();
/** Fields that have held a password. @type {WeakSet<any>} */
const secret = new WeakSet();
/** What has not been put back yet. @type {Map<string, Entry>} */
const waiting = new Map();

/** Whether what stands in the field may be kept. @param {any} field */
function isKept(field) {
  if (field.type === "password") secret.add(field);
  if (secret.has(field)) return false;
  if (/^(file|hidden|submit|button|reset|image)$/.test(field.type ?? "")) return false;
  const words = `${field.getAttribute("autocomplete") ?? field.form?.getAttribute("autocomplete") ?? ""}`.toLowerCase().split(/\s+/);
  return !words.some((word) => /^(off|one-time-code|current-password|new-password|cc-.*)$/.test(word));
}

/** All fields of the page by a name that is the same after a reload. */
function fieldsByName() {
  /** @type {Map<string, any>} */
  const fields = new Map();
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const field of /** @type {Iterable<any>} */ (document.querySelectorAll(FIELDS))) {
    const form = field.form ? [field.form.id, field.form.getAttribute("name")] : [];
    const choice = /^(radio|checkbox)$/.test(field.type ?? "") ? field.getAttribute("value") : null;
    const name = JSON.stringify([form, field.localName, field.type ?? "", field.getAttribute("name"), field.id, choice]);
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    fields.set(`${count} ${name}`, field);
  }
  return fields;
}

/** @param {any} field */
function valueOf(field) {
  if (field.isContentEditable) return field.textContent;
  if (field.type === "checkbox" || field.type === "radio") return field.checked;
  if (field.localName === "select") return [...field.selectedOptions].map((/** @type {any} */ option) => option.value);
  return field.value;
}

/** @param {any} field @param {any} value */
function setValue(field, value) {
  if (field.isContentEditable) field.textContent = value;
  else if (typeof value === "boolean") field.checked = value;
  else if (Array.isArray(value)) for (const option of field.options) option.selected = value.includes(option.value);
  else field.value = value;
}

/** @param {any} field @returns {[number, number] | undefined} */
function chosenIn(field) {
  try {
    if (typeof field.selectionStart === "number") return [field.selectionStart, field.selectionEnd];
  } catch {
    // Some kinds of input have none.
  }
}

/** Keeps what was typed for the next load of this address. */
function save() {
  /** @type {Entry[]} */
  const entries = [...waiting.values()];
  let focus = null;
  for (const [name, field] of fieldsByName()) {
    if (!isKept(field)) continue;
    if (touched.has(field)) entries.push({ name, value: valueOf(field) });
    if (field === document.activeElement) focus = { name, chosen: chosenIn(field) };
  }
  /** @type {Saved} */
  const saved = { url: location.href, entries, focus, scroll: [scrollX, scrollY] };
  try {
    sessionStorage.setItem(KEY, JSON.stringify(saved));
  } catch {
    // Storage is blocked, or full.
  }
}

/** Puts back what was typed before, field by field, as they come. */
async function restore() {
  /** @type {Saved | null} */
  let saved = null;
  try {
    saved = JSON.parse(sessionStorage.getItem(KEY) ?? "null");
    sessionStorage.removeItem(KEY);
  } catch {
    // Storage is blocked, or somebody else's.
  }
  if (saved?.url !== location.href) return;
  for (const entry of saved.entries) waiting.set(entry.name, entry);
  const until = Date.now() + PATIENCE;
  let focus = saved.focus;
  await quiet(until);
  scrollTo(saved.scroll[0], saved.scroll[1]);
  while ((waiting.size || focus) && Date.now() < until) {
    const fields = fieldsByName();
    for (const [name, entry] of waiting) {
      const field = fields.get(name);
      if (!field) continue;
      waiting.delete(name);
      // What is typed meanwhile is newer.
      if (!touched.has(field) && isKept(field)) putBack(field, entry.value);
    }
    const target = focus && fields.get(focus.name);
    if (target) {
      if (document.activeElement === document.body) {
        target.focus({ preventScroll: true });
        if (focus?.chosen) target.setSelectionRange?.(...focus.chosen);
      }
      focus = null;
    }
    if (waiting.size || focus) await changed(200);
  }
  waiting.clear();
}

/** @param {any} field @param {any} value */
function putBack(field, value) {
  touched.add(field);
  if (JSON.stringify(valueOf(field)) === JSON.stringify(value)) return;
  setValue(field, value);
  field.dispatchEvent(new Event("input", { bubbles: true }));
  if (typeof value === "boolean" || Array.isArray(value)) field.dispatchEvent(new Event("change", { bubbles: true }));
}

/** Waits until the page is connected and its load() has stopped changing it. @param {number} until */
async function quiet(until) {
  while (state() !== "connected" && Date.now() < until) await sleep(20);
  while (Date.now() < until && (await changed(QUIET)));
}

/** Waits for the next change of the page's nodes; false if there was none for that long. @param {number} ms */
async function changed(ms) {
  /** @type {MutationObserver | undefined} */
  let observer;
  const change = new Promise((resolve) => {
    observer = new MutationObserver(() => resolve(true));
    observer.observe(document, { childList: true, subtree: true });
  });
  const came = await Promise.race([change, sleep(ms).then(() => false)]);
  observer?.disconnect();
  return came;
}

// --- another start: the program was started anew ------------------------------------------------------------------------

const state = () => /** @type {any} */ (window).pycommunicate?.state;

/** The start that answers now; waits while none does. */
async function instance() {
  for (;;) {
    try {
      return await (await fetch(new URL("debug", import.meta.url), { cache: "no-store" })).text();
    } catch {
      await sleep(200);
    }
  }
}

/** Loads the page anew once there is another start. @param {boolean} alone whether there is no client that would tell */
async function watchStarts(alone) {
  let connected = false;
  for (;;) {
    await sleep(alone ? 500 : 100);
    if (state() === "connected") {
      // A page that was connected does not load itself in vain: that count begins anew.
      if (!connected) forgetReloads();
      connected = true;
    } else if ((connected || alone) && (await instance()) !== INSTANCE) {
      // The client may find out in the same moment, and load the page: this one is gone by then, or the client has given up.
      if (!alone) await sleep(300);
      return location.reload();
    }
  }
}

function forgetReloads() {
  try {
    sessionStorage.removeItem("pycommunicate.reloads");
  } catch {
    // Storage is blocked.
  }
}

function start() {
  const alone = tag.dataset.alone !== undefined;
  watchStarts(alone);
  if (alone) return;
  watchFaults();
  for (const type of ["input", "change"]) {
    addEventListener(type, ({ target }) => {
      if (target instanceof Element && target.matches(FIELDS) && isKept(target)) touched.add(target);
    }, true);
  }
  // A user who leaves or reloads a page that works wants it as it comes.
  addEventListener("pagehide", () => {
    if (state() !== "connected") save();
  });
  restore();
}

if (tag) start();
