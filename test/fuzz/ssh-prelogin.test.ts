import { expect, test } from "bun:test";
import { cleanServers } from "../core/ssh/kit.ts";
import { fuzzPrelogin } from "./ssh-prelogin.ts";

cleanServers();

const MIB = 1024 * 1024;

test("broken input before the login neither ends the server, nor logs in, nor fills its memory", async () => {
  const { memory, admitted } = await fuzzPrelogin({ seed: 20_261_120, rounds: 1_500 });
  expect(admitted).toBe(0);
  expect(memory[1] - memory[0]).toBeLessThan(64 * MIB);
}, 60_000);
