import { expect, test } from "bun:test";
import { cleanServers } from "../core/ssh/kit.ts";
import { fuzzSessions } from "./ssh-session.ts";

cleanServers();

const MIB = 1024 * 1024;

test("broken input after the login ends no more than its own connection, and leaves nothing behind", async () => {
  const { memory } = await fuzzSessions({ seed: 20_261_120, rounds: 700 });
  expect(memory[1] - memory[0]).toBeLessThan(64 * MIB);
}, 60_000);
