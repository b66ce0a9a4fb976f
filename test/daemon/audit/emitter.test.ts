import { expect, test } from "bun:test";
import { Fault } from "../../../core/fault.ts";
import { AuditEmitter } from "../../../daemon/audit/emitter.ts";
import { createLog } from "../../../daemon/log.ts";

const now = new Date("2026-03-01T12:00:00Z");

function emitter(append: (event: object) => Promise<void>) {
  const logged: string[] = [];
  const log = createLog({ level: "debug", format: "text", write: (line) => void logged.push(line) });
  return {
    logged,
    audit: new AuditEmitter({ cluster: "test", uuid: "u", hostname: "h", append, log, now: () => now }),
  };
}

const fields = { user: "alice", reason: "because" };

test("an event names the machine that reports it, its cluster and the time", async () => {
  const events: object[] = [];
  const { audit } = emitter(async (event) => void events.push(event));
  await audit.before("session.rejected", fields);
  await audit.after("client.disconnect", fields);
  const common = { server_id: "u", server_hostname: "h", cluster_name: "test", time: now.toISOString(), ...fields };
  expect(events).toMatchObject([
    { event: "session.rejected", code: "T1006W", ...common },
    { event: "client.disconnect", code: "T3006I", ...common },
  ]);
});

test("before: an act that cannot be recorded is refused, and the log says why", async () => {
  const { audit, logged } = emitter(() => Promise.reject(new Error("disk full")));
  const fault = await audit.before("session.rejected", fields).catch(Fault.from);
  expect(fault).toMatchObject({ code: "failed", message: "this cannot be recorded at the moment, so it is not done" });
  expect(logged.join("")).toContain("disk full");
});

test("after: what has happened stays so, and the log says that it is not recorded", async () => {
  const { audit, logged } = emitter(() => Promise.reject(new Error("disk full")));
  await audit.after("client.disconnect", fields);
  expect(logged.join("")).toMatch(/an audit event cannot be written.*disk full/s);
});
