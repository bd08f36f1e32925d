/** Listeners: what they hear and prevent, and how they end (spec 6.10, 7.2). */

import { isAimless, linkOf } from "./links.mjs";

class Listener {
  /**
   * @param {number} number
   * @param {Node} node
   * @param {string} type of the events that it hears
   * @param {boolean|undefined} prevent
   * @param {(number: number) => void} heard is told of each event
   */
  constructor(number, node, type, prevent, heard) {
    Object.assign(this, { number, node, type, prevent, heard });
  }

  handleEvent(event) {
    if (this.prevents(event)) event.preventDefault();
    this.heard(this.number);
  }

  /** @returns {boolean} whether it prevents the default action of an event */
  prevents(event) {
    return this.prevent ?? (event.type === "submit" || (event.type === "click" && linkOf(event) === this.node));
  }
}

export class Listeners {
  /** @param {import('./channel.mjs').Channel} channel @param {import('./early.mjs').Early} early */
  constructor(channel, early) {
    this.channel = channel;
    this.early = early;
    /** @type {Map<number, Listener>} */
    this.all = new Map();
    /** @type {number[]} those that have ended with their nodes, and the server was not told of */
    this.gone = [];
  }

  listen(number, node, type, prevent) {
    const listener = new Listener(number, node, type, prevent, (heard) => this.early.heard(heard));
    this.all.set(number, listener);
    this.channel.listen(number);
    node.addEventListener(type, listener, { passive: false });
    this.early.claim(listener);
  }

  unlisten(number) {
    const listener = this.all.get(number);
    listener?.node.removeEventListener(listener.type, listener);
    this.all.delete(number);
    this.channel.unlisten(number);
  }

  /** A node has left the document for good: the listeners on it, and on what is inside of it, end. */
  left(root) {
    for (const { number, node } of [...this.all.values()]) {
      if (root.contains(node)) {
        this.unlisten(number);
        this.gone.push(number);
      }
    }
  }

  /** @returns {boolean} whether an event is a submit that is prevented by who listens to clicks on its very button */
  preventsSubmit({ target: form, submitter }) {
    if (!submitter || !isAimless(form, submitter)) return false;
    const isOnButton = ({ type, prevent, node }) => type === "click" && prevent === undefined && node === submitter;
    return [...this.all.values()].some(isOnButton);
  }
}
