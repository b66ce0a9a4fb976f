import { afterAll } from "bun:test";
import { removeKeptDirs } from "./kit/temp.ts";

/** What every test starts from: no colour, one time zone, and no configuration of whoever runs it. */
process.env.NO_COLOR = "1";
process.env.TZ = "UTC";
for (const name of Object.keys(process.env))
  if (/^(SALLYPORT_|TELEPORT_|SSH_AUTH_SOCK$)/.test(name)) delete process.env[name];

afterAll(removeKeptDirs);
