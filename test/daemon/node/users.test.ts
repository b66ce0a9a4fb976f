import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { isRoot } from "../../kit/account.ts";
import { listensAt } from "../../kit/listens-at.ts";
import { runProgram } from "../../kit/run.ts";
import { until } from "../../kit/until.ts";
import { type Actor, TestNode } from "./kit.ts";

/** A real account, with further groups, that lives as long as this file's tests; another each time, as one may be left over. */
const LOGIN = `sallyport-${crypto.randomUUID().slice(0, 8)}`;
if (!isRoot) console.log("not tried: sessions of other users, because these tests do not run as root");

let node: TestNode;
let alice: Actor;
let home: string;
let uid: number;

describe.if(isRoot)("a session of another user", () => {
  beforeAll(async () => {
    node = await TestNode.start();
    home = join("/var/tmp", LOGIN);
    const made = await runProgram(["useradd", "-m", "-d", home, "-s", "/bin/bash", "-G", "audio,games", LOGIN]);
    expect(made).toMatchObject({ code: 0 });
    uid = Number((await runProgram(["id", "-u", LOGIN])).stdout);
    alice = await node.user("alice", { logins: [LOGIN, "nobody"] });
  });
  afterAll(async () => {
    await node[Symbol.asyncDispose]();
    await runProgram(["userdel", "-r", "-f", LOGIN]);
    rmSync(home, { recursive: true, force: true });
  });

  const ssh = (...words: string[]) => alice.ssh(["-o", "LogLevel=INFO", "-l", LOGIN, "node", ...words]);
  const command = (program: "ssh" | "sftp", ...words: string[]) =>
    alice.command(program, "-o", `User=${LOGIN}`, ...words);

  test("has the user's groups, home and path, and no capabilities", async () => {
    const { stdout } = await ssh("id -un; id -Gn; pwd; echo $HOME $PATH; grep -E 'CapEff|^Uid|^Gid' /proc/self/status");
    const [name, groups, cwd, rest, uids, gids, capabilities] = stdout.trim().split("\n");
    expect(name).toBe(LOGIN);
    expect(groups?.split(" ").sort()).toEqual(["audio", "games", LOGIN].sort());
    expect(cwd).toBe(home);
    expect(rest).toStartWith(`${home} /usr/local/bin:`);
    expect(uids?.split(/\s+/).slice(1)).toEqual(Array(4).fill(String(uid)));
    expect(gids?.split(/\s+/).slice(1)).toEqual(Array(4).fill(gids?.split(/\s+/)[1] ?? ""));
    expect(capabilities).toEndWith("0000000000000000");
  });

  test("owns its terminal", async () => {
    const { stdout } = await alice.ssh(["-tt", "-l", LOGIN, "node", "stat -c '%U %G %a' $(tty)"]);
    expect(stdout).toBe(`${LOGIN} tty 620\r\n`);
  });

  test("starts in / without a home directory, with a message", async () => {
    await runProgram(["mv", home, `${home}.away`]);
    const { code, stdout, stderr } = await ssh("pwd");
    await runProgram(["mv", `${home}.away`, home]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: "/\n" });
    expect(stderr).toContain(`Could not chdir to home directory ${home}`);
  });

  test("accesses files with the user's permissions in every thread", async () => {
    const batch = [
      `-get /etc/shadow ${node.dir}/shadow`,
      "put /etc/passwd mine",
      "-mkdir /sallyport-test",
      "-chown 0 mine",
    ];
    const { stderr } = await runProgram(command("sftp", "-q", "-b", "-", "node"), { stdin: `${batch.join("\n")}\n` });
    expect(stderr.match(/Permission denied/g)?.length).toBe(3);
    expect(statSync(join(home, "mine")).uid).toBe(uid);
    expect(existsSync(`${node.dir}/shadow`)).toBeFalse();

    const client = Bun.spawn(command("sftp", "-q", "node"), { stdin: "pipe", stdout: "pipe" });
    client.stdin.write("pwd\n");
    await client.stdin.flush();
    await client.stdout.getReader().read();
    // What served the one before may still be about to end.
    const [server = ""] = await until("one process serves the user", async () => {
      const ours = await runProgram(["pgrep", "-P", String(process.pid), "-u", String(uid)]);
      const pids = ours.stdout.trim().split("\n");
      return pids.length === 1 && pids[0] !== "" && pids;
    });
    const tasks = readdirSync(`/proc/${server}/task`).map((task) =>
      readFileSync(`/proc/${server}/task/${task}/status`, "utf8"),
    );
    expect(tasks.length).toBeGreaterThan(0);
    for (const status of tasks) {
      expect(status).toMatch(new RegExp(`^Uid:\\s+${uid}\\s+${uid}\\s+${uid}\\s+${uid}$`, "m"));
      expect(status).toMatch(/^CapEff:\s+0+$/m);
    }
    client.stdin.end();
    await client.exited;
  });

  test("connects to and creates Unix sockets with the user's permissions", async () => {
    const secret = join(node.dir, "secret");
    mkdirSync(secret, { mode: 0o700 });
    const server = createServer((socket) => void socket.end("in\n"));
    await new Promise<void>((resolve) => server.listen(join(secret, "socket"), resolve));
    const local = join(node.dir, "local");
    const client = Bun.spawn(command("ssh", "-o", "LogLevel=INFO", "-N", "-L", `${local}:${secret}/socket`, "node"), {
      stderr: "pipe",
    });
    await until("ssh listens", () => listensAt(local));
    const read = `const s = require("net").connect(${JSON.stringify(local)}); s.on("error", () => {}); s.pipe(process.stdout)`;
    expect((await runProgram([process.execPath, "-e", read])).stdout).toBe("");
    client.kill();
    expect(await new Response(client.stderr).text()).toContain(`${secret}/socket: permission denied`);
    server.close();

    const path = join(home, "remote");
    const remote = (where: string) =>
      command("ssh", "-o", "ExitOnForwardFailure=yes", "-N", "-R", `${where}:127.0.0.1:9`, "node");
    const listening = Bun.spawn(remote(path), { stderr: "ignore" });
    await until("the node listens", () => listensAt(path));
    expect([statSync(path).uid, statSync(path).mode & 0o777]).toEqual([uid, 0o600]);
    listening.kill();
    await listening.exited;
    await until("the socket is removed", () => !existsSync(path));
    expect((await runProgram(remote("/etc/sallyport-test"))).code).toBe(255);
    expect(node.named("port").at(-1)).toMatchObject({
      success: false,
      error: "/etc/sallyport-test: permission denied",
    });
  });

  test("cannot listen on a privileged port", async () => {
    const { code } = await runProgram(
      command("ssh", "-o", "ExitOnForwardFailure=yes", "-R", "1023:127.0.0.1:9", "node", "true"),
    );
    expect(code).toBe(255);
    expect(node.named("session.rejected").at(-1)).toMatchObject({ reason: "only root may listen on port 1023" });
  });

  test("has an agent socket that other users cannot use", async () => {
    const socket = join(node.dir, "agent");
    const agent = Bun.spawn(["ssh-agent", "-D", "-a", socket], { stdout: "ignore" });
    await until("the agent listens", () => listensAt(socket));
    const words = ["-o", `IdentityAgent=${socket}`, "-A", "-l", LOGIN, "node"];
    const { stdout } = await alice.ssh([
      ...words,
      "ssh-add -l; stat -c '%U %a' $SSH_AUTH_SOCK; stat -c '%U %a' ${SSH_AUTH_SOCK%/*}",
    ]);
    expect(stdout).toBe(`The agent has no identities.\n${LOGIN} 600\nroot 711\n`);
    // A command that ends with its client, or it would be there for the next user of this number.
    const client = Bun.spawn(alice.command("ssh", ...words, "echo $SSH_AUTH_SOCK; exec cat"), {
      stdin: "pipe",
      stdout: "pipe",
    });
    const path = Buffer.from((await client.stdout.getReader().read()).value ?? [])
      .toString()
      .trim();
    const other = await runProgram(
      ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "ssh-add", "-l"],
      {
        env: { SSH_AUTH_SOCK: path },
      },
    );
    expect(other.stderr).toContain("Permission denied");
    client.kill();
    agent.kill();
    await Promise.all([client.exited, agent.exited]);
  });

  test("is denied when the account has expired", async () => {
    await runProgram(["usermod", "-e", "1", LOGIN]);
    const { code, stderr } = await ssh("true");
    await runProgram(["usermod", "-e", "", LOGIN]);
    expect(code).toBe(255);
    expect(stderr).toContain(`the account ${LOGIN} has expired`);
    expect((await ssh("true")).code).toBe(0);
  });

  test("is denied without an executable shell", async () => {
    await runProgram(["usermod", "-s", "/bin/no-such-shell", LOGIN]);
    expect((await ssh("true")).stderr).toContain("/bin/no-such-shell, cannot be run");
    await runProgram(["usermod", "-s", "/bin/bash", LOGIN]);
    const { code, stdout } = await alice.ssh(["-l", "nobody", "node", "echo in"]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "This account is currently not available.\n" });
  });
});
