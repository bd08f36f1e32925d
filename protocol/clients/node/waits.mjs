/** Finds that wait until something matches (spec 6.1). */

import { after } from "./timers.mjs";

/** How often it is looked for what no mutation tells, as a box that is checked. */
const LOOK_EVERY = 50;

export class Waits {
  /** @param {Window} window */
  constructor(window) {
    this.document = window.document;
    /** @type {Set<{find: () => ?Element, resolve: (found: ?Element) => void, timer: *}>} */
    this.all = new Set();
    this.observer = new window.MutationObserver(() => this.look());
  }

  /**
   * @param {() => ?Element} find
   * @param {number} time in ms
   * @returns {Promise<?Element>} what is found as soon as there is something, null when the time is up
   */
  until(find, time) {
    return new Promise((resolve) => {
      const wait = { find, resolve, timer: after(time, () => this.settle(wait, find())) };
      if (!this.all.size) this.begin();
      this.all.add(wait);
    });
  }

  begin() {
    const everything = { subtree: true, childList: true, attributes: true, characterData: true };
    this.observer.observe(this.document, everything);
    this.ticker = setInterval(() => this.look(), LOOK_EVERY);
  }

  look() {
    for (const wait of [...this.all]) {
      const found = wait.find();
      if (found) this.settle(wait, found);
    }
  }

  settle(wait, found) {
    clearTimeout(wait.timer);
    this.all.delete(wait);
    if (!this.all.size) this.rest();
    wait.resolve(found);
  }

  rest() {
    this.observer.disconnect();
    clearInterval(this.ticker);
  }

  /** Nobody waits any more. */
  end() {
    this.all.forEach(({ timer }) => clearTimeout(timer));
    this.all.clear();
    this.rest();
  }
}
