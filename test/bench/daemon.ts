import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { AuthClient } from "../../core/api/client.ts";
import { parseCertificateLine } from "../../core/cert/certificate.ts";
import { PrivateKey } from "../../core/cert/private-key.ts";
import type { ClientConnection, Credential } from "../../core/ssh/client.ts";
import { adminCredential, apiOver, connectTo } from "../kit/auth-client.ts";
import { startDaemon } from "../kit/daemon.ts";
import { summary } from "./measure.ts";
import { LOGIN, proportionalMemory, residentMemory, type Stage } from "./stage.ts";

/** User certificates a second through the API, eight connections, each event durable before its answer. */
export async function certificateRate(stage: Stage): Promise<number> {
  const connections = await many(8, () => login(stage.places.auth, "admin", adminCredential(stage.cluster.dataDir)));
  const line = PrivateKey.generate().public.toString();
  const [until, began] = [performance.now() + 5000, performance.now()];
  let issued = 0;
  const worker = async (api: AuthClient) => {
    while (performance.now() < until) {
      await api.signUser({ user: "bench", public_key: line });
      issued++;
    }
  };
  const apis = connections.flatMap((connection) => Array.from({ length: 4 }, () => apiOver(connection)));
  await Promise.all(apis.map(worker));
  const rate = issued / ((performance.now() - began) / 1000);
  for (const connection of connections) connection.close();
  return rate;
}

/** What the daemon holds when nobody has done anything for so many seconds. Bytes. */
export async function idleMemory(stage: Stage, seconds: number): Promise<number> {
  await Bun.sleep(seconds * 1000);
  return residentMemory(stage.pid);
}

/** What one more connection that does nothing adds to the daemon. Bytes. */
export async function connectionMemory(stage: Stage, count: number): Promise<number> {
  const credential = userCredential(stage);
  // The first ones pay for code that is compiled and heaps that grow once: after 200 of them still half of what is measured.
  const first = await many(800, () => login(stage.places.node, LOGIN, credential));
  const before = residentMemory(stage.pid);
  const connections = await many(count, () => login(stage.places.node, LOGIN, credential));
  const after = residentMemory(stage.pid);
  for (const connection of [...first, ...connections]) connection.close();
  await Promise.all(connections.map((connection) => connection.closed));
  return (after - before) / count;
}

/** What one more open shell adds, to the daemon and by its own processes. Bytes. */
export async function sessionMemory(stage: Stage, count: number): Promise<number> {
  const before = proportionalMemory(stage.pid);
  const { argv, env } = stage.ssh("node", []);
  const shells = Array.from({ length: count }, () =>
    Bun.spawn([...argv, "-tt"], { env, stdin: "pipe", stdout: "pipe", stderr: "ignore" }),
  );
  // Each has a prompt, or anything else to say, once the shell runs.
  await Promise.all(shells.map((shell) => shell.stdout.getReader().read()));
  await Bun.sleep(1000);
  const after = proportionalMemory(stage.pid);
  for (const shell of shells) shell.kill();
  await Promise.all(shells.map((shell) => shell.exited));
  return (after - before) / count;
}

/** From the start of a new cluster's daemon until it is ready. Milliseconds. */
export async function coldStart(stage: Stage, runs: number): Promise<number> {
  const times: number[] = [];
  for (let run = 0; run < runs; run++) {
    const dataDir = join(stage.dir, "cold");
    mkdirSync(dataDir, { mode: 0o700 });
    const began = performance.now();
    const daemon = await startDaemon([`--data-dir=${dataDir}`, "--roles=auth,proxy,node", "--nodename=cold"]);
    times.push(performance.now() - began);
    await daemon.stop();
    rmSync(dataDir, { recursive: true });
  }
  return summary(times).median;
}

export function userCredential({ places }: Stage): Credential {
  const certificate = parseCertificateLine(readFileSync(`${places.key}-cert.pub`, "utf8").trim());
  return { key: readFileSync(places.key, "utf8"), certificate };
}

/** The bench trusts whom it has started. */
export function login(addr: string, user: string, credential: Credential): Promise<ClientConnection> {
  const port = Number(addr.split(":").at(-1));
  return connectTo(`127.0.0.1:${port}`, user, credential);
}

/** A few at a time: the door is not what is measured. */
async function many<T>(count: number, make: () => Promise<T>): Promise<T[]> {
  const made: T[] = [];
  while (made.length < count)
    made.push(...(await Promise.all(Array.from({ length: Math.min(10, count - made.length) }, make))));
  return made;
}
