/** Answers to asks: what is read at the op, and sent when its batch has been applied (spec 6, 8.3). */

import { errorOf } from "./failures.mjs";

export class Replies {
  /**
   * @param {import('./channel.mjs').Channel} channel
   * @param {import('./refs.mjs').Refs} refs
   */
  constructor(channel, refs) {
    this.channel = channel;
    this.refs = refs;
    /** @type {{ask: number, encoded?: Encoded, told?: number[], error?: Array, sight?: Sight}[]} */
    this.all = [];
  }

  /**
   * Makes a reply of a value as it is now.
   * @param {number} ask
   * @param {*} value
   * @param {boolean} [itself] an object is to be a ref (spec 6.3)
   * @param {import('./fields.mjs').Sight} [sight] what the server sees of a field by it
   */
  answer(ask, value, itself, sight) {
    try {
      this.all.push({ ask, sight, ...this.refs.encode(value, { itself }) });
    } catch (error) {
      this.fail(ask, error);
    }
  }

  fail(ask, thrown) {
    this.all.push({ ask, error: errorOf(thrown) });
  }

  /** Sends what was made. */
  flush() {
    for (const { ask, encoded, told, error, sight } of this.all.splice(0)) {
      if (error) {
        this.channel.replyError(ask, error);
      } else if (this.channel.reply(ask, encoded)) {
        sight?.sent(this.channel.sent);
      } else {
        this.refs.untellAll(told);
        this.channel.replyError(ask, ["too-large", "the reply would be larger than the server takes"]);
      }
    }
  }
}
