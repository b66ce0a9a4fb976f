import { Writable } from "node:stream";

/** Longer lines are split. */
const MAX_LINE = 64 * 1024;
const LF = 0x0a;

/** A stream that prefixes every line and writes whole lines only, so that lines of several streams do not mix. */
export function prefixed(prefix: string, to: Writable): Writable {
  let rest: Buffer = Buffer.alloc(0);
  const pass = (line: Uint8Array) => to.write(Buffer.concat([Buffer.from(prefix), line]));
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      let held = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      for (let at = held.indexOf(LF); at !== -1; at = held.indexOf(LF)) {
        pass(held.subarray(0, at + 1));
        held = held.subarray(at + 1);
      }
      for (; held.length > MAX_LINE; held = held.subarray(MAX_LINE))
        pass(Buffer.concat([held.subarray(0, MAX_LINE), Buffer.of(LF)]));
      rest = held;
      // Apply the backpressure of the shared output.
      if (to.writableNeedDrain) to.once("drain", () => done());
      else done();
    },
    final(done) {
      if (rest.length > 0) pass(Buffer.concat([rest, Buffer.of(LF)]));
      to.write("", () => done());
    },
  });
}
