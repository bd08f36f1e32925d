/** When events go on: debounce and throttle (spec 6.10). */

import { after } from "./timers.mjs";

/** What is common to both: it holds the last thing that came, and drops the one before. */
class Holder {
  /** @param {number} time in ms @param {(one: *) => void} send @param {(one: *) => void} drop */
  constructor(time, send, drop) {
    Object.assign(this, { time, send, drop, held: null, timer: null });
  }

  hold(one) {
    if (this.held) this.drop(this.held);
    this.held = one;
  }

  wait() {
    clearTimeout(this.timer);
    this.timer = after(this.time, () => {
      const { held } = this;
      this.held = this.timer = null;
      if (held) this.go(held);
    });
  }

  end() {
    clearTimeout(this.timer);
    this.hold(null);
  }
}

/** Lets the last one go when none has come for a time. */
class Debounce extends Holder {
  push(one) {
    this.hold(one);
    this.wait();
  }

  go(one) {
    this.send(one);
  }
}

/** Lets the first one go at once, then the last of each time. */
class Throttle extends Holder {
  push(one) {
    if (this.timer) this.hold(one);
    else this.go(one);
  }

  go(one) {
    this.wait();
    this.send(one);
  }
}

/** Sends everything at once, or as the options of a listener say. */
export class Pace {
  /**
   * @param {{debounce?: number, throttle?: number}} options of a listener
   * @param {(one: *) => void} send
   * @param {(one: *) => void} drop
   */
  constructor({ debounce, throttle }, send, drop) {
    const last = throttle ? new Throttle(throttle, send, drop) : { push: send, end() {} };
    const first = debounce ? new Debounce(debounce, (one) => last.push(one), drop) : last;
    this.push = (one) => first.push(one);
    /** Drops what is held. */
    this.end = () => [first, last].forEach((step) => step.end());
  }
}
