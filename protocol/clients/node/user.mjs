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

function commit(field) {
  if (uncommitted.delete(field)) fire(field, "Event", "change");
}

function focus(element) {
  const active = element.ownerDocument.activeElement;
  const next = element.closest(FOCUSABLE);
  if (next !== active) {
    commit(active);
    (next ?? active).focus(); // what cannot have the focus ignores this
    if (!next) active.blur();
  }
}

function enter(field, text) {
  field.value = text;
  uncommitted.add(field);
  fire(field, "InputEvent", "input", { data: text, inputType: "insertText" });
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

/** @param {Document} document @param {string} key as in KeyboardEvent.key */
export function press(document, key) {
  const element = document.activeElement;
  const isField = isEditable(element);
  if (fire(element, "KeyboardEvent", "keydown", { key, cancelable: true })) {
    if (key === "Tab") {
      tab(element);
    } else if (key === "Enter" && element.matches("a, button")) {
      element.click();
    } else if (key === "Enter" && isField && element.localName === "input") {
      commit(element);
      submit(element);
    } else if (isField && (key.length === 1 || key === "Enter")) {
      enter(element, element.value + (key === "Enter" ? "\n" : key));
    }
  }
  fire(document.activeElement, "KeyboardEvent", "keyup", { key });
}
