import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { TmsServer } from "../kit/tms-server.ts";
import { Spec } from "../tms/spec.ts";
import { Random } from "./random.ts";
import { fuzzRequest } from "./tms.ts";

const ROUNDS = 3_000;
const MIB = 1024 * 1024;

test("requests that are almost right are answered as the API's description says, and honest ones go on", async () => {
  await using server = await TmsServer.open();
  const spec = await Spec.read(server);
  const lab = await server.tenant("lab");
  const portal = await lab.client("portal");
  await lab.user("ada", "h1", "ada1", [portal]);
  const calm = await server.tenant("calm");
  const honest = await calm.client("honest");
  await calm.user("bob", "h1", "bob1", [honest]);
  const key = await honest.key("bob", "h1", "bob1");
  const memory = () =>
    Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${server.daemon.pid}/status`, "utf8"))?.[1]) * 1024;

  const fuzzed = { server, spec, random: new Random(20_261_120), callers: [{}, portal.headers, lab.admin] };
  const seen = new Map<number, number>();
  let early = 0;
  for (let done = 0; done < ROUNDS; done += 10) {
    for (const { status } of await Promise.all(Array.from({ length: 10 }, () => fuzzRequest(fuzzed))))
      seen.set(status, (seen.get(status) ?? 0) + 1);
    if (done % 500 === 0) expect((await server.retrieve(key)).status).toBe(200);
    if (done === ROUNDS / 10) early = memory();
  }
  // Requests passed validation: there were successes, and refusals by services.
  for (const status of [200, 201, 400, 401, 403, 404, 409])
    expect([status, seen.get(status) ?? 0]).not.toEqual([status, 0]);
  expect(memory() - early).toBeLessThan(64 * MIB);
  expect((await server.operator("GET", "/v1/tms/events/verify")).body).toMatchObject({ ok: true });
  expect(server.log()).not.toMatch(/a request failed/);
}, 60_000);
