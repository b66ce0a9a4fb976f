import { parseArgs } from "node:util";
import { Client } from "ssh2";
import { door, serve } from "../core/ssh/kit.ts";
import { packet, send } from "../core/ssh/raw.ts";
import { mutate, Random } from "./random.ts";
import { corpus, type FuzzOptions, fuzz, message, open } from "./ssh.ts";

/**
 * Everything that a stranger can send to our SSH server before a login, broken in small ways: the identification, the
 * exchange of keys, and, encrypted by an honest client, requests to authenticate. By hand, for as long as wanted:
 * `bun test/fuzz/ssh-prelogin.ts --rounds=100000 --seed=7`.
 */

export interface FuzzReport {
  /** Resident memory after the first tenth and at the end. Bytes. */
  readonly memory: readonly [early: number, late: number];
  /** How often something that was sent was taken for a proof. Nothing in the corpus is one. */
  readonly admitted: number;
}

export async function fuzzPrelogin(options: FuzzOptions): Promise<FuzzReport> {
  const random = new Random(options.seed);
  const [plain, keyed] = [corpus("plain-"), corpus("keyed-")];
  let admitted = 0;
  const served = await serve({
    methods: ["certificate", "password"],
    loginGraceMs: 20_000,
    async identify(user, proof, from) {
      // What strangers sign with is not even for our authority.
      const identity = await door().identify(user, proof, from);
      if (proof.method === "password") admitted += 1;
      return identity;
    },
  });
  const memory = await fuzz(served, options, () =>
    random.below(3) === 0 ? speakPlain(served.port, random, plain) : speakKeyed(served.port, random, keyed),
  );
  return { memory, admitted };
}

/** Before there are keys: a proper start, then broken messages, in a proper frame or not. */
async function speakPlain(port: number, random: Random, seeds: readonly Buffer[]): Promise<void> {
  const socket = await open(port);
  const closed = new Promise<void>((done) => socket.once("close", () => done()));
  socket.on("error", () => {}).resume();
  const ident = message("plain-ident");
  socket.write(random.below(4) === 0 ? mutate(random, ident, seeds) : ident);
  if (random.below(2) === 0) socket.write(packet(message("plain-kexinit")));
  if (random.below(4) === 0) socket.write(packet(message("plain-curve25519-init")));
  for (let left = random.below(4); left >= 0; left -= 1) {
    const broken = mutate(random, random.pick(seeds), seeds).subarray(0, 40_000);
    socket.write(random.below(3) === 0 ? broken : packet(broken));
  }
  socket.end();
  await closed;
}

/** After the keys: an honest client's encryption around broken messages. */
async function speakKeyed(port: number, random: Random, seeds: readonly Buffer[]): Promise<void> {
  const client = new Client();
  const closed = new Promise<void>((done) => client.once("close", () => done()));
  client.on("error", () => {});
  client.once("handshake", () => {
    for (let left = random.below(4); left >= 0; left -= 1) {
      const seed = random.pick(seeds);
      // 35,000 is what a peer must take, and ours takes no more.
      send(client, random.below(5) === 0 ? seed : mutate(random, seed, seeds).subarray(0, 34_000));
    }
    client.end();
  });
  client.connect({ sock: await open(port), username: "alice", authHandler: () => {} });
  await closed;
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { seed: { type: "string" }, rounds: { type: "string" } } });
  const options = { seed: Number(values.seed ?? Date.now() % 1_000_000), rounds: Number(values.rounds ?? 10_000) };
  const report = await fuzzPrelogin(options);
  console.log(JSON.stringify({ ...options, ...report }));
  process.exit(report.admitted === 0 ? 0 : 1);
}
