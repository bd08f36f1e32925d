/** One event of a listener: what it carries, taken down when it happens (spec 5.5, 6.10). */

import { Failure, errorOf } from "./failures.mjs";
import { isField } from "./fields.mjs";
import { read, walk } from "./paths.mjs";

const VALUES = ["target,value", "current,value"];

/** @returns {?HTMLFormElement} the form that an event is about */
const formOf = ({ target }) => (target?.localName === "form" ? target : target?.form);

export class Happening {
  /**
   * @param {import('./listener.mjs').Listener} listener
   * @param {object} what an event, an entry of an observer, or the arguments of a call
   * @param {?object} current the element that it is for
   * @param {import('./refs.mjs').Refs} refs
   * @param {import('./fields.mjs').Fields} fields
   */
  constructor({ number, options }, what, current, refs, fields) {
    this.listener = number;
    this.current = current;
    this.busy = options.observe ? 0 : Math.min(options.busy ?? 0, 2);
    this.refs = refs;
    this.fields = fields;
    this.told = [];
    /** @type {import('./fields.mjs').Sight[]} what the server sees of fields by it */
    this.sights = [];
    if (options.fields?.length) this.takeDown(options.fields, what);
  }

  takeDown(fields, what) {
    this.errors = {};
    this.carried = fields.map((field, place) => {
      try {
        return this.encoded([field].flat(), what);
      } catch (error) {
        this.errors[place] = errorOf(error);
        return null;
      }
    });
  }

  encoded(path, what) {
    const { encoded, told } = this.refs.encode(this.valueOf(path, what), { path: path.join(".") });
    this.told.push(...told);
    return encoded;
  }

  /** @returns {*} what the first part of a path stands for */
  begin(first, what) {
    if (first === "current") return this.current;
    return first === "form" ? this.entries(what) : read(what, first);
  }

  /** @returns {?Array} the entries of the form that an event is about, all of whose fields the server sees so */
  entries(what) {
    const form = formOf(what);
    if (!form) return null;
    this.sights.push(...[...form.elements].filter(isField).map((field) => this.fields.sight(field)));
    return [...new form.ownerDocument.defaultView.FormData(form, what.submitter ?? undefined)];
  }

  /** @returns {*} what a path leads to, undefined where it leads nowhere */
  valueOf(path, what) {
    const [first, ...rest] = path;
    const from = this.begin(first, what);
    if (!rest.length || from === undefined || from === null) return from;
    try {
      const [holder, last] = walk(from, rest);
      if (VALUES.includes(path.join()) && isField(holder)) this.sights.push(this.fields.sight(holder));
      return read(holder, last);
    } catch (error) {
      if (error instanceof Failure) return undefined;
      throw error;
    }
  }

  /** It is sent as a frame of that number. */
  sent(number) {
    this.sights.splice(0).forEach((sight) => sight.sent(number));
  }

  /** What it carries is not sent. */
  letGo() {
    this.refs.untellAll(this.told.splice(0));
    this.sights.splice(0).forEach((sight) => sight.letGo());
  }
}
