import type { Writable } from "node:stream";

/** Resolves when what was written is on its way, or nobody is there any more. */
export function drained(to: Writable): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      to.off("drain", done).off("close", done);
      resolve();
    };
    to.on("drain", done).on("close", done);
    if (to.destroyed) done();
  });
}
