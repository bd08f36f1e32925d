/** A live document without its socket: ops come in, and what happens goes into the channel. */

import { Busy } from "./busy.mjs";
import { RECORDED, Early } from "./early.mjs";
import { Fields } from "./fields.mjs";
import { actionOf, submission } from "./links.mjs";
import { Listeners } from "./listeners.mjs";
import { Ops } from "./ops.mjs";
import { Typed } from "./typed.mjs";

export class LiveDocument {
  /**
   * @param {Window} window
   * @param {import('./channel.mjs').Channel} channel
   * @param {{leave: (request: {url: string, body?: *}) => void, log: (text: string) => void}} host
   */
  constructor(window, channel, host) {
    this.window = window;
    this.channel = channel;
    this.host = host;
    /** Whether the server has built what is shown. */
    this.isLoaded = false;
    /** Where the document is about to be left for; the last one counts. */
    this.leaving = null;
    this.busy = new Busy();
    this.fields = new Fields(window, (field) => this.typed.written(field));
    this.early = new Early((happening) => this.listeners.fire(happening));
    this.listeners = new Listeners(channel, this.early, this);
    this.ops = new Ops(window, channel, this);
    this.listeners.refs = this.ops.refs;
    this.typed = new Typed(window);
    /** Puts back what the user has typed into the document before. */
    this.putBack = () => {};
    this.watch();
  }

  watch() {
    const { window } = this;
    RECORDED.forEach((type) => window.addEventListener(type, (event) => this.early.record(event), true));
    this.acting = (event) => this.act(event);
    this.actLast();
    const leave = (form) => this.leave(submission(form, null));
    window.HTMLFormElement.prototype.submit = function submit() {
      leave(this);
    };
  }

  /** Lets default actions happen behind all listeners that are there, those on the window among them. */
  actLast() {
    for (const type of ["click", "submit"]) {
      this.window.removeEventListener(type, this.acting);
      this.window.addEventListener(type, this.acting);
    }
  }

  /** The default action of a click or submit, at the end of its way. */
  act(event) {
    const action = actionOf(event);
    if (this.listeners.preventsSubmit(event)) {
      event.preventDefault();
    } else if (action && !event.defaultPrevented) {
      if (this.early.holds(event)) event.preventDefault();
      else this.leave(action);
    }
  }

  /** Leaves when the batch that is at work has been applied. */
  leave(request) {
    if (!request) return;
    const [page, fragment] = request.url.split("#");
    if (!request.body && fragment !== undefined && page === this.window.document.URL.split("#")[0]) {
      this.window.location.href = request.url; // spec 6.14: another fragment leaves nothing
      return;
    }
    if (!this.leaving) {
      queueMicrotask(() => {
        const last = this.leaving;
        this.leaving = null;
        this.host.leave(last);
      });
    }
    this.leaving = request;
  }

  /** An event goes no further: its default action happens all the same. */
  stopped(event) {
    if (event.type === "click" || event.type === "submit") queueMicrotask(() => this.act(event));
  }

  log(text) {
    this.host.log(text);
  }

  // What the ops call

  shown() {
    this.isLoaded = false;
    this.early.begin();
  }

  loaded() {
    this.isLoaded = true;
    const event = this.early.loaded();
    if (event && !this.listeners.preventsSubmit(event)) this.leave(actionOf(event));
    this.putBack();
    this.putBack = () => {};
  }

  end() {
    this.early.end();
    this.listeners.end();
    this.ops.waits.end();
    this.ops.refs.observer.disconnect();
  }
}
