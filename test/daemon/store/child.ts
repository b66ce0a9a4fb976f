/** Another process on the database in `argv[3]`, doing what `argv[2]` says. */
import { writeSync } from "node:fs";
import { createInterface } from "node:readline";
import { openSqlite } from "../../../daemon/store/sqlite.ts";

const [, , task = "", path = "", argument = ""] = process.argv;
const store = openSqlite(path, { now: () => new Date() });
const bytes = (text: string) => new TextEncoder().encode(text);

switch (task) {
  /** Adds 1 to `/count` so many times. */
  case "count":
    for (let done = 0; done < Number(argument); ) {
      const entry = await store.get("/count");
      if (entry === undefined) throw new Error("no count");
      const value = bytes(String(Number(new TextDecoder().decode(entry.value)) + 1));
      try {
        await store.commit([{ put: "/count", value, expect: entry.revision }]);
        done++;
      } catch (fault) {
        if ((fault as { code?: string }).code !== "conflict") throw fault;
      }
    }
    break;
  /** Commits two keys at a time until it is killed, and says so after each. */
  case "endless":
    for (let i = 0; ; i++) {
      const value = bytes(`${i} ${"x".repeat(500)}`);
      await store.commit([
        { put: `/a/${i}`, value, expect: "absent" },
        { put: `/b/${i}`, value, expect: "absent" },
      ]);
      // Not before it is in the pipe: what waits in here for a slow reader would be lost.
      writeSync(1, `${i}\n`);
    }
  /** Commits each line of its input, a JSON list of writes with text for values, and answers with the revision. */
  case "follow": {
    process.stdout.write("ready\n");
    for await (const line of createInterface({ input: process.stdin })) {
      const writes = (JSON.parse(line) as Parameters<typeof store.commit>[0]).map((write) =>
        "put" in write ? { ...write, value: bytes(write.value as unknown as string) } : write,
      );
      process.stdout.write(`${await store.commit(writes)}\n`);
    }
    break;
  }
  /** Tries to open and to write, and says how that went. */
  case "try":
    await store.commit([{ put: "/try", value: bytes("x"), expect: "any" }]);
    process.stdout.write("written\n");
    break;
}
await store[Symbol.asyncDispose]();
