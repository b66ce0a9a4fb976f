import { parseArgs } from "node:util";
import { connectSsh } from "../../core/ssh/client.ts";
import { newUser, serve, verifyHost } from "../core/ssh/kit.ts";
import { send } from "../core/ssh/raw.ts";
import { mutate, Random } from "./random.ts";
import { corpus, type FuzzOptions, fuzz, open } from "./ssh.ts";

/**
 * Everything that somebody who is logged in can send: channels, requests and data, broken and out of order. By hand:
 * `bun test/fuzz/ssh-session.ts --rounds=100000 --seed=7`.
 */
export async function fuzzSessions(options: FuzzOptions): Promise<{ readonly memory: readonly [number, number] }> {
  const random = new Random(options.seed);
  const messages = corpus("session-");
  const who = await newUser();
  const credential = { key: who.key.toOpenSSH(), certificate: who.certificate };
  const served = await serve({ maxChannels: 8 });
  const memory = await fuzz(served, options, async () => {
    const connection = await connectSsh(await open(served.port), { user: "alice", credential, verifyHost });
    for (let left = 1 + random.below(12); left > 0; left -= 1) {
      const seed = random.pick(messages);
      send(connection.ssh, random.below(2) === 0 ? seed : mutate(random, seed, messages).subarray(0, 34_000));
      if (random.below(4) === 0) await new Promise(setImmediate);
    }
    connection.close();
    await connection.closed;
  });
  return { memory };
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { seed: { type: "string" }, rounds: { type: "string" } } });
  const options = { seed: Number(values.seed ?? Date.now() % 1_000_000), rounds: Number(values.rounds ?? 10_000) };
  console.log(JSON.stringify({ ...options, ...(await fuzzSessions(options)) }));
  process.exit(0);
}
