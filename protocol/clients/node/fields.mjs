/** How the server writes to fields without taking away what the user has typed (spec 6.4). */

import { Failure } from "./failures.mjs";

const NO_FIELD = /^(checkbox|radio|file|hidden|button|submit|reset|image)$/;
const TEXT = /^(textarea|text|search|url|tel|email|password)$/;
/** How many sights of one field are remembered: a server that lags further behind counts as having seen less. */
const MAX_SIGHTS = 100;

export const isField = (object) =>
  object?.nodeType === 1 && /^(input|select|textarea)$/.test(object.localName) && !NO_FIELD.test(object.type);

/** @returns {string} a value as the field would spell it, by its rules for line breaks, numbers and so on */
function spelled(field, value) {
  if (field.localName === "select") return String(value);
  const like = field.cloneNode(false);
  like.value = value;
  return like.value;
}

/** A select with several options chosen holds more than its value. */
const holds = (field, text) => field.value === text && !(field.selectedOptions?.length > 1);

/**
 * Gives a field a value. Caret and selection stay where they are: those at `from` and behind it with their text, and the
 * caret at the end of all, which is where one types on.
 */
function assign(field, value, from = 0, shift = 0) {
  const { selectionStart, selectionEnd, selectionDirection } = field;
  const isFocused = field.ownerDocument.activeElement === field;
  const wasAtEnd = selectionStart === field.value.length;
  field.value = value;
  if (!isFocused || typeof selectionStart !== "number" || wasAtEnd) return;
  const place = (at) => (at >= from ? at + shift : Math.min(at, from + shift));
  field.setSelectionRange(place(selectionStart), place(selectionEnd), selectionDirection);
}

/** What a frame tells of a field; the server has seen it when it has applied that frame. */
export class Sight {
  /** @param {string} value @param {Sight[]} all those of the field, in the order in which they were taken down */
  constructor(value, all) {
    this.value = value;
    this.all = all;
    /** The number of the frame; it is not sent yet. */
    this.frame = Infinity;
    all.push(this);
    all.splice(0, all.length - MAX_SIGHTS);
  }

  sent(number) {
    this.frame = number;
  }

  letGo() {
    const place = this.all.indexOf(this);
    if (place >= 0) this.all.splice(place, 1);
  }
}

export class Fields {
  /** @param {Window} window @param {(field: Element) => void} host is told of fields that hold what the server wrote */
  constructor(window, host) {
    this.host = host;
    /** @type {WeakSet<Element>} those that the user has changed since the server last wrote to them */
    this.touched = new WeakSet();
    /** @type {WeakMap<Element, string>} what was there before that */
    this.before = new WeakMap();
    /** @type {WeakMap<Element, string>} what the server wrote last */
    this.written = new WeakMap();
    /** @type {WeakMap<Element, Sight[]>} what it was told since */
    this.sights = new WeakMap();
    /** @type {WeakMap<Element, ?object>} those in which text is being composed, and the write that waits for its end */
    this.composing = new WeakMap();
    const hear = (types, act) => types.forEach((type) => window.addEventListener(type, act, true));
    /** Behind the listeners of the event, and what it does. */
    const afterwards = (act) => (event) => queueMicrotask(() => act(event));
    hear(["focus", "beforeinput"], ({ target }) => this.about(target));
    hear(["input", "change"], ({ target }) => this.touched.add(target));
    hear(["compositionstart"], ({ target }) => this.composing.has(target) || this.composing.set(target, null));
    hear(
      ["compositionend"],
      afterwards(({ target }) => this.composed(target)),
    );
    hear(
      ["reset"],
      afterwards((event) => event.defaultPrevented || this.reset(event.target.elements ?? [])),
    );
  }

  /** The user is about to change a field. */
  about(field) {
    if (isField(field) && !this.touched.has(field)) this.before.set(field, field.value);
  }

  reset(fields) {
    [...fields].forEach((field) => this.touched.delete(field));
  }

  /** @returns {Sight} what a frame will tell of a field, as it is now */
  sight(field) {
    if (!this.sights.has(field)) this.sights.set(field, []);
    return new Sight(field.value, this.sights.get(field));
  }

  /** @returns {string} what the server had seen last when it had applied that frame of ours */
  seen(field, frame) {
    const sight = this.sights.get(field)?.findLast((one) => one.frame <= frame);
    return sight?.value ?? this.written.get(field) ?? this.before.get(field) ?? field.defaultValue;
  }

  /**
   * Writes a value.
   * @param {Element} field
   * @param {{value: *, force?: boolean, after: number}} op
   * @throws {Failure} where the user's own value is kept
   */
  write(field, op) {
    if (this.composing.has(field)) {
      this.composing.set(field, op);
      return;
    }
    const text = spelled(field, op.value);
    const seen = this.seen(field, op.after);
    if (op.force || holds(field, text) || !this.touched.has(field) || field.value === seen) {
      if (!holds(field, text)) assign(field, op.value);
      this.written.set(field, field.value);
      this.sights.delete(field);
      this.touched.delete(field);
      this.host(field);
    } else if (TEXT.test(field.type) && seen && field.value.startsWith(seen)) {
      assign(field, text + field.value.slice(seen.length), seen.length, text.length - seen.length);
      this.written.set(field, text);
      this.rebase(this.sights.get(field) ?? [], op.after, seen, text);
    } else {
      throw new Failure("kept", "the user has changed what is there");
    }
  }

  /** What was on its way when the server wrote is seen later: it begins otherwise by then, as the field does. */
  rebase(sights, after, seen, text) {
    const later = sights.filter(({ frame, value }) => frame > after && value.startsWith(seen));
    later.forEach((sight) => (sight.value = text + sight.value.slice(seen.length)));
    sights.splice(0, sights.length, ...later);
  }

  /** The end of what was composed: what the server has written meanwhile is judged now, and nobody is told. */
  composed(field) {
    const op = this.composing.get(field);
    this.composing.delete(field);
    if (!op) return;
    try {
      this.write(field, op);
    } catch {
      // It is kept, or cannot be written.
    }
  }
}
