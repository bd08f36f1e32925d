// @ts-check
/**
 * What few pages need of pycommunicate's client, which loads this script when one does: options of listeners that pace
 * them or show that they are busy, observers, callbacks, views, fragments, what a user has typed and the server writes over.
 *
 * Each function here is called by its name in pycommunicate.js, as `use("view")`. Served beside the client, made small
 * as it is. Numbers in "spec" comments are sections of protocol/v1/spec.md. Makes no text into code.
 */

/** @type {any} */
const { early, Fault, more, page, place, trusted } =
  /** @type {any} */ (document.currentScript).parts;
const { listeners, typed } = page;

// As there.
const STATE = "data-pycommunicate";
const FIELDS = "input,textarea,select,[contenteditable]";

// --- document -------------------------------------------------------------------------------------------------------

/** Resolves to what comes to match, or when the time is up, to what does then (spec 6.1). @param {any} root
 * @param {string} selector @param {number} wait ms */
more.seek = (root, selector, wait) => new Promise((resolve) => {
  const look = (/** @type {any} */ last) => {
    const found = root.querySelector?.(selector) ?? null;
    if (!found && last !== true) return;
    observer.disconnect();
    clearTimeout(timer);
    resolve(found);
  };
  const observer = new MutationObserver(look);
  const timer = setTimeout(look, wait, true);
  observer.observe(root.getRootNode(), { childList: true, subtree: true, attributes: true, characterData: true });
});

const INSTEAD = 3;

/** Puts HTML into the document; returns its topmost elements (spec 6.17). @param {number} position @param {any} target
 * @param {string} html */
more.fragment = (position, target, html) => {
  const at = position === INSTEAD ? 0 : position;
  const parent = at ? target.parentNode : target;
  const box = document.createElementNS(parent.namespaceURI, parent.localName);
  box.innerHTML = trusted("createHTML", html);
  const inside = box.content ?? box;
  const elements = [...inside.children];
  if (position === INSTEAD) {
    // No record tells of what is out of the document.
    for (const node of target.childNodes) page.forget(node);
    target.replaceChildren();
  }
  const nodes = document.createDocumentFragment();
  nodes.append(...inside.childNodes);
  place(nodes, at, at ? target : target.content ?? target);
  page.sweep(page.observer.takeRecords());
  return elements;
};

/** Replaces title, head and body; later ops wait for the scripts that come with them (spec 6.13). @param {string} html */
more.view = async (html) => {
  early.on = true;
  early.records = [];
  for (const script of document.scripts) page.ran.add(script.src);
  const { documentElement: root, head } = document;
  const { documentElement } = new DOMParser().parseFromString(trusted("createHTML", html), "text/html");
  documentElement.setAttribute(STATE, root.getAttribute(STATE) ?? "");
  for (const name of root.getAttributeNames()) if (!documentElement.hasAttribute(name)) root.removeAttribute(name);
  for (const { name, value } of documentElement.attributes) root.setAttribute(name, value);
  // Once more as this document does, where scripts run: else what is for browsers without them is taken as meant.
  const parsed = document.createElement("html");
  parsed.innerHTML = trusted("createHTML", html);
  const links = new Map([...head.querySelectorAll("link[rel=stylesheet]")].map((link) => [link.outerHTML, link]));
  // A stylesheet that stays is not taken out and loaded again: the page would flash.
  const nodes = [...parsed.firstChild.childNodes].map((node) => links.get(node.outerHTML) ?? node);
  for (const node of [...head.childNodes]) if (!nodes.includes(node)) node.remove();
  let next = head.firstChild;
  for (const node of nodes) {
    if (node === next) next = next.nextSibling;
    else head.insertBefore(node, next);
  }
  document.body.replaceWith(parsed.lastChild);
  page.sweep(page.observer.takeRecords());
  scrollTo(0, 0);
  for (const script of head.querySelectorAll("script")) {
    if (!script.src || !page.ran.has(script.src)) await run(script);
  }
  for (const script of document.body.querySelectorAll("script")) await run(script);
};

