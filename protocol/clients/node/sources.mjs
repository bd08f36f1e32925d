/** What listeners listen to: event targets, and observers (spec 6.10). */

import { Failure } from "./failures.mjs";
import { read, walk } from "./paths.mjs";

/** @returns {object} what listens in place of a node, by the option `of` */
export function targetOf(node, of) {
  const target = of === undefined ? node : read(...walk(node, of));
  if (of !== undefined && typeof target?.addEventListener !== "function")
    throw new Failure("invalid-name", `${[of].flat().join(".")} is no event target`);
  return target;
}

/** Begins to hear events. @param {EventListenerObject} listener @returns {() => void} ends it */
export function hear(target, type, listener, { capture = false, passive = false }) {
  target.addEventListener(type, listener, { capture, passive });
  return () => target.removeEventListener(type, listener, { capture });
}

/**
 * Begins to observe a node.
 * @param {Window} window
 * @param {string} name of the observer's class
 * @param {object} options of the observer, some of which take them when they are made, others when they observe
 * @param {(entry: object) => void} heard
 * @returns {() => void} ends it
 */
export function observe(window, target, name, options, heard) {
  const Observer = window[name];
  if (typeof Observer?.prototype?.observe !== "function") throw new Failure("unsupported", `there is no ${name} here`);
  const observer = new Observer((entries) => [...entries].forEach(heard), options);
  observer.observe(target, options);
  return () => observer.disconnect();
}
