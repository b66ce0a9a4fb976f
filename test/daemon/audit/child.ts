/** Another process that writes events in `argv[3]`, as `argv[2]` says, and prints each one's uid once it is durable. */
import { writeSync } from "node:fs";
import { newEvent } from "../../../core/audit/event.ts";
import { openAuditLog } from "../../../daemon/audit/log.ts";
import { openOutbox } from "../../../daemon/audit/outbox.ts";

const [, , task = "", dir = ""] = process.argv;
const now = () => new Date();
const writer =
  task === "log"
    ? await openAuditLog(dir, { now })
    : await openOutbox(dir, () => Promise.reject(new Error("away")), { log: { info: () => {}, warn: () => {} } });

/** A few at a time, of different lengths, so that a crash may come anywhere in a block. */
for (let n = 0; ; n++) {
  const events = Array.from({ length: 1 + (n % 5) }, (_, i) =>
    newEvent("user.delete", { user: "x".repeat(i * 200), name: String(n) }, { now: now(), cluster: "c" }),
  );
  await Promise.all(events.map((event) => writer.append(event)));
  // Not before it is in the pipe: what waits in here for a slow reader would be lost, and have been acknowledged to nobody.
  writeSync(1, events.map(({ uid }) => `${uid}\n`).join(""));
}