/** Lets a parsed script run, by a copy: the parsed one never does. @param {HTMLScriptElement} parsed */
function run(parsed) {
  const script = document.createElement("script");
  for (const { name, value } of parsed.attributes) {
    script.setAttribute(name, name === "src" ? trusted("createScriptURL", value) : value);
  }
  script.nonce = parsed.nonce;
  script.async = parsed.async;
  if (parsed.text) script.text = trusted("createScript", parsed.text);
  // Ops wait for it, but not for ever: some never tell, as one for browsers without modules.
  const loads = script.src && !parsed.async && !parsed.noModule;
  const done = loads && new Promise((resolve) => {
    script.onload = script.onerror = resolve;
    setTimeout(resolve, 5000);
  });
  parsed.replaceWith(script);
  return done;
}

// --- listeners ------------------------------------------------------------------------------------------------------

/** Elements whose events are not done, and what was put on them: takes it away. @type {Map<any, Map<string, () => void>>} */
more.busy = new Map();
/** The marks of each listener: the place of an event, and its element. @type {Map<number, [number, any][]>} */
const marks = new Map();
const BUSY = "pycommunicate-busy";

/** What tells of the events that a listener of a node is for (spec 6.10). @param {any} node @param {string} type
 * @param {any} options */
more.source = (node, type, options) => {
  const { of = [], observe } = options;
  let target = node;
  for (const part of [of].flat()) target = target?.[part];
  if (of.length && !target?.addEventListener) throw new Fault("invalid-name", `nothing can listen at ${of}`);
  if (!observe) return type ? target : { addEventListener() {}, removeEventListener() {} };
  // No other class: one of them makes text into code.
  const Observer = /^(Intersection|Resize|Mutation)Observer$/.test(type) && globalThis[type];
  if (!Observer) throw new Fault("unsupported", `nothing observes by ${type}`);
  Object.assign(options, { busy: 0, delegate: "", prevent: false, stop: false });
  /** @type {any} */
  let observer;
  return {
    addEventListener(/** @type {string} */ _, /** @type {(record: any) => void} */ hear) {
      observer = new Observer((/** @type {any[]} */ records) => records.forEach((record) => observer && hear(record)));
      observer.observe(target, page.live(observe));
    },
    removeEventListener() {
      observer.disconnect();
      observer = null;
    },
  };
};

/** The function that stands for a listener of calls (spec 7.3). @param {number} number */
more.callback = (number) => {
  const listener = listeners.byNumber.get(number);
  if (!listener) return () => {};
  return listener.call ??= (/** @type {any[]} */ ...args) => {
    if (listeners.byNumber.get(number) === listener) listener.hear({ args });
  };
};

/** Sends what has happened, or holds it back for its time (spec 6.10). @param {any} listener @param {any} body */
more.pace = (listener, body) => {
  const { debounce, throttle } = listener.options;
  if (listener.held) page.drop(listener.held);
  listener.held = body;
  if (debounce) {
    clearTimeout(listener.timer);
    listener.timer = 0;
  }
  const send = () => {
    const wait = listener.next - performance.now();
    if (wait > 0) return (listener.timer = setTimeout(send, wait));
    const { held } = listener;
    listener.timer = 0;
    listener.held = null;
    if (throttle) listener.next = performance.now() + throttle;
    listeners.happen(listener, held);
  };
  if (debounce) listener.timer = setTimeout(send, debounce);
  else if (!listener.timer) send();
};

