import { expect, test } from "bun:test";
import { closeSync, constants, openSync } from "node:fs";
import { join } from "node:path";
import { cleanEnv, runProgram } from "../../kit/run.ts";
import { cleanTemp, tempDir } from "../../kit/temp.ts";

cleanTemp();

/** More than a pipe holds, and less than what makes the stream wait. */
const FIRST = 200 * 1024;

/** A stream that brings one thing, another while nobody takes the first, and then, unless it ends, nothing more. */
const script = (after: string) => `
  import { Duplex } from "node:stream";
  import { carryStdio } from ${JSON.stringify(join(import.meta.dir, "../../../cli/ssh/carry-stdio.ts"))};
  const stream = new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() });
  const carried = carryStdio(stream);
  stream.push(Buffer.alloc(${FIRST}, "a"));
  stream.once("data", () => setImmediate(() => {
    stream.push("last");
    ${after}
    setImmediate(() => console.error("brought"));
  }));
  await carried;
`;

test.each([
  ["and the stream stays open", ""],
  ["and the stream ends", "stream.push(null);"],
])("what comes while the reader of stdout is slow arrives when it reads, %s", async (_name, after) => {
  const fifo = join(tempDir(), "stdout");
  await runProgram(["mkfifo", fifo]);
  const fd = openSync(fifo, constants.O_RDWR);
  const child = Bun.spawn([process.execPath, "-e", script(after)], {
    env: cleanEnv(),
    stdin: "pipe",
    stdout: fd,
    stderr: "pipe",
  });
  try {
    expect(Buffer.from((await child.stderr.getReader().read()).value ?? []).toString()).toBe("brought\n");
    // Bun has made the child's end of the pipe one that does not wait; this reader has an end of its own.
    const { stdout: text } = await runProgram(["head", "-c", String(FIRST + 4), fifo]);
    expect(text.length).toBe(FIRST + 4);
    expect(text).toEndWith("alast");
  } finally {
    child.kill();
    await child.exited;
    closeSync(fd);
  }
});
