/** One listener: what it hears, prevents and hands on (spec 6.10). */

import { attempt } from "./failures.mjs";
import { Happening } from "./happening.mjs";
import { linkOf } from "./links.mjs";
import { Pace } from "./pace.mjs";
import { hear, observe, targetOf } from "./sources.mjs";

export class Listener {
  /**
   * @param {number} number
   * @param {object} node
   * @param {string} type of the events that it hears; empty for calls of its callback
   * @param {object} options of the `listen`
   * @param {import('./listeners.mjs').Listeners} host
   */
  constructor(number, node, type, options, host) {
    Object.assign(this, { number, node, type, options, host });
    this.target = targetOf(node, options.of);
    /** Whether it has had the one event that `once` lets it have. */
    this.isSpent = false;
    this.pace = new Pace(
      options,
      (happening) => this.send(happening),
      (happening) => happening.letGo(),
    );
    const { window } = host.refs;
    if (options.delegate !== undefined)
      attempt("invalid-selector", () => window.document.createDocumentFragment().querySelector(options.delegate));
    this.stopHearing = this.begin(window);
  }

  begin(window) {
    const { type, options, target } = this;
    if (!type) return () => {};
    if (options.observe)
      return observe(window, target, type, options.observe, (entry) => this.happened(entry, this.node));
    return hear(target, type, this, options);
  }

  handleEvent(event) {
    const current = this.currentOf(event);
    if (!current) return;
    if (this.prevents(event)) event.preventDefault();
    if (this.options.stop) {
      event.stopPropagation();
      this.host.stopped(event);
    }
    this.happened(event, current);
  }

  /** @returns {?object} what an event that has come here is for; null if the listener does not hear it */
  currentOf({ target }) {
    const { delegate } = this.options;
    if (delegate === undefined) return this.node;
    const found = (target.closest ? target : target.parentElement)?.closest(delegate);
    return found && found !== this.node && this.node.contains?.(found) ? found : null;
  }

  /** @returns {?object} what an event is for that happened before the listener was there (spec 8.8) */
  claims({ event, path }) {
    if (!this.type || this.options.observe || this.isSpent || event.type !== this.type) return null;
    const passesBy = event.bubbles || this.options.capture;
    const reaches = passesBy ? path.includes(this.target) : event.target === this.target;
    return reaches ? this.currentOf(event) : null;
  }

  /** @returns {boolean} whether it listens on an element, or for it */
  isOn(element) {
    const { delegate } = this.options;
    return (delegate === undefined ? this.target : this.currentOf({ target: element })) === element;
  }

  /** @returns {boolean} whether it prevents the default action of an event */
  prevents(event) {
    const { prevent, passive } = this.options;
    if (passive) return false;
    const link = event.type === "click" ? linkOf(event) : null;
    return prevent ?? (event.type === "submit" || (link !== null && this.isOn(link)));
  }

  /** @returns {boolean} whether it prevents the submit, by a button, of a form that says nowhere where it is sent */
  preventsSubmitBy(button) {
    const { prevent, passive } = this.options;
    return this.type === "click" && prevent === undefined && !passive && this.isOn(button);
  }

  happened(what, current) {
    this.pace.push(this.takeDown(what, current));
  }

  /** @returns {Happening} a claim, which is not held back */
  claimed(event, current) {
    if (this.options.once) this.spend();
    const happening = this.takeDown(event, current);
    this.host.claimed(happening);
    return happening;
  }

  takeDown(what, current) {
    return new Happening(this, what, current, this.host.refs, this.host.fields);
  }

  send(happening) {
    if (this.isSpent) {
      happening.letGo();
      return;
    }
    if (this.options.once) this.spend();
    this.host.heard(happening);
  }

  /** It hears nothing more. */
  spend() {
    this.isSpent = true;
    this.end();
    this.host.spent(this);
  }

  end() {
    this.stopHearing();
    this.pace.end();
  }
}