/** Shows that an event of the element is not done. @param {any} listener @param {any} element */
more.mark = (listener, element) => {
  const { busy } = more;
  const put = busy.get(element) ?? new Map([["", () => {}]]);
  busy.set(element, put);
  if (put.size === 1) {
    const before = element.getAttribute("aria-busy");
    put.set("aria", () => (before === null ? element.removeAttribute("aria-busy") : element.setAttribute("aria-busy", before)));
    element.setAttribute("aria-busy", "true");
    if (!element.classList.contains(BUSY)) {
      const bare = !element.hasAttribute("class");
      put.set("class", () => {
        element.classList.remove(BUSY);
        if (bare && !element.className) element.removeAttribute("class");
      });
      element.classList.add(BUSY);
    }
  }
  if (listener.options.busy > 1 && element.disabled === false) {
    element.disabled = true;
    put.set("disabled", () => (element.disabled = false));
  }
  marks.set(listener.number, [...(marks.get(listener.number) ?? []), [++listener.happened, element]]);
};

/** So many events of a listener have been handled (spec 6.16). @param {number} number @param {number} events */
more.done = (number, events) => {
  const mine = marks.get(number);
  if (!mine) return;
  marks.set(number, mine.filter(([place]) => place > events));
  if (events === Infinity) marks.delete(number);
  const still = new Set([...marks.values()].flat().map(([, element]) => element));
  for (const [, element] of mine) {
    if (still.has(element)) continue;
    for (const takeAway of more.busy.get(element)?.values() ?? []) takeAway();
    more.busy.delete(element);
  }
};

// --- typed ----------------------------------------------------------------------------------------------------------

/** Fields of text. */
const TEXT = /^(text|search|url|tel|email|password|textarea)$/;

/** Writes to a field, but not over what the user has typed since the server last saw it (spec 6.4).
 * @param {any} field @param {any} value @param {boolean} force @param {number} after what is known to the server */
more.write = (field, value, force, after) => {
  if (field === typed.composed) {
    typed.waits = () => {
      try {
        more.write(field, value, force, after);
      } catch {
        // Nobody is told of what is kept then.
      }
    };
    return;
  }
  const { value: old, selectionStart, selectionEnd, selectionDirection } = field;
  // As the field spells it.
  const other = field.cloneNode(true);
  other.value = value;
  const spelled = other.value;
  // As the server sees it: what it has written stands behind the frames that it knew by then.
  const notes = typed.notes(field).sort((/** @type {any} */ [one], /** @type {any} */ [other]) => one - other);
  const [, seen] = notes.findLast((/** @type {any} */ [frame]) => frame <= after) ?? notes[0];
  const touched = typed.touched.has(field);
  let cut = Infinity;
  if (!force && touched && old !== seen && old !== spelled) {
    if (!TEXT.test(field.type) || !seen || !old.startsWith(seen)) {
      throw new Fault("kept", `the user has changed ${field.localName} ${field.id}`);
    }
    cut = seen.length;
  }
  const whole = spelled + old.slice(cut);
  const caret = typeof selectionStart === "number" && field === document.activeElement;
  if (caret && touched && old !== whole) enterText(field, Math.min(cut, old.length), spelled);
  if (field.value !== whole || field.selectedOptions) field.value = cut < Infinity ? whole : value;
  if (cut === Infinity) typed.touched.delete(field);
  // What it knows later told of the field as it was: its beginning has changed there, too, or all of it.
  for (const note of notes) {
    if (note[0] > after && (cut === Infinity || note[1].startsWith(seen))) note[1] = spelled + note[1].slice(cut);
  }
  typed.tell(field, spelled, after);
  // The caret stays at its place in what stays, or at the end.
  const move = (/** @type {number} */ at) =>
    at === old.length ? field.value.length : at < cut ? Math.min(at, spelled.length) : at - cut + spelled.length;
  if (caret) {
    field.setSelectionRange(move(selectionStart), move(selectionEnd), selectionDirection);
  }
};

/** Enters a text in place of so many characters, so that the user can undo it; nobody hears of it. @param {any} field
 * @param {number} length @param {string} text */
