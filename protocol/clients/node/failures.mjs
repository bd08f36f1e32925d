/** How ops fail: the errors of spec 10. */

import { Unsupported } from "./codec.mjs";

/** An op that fails, by the code of its error. */
export class Failure extends Error {
  constructor(code, text) {
    super(text);
    this.code = code;
  }
}

const isError = (thrown) => thrown !== null && typeof thrown === "object" && "message" in thrown;

/** @returns {Array} what is told of something that the document's code threw */
function thrownOf(thrown) {
  try {
    if (!isError(thrown)) return ["js-error", String(thrown)];
    const [name, message, stack] = ["name", "message", "stack"].map((key) => String(thrown[key] ?? ""));
    return ["js-error", `${name}: ${message}`, { name, message, stack }];
  } catch {
    return ["js-error", "what was thrown has no text"];
  }
}

/** @returns {Array} what is told of something that was thrown: its code, a text and perhaps a map */
export function errorOf(thrown) {
  if (thrown instanceof Failure) return [thrown.code, thrown.message];
  if (thrown instanceof Unsupported) return ["unsupported", thrown.message];
  return thrownOf(thrown);
}

/** @returns {*} what an action gives @throws {Failure} with that code, whatever it throws */
export function attempt(code, action) {
  try {
    return action();
  } catch (error) {
    throw new Failure(code, errorOf(error)[1]);
  }
}
