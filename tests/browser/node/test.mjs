// As much of node:test as tests/client uses: tests are collected, and run by the page (tests/browser/test_vectors.py).

/** @type {[string, () => unknown][]} */
export const tests = [];
const above = [];

export function describe(name, define) {
  above.push(name);
  define();
  above.pop();
}

export function test(name, run) {
  tests.push([[...above, name].join(" / "), run]);
}

/** Runs all tests; returns how many there were, and what failed. */
export async function runAll() {
  const failed = [];
  for (const [name, run] of tests) {
    try {
      await run();
    } catch (error) {
      failed.push(`${name}: ${error?.message ?? error}`);
    }
  }
  return { count: tests.length, failed };
}
