/** What a user does: each function fires the events of a browser, in its order. */

const FOCUSABLE = "a[href], button, input, select, textarea, [tabindex]";
const isEditable = ({ localName, type }) =>
  localName === "textarea" ||
  (localName === "input" && !/^(button|checkbox|color|file|hidden|image|radio|range|reset|submit)$/.test(type));

/** @type {WeakSet<Element>} fields that were typed into, and have not told of the change */
const uncommitted = new WeakSet();

const windowOf = (node) => node.ownerDocument.defaultView;

function fire(element, kind, type, more = {}) {
  return element.dispatchEvent(new (windowOf(element)[kind])(type, { bubbles: true, composed: true, ...more }));
}

function settle(field) {
  if (uncommitted.delete(field)) fire(field, "Event", "change");
}

function focus(element) {
  const active = element.ownerDocument.activeElement;
  const next = element.closest(FOCUSABLE);
  if (next !== active) {
    settle(active);
    (next ?? active).focus(); // what cannot have the focus ignores this
    if (!next) active.blur();
  }
}

/** Puts text in place of a part of what a field holds, and the caret behind it. */
function enter(field, text, [from, to] = [0, field.value.length], inputType = "insertText") {
  const input = { data: text, inputType };
  if (!fire(field, "InputEvent", "beforeinput", { ...input, cancelable: true })) return;
  field.value = field.value.slice(0, from) + text + field.value.slice(to);
  if (field.selectionStart !== null) field.setSelectionRange(from + text.length, from + text.length);
  uncommitted.add(field);
  fire(field, "InputEvent", "input", input);
}

/** @returns {[number, number]} what is selected in a field; where there are no carets, the end */
function selectionOf({ selectionStart, selectionEnd, value }) {
  return selectionStart === null ? [value.length, value.length] : [selectionStart, selectionEnd];
}

function move(field, key) {
  const [from, to] = selectionOf(field);
  const end = field.value.length;
  const at = { Home: 0, End: end, ArrowLeft: Math.max(0, from - 1), ArrowRight: Math.min(end, to + 1) }[key];
  if (at !== undefined && field.selectionStart !== null) field.setSelectionRange(at, at);
}

/** @param {Element} element */
export function click(element) {
  if (element.matches(":disabled")) return;
  const mouse = { cancelable: true, view: windowOf(element), detail: 1 };
  if (fire(element, "MouseEvent", "mousedown", mouse)) focus(element);
  fire(element, "MouseEvent", "mouseup", mouse);
  fire(element, "MouseEvent", "click", mouse);
}

/** @param {HTMLInputElement|HTMLTextAreaElement} field @param {string} text */
export function fill(field, text) {
  if (!field.matches(":disabled") && !field.readOnly) {
    focus(field);
    enter(field, text);
  }
}

/** @param {HTMLInputElement} box a checkbox or radio button */
export function check(box) {
  if (!box.checked) click(box);
}

/** @param {HTMLSelectElement} field @param {string} value */
export function select(field, value) {
  focus(field);
  field.value = value;
  fire(field, "Event", "input");
  fire(field, "Event", "change");
}

function tab(element) {
  const all = [...element.ownerDocument.querySelectorAll(FOCUSABLE)].filter((one) => !one.matches(":disabled"));
  focus(all[(all.indexOf(element) + 1) % all.length] ?? element);
}

/** What Enter does in a field: its form is sent, by its button if it has one. */
function submit({ form }) {
  const button = form && [...form.elements].find(({ type }) => type === "submit" || type === "image");
  if (button) button.click();
  else form?.requestSubmit();
}

/** @returns {string} where a key is on a keyboard, as KeyboardEvent.code has it */
function codeOf(key) {
  if (/^[a-z]$/i.test(key)) return `Key${key.toUpperCase()}`;
  return { " ": "Space" }[key] ?? (/^\d$/.test(key) ? `Digit${key}` : key);
}

/** @param {Document} document @param {string} key as in KeyboardEvent.key */
export function press(document, key) {
  const element = document.activeElement;
  const isField = isEditable(element);
  const code = codeOf(key);
  if (fire(element, "KeyboardEvent", "keydown", { key, code, cancelable: true })) {
    if (key === "Tab") {
      tab(element);
    } else if (key === "Enter" && element.matches("a, button")) {
      element.click();
    } else if (key === "Enter" && isField && element.localName === "input") {
      settle(element);
      submit(element);
    } else if (isField && (key.length === 1 || key === "Enter")) {
      enter(element, key === "Enter" ? "\n" : key, selectionOf(element));
    } else if (isField && key === "Backspace") {
      const [from, to] = selectionOf(element);
      if (to) enter(element, "", [from === to ? from - 1 : from, to], "deleteContentBackward");
    } else if (isField) {
      move(element, key);
    }
  }
  fire(document.activeElement, "KeyboardEvent", "keyup", { key, code });
}

/** @type {?{field: Element, from: number, to: number}} the text that an input method has put into a field for now */
let composed = null;

function composition(field, type, data) {
  fire(field, "CompositionEvent", type, { data, cancelable: true });
}

function putComposed(text) {
  const { field, from, to } = composed;
  composed.to = from + text.length;
  enter(field, text, [from, to], "insertCompositionText");
}

/** An input method puts text into a field for now. @param {Element} field @param {string} text */
export function compose(field, text) {
  focus(field);
  const [from, to] = selectionOf(field);
  composed = { field, from, to };
  composition(field, "compositionstart", "");
  composition(field, "compositionupdate", text);
  putComposed(text);
}

/** The text of an input method is settled. @param {string} text */
export function commit(text) {
  const { field } = composed;
  composition(field, "compositionupdate", text);
  putComposed(text);
  composed = null;
  composition(field, "compositionend", text);
}
