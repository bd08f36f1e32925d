// @ts-check
/**
 * What a page has in debug: it shows what went wrong, and loads itself anew when the program was started anew. Served
 * beside the client, and only in debug; what was typed is kept by the client.
 *
 * Sections: overlay, another start. No text is made into HTML or code, so that it works under a strict
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

// --- another start: the program was started anew ------------------------------------------------------------------------

const client = () => /** @type {any} */ (window).pycommunicate;
const state = () => client()?.state;

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
      // A page that connects has not loaded itself in vain: that count begins anew.
      if (!connected) forgetReloads();
      connected = true;
    } else if ((connected || alone) && (await instance()) !== INSTANCE) {
      if (alone) return location.reload();
      // The client has found out in the same moment, and loads the page within a second; or it has given up.
      if (state() === "gone") await sleep(1500);
      forgetReloads();
      return client().reload();
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
  if (!alone) watchFaults();
}

if (tag) start();
