import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startSshd } from "../cli/tsh/sshd.ts";
import { type LoggedIn, startLoggedIn } from "../kit/logged-in.ts";
import { type Ran, runProgram } from "../kit/run.ts";
import type { Sshd } from "../kit/sshd.ts";
import { keptTempDir } from "../kit/temp.ts";
import { until } from "../kit/until.ts";
import { strictly } from "./kit.ts";

/** Machines that run a stock sshd: with a certificate for the name they have, for another name, and with none. */
let cluster: LoggedIn & AsyncDisposable;
let machines: Record<"right" | "another" | "none", Sshd>;
const dir = keptTempDir();

beforeAll(async () => {
  cluster = await startLoggedIn(dir);
  machines = { right: await start("localhost"), another: await start("db.example.com"), none: await start("") };
  await cluster.tctl(["auth", "sign", "--user=alice", "--format=openssh", "-o", join(dir, "id")]);
  writeFileSync(join(dir, "known_hosts"), (await cluster.tctl(["auth", "export", "--type=host"])).stdout);
  const proxy = cluster.daemon.at("proxy").split(":").at(-1) ?? "";
  const lines = ["Host proxy", "HostName localhost", `Port ${proxy}`, ...strictly(dir, join(dir, "known_hosts"))];
  writeFileSync(join(dir, "config"), `${lines.join("\n")}\n`);
});
afterAll(async () => {
  await Promise.all(Object.values(machines ?? {}).map((machine) => machine[Symbol.asyncDispose]()));
  await cluster?.[Symbol.asyncDispose]();
});

const start = (host: string) => startSshd(cluster, mkdtempSync(join(dir, "sshd-")), "internal-sftp", host);

const jump = (port: number, ...words: string[]): Promise<Ran> =>
  runProgram([
    "ssh",
    "-F",
    join(dir, "config"),
    "-J",
    "proxy",
    "-p",
    String(port),
    `${cluster.login}@localhost`,
    ...words,
  ]);
const subsystem = (port: number, ...words: string[]): Promise<Ran> => {
  const command = `ssh -F ${join(dir, "config")} %r@proxy -s proxy:%h:%p`;
  const options = ["-F", join(dir, "config"), "-o", `ProxyCommand=${command}`, "-p", String(port)];
  return runProgram(["ssh", ...options, `${cluster.login}@localhost`, ...words]);
};
const tsh = (port: number, ...words: string[]): Promise<Ran> =>
  cluster.tsh(["ssh", "-p", String(port), `${cluster.login}@localhost`, ...words]);

describe.each([
  ["ssh -J", jump],
  ["ssh with the proxy's subsystem", subsystem],
  ["tsh ssh", tsh],
] as const)("%s through the proxy, to a stock sshd", (_name, reach) => {
  test("is let in by the user's certificate, and believes the host's", async () => {
    expect(await reach(machines.right.port, "echo out; echo err >&2; exit 9")).toEqual({
      code: 9,
      stdout: "out\n",
      stderr: "err\n",
    });
  });

  test("sends nothing to a host whose certificate is for another name", async () => {
    const { code, stdout, stderr } = await reach(machines.another.port, "echo in");
    expect({ code, stdout }).toEqual({ code: 255, stdout: "" });
    expect(stderr).toMatch(/localhost/);
    expect(stderr).not.toMatch(/yes\/no/);
  });

  test("sends nothing to a host that has none: there is no trust on first use", async () => {
    const { code, stdout, stderr } = await reach(machines.none.port, "echo in");
    expect({ code, stdout }).toEqual({ code: 255, stdout: "" });
    expect(stderr).not.toBe("");
    expect(stderr).not.toMatch(/yes\/no/);
  });
});

test("what goes through the proxy to a stock sshd is on record, with who, where to and how it was asked for", async () => {
  await using machine = await start("localhost");
  for (const reach of [jump, subsystem, tsh]) expect(await reach(machine.port, "true")).toMatchObject({ code: 0 });
  // The proxy sends its events when it has put them down.
  const events = await until("three events", async () => {
    const found = await cluster.tctl(["audit", "search", "--event=session.connect", "--format=json"]);
    const all = JSON.parse(found.stdout) as { user: string; server_addr: string }[];
    const here = all.filter(({ server_addr }) => server_addr.endsWith(`:${machine.port}`));
    return here.length >= 3 && here;
  });
  const target_hostname = `localhost:${machine.port}`;
  expect(events).toEqual(Array.from({ length: 3 }, () => expect.objectContaining({ user: "alice", target_hostname })));
});
