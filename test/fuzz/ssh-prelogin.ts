import { readdirSync, readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Client } from "ssh2";
import { door, exec, login, newUser, type Served, serve } from "../core/ssh/kit.ts";
import { packet, send } from "../core/ssh/raw.ts";
import { mutate, Random } from "./random.ts";

/**
 * Everything that a stranger can send to our SSH server before a login, broken in small ways: the identification, the
 * exchange of keys, and, encrypted by an honest client, requests to authenticate. By hand, for as long as wanted:
 * `bun test/fuzz/ssh-prelogin.ts --rounds=100000 --seed=7`. Inputs that found something go into the corpus.
 */

const CORPUS = join(import.meta.dir, "corpus/ssh");

export interface FuzzOptions {
  readonly seed: number;
  /** Connections with broken input. */
  readonly rounds: number;
}

export interface FuzzReport {
  /** Resident memory after the first tenth and at the end. Bytes. */
  readonly memory: readonly [early: number, late: number];
  /** Logins that succeeded although nothing of what was sent allowed it. */
  readonly admitted: number;
}

function corpus(stage: string): Buffer[] {
  const names = readdirSync(CORPUS).filter((name) => name.startsWith(stage));
  return names.sort().map(seed);
}

function seed(name: string): Buffer {
  return readFileSync(join(CORPUS, name));
}

/** @throws Error when the server is no longer of use to an honest client. */
export async function fuzzSsh(options: FuzzOptions): Promise<FuzzReport> {
  const { rounds } = options;
  const random = new Random(options.seed);
  const [plain, keyed] = [corpus("plain-"), corpus("keyed-")];
  let admitted = 0;
  const honest = await newUser();
  const served = await serve({
    methods: ["certificate", "password"],
    loginGraceMs: 2_000,
    async identify(user, proof, from) {
      const identity = await door().identify(user, proof, from);
      if (proof.method === "certificate" && proof.certificate.blob.equals(honest.certificate.blob)) return identity;
      if (proof.method === "password" && proof.secret === "correct horse") return identity;
      admitted += 1;
      return identity;
    },
  });
  let early = 0;
  for (let round = 0; round < rounds; round += 1) {
    if (random.below(3) === 0) await speakPlain(served.port, random, plain);
    else await speakKeyed(served.port, random, keyed);
    if (round % 250 === 249 || round === rounds - 1) await stillServes(served, honest);
    if (round === Math.floor(rounds / 10)) early = memory();
  }
  return { memory: [early, memory()], admitted };
}

function memory(): number {
  Bun.gc(true);
  return process.memoryUsage().rss;
}

async function stillServes({ port }: Served, who: Awaited<ReturnType<typeof newUser>>): Promise<void> {
  const connection = await login(port, who);
  const { code } = await exec(connection, "whoami");
  connection.close();
  await connection.closed;
  if (code !== 0) throw new Error("an honest client is no longer served");
}

function open(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => resolve(socket));
    socket.once("error", reject);
  });
}

/** Before there are keys: a proper start, then broken messages, in a proper frame or not. */
async function speakPlain(port: number, random: Random, seeds: readonly Buffer[]): Promise<void> {
  const socket = await open(port);
  const closed = new Promise<void>((done) => socket.once("close", () => done()));
  socket.on("error", () => {}).resume();
  const ident = seed("plain-ident");
  socket.write(random.below(4) === 0 ? mutate(random, ident, seeds) : ident);
  if (random.below(2) === 0) socket.write(packet(seed("plain-kexinit")));
  if (random.below(4) === 0) socket.write(packet(seed("plain-curve25519-init")));
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
      const message = random.pick(seeds);
      // 35,000 is what a peer must take, and ours takes no more.
      send(client, random.below(5) === 0 ? message : mutate(random, message, seeds).subarray(0, 34_000));
    }
    client.end();
  });
  client.connect({ sock: await open(port), username: "alice", authHandler: () => {} });
  await closed;
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { seed: { type: "string" }, rounds: { type: "string" } } });
  const options = { seed: Number(values.seed ?? Date.now() % 1_000_000), rounds: Number(values.rounds ?? 10_000) };
  const report = await fuzzSsh(options);
  console.log(JSON.stringify({ ...options, ...report }));
  process.exit(report.admitted === 0 ? 0 : 1);
}
