/** Properties of objects, by a name or a path of names (spec 6.3, 6.4). */

import { Failure } from "./failures.mjs";

/** On a style declaration, a name with a hyphen is that of CSS. */
const isOfCss = (holder, name) => name.includes("-") && typeof holder.getPropertyValue === "function";

export function read(holder, name) {
  return isOfCss(holder, name) ? holder.getPropertyValue(name) : holder[name];
}

export function write(holder, name, value) {
  if (isOfCss(holder, name)) holder.setProperty(name, value);
  else holder[name] = value;
}

/**
 * @param {*} object
 * @param {string|string[]} name
 * @returns {[*, string]} what holds the last part of a path, and that part
 * @throws {Failure} where the path leads nowhere
 */
export function walk(object, name) {
  const path = [name].flat();
  let holder = object;
  for (const part of path.slice(0, -1)) {
    holder = read(holder, part);
    if (holder === undefined || holder === null)
      throw new Failure("invalid-name", `there is no ${part} on the way of ${path.join(".")}`);
  }
  return [holder, path.at(-1)];
}
