/** The vectors of the specification, and their notation (protocol/README.md). */

import { readFileSync, readdirSync } from "node:fs";
import { describe, it } from "node:test";
import { Callback, Ref } from "../codec.mjs";

const V1 = new URL("../../../v1/", import.meta.url);

export const load = (name) => JSON.parse(readFileSync(new URL(name, V1), "utf8"));

/** @returns {string[]} the files of a folder of vectors */
export const list = (folder) => readdirSync(new URL(`vectors/${folder}`, V1)).map((name) => `${folder}/${name}`);

/** Makes a test of each case of a file for which `chosen` holds. */
export function cases(file, test, chosen = () => true) {
  describe(file, () => {
    for (const one of load(`vectors/${file}`).cases.filter(chosen)) it(one.name, () => test(one));
  });
}

export const bytesOf = (hex) => Buffer.from(hex, "hex");
export const hexOf = (bytes) => Buffer.from(bytes).toString("hex");

const FLOATS = { nan: NaN, inf: Infinity, "-inf": -Infinity, "-0": -0 };

const TAGS = {
  $bin: (hex) => new Uint8Array(bytesOf(hex)),
  $ref: (number) => new Ref(number),
  $callback: (number) => new Callback(number),
  $int: (digits) => BigInt(digits),
  $float: (text) => FLOATS[text] ?? Number(text),
  $date: (text) => new Date(text),
  $undefined: () => undefined,
  $function: () => () => {},
};

/** @returns {*} what a value of the vectors stands for */
export function valueOf(json, up = []) {
  if (Array.isArray(json)) {
    const array = [];
    array.push(...json.map((item) => valueOf(item, [array, ...up])));
    return array;
  }
  if (json === null || typeof json !== "object") return json;
  const [[tag, inner] = [], ...more] = Object.entries(json);
  if (!more.length && tag === "$cycle") return up[inner - 1];
  if (!more.length && tag in TAGS) return TAGS[tag](inner);
  const map = {};
  for (const [key, item] of !more.length && tag === "$map" ? inner : Object.entries(json)) {
    const value = valueOf(item, [map, ...up]);
    Object.defineProperty(map, key, { value, writable: true, enumerable: true, configurable: true });
  }
  return map;
}
