/** How ops fail: the errors of spec 10. */

import { Unsupported } from "./codec.mjs";

/** An op that fails, by the code of its error. */
export class Failure extends Error {
  constructor(code, text) {
    super(text);
    this.code = code;
  }
}

/** @returns {[string, string]} what is told of something that was thrown: its code and a text */
export function errorOf(thrown) {
  if (thrown instanceof Failure) return [thrown.code, thrown.message];
  if (thrown instanceof Unsupported) return ["unsupported", thrown.message];
  const isError = thrown && typeof thrown === "object" && "message" in thrown;
  return ["js-error", isError ? `${thrown.name}: ${thrown.message}` : String(thrown)];
}

/** @returns {*} what an action gives @throws {Failure} with that code, whatever it throws */
export function attempt(code, action) {
  try {
    return action();
  } catch (error) {
    throw new Failure(code, errorOf(error)[1]);
  }
}
