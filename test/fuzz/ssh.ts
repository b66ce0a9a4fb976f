import { readdirSync, readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { exec, login, newUser, type Served } from "../core/ssh/kit.ts";

/** What the fuzzers of the SSH server share. Inputs that once found something belong into the corpus. */

const CORPUS = join(import.meta.dir, "corpus/ssh");

export interface FuzzOptions {
  readonly seed: number;
  /** Connections with broken input. */
  readonly rounds: number;
}

/** The messages of one stage: `plain-…`, `keyed-…`, `session-…`. */
export function corpus(stage: string): Buffer[] {
  const names = readdirSync(CORPUS).filter((name) => name.startsWith(stage));
  return names.sort().map(message);
}

export function message(name: string): Buffer {
  return readFileSync(join(CORPUS, name));
}

export function open(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => resolve(socket));
    socket.once("error", reject);
  });
}

/**
 * Runs the rounds, with an honest login every now and then.
 * @returns resident memory after the first tenth and at the end, in bytes.
 * @throws Error when an honest client is no longer served.
 */
export async function fuzz(
  served: Served,
  { rounds }: FuzzOptions,
  round: () => Promise<void>,
): Promise<[number, number]> {
  const honest = await newUser();
  let early = 0;
  for (let done = 1; done <= rounds; done += 1) {
    await round();
    if (done % 250 === 0 || done === rounds) {
      const connection = await login(served.port, honest);
      const { code } = await exec(connection, "whoami");
      connection.close();
      await connection.closed;
      if (code !== 0) throw new Error("an honest client is no longer served");
    }
    if (done === Math.ceil(rounds / 10)) early = memory();
  }
  return [early, memory()];
}

function memory(): number {
  Bun.gc(true);
  return process.memoryUsage().rss;
}
