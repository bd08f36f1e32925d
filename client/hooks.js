// @ts-check
/**
 * Hooks: scripts of the app's own are told of the elements that they are for, and Python reaches what they make of them.
 *
 * A script says `pycommunicate.hook("chart", { mounted(element, channel) {}, removed(element) {}, draw(points) {} })`.
 * Each element of the document with `data-hook="chart"` then has a hook of its own, `element.hook`: an object with the
 * methods of that definition, in which `this` is the hook, `this.element` the element and `this.channel` the channel.
 * `mounted` is called once when such an element is there, `removed` when it has left the document or has another
 * `data-hook`; moving it does neither. All others are called by whom they are for, as by Python:
 * `element.call("hook.draw", points)`. The other way, `channel.send(name, detail)` is an event of the element.
 *
 * Served behind the client where an app has scripts, and only there. Makes no text into HTML or code, and uses nothing
 * but the document and window.pycommunicate.
 */

/** @typedef {{[name: string]: any}} Definition what a script has given for a name */
/** @typedef {{definition: Definition, name: string | null, hook: any}} Mounted */

const ATTRIBUTE = "data-hook";
const SELECTOR = `[${ATTRIBUTE}]`;

/** What scripts have defined, by name. @type {Map<string | null, Definition>} */
const definitions = new Map();
/** Elements that have a hook. @type {Map<Element, Mounted>} */
const mounted = new Map();
/** Names that nobody has defined, and of which that was said. @type {Set<string | null>} */
const warnedOf = new Set();
/** Whether the document has been read: an element of one that is being read may lack half of what is in it. */
let ready = false;
/** @type {any} */
let warnTimer = 0;

/** Defines what is done with each element that has this `data-hook`. @param {string} name @param {Definition} definition */
function hook(name, definition) {
  if (typeof name !== "string" || !name || typeof definition !== "object" || !definition) {
    throw new TypeError(`expected pycommunicate.hook(name, {mounted(element, channel) {}, ...}), got the name ${name}`);
  }
  if (definitions.has(name)) console.warn(`pycommunicate: the hook "${name}" is defined a second time, in place of the first`);
  definitions.set(name, definition);
  updateInside(document);
}

/** Mounts and removes what is due inside. @param {ParentNode} root */
function updateInside(root) {
  for (const element of root.querySelectorAll(SELECTOR)) update(element);
}

/** Mounts or removes what is due at one element. @param {Element} element */
function update(element) {
  if (!ready) return;
  const name = element.getAttribute(ATTRIBUTE);
  const there = name !== null && document.contains(element);
  const definition = there ? definitions.get(name) : undefined;
  const before = mounted.get(element);
  if (there && !definition) warnTimer ||= setTimeout(warn, 1000);
  if (before?.definition === definition && (!before || before.name === name)) return;
  if (before) {
    mounted.delete(element);
    run(before, "removed", [element]);
  }
  if (definition) {
    const after = { definition, name, hook: hookOf(definition, element) };
    mounted.set(element, after);
    run(after, "mounted", [element, after.hook.channel]);
  }
}

/** A hook of one element: its methods are bound to it, also where one is handed on alone.
 * @param {Definition} definition @param {Element} element */
function hookOf(definition, element) {
  const made = Object.create(definition);
  made.element = element;
  made.channel = {
    /** Tells Python, if it listens: as an event of the element that bubbles. @param {string} name @param {any} detail */
    send: (name, detail) => element.dispatchEvent(new CustomEvent(name, { detail, bubbles: true })),
  };
  for (const key of Object.keys(definition)) {
    if (typeof definition[key] === "function") made[key] = definition[key].bind(made);
  }
  return made;
}

/** Calls what a hook may have; what that throws, now or later, is for the console alone.
 * @param {Mounted} one @param {string} method @param {any[]} values */
async function run({ hook, name }, method, values) {
  try {
    await hook[method]?.(...values);
  } catch (error) {
    console.error(`pycommunicate: ${method} of the hook "${name}" failed:`, error);
  }
}

/** Says once of each name that nobody has defined it so far, when the document's own scripts have run. */
function warn() {
  warnTimer = document.readyState === "complete" ? 0 : setTimeout(warn, 1000);
  if (warnTimer) return;
  for (const element of document.querySelectorAll(SELECTOR)) {
    const name = element.getAttribute(ATTRIBUTE);
    if (definitions.has(name) || warnedOf.has(name)) continue;
    warnedOf.add(name);
    console.warn(`pycommunicate: no script has called pycommunicate.hook("${name}", ...) so far, which is for`, element);
  }
}

/** @param {MutationRecord[]} records */
function see(records) {
  for (const element of [...mounted.keys()]) update(element);
  for (const { target, addedNodes } of records) {
    for (const node of [target, ...addedNodes]) {
      if (node.nodeType !== 1) continue;
      update(/** @type {Element} */ (node));
      if (node !== target) updateInside(/** @type {Element} */ (node));
    }
  }
}

function start() {
  ready = true;
  new MutationObserver(see).observe(document, { childList: true, subtree: true, attributeFilter: [ATTRIBUTE] });
  updateInside(document);
}

const shared = /** @type {any} */ (window).pycommunicate;
// Once, however often the script stands in the document. While that is only rendered ahead, there is no client yet.
if (shared && !shared.hook) {
  Object.defineProperty(shared, "hook", { value: hook, enumerable: true });
  // Not a property of each element that is mounted: ops of one frame follow each other without a pause, and no observer
  // hears in between that an element is there. The next of them may call its hook.
  Object.defineProperty(Element.prototype, "hook", {
    get() {
      update(this);
      return mounted.get(this)?.hook;
    },
    set(value) {
      Object.defineProperty(this, "hook", { value, configurable: true, enumerable: true, writable: true });
    },
    configurable: true,
  });
  if (document.readyState === "loading") document.addEventListener("readystatechange", start, { once: true });
  else start();
}
