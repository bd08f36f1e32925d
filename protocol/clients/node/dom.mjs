/** What jsdom lacks of a browser: `innerText`, `noscript`, and another document in the same window (spec 6.13). */

import { JSDOM, VirtualConsole } from "jsdom";

const BLOCKS = new Set(
  (
    "address article aside blockquote body details dialog dd div dl dt fieldset figcaption figure " +
    "footer form h1 h2 h3 h4 h5 h6 header hgroup hr legend li main nav ol optgroup option pre search section select " +
    "summary table tbody tfoot thead tr ul"
  ).split(" "),
);
const UNSEEN = new Set("script style template noscript head datalist".split(" "));

/** The texts of an element, and between them how many line breaks there are at least. */
function* pieces(element) {
  for (const child of element.childNodes) {
    if (child.nodeType === 3) {
      yield element.closest("pre, textarea") ? child.data : child.data.replace(/[ \t\r\n]+/g, " ");
    } else if (child.nodeType === 1 && !UNSEEN.has(child.localName) && !child.hidden) {
      const breaks = child.localName === "p" ? 2 : Number(BLOCKS.has(child.localName));
      yield breaks;
      yield* child.localName === "br" ? ["\n"] : pieces(child);
      yield breaks;
    }
  }
}

/** The text of an element about as `innerText` gives it: no styles are looked at. */
export function innerText(element) {
  let text = "";
  let breaks = 0;
  for (const piece of pieces(element)) {
    if (typeof piece === "number") {
      breaks = Math.max(breaks, piece);
      continue;
    }
    const isBegun = text && !breaks && !/\s$/.test(text);
    const part = isBegun || piece === "\n" ? piece : piece.replace(/^ /, "");
    if (part) {
      text = breaks || part === "\n" ? text.replace(/ $/, "") : text;
      text += (text ? "\n".repeat(breaks) : "") + part;
      breaks = 0;
    }
  }
  return text.replace(/ $/, "");
}

function setInnerText(element, value) {
  const lines = String(value ?? "").split(/\r\n|\r|\n/);
  element.replaceChildren(
    ...lines.flatMap((line, i) => {
      return [...(i ? [element.ownerDocument.createElement("br")] : []), ...(line ? [line] : [])];
    }),
  );
}

/** What stands in noscript is text (spec 6.13), as in a browser. */
function silence(root) {
  root.querySelectorAll("noscript").forEach((element) => {
    element.textContent = element.innerHTML;
  });
}

/**
 * @param {Buffer|string} body
 * @param {{url: string, contentType?: string, referrer?: string, cookieJar?: object}} options
 * @returns {Window}
 */
export function makeWindow(body, { url, contentType = "text/html", referrer, cookieJar }) {
  const isMarkup = /^(text\/html|application\/xhtml\+xml)/.test(contentType);
  const { window } = new JSDOM(isMarkup ? body : "<pre></pre>", {
    url,
    referrer,
    cookieJar,
    contentType: isMarkup ? contentType : "text/html",
    pretendToBeVisual: true,
    virtualConsole: new VirtualConsole(),
  });
  if (!isMarkup) window.document.querySelector("pre").textContent = String(body);
  Object.defineProperty(window.HTMLElement.prototype, "innerText", {
    configurable: true,
    enumerable: true,
    get() {
      return innerText(this);
    },
    set(value) {
      setInnerText(this, value);
    },
  });
  window.closed ??= false;
  window.scrollTo = () => {};
  window.Element.prototype.scrollIntoView = () => {};
  silence(window.document);
  return window;
}

/** @returns {Node[]} what a text of HTML says, as it is parsed inside of an element (spec 6.17) */
export function parseInside(parent, html) {
  const document = parent.ownerDocument ?? parent;
  const like = parent.nodeType === 1 ? parent.cloneNode(false) : document.createElement("template");
  like.innerHTML = html;
  const inside = like.content ?? like;
  silence(inside);
  return [...inside.childNodes];
}

/** Puts another document in place of this one (spec 6.13), all but its scripts, which this client does not run. */
export function showView(window, html) {
  const { document } = window;
  const other = new window.DOMParser().parseFromString(html, "text/html");
  silence(other);
  const root = document.documentElement;
  [...root.attributes].forEach(({ name }) => root.removeAttribute(name));
  [...other.documentElement.attributes].forEach(({ name, value }) => root.setAttribute(name, value));
  const sheets = [...document.head.querySelectorAll("link[rel~=stylesheet]")];
  document.head.replaceChildren(
    ...[...other.head.childNodes].map((child) => {
      const i = sheets.findIndex((sheet) => sheet.outerHTML === child.outerHTML);
      return i < 0 ? child : sheets.splice(i, 1)[0];
    }),
  );
  document.body.replaceWith(other.body);
  window.scrollTo(0, 0);
}
