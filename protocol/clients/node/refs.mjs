/** Which number names which node, how often it was told, and what has gone (spec 7.2). */

import { Ref } from "./codec.mjs";
import { Failure } from "./failures.mjs";

export class Refs {
  /**
   * @param {Window} window
   * @param {(root: Node) => void} left is told what is forgotten
   * @param {() => void} changed is told that the document's own scripts, or the user, have changed it
   */
  constructor(window, left, changed) {
    this.window = window;
    this.left = left;
    /** @type {Map<number, {node: Node, count: number}>} */
    this.nodes = new Map();
    /** @type {WeakMap<Node, number>} */
    this.numbers = new WeakMap();
    this.last = 0;
    /** @type {WeakSet<Node>} what `remove` has taken out to come back */
    this.kept = new WeakSet();
    this.gone = [];
    this.observer = new window.MutationObserver((records) => {
      this.look(records);
      changed();
    });
    this.observer.observe(window.document, { childList: true, subtree: true });
  }

  /** @returns {Node} @throws {Failure} */
  node(ref) {
    const node = ref === 0 ? this.window.document : this.nodes.get(ref)?.node;
    if (!node) throw new Failure("stale-ref", `no node has the ref ${ref} any more`);
    return node;
  }

  /** @returns {*} a value with the nodes in place of its refs */
  resolve(value) {
    if (value instanceof Ref) return this.node(value.number);
    if (Array.isArray(value)) return value.map((item) => this.resolve(item));
    if (value && Object.getPrototypeOf(value) === Object.prototype)
      Object.keys(value).forEach((key) => Object.defineProperty(value, key, { value: this.resolve(value[key]) }));
    return value;
  }

  /** Gives a node a ref, which counts as told once. */
  allot(ref, node) {
    this.nodes.set(ref, { node, count: 1 });
    this.numbers.set(node, ref);
  }

  /** @returns {?number} the ref of a node, told once more; undefined for what is no node */
  tell(object) {
    if (!(object instanceof this.window.Node)) return undefined;
    const ref = object === this.window.document ? 0 : this.numbers.get(object);
    if (ref === undefined) {
      this.allot((this.last -= 1), object);
      return this.last;
    }
    if (ref !== 0) this.nodes.get(ref).count += 1;
    return ref;
  }

  /** A reply that is not sent has told nothing. */
  untellAll(refs) {
    refs.forEach((ref) => this.untell(ref, 1));
  }

  untell(ref, times) {
    const entry = this.nodes.get(ref);
    if (entry && (entry.count -= times) <= 0) {
      this.nodes.delete(ref);
      this.numbers.delete(entry.node);
    }
  }

  /** Forgets a node, and all inside of it. */
  forget(root) {
    const walker = this.window.document.createTreeWalker(root);
    for (let node = root; node; node = walker.nextNode()) {
      const ref = this.numbers.get(node);
      if (ref !== undefined) {
        this.nodes.delete(ref);
        this.numbers.delete(node);
        this.gone.push(ref);
      }
    }
    this.kept.delete(root);
    this.left(root);
  }

  /** Forgets what has left the document since the last look. */
  look(records = this.observer.takeRecords()) {
    for (const { target, addedNodes, removedNodes } of records) {
      addedNodes.forEach((node) => this.kept.delete(node));
      if (!this.kept.has(target.getRootNode()))
        removedNodes.forEach((node) => node.isConnected || this.kept.has(node) || this.forget(node));
    }
  }
}
