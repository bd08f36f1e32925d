/** Events of before their listeners are there (spec 8.8). */

/** The events that are recorded. */
export const RECORDED = ["click", "dblclick", "input", "change", "submit", "keydown", "keyup", "focus", "blur"];
const MAX_RECORDS = 5000;
const MAX_AGE = 60000;
const CLAIM_TIME = 1000;

export class Early {
  /** @param {(listener: number) => void} fire sends an event */
  constructor(fire) {
    this.fire = fire;
    /** @type {number[]} listeners that have heard an event while claims wait */
    this.behind = [];
    this.begin();
  }

  /** Lets go of what was recorded, but not of what listeners have heard. */
  begin() {
    clearTimeout(this.timer);
    this.behind.splice(0).forEach(this.fire);
    this.isActive = true;
    /** @type {{event: Event, path: Node[], time: number, isHeld: boolean, claims: number[]}[]} */
    this.records = [];
    this.hasClaims = false;
  }

  /** An event, in the capture phase. */
  record(event) {
    if (this.isActive) {
      this.records.push({ event, path: event.composedPath(), time: Date.now(), isHeld: false, claims: [] });
      this.records.splice(0, this.records.length - MAX_RECORDS);
    }
  }

  /** @returns {boolean} whether the default action of an event, which nobody has prevented, is held */
  holds(event) {
    const record = this.records.find((one) => one.event === event);
    if (record) record.isHeld = event.target.closest("[data-pycommunicate-live]") !== null;
    return Boolean(record?.isHeld);
  }

  /** A listener is there: it claims what it would have heard. @param {import('./listeners.mjs').Listener} listener */
  claim(listener) {
    for (const record of this.records) {
      const { event, path, time } = record;
      const reaches = event.bubbles ? path.includes(listener.node) : event.target === listener.node;
      if (event.type === listener.type && reaches && Date.now() - time <= MAX_AGE) {
        record.claims.push(listener.number);
        record.isHeld &&= !listener.prevents(event);
        if (!this.hasClaims) {
          this.hasClaims = true;
          this.timer = setTimeout(() => this.flush(), CLAIM_TIME);
        }
      }
    }
  }

  /** A listener that is there hears an event. */
  heard(listener) {
    if (this.hasClaims) this.behind.push(listener);
    else this.fire(listener);
  }

  /** Sends what was claimed, and what happened meanwhile. */
  flush() {
    clearTimeout(this.timer);
    this.hasClaims = false;
    [...this.records.flatMap(({ claims }) => claims.splice(0)), ...this.behind.splice(0)].forEach(this.fire);
  }

  /** Ends the beginning. @returns {?Event} the one of those held whose default action happens then */
  loaded() {
    this.flush();
    this.isActive = false;
    const last = this.records
      .splice(0)
      .filter(({ isHeld }) => isHeld)
      .pop();
    return last?.event.target.isConnected ? last.event : null;
  }

  end() {
    clearTimeout(this.timer);
    this.isActive = false;
  }
}
