// The notation of the protocol's vectors: JSON, with tags for what JSON lacks (protocol/README.md).

import { readFileSync } from "node:fs";
import { Callback, decode, encode, Ref } from "../../client/pycommunicate.js";

export const PROTOCOL = new URL("../../protocol/v1/", import.meta.url);

/** The cases of one file below protocol/v1/vectors. */
export function loadVectors(name) {
  return JSON.parse(readFileSync(new URL(`vectors/${name}`, PROTOCOL), "utf8")).cases;
}

/** The value that the notation describes; `above` are the containers that it stands in, outermost first. */
export function fromNotation(value, above = []) {
  if (Array.isArray(value)) {
    const items = [];
    items.push(...value.map((item) => fromNotation(item, [...above, items])));
    return items;
  }
  if (typeof value !== "object" || value === null) return value;
  const [[tag, content]] = Object.entries(value).length === 1 ? Object.entries(value) : [[""]];
  switch (tag) {
    case "$bin": return Uint8Array.from(Buffer.from(content, "hex"));
    case "$ref": return new Ref(content);
    case "$int": return BigInt(content);
    case "$float": return { nan: NaN, inf: Infinity, "-inf": -Infinity }[content] ?? Number(content);
    case "$date": return new Date(content);
    case "$map": return Object.fromEntries(content.map(([key, item]) => [key, fromNotation(item)]));
    case "$undefined": return undefined;
    case "$function": return fromNotation;
    case "$cycle": return above.at(-content);
  }
  const map = {};
  for (const [key, item] of Object.entries(value)) map[key] = fromNotation(item, [...above, map]);
  return map;
}

/** The one notation of a value. */
export function toNotation(value) {
  if (value === undefined || value === null) return null;
  if (typeof value === "bigint") return { $int: String(value) };
  if (typeof value === "number") {
    if (Number.isSafeInteger(value) && !Object.is(value, -0)) return value;
    return { $float: Object.is(value, -0) ? "-0" : String(value) };
  }
  if (value instanceof Callback) return { $callback: value.number };
  if (value instanceof Ref) return { $ref: value.number };
  if (value instanceof Uint8Array) return { $bin: Buffer.from(value).toString("hex") };
  if (value instanceof Date) return { $date: value.toISOString() };
  if (Array.isArray(value)) return value.map(toNotation);
  if (typeof value === "object") return { $map: Object.entries(value).map(([key, item]) => [key, toNotation(item)]) };
  return value;
}

/** @param {string} text */
export const bytesOf = (text) => Uint8Array.from(Buffer.from(text, "hex"));

/** @param {Uint8Array} bytes */
export const hexOf = (bytes) => Buffer.from(bytes).toString("hex");

/** The bytes of one value: those of a message that has no other field, without the head. */
export const encodeValue = (value, refOf) => encode([value], refOf).subarray(1);

export { decode, encode, Ref };
