// Decodes frames from standard input and encodes them again to standard output: each of 4 bytes of length and its bytes.
// Not a test by itself: tests/protocol/test_both_codecs.py runs it.

import { decode, encode } from "../../client/pycommunicate.js";

const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const input = Buffer.concat(chunks);
const output = [];
for (let at = 0; at < input.length; ) {
  const end = at + 4 + input.readUInt32BE(at);
  const bytes = encode(decode(new Uint8Array(input.subarray(at + 4, end))));
  const head = Buffer.alloc(4);
  head.writeUInt32BE(bytes.length);
  output.push(head, bytes);
  at = end;
}
process.stdout.write(Buffer.concat(output));
