import { expect, test } from "bun:test";
import { mkdirSync, readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { writeLogin } from "../../kit/login.ts";
import { run, runProgram } from "../../kit/run.ts";
import { keptTempDir } from "../../kit/temp.ts";
import { until } from "../../kit/until.ts";

test("the agent lists, signs and is found by ssh-add; nobody else may open it; a second login shows at once", async () => {
  const home = keptTempDir();
  const socket = join(home, "run", "agent.sock");
  await writeLogin(join(home, ".tsh"), { user: "alice" });
  const started = await run(["tsh", "agent", "--daemon", "--socket", socket], { env: { HOME: home } });
  expect(started.code).toBe(0);
  const pid = Number(/SSH_AGENT_PID=(\d+)/.exec(started.stdout)?.[1]);
  try {
    expect(started.stdout).toContain(`SSH_AUTH_SOCK=${socket}; export SSH_AUTH_SOCK;`);
    expect(statSync(socket).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(socket)).mode & 0o777).toBe(0o700);

    const env = { HOME: home, SSH_AUTH_SOCK: socket };
    const listed = await runProgram(["ssh-add", "-L"], { env });
    expect(listed.stdout).toStartWith("ssh-ed25519-cert-v01@openssh.com ");
    expect(listed.stdout.trim().split("\n")).toHaveLength(1);
    // ssh-add -T signs with the key and verifies the signature.
    await Bun.write(join(home, "cert.pub"), listed.stdout);
    const proven = await runProgram(["ssh-add", "-T", join(home, "cert.pub")], { env });
    expect(proven).toMatchObject({ code: 0 });

    await writeLogin(join(home, ".tsh"), { user: "bob", proxy: "other.example.com", cluster: "other" });
    expect((await runProgram(["ssh-add", "-L"], { env })).stdout.trim().split("\n")).toHaveLength(2);
    await writeLogin(join(home, ".tsh"), { user: "alice", expires: new Date("2021-01-01T00:00:00Z") });
    expect((await runProgram(["ssh-add", "-L"], { env })).stdout.trim().split("\n")).toHaveLength(1);

    expect((await runProgram(["ssh-add", "-D"], { env })).code).not.toBe(0);
    const taken = await run(["tsh", "agent", "--socket", socket], { env: { HOME: home } });
    expect(taken).toMatchObject({ code: 6, stdout: "" });
  } finally {
    process.kill(pid, "SIGTERM");
  }
});

test("in the background, paths are those of where it was started", async () => {
  const home = keptTempDir();
  await writeLogin(join(home, "logins"), { user: "alice" });
  const started = await run(["tsh", "agent", "--daemon", "--socket", "here.sock"], {
    env: { HOME: home, SALLYPORT_HOME: "logins" },
    cwd: home,
  });
  expect(started).toMatchObject({ code: 0, stderr: "" });
  try {
    expect(started.stdout).toContain(`SSH_AUTH_SOCK=${home}/here.sock; export SSH_AUTH_SOCK;`);
    const listed = await runProgram(["ssh-add", "-L"], { env: { SSH_AUTH_SOCK: join(home, "here.sock") } });
    expect(listed.stdout).toStartWith("ssh-ed25519-cert-v01@openssh.com ");
    const taken = await run(["tsh", "agent", "--daemon", "--socket", "here.sock"], { cwd: home });
    expect(taken).toMatchObject({ code: 6, stdout: "" });
    expect(taken.stderr).toStartWith(`tsh: error: cannot listen on ${home}/here.sock: `);
  } finally {
    process.kill(Number(/SSH_AGENT_PID=(\d+)/.exec(started.stdout)?.[1]), "SIGTERM");
  }
});

test("in the background, it leaves nothing behind", async () => {
  const home = keptTempDir();
  const places = join(home, "tmp");
  mkdirSync(places);
  const started = await run(["tsh", "agent", "--daemon"], { env: { HOME: home, TMPDIR: places } });
  expect(started.stdout).toContain(`SSH_AUTH_SOCK=${places}/sallyport-agent-`);
  process.kill(Number(/SSH_AGENT_PID=(\d+)/.exec(started.stdout)?.[1]), "SIGTERM");
  await until("its directory is gone", () => readdirSync(places).length === 0);
});
