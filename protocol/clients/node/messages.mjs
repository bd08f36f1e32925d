/** The tables of messages, ops and limits (spec 5, 6, 9): what a frame is made of. */

import { MAX_DEPTH, Malformed, decode, encodeMessage } from "./codec.mjs";

/** What breaks a rule of the protocol: it ends the page. */
export class Violation extends Error {}

/** The limits of the page, and their defaults (spec 9). */
export const LIMITS = {
  frame: 1048576,
  depth: 32,
  containers: 65536,
  refs: 100000,
  listeners: 100000,
  events: 16,
  window_frames: 64,
  window_bytes: 4194304,
};

/** Messages by their code: names of messages and of their fields. */
export const MESSAGES = [
  ["hello", "version", "ticket", "nonce", "received", "capabilities"],
  ["welcome", "version", "received", "limits", "capabilities"],
  ["refuse", "code", "action", "text"],
  ["batch", "number", "ack", "ops"],
  ["event", "number", "ack", "listener", "carried", "errors"],
  ["reply", "number", "ack", "ask", "value", "error"],
  ["gone", "number", "ack", "refs", "listeners"],
  ["failure", "number", "ack", "batch", "index", "error"],
  ["ack", "ack", "answer"],
  ["bye", "ack", "code", "action", "text"],
];
const RECEIVED = ["welcome", "refuse", "batch", "ack", "bye"];
const IN_A_MAP = ["hello", "welcome"];
const OPTIONAL = ["answer"];
/** The arrays around a value that arrives: the message, its ops, the op. */
const AROUND = 3;

/** Ops by their code: names of ops and of their fields. */
export const OPS = [
  ["find", "ask", "scope", "selector", "wait"],
  ["exists", "ask", "scope", "selector"],
  ["get", "ask", "ref", "name", "flags"],
  ["set", "ref", "name", "value", "force", "after"],
  ["call", "ask", "ref", "name", "arguments", "flags"],
  ["create", "ref", "position", "target", "tag"],
  ["insert", "ref", "position", "target"],
  ["remove", "ref", "keep"],
  ["release", "pairs"],
  ["listen", "listener", "ref", "event", "options"],
  ["unlisten", "listeners"],
  ["credit", "listener", "events"],
  ["view", "html"],
  ["navigate", "url"],
  ["loaded"],
  ["done", "listener", "events"],
  ["fragment", "ask", "position", "target", "html"],
];

const isMap = (value) =>
  typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
const isText = (value) => typeof value === "string";
const isNumber = (value) => Number.isSafeInteger(value) && value >= 0;

/** What the fields of the messages that a client receives may be. */
const FIELDS = {
  version: isNumber,
  received: isNumber,
  limits: (value) =>
    isMap(value) &&
    Object.keys(LIMITS).every((key) => !Object.hasOwn(value, key) || (isNumber(value[key]) && value[key] > 0)),
  capabilities: (value) => Array.isArray(value) && value.every(isText),
  code: isText,
  action: (value) => value === "reload" || value === "stop",
  text: isText,
  number: isNumber,
  ack: isNumber,
  // A client need not look into ops (spec 6).
  ops: (value) => Array.isArray(value) && value.every(Array.isArray),
  answer: (value) => typeof value === "boolean",
};

/** @returns {object} an op by the names of its fields, with `op`, its name; that is undefined for one of no table */
export function opOf([code, ...values]) {
  const [op, ...names] = (Number.isInteger(code) && OPS[code]) || [];
  return { op, ...Object.fromEntries(names.map((name, i) => [name, values[i]])) };
}

/**
 * @param {Uint8Array} bytes a frame of the server
 * @returns {object} the message by the names of its fields, with `message`, its name
 * @throws {Violation}
 */
export function parse(bytes) {
  let array;
  try {
    array = decode(bytes, MAX_DEPTH + AROUND);
  } catch (error) {
    throw error instanceof Malformed ? new Violation(error.message) : error;
  }
  const [name, ...names] = (Array.isArray(array) && isNumber(array[0]) && MESSAGES[array[0]]) || [];
  if (!RECEIVED.includes(name))
    throw new Violation(`expected a message of a server, got ${name ? `a ${name}` : "none"}`);
  const map = IN_A_MAP.includes(name)
    ? array[1]
    : Object.fromEntries(array.slice(1).map((value, i) => [names[i], value]));
  if (!isMap(map)) throw new Violation(`expected a map in a ${name}`);
  const message = { message: name };
  for (const field of names) {
    const isThere = Object.hasOwn(map, field);
    if (isThere ? !FIELDS[field](map[field]) : !OPTIONAL.includes(field))
      throw new Violation(`a ${name} whose ${field} is ${isThere ? "of another type" : "missing"}`);
    if (isThere) message[field] = map[field];
  }
  return message;
}

/** @param {string} name @param {object} fields @returns {import('./codec.mjs').Encoded} a message */
export function write(name, fields) {
  const code = MESSAGES.findIndex((entry) => entry[0] === name);
  const present = MESSAGES[code].slice(1).filter((field) => fields[field] !== undefined);
  if (IN_A_MAP.includes(name))
    return encodeMessage([code, Object.fromEntries(present.map((field) => [field, fields[field]]))]);
  return encodeMessage([code, ...present.map((field) => fields[field])]);
}
