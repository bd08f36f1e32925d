/** What the user has typed, from one document to the next (spec 4.6). */

const FIELDS = "input, select, textarea";
const SECRET = /^(password|file|hidden|submit|button|reset|image)$/;
const OFF = /(^|\s)(off|one-time-code|current-password|new-password|cc-\S*)(\s|$)/i;
const MAX_AGE = 120000;

const isBox = ({ type }) => type === "checkbox" || type === "radio";
const formOf = ({ form }) => (form ? form.id || form.getAttribute("name") || "" : null);
const isOff = (element) => OFF.test(element?.getAttribute("autocomplete") ?? "");

function stateOf(field) {
  if (isBox(field)) return field.checked;
  return field.localName === "select" ? [...field.selectedOptions].map(({ value }) => value) : field.value;
}

function setState(field, state) {
  if (isBox(field)) {
    field.checked = state;
  } else if (field.localName === "select") {
    [...field.options].forEach((option) => {
      option.selected = state.includes(option.value);
    });
  } else {
    field.value = state;
  }
  const { Event } = field.ownerDocument.defaultView;
  ["input", "change"].forEach((type) => field.dispatchEvent(new Event(type, { bubbles: true, composed: true })));
}

export class Typed {
  /** @param {Window} window */
  constructor(window) {
    this.window = window;
    /** @type {Set<Element>} the fields that the user has changed since the server last wrote to them */
    this.fields = new Set();
    this.secret = new WeakSet(window.document.querySelectorAll("input[type=password i]"));
    ["input", "change"].forEach((type) => window.addEventListener(type, ({ target }) => this.changed(target), true));
    const observer = new window.MutationObserver((records) => {
      records.forEach(({ target, oldValue }) => /^password$/i.test(oldValue) && this.secret.add(target));
    });
    observer.observe(window.document, { subtree: true, attributeFilter: ["type"], attributeOldValue: true });
  }

  changed(field) {
    if (field.matches?.(FIELDS)) this.fields.add(field);
  }

  /** The server has written to what may be a field. */
  written(field) {
    this.fields.delete(field);
  }

  /** @returns {object} what is kept, bound to address, user and time */
  keep(user) {
    const fields = [...this.fields].filter(
      (field) =>
        field.isConnected && !SECRET.test(field.type) && !this.secret.has(field) && !isOff(field) && !isOff(field.form),
    );
    return {
      url: this.window.document.URL,
      user,
      time: Date.now(),
      fields: fields.map((field) => {
        const value = isBox(field) ? field.value : undefined;
        return { type: field.type, form: formOf(field), name: field.name, id: field.id, value, state: stateOf(field) };
      }),
    };
  }

  /** @param {?object} kept what another document has kept @param {string} user the user of this one */
  putBack(kept, user) {
    if (!kept || kept.url !== this.window.document.URL || kept.user !== user || Date.now() - kept.time > MAX_AGE)
      return;
    const all = [...this.window.document.querySelectorAll(FIELDS)];
    for (const { type, form, name, id, value, state } of kept.fields) {
      const alike = all.filter((field) => field.type === type && (value === undefined || field.value === value));
      const field =
        alike.find((one) => name && one.name === name && formOf(one) === form) ??
        alike.find((one) => name && one.name === name) ??
        alike.find((one) => id && one.id === id);
      if (field && !this.fields.has(field)) setState(field, state);
    }
  }
}
