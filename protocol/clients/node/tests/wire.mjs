/** The server's side of the wire: what tests say as a server, and how they read a client's frames. */

import { decode } from "../codec.mjs";
import { MESSAGES, OPS } from "../messages.mjs";

/** The fields of a welcome. */
export const WELCOME = { version: 1, received: 0, limits: {}, capabilities: [] };

/** @returns {Array} an op as on the wire @param {Array} op its name and its fields */
export const coded = ([name, ...fields]) => [OPS.findIndex((op) => op[0] === name), ...fields];

/** @returns {object} a frame of the client by the names of its fields, with `message`, its name */
export function read(bytes) {
  const [code, ...fields] = decode(bytes, 36);
  const [message, ...names] = MESSAGES[code];
  return {
    message,
    ...(message === "hello" ? fields[0] : Object.fromEntries(fields.map((field, i) => [names[i], field]))),
  };
}
