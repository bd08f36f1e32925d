// Reads frames in hex from standard input, one a line; writes a line for each: what it decodes to in the notation of the
// vectors, or "refused". Not a test by itself: tools/fuzz_codecs.py runs it.

import { createInterface } from "node:readline";
import { bytesOf, decode, toNotation } from "./notation.mjs";

for await (const line of createInterface({ input: process.stdin })) {
  let verdict = "refused";
  try {
    verdict = JSON.stringify(toNotation(decode(bytesOf(line))));
  } catch {
    // Refused.
  }
  process.stdout.write(`${verdict}\n`);
}
