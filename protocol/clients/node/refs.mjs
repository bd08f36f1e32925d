/** Which number names which node or object, how often it was told, and what has gone (spec 7.2). */

import { Callback, Ref, encode } from "./codec.mjs";
import { Failure } from "./failures.mjs";

const isObject = (value) => (typeof value === "object" && value !== null) || typeof value === "function";

export class Refs {
  /**
   * @param {Window} window
   * @param {{left: (root: Node) => void, changed: () => void, callback: (number: number) => function}} host
   *   `left` is told what is forgotten, `changed` that the document's own scripts, or the user, have changed it
   */
  constructor(window, host) {
    this.window = window;
    this.host = host;
    /** @type {Map<number, {object: object, count: number}>} */
    this.objects = new Map();
    /** @type {WeakMap<object, number>} */
    this.numbers = new WeakMap();
    this.last = 0;
    /** @type {WeakSet<Node>} what `remove` has taken out to come back */
    this.kept = new WeakSet();
    this.gone = [];
    this.observer = new window.MutationObserver((records) => {
      this.look(records);
      host.changed();
    });
    this.observer.observe(window.document, { childList: true, subtree: true });
  }

  /** @returns {object} what a ref names @throws {Failure} */
  object(ref) {
    const object = ref === 0 ? this.window.document : this.objects.get(ref)?.object;
    if (!object) throw new Failure("stale-ref", `nothing has the ref ${ref} any more`);
    return object;
  }

  isNode(object) {
    return object instanceof this.window.Node;
  }

  /** @returns {Node} what a ref names, where that has to be a node @throws {Failure} */
  node(ref) {
    const object = this.object(ref);
    if (!this.isNode(object)) throw new Failure("js-error", `what has the ref ${ref} is no node`);
    return object;
  }

  /** @returns {*} a value with objects in place of its refs, and functions in place of its callbacks */
  resolve(value) {
    if (value instanceof Ref) return this.object(value.number);
    if (value instanceof Callback) return this.host.callback(value.number);
    if (Array.isArray(value)) return value.map((item) => this.resolve(item));
    if (value && Object.getPrototypeOf(value) === Object.prototype)
      Object.keys(value).forEach((key) => Object.defineProperty(value, key, { value: this.resolve(value[key]) }));
    return value;
  }

  /** Gives an object a ref, which counts as told once. */
  allot(ref, object) {
    this.objects.set(ref, { object, count: 1 });
    this.numbers.set(object, ref);
  }

  /** @returns {number} the ref of an object, told once more */
  tell(object) {
    const ref = object === this.window.document ? 0 : this.numbers.get(object);
    if (ref === undefined) {
      this.allot((this.last -= 1), object);
      return this.last;
    }
    if (ref !== 0) this.objects.get(ref).count += 1;
    return ref;
  }

  /**
   * Encodes a value as it is now, and counts the refs in it as told.
   * @param {*} value
   * @param {{itself?: boolean, path?: string}} [options] `itself`: an object as its ref (spec 6.3)
   * @returns {{encoded: import('./codec.mjs').Encoded, told: number[]}}
   * @throws {Unsupported} having told nothing
   */
  encode(value, { itself = false, path } = {}) {
    const told = [];
    const refOf = (object) => {
      if (!this.isNode(object)) return undefined;
      told.push(this.tell(object));
      return told.at(-1);
    };
    try {
      if (!itself || !isObject(value)) return { encoded: encode(value, refOf, path), told };
      told.push(this.tell(value));
      return { encoded: encode(new Ref(told[0])), told };
    } catch (error) {
      this.untellAll(told);
      throw error;
    }
  }

  /** What is not sent has told nothing. */
  untellAll(refs) {
    refs.forEach((ref) => this.untell(ref, 1));
  }

  untell(ref, times) {
    const entry = this.objects.get(ref);
    if (entry && (entry.count -= times) <= 0) {
      this.objects.delete(ref);
      this.numbers.delete(entry.object);
    }
  }

  /** Forgets a node, and all inside of it. */
  forget(root) {
    const walker = this.window.document.createTreeWalker(root);
    for (let node = root; node; node = walker.nextNode()) {
      const ref = this.numbers.get(node);
      if (ref !== undefined) {
        this.objects.delete(ref);
        this.numbers.delete(node);
        this.gone.push(ref);
      }
    }
    this.kept.delete(root);
    this.host.left(root);
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
