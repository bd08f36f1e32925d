/** Events of before their listeners are there (spec 8.8). */

/** The events that are recorded. */
export const RECORDED = ["click", "dblclick", "input", "change", "submit", "keydown", "keyup", "focus", "blur"];
const MAX_RECORDS = 5000;
const MAX_AGE = 60000;
const CLAIM_TIME = 1000;

export class Early {
  /** @param {(happening: import('./happening.mjs').Happening) => void} fire sends an event */
  constructor(fire) {
    this.fire = fire;
    /** @type {import('./happening.mjs').Happening[]} what listeners have heard while claims wait */
    this.behind = [];
    /** @type {{event: Event, path: EventTarget[], time: number, isHeld: boolean, claims: Happening[]}[]} */
    this.records = [];
    this.begin();
  }

  /** Lets go of what was recorded, but not of what listeners have claimed or heard. */
  begin() {
    this.flush();
    this.records = [];
    this.isActive = true;
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

  /** A listener is there: it claims what it would have heard. @param {import('./listener.mjs').Listener} listener */
  claim(listener) {
    for (const record of this.records) {
      const current = Date.now() - record.time <= MAX_AGE ? listener.claims(record) : null;
      if (current) {
        record.isHeld &&= !listener.prevents(record.event);
        record.claims.push(listener.claimed(record.event, current));
        if (!this.hasClaims) {
          this.hasClaims = true;
          this.timer = setTimeout(() => this.flush(), CLAIM_TIME);
        }
      }
    }
  }

  /** A listener that is there hears an event. */
  heard(happening) {
    if (this.hasClaims) this.behind.push(happening);
    else this.fire(happening);
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
