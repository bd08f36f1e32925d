// As much of node:assert/strict as tests/client uses.

function fail(message, ...values) {
  throw new Error([message, ...values.map((value) => show(value))].join(" "));
}

function show(value) {
  return String(JSON.stringify(value, (_, item) => (typeof item === "bigint" ? `${item}n` : item))).slice(0, 200);
}

const isObject = (value) => typeof value === "object" && value !== null;

function same(one, other) {
  if (Object.is(one, other)) return true;
  if (!isObject(one) || !isObject(other)) return false;
  if (Object.getPrototypeOf(one) !== Object.getPrototypeOf(other)) return false;
  if (one instanceof Date) return Object.is(one.getTime(), other.getTime());
  if (one instanceof Set || one instanceof Map) return same([...one], [...other]);
  const keys = Object.keys(one);
  return keys.length === Object.keys(other).length && keys.every((key) => Object.hasOwn(other, key) && same(one[key], other[key]));
}

function ok(value, message) {
  if (!value) fail(message ?? "expected something true, got", value);
}

function equal(one, other, message = "") {
  if (!Object.is(one, other)) fail(`${message} expected the same:`, one, other);
}

function deepEqual(one, other, message = "") {
  if (!same(one, other)) fail(`${message} expected equal values:`, one, other);
}

function throws(run, expected) {
  let error;
  try {
    run();
  } catch (thrown) {
    error = thrown;
  }
  if (error === undefined) fail("expected an error");
  if (typeof expected === "function" && expected.prototype instanceof Error) ok(error instanceof expected, `another error: ${error}`);
  else if (expected instanceof RegExp) ok(expected.test(String(error)), `another error: ${error}`);
  else if (isObject(expected)) {
    for (const key of Object.keys(expected)) {
      if (expected[key] instanceof RegExp) ok(expected[key].test(error[key]), `another ${key}: ${error[key]}`);
      else deepEqual(error[key], expected[key], key);
    }
  }
}

function match(text, pattern) {
  if (!pattern.test(text)) fail(`expected a text that matches ${pattern}:`, text);
}

export default { ok, equal, deepEqual, match, throws };
