/** What shows on elements that their events are being handled (spec 6.10, 6.16). */

const CLASS = "pycommunicate-busy";

/** What was put on one element, and for how many events. */
class Mark {
  constructor(element) {
    this.element = element;
    this.count = 0;
    this.before = element.getAttribute("aria-busy");
    this.hadClass = element.classList.contains(CLASS);
    this.hadClasses = element.hasAttribute("class");
    this.hasDisabled = false;
    /** Whether the server says meanwhile what is disabled. */
    this.isTaken = false;
    element.setAttribute("aria-busy", "true");
    element.classList.add(CLASS);
  }

  disable() {
    if (!this.isTaken && this.element.disabled === false) this.hasDisabled = this.element.disabled = true;
  }

  /** Takes away what was put on. */
  clear() {
    const { element, before } = this;
    if (before === null) element.removeAttribute("aria-busy");
    else element.setAttribute("aria-busy", before);
    if (!this.hadClass) element.classList.remove(CLASS);
    if (!this.hadClasses && !element.classList.length) element.removeAttribute("class");
    if (this.hasDisabled && !this.isTaken) element.disabled = false;
  }
}

export class Busy {
  constructor() {
    /** @type {Map<Element, Mark>} */
    this.marks = new Map();
    /** @type {Map<number, {elements: ?Element[], handled: number}>} by listener, in the order of its events */
    this.listeners = new Map();
  }

  /** An event is sent, or waits. @param {object} happening with `listener`, `current`, and `busy`: 0, 1 or 2 */
  begin({ listener, current, busy: level }) {
    if (!level) return;
    if (!this.listeners.has(listener)) this.listeners.set(listener, { elements: [], handled: 0 });
    const element = current?.nodeType === 1 ? current : null;
    this.listeners.get(listener).elements.push(element);
    if (!element) return;
    if (!this.marks.has(element)) this.marks.set(element, new Mark(element));
    const mark = this.marks.get(element);
    mark.count += 1;
    if (level > 1) mark.disable();
  }

  /** The last event of a listener will not be sent after all. */
  undo(listener) {
    const entry = this.listeners.get(listener);
    if (entry) this.clear(entry.elements.pop());
  }

  /** So many events of a listener have been handled in all. */
  done(listener, events) {
    const entry = this.listeners.get(listener);
    for (; entry?.elements.length && entry.handled < events; entry.handled += 1) this.clear(entry.elements.shift());
  }

  /** A listener has ended. */
  end(listener) {
    this.done(listener, Infinity);
    this.listeners.delete(listener);
  }

  /** An event for an element is not on its way any more. */
  clear(element) {
    const mark = element && this.marks.get(element);
    if (!mark || (mark.count -= 1)) return;
    mark.clear();
    this.marks.delete(element);
  }

  /** The server has written a property: what it has disabled, or not, stays so. */
  written(element, name) {
    const mark = this.marks.get(element);
    if (mark && name === "disabled") mark.isTaken = true;
  }
}
