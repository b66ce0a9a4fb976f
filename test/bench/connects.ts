import { type ClientConnection, connectSsh, openSubsystem } from "../../core/ssh/client.ts";
import { nodeCollection } from "../../daemon/auth/schema.ts";
import { databaseFile } from "../../daemon/storage.ts";
import { openSqlite } from "../../daemon/store/sqlite.ts";
import { adminCredential, apiOver } from "../kit/auth-client.ts";
import { login, userCredential } from "./daemon.ts";
import { percentile } from "./measure.ts";
import { LOGIN, type Stage } from "./stage.ts";

export interface Connects {
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  readonly failures: number;
}

/**
 * A session through the proxy, from dialling to the exit status of `true`, begun `rate` times a second whether or not those
 * before have ended. From one process, as a load generator runs it.
 */
export async function connects(stage: Stage, rate: number, seconds: number): Promise<Connects> {
  const times: number[] = [];
  let failures = 0;
  const one = async (due: number) => {
    try {
      await session(stage);
      times.push(performance.now() - due);
    } catch {
      failures++;
    }
  };
  const running: Promise<void>[] = [];
  const began = performance.now();
  for (let n = 0; n < rate * seconds; n++) {
    const due = began + (n * 1000) / rate;
    await Bun.sleep(Math.max(0, due - performance.now()));
    running.push(one(due));
  }
  await Promise.all(running);
  const sorted = times.sort((a, b) => a - b);
  return { p50: percentile(sorted, 50), p99: percentile(sorted, 99), failures };
}

async function session(stage: Stage): Promise<void> {
  const credential = userCredential(stage);
  const proxy = await login(stage.places.proxy, "bench", credential);
  try {
    const stream = await openSubsystem(proxy, "proxy:node-1:0@test");
    await runTrue(await connectSsh(stream, { user: LOGIN, credential, verifyHost: () => {} }));
  } finally {
    proxy.close();
  }
}

function runTrue({ ssh }: ClientConnection): Promise<void> {
  return new Promise((resolve, reject) => {
    ssh.once("close", () => reject(new Error("the connection ended")));
    ssh.exec("true", (error, channel) => {
      if (error) return reject(error);
      channel.on("close", (code: number | null) => (code === 0 ? resolve() : reject(new Error(`status ${code}`))));
      channel.resume();
    });
  });
}

/** Has the running cluster know `count` machines more, which are not there, and waits until it lists them. */
export async function registerMachines(stage: Stage, count: number): Promise<void> {
  await using store = openSqlite(databaseFile(stage.cluster.dataDir), { now: () => new Date() });
  const expires = new Date(Date.now() + 24 * 3600 * 1000);
  const collection = nodeCollection(store);
  const all = Array.from({ length: count }, (_, i) => {
    const name = crypto.randomUUID();
    const addr = `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}:3022`;
    return collection.put(
      name,
      {
        kind: "node",
        version: "v1",
        metadata: { name, labels: { env: "bench" }, expires: expires.toISOString() },
        spec: { hostname: `machine-${i}`, addr, tunnel: false, version: "0.0.0" },
      },
      "any",
      expires,
    );
  });
  while (all.length > 0) await store.commit(all.splice(0, 100));
  const connection = await login(stage.places.auth, "admin", adminCredential(stage.cluster.dataDir));
  const api = apiOver(connection);
  while ((await api.list("node")).length < count) await Bun.sleep(50);
  connection.close();
}