function enterText(field, length, text) {
  const mute = (/** @type {Event} */ event) => event.stopImmediatePropagation();
  for (const type of ENTERED) addEventListener(type, mute, true);
  field.setSelectionRange(0, length);
  // Deprecated, and the only way that leaves undo as it is; where it does nothing, the value is set.
  document.execCommand(text ? "insertText" : "delete", false, text);
  for (const type of ENTERED) removeEventListener(type, mute, true);
}
const ENTERED = ["beforeinput", "input"];

/** What the user has entered, for the next document (spec 4.6). */
more.entered = () => {
  let { entries = [], focus, scroll = [scrollX, scrollY] } = typed.fresh();
  for (const [field, keys] of fieldsWithKeys()) {
    if (typed.touched.has(field) && keeps(field)) entries = [[keys, valueOf(field)], ...entries];
    if (field === document.activeElement) focus = [keys, field.selectionStart, field.selectionEnd];
  }
  return { entries, focus, scroll };
};

/** Puts back what has its field by now; what has none waits for the next view (spec 4.6). */
more.putBack = () => {
  const { time, entries = [], focus, scroll } = typed.fresh();
  const fields = new Map(
    [...fieldsWithKeys()].flatMap(([field, keys]) => keys.map((/** @type {string} */ key) => [key, field])),
  );
  const find = (/** @type {string[]} */ keys) => fields.get(keys.find((key) => fields.has(key)) ?? "");
  const active = /** @type {Element} */ (document.activeElement);
  // The user may have gone on meanwhile.
  const free = !typed.touched.has(active) && active?.matches("body,[autofocus]");
  const rest = entries.filter((/** @type {any} */ [keys, value]) => {
    const field = find(keys);
    if (field && !typed.touched.has(field) && keeps(field)) enter(field, value);
    return !field;
  });
  typed.saved = { time, entries: rest };
  const field = free && focus ? find(focus[0]) : null;
  field?.focus();
  if (field && focus[1] !== null) field.setSelectionRange(focus[1], focus[2]);
  if (scroll) scrollTo(scroll[0], scroll[1]);
};

/** Enters a value as the user would. @param {any} field @param {any} value */
function enter(field, value) {
  typed.touched.add(field);
  if (field.options) for (const option of field.options) option.selected = value.includes(option.value);
  else field[holdsIn(field)] = value;
  for (const type of ["input", "change"]) {
    if (type === "input" || typeof value !== "string") field.dispatchEvent(new Event(type, { bubbles: true }));
  }
}

/** Whether what stands in the field may be kept. @param {any} field */
function keeps(field) {
  const words = field.getAttribute("autocomplete") ?? field.form?.getAttribute("autocomplete");
  return !/^(password|file|hidden)$/.test(field.type) && !typed.secret.has(field) && !/\boff\b|one-time|password|cc-/i.test(words);
}

/** The property that holds what was entered in a field, a select aside. @param {any} field */
const holdsIn = (field) => (isChoice(field) ? "checked" : "form" in field ? "value" : "innerText");

/** @param {any} field */
const isChoice = (field) => /^(checkbox|radio)$/.test(field.type);

/** @param {any} field */
const valueOf = (field) =>
  field.options ? Array.from(field.selectedOptions, (/** @type {any} */ option) => option.value) : field[holdsIn(field)];

/** All fields, each with what it may be found by, the surest first, and its place among those of the same. */
function fieldsWithKeys() {
  /** @type {Map<any, string[]>} */
  const fields = new Map();
  /** @type {Record<string, number>} */
  const counts = {};
  for (const field of /** @type {Iterable<any>} */ (document.querySelectorAll(FIELDS))) {
    const { form, type, id } = field;
    const name = field.getAttribute("name");
    const ways = [[form?.id, form?.getAttribute("name"), name, id], name && [name], id && [0, id]].filter(Boolean);
    fields.set(field, ways.map((way) => {
      const key = JSON.stringify([way, type, isChoice(field) && field.value]);
      counts[key] = (counts[key] ?? 0) + 1;
      return key + counts[key];
    }));
  }
  return fields;
}
