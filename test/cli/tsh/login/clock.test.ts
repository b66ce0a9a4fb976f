import { afterAll, beforeAll, expect, test } from "bun:test";
import { join } from "node:path";
import { type LoggedIn, startLoggedIn } from "../../../kit/logged-in.ts";
import { program, runProgram } from "../../../kit/run.ts";
import { keptTempDir } from "../../../kit/temp.ts";

/** What a machine says whose clock is ten minutes off; faketime(1) is the clock. */
const faketime = Bun.which("faketime");
if (faketime === null) console.log("skipped: clocks that are off need faketime");

let cluster: LoggedIn & AsyncDisposable;
beforeAll(async () => {
  cluster = await startLoggedIn(keptTempDir());
});
afterAll(() => cluster[Symbol.asyncDispose]());

const at = (offset: string, tool: string, ...words: string[]) =>
  runProgram([faketime ?? "", "-f", offset, program(tool), ...words], { env: cluster.env });

test.skipIf(faketime === null)("behind: a login warns, and a session says what to compare", async () => {
  const login = ["login", `--proxy=${cluster.proxy}`, "--user=alice", `--password-file=${cluster.passwordFile}`];
  const warned = await at("-10m", "tsh", ...login);
  expect(warned.stderr).toContain("the new certificate is not valid by this machine's clock");
  const refused = await at("-10m", "tsh", "ssh", `${cluster.login}@node-1`, "true");
  expect(refused).toMatchObject({ code: 255, stdout: "" });
  expect(refused.stderr).toMatch(/is not valid before .*\nhint: compare the clocks of the two machines/);
});

test.skipIf(faketime === null)("ahead: what is valid goes on working", async () => {
  expect(await at("+10m", "tsh", "ssh", `${cluster.login}@node-1`, "true")).toMatchObject({ code: 0 });
});

test.skipIf(faketime === null)("a machine that is behind does not join, and says why", async () => {
  const [token] = JSON.parse((await cluster.tctl(["nodes", "add", "--format=json"])).stdout) as string[];
  const { ca_pins } = JSON.parse((await cluster.tctl(["status", "--format=json"])).stdout) as { ca_pins: string[] };
  const joining = [`--auth-server=${cluster.daemon.at("auth")}`, `--token=${token}`, `--ca-pin=${ca_pins[0]}`];
  const place = [`--data-dir=${join(keptTempDir(), "data")}`, "--ports-from=0", "--listen-ip=127.0.0.1"];
  const refused = await at("-10m", "sallyport", "start", "--roles=node", "--config=/dev/null", ...place, ...joining);
  expect(refused).toMatchObject({ code: 4, stdout: "" });
  expect(refused.stderr).toMatch(/is not valid before .*\nhint: compare the clocks of the two machines/);
});
