import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { EXTENSIONS } from "../../../core/cert/identity.ts";
import { mintCertificate } from "../../../core/cert/mint.ts";
import { PrivateKey } from "../../../core/cert/private-key.ts";
import { own } from "../../kit/account.ts";
import { runProgram } from "../../kit/run.ts";
import { until } from "../../kit/until.ts";
import { CLUSTER, HOSTNAME, TestNode, UUID } from "./kit.ts";

let node: TestNode;
beforeAll(async () => {
  node = await TestNode.start({ labels: { env: "prod" } });
});
afterAll(() => node[Symbol.asyncDispose]());
afterEach(() => {
  node.ahead = 0;
});

/** Why a login was refused: what the user read, and what the log says. */
async function refusal(actor: Awaited<ReturnType<TestNode["user"]>>, login = own.login) {
  const { code, stdout, stderr } = await actor.ssh(["-o", "LogLevel=INFO", "-l", login, "node", "echo in"]);
  expect({ code, stdout }).toEqual({ code: 255, stdout: "" });
  const event = node.named("auth").at(-1);
  expect(event).toMatchObject({ code: "T3007W", success: false, login, addr_remote: "127.0.0.1" });
  return stderr;
}

describe("who is let in", () => {
  test("a user whose role allows the login here", async () => {
    const alice = await node.user("alice");
    expect((await alice.ssh(["node", "id -un"])).stdout).toBe(`${own.login}\n`);
  });

  test("not as a login that no role allows; the ones that work are named", async () => {
    const alice = await node.user("alice", { principals: [own.login, "games"] });
    expect(await refusal(alice, "games")).toContain(
      `role does not allow login games on node-1 (you may log in as ${own.login})`,
    );
  });

  test("not as a login that the certificate does not have", async () => {
    const alice = await node.user("alice", { logins: [own.login, "games"], principals: [own.login] });
    expect(await refusal(alice, "games")).toContain("your certificate does not allow the login games");
  });

  test("not where the labels are others", async () => {
    node.role("staging", { allow: { logins: [own.login], node_labels: { env: "staging" } } });
    expect(await refusal(await node.user("bob", { roles: ["staging"] }))).toContain("role does not allow");
  });

  test("not where any role denies", async () => {
    node.role("not-prod", { deny: { node_labels: { env: "prod" } } });
    expect(await refusal(await node.user("bob", { roles: ["access", "not-prod"] }))).toContain("role does not allow");
  });

  test("not somebody who is unknown, or of another cluster, or with an expired certificate", async () => {
    expect(await refusal(await node.user("ghost", { known: false }))).toContain("the user ghost does not exist");
    const late = await node.user("late", { seconds: -5 });
    expect(await refusal(late)).toContain("expired");
    const stranger = await node.user("stranger");
    const key = PrivateKey.generate();
    const certificate = await mintCertificate(
      {
        type: "user",
        key: key.public,
        serial: 1n,
        keyId: "stranger",
        principals: [own.login],
        validAfter: new Date(Date.now() - 1000),
        validBefore: new Date(Date.now() + 60_000),
        extensions: {
          [EXTENSIONS.roles]: '["access"]',
          [EXTENSIONS.traits]: "{}",
          [EXTENSIONS.cluster]: "elsewhere",
        },
      },
      node.ca,
    );
    expect(await refusal(stranger.with(key, certificate))).toContain('of the cluster "elsewhere"');
  });

  test("not from an address that a role does not list", async () => {
    node.role("office", { allow: {}, options: { source_addresses: ["192.0.2.0/24"] } });
    expect(await refusal(await node.user("far", { roles: ["access", "office"] }))).toContain(
      "connections from 127.0.0.1",
    );
  });

  test("not without a session's second factor, where a role asks for one", async () => {
    node.role("careful", { allow: {}, options: { require_session_mfa: true } });
    expect(await refusal(await node.user("mfa", { roles: ["access", "careful"] }))).toContain("second factor");
  });

  test("not as an account that is not there", async () => {
    expect(await refusal(await node.user("lost", { logins: ["nobody-knows"] }), "nobody-knows")).toContain(
      `there is no account nobody-knows on ${HOSTNAME}`,
    );
  });

  test("not by a bare key, whoever's it is", async () => {
    const alice = await node.user("alice");
    const bare = join(node.dir, "bare");
    copyFileSync(alice.identity, bare);
    const { code, stderr } = await runProgram([
      ...["ssh", "-F", "none", "-i", bare, "-o", "IdentityAgent=none", "-o", "BatchMode=yes", "-p", String(node.port)],
      ...["-o", `UserKnownHostsFile=${join(node.dir, "known_hosts")}`, `${own.login}@127.0.0.1`, "true"],
    ]);
    expect(code).toBe(255);
    expect(stderr).toContain("Permission denied");
  });
});

/** A user who is connected, at a command that ends only with the connection. */
async function connected(name: string, options: Parameters<TestNode["user"]>[1] = {}) {
  const actor = await node.user(name, options);
  const client = Bun.spawn(actor.command("ssh", "-o", "LogLevel=INFO", "node", "echo $$; exec sleep 1000"), {
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const reader = client.stdout.getReader();
  const pid = Number(Buffer.from((await reader.read()).value ?? []).toString());
  return { actor, client, pid, said: new Response(client.stderr).text() };
}

describe("what is open is cut", () => {
  test("by a lock, at once, with its message, and so is what it started", async () => {
    const { client, pid, said } = await connected("locked");
    node.lock("l1", { target: { user: "locked" }, message: "under review" });
    expect(await client.exited).toBe(255);
    expect(await said).toContain("access is locked: under review");
    await until("the command is gone", () => !isAlive(pid));
    expect(node.named("client.disconnect").at(-1)).toMatchObject({ user: "locked", code: "T3006I" });
    expect(await refusal(await node.user("locked"))).toContain("access is locked: under review");
    node.remove("lock", "l1");
    await node.settled();
    expect((await (await node.user("locked")).ssh(["node", "echo in"])).stdout).toBe("in\n");
  });

  test("by a lock of the node, of a role and of a login", async () => {
    for (const target of [{ node: HOSTNAME }, { node: UUID }, { role: "access" }, { login: own.login }]) {
      const { client } = await connected("one");
      node.lock("l2", { target });
      expect(await client.exited).toBe(255);
      node.remove("lock", "l2");
      await node.settled();
    }
  });

  test("when the role goes, or no longer opens the node", async () => {
    node.role("temporary", { allow: { logins: [own.login], node_labels: { env: "prod" } } });
    const { client, said } = await connected("temp", { roles: ["temporary"] });
    node.role("temporary", { allow: { logins: [own.login], node_labels: { env: "staging" } } });
    expect(await client.exited).toBe(255);
    expect(await said).toContain(`role does not allow login ${own.login}`);
  });

  test("when the user goes", async () => {
    const { client } = await connected("leaver");
    node.remove("user", "leaver");
    expect(await client.exited).toBe(255);
  });

  test("when the certificate expires, where a role says so; no new channel is opened in any case", async () => {
    node.role("strict", { allow: {}, options: { disconnect_expired_cert: true } });
    const { actor, client, said } = await connected("brief", { roles: ["access", "strict"] });
    // The node's clock is set, of which it hears with the next change, and then a second is left.
    node.ahead = actor.certificate.validBefore.getTime() - 1000 - Date.now();
    node.role("any", {});
    expect(await client.exited).toBe(255);
    expect(await said).toContain("your certificate has expired");

    node.ahead = 0;
    const patient = await node.user("patient");
    const control = `${node.dir}/patient`;
    await runProgram(patient.command("ssh", "-M", "-S", control, "-f", "-N", "node"));
    node.ahead = patient.certificate.validBefore.getTime() - Date.now();
    const late = await runProgram(patient.command("ssh", "-S", control, "-o", "ProxyCommand=false", "node", "echo in"));
    expect({ code: late.code, stdout: late.stdout }).toEqual({ code: 255, stdout: "" });
    const check = await runProgram(patient.command("ssh", "-S", control, "-O", "check", "node"));
    expect(check.code).toBe(0);
    await runProgram(patient.command("ssh", "-S", control, "-O", "exit", "node"));
  });

  test("when nothing was typed or printed for too long", async () => {
    node.role("awake", { allow: {}, options: { client_idle_timeout: "3s" } });
    const { client, said } = await connected("sleepy", { roles: ["access", "awake"] });
    expect(await client.exited).toBe(255);
    expect(await said).toContain("idle for too long");
    const busy = await node.user("busy", { roles: ["access", "awake"] });
    expect((await busy.ssh(["node", "for i in $(seq 20); do sleep 0.2; echo $i; done"])).code).toBe(0);
  });
});

describe("how much at a time", () => {
  test("max_connections", async () => {
    node.role("single", { allow: {}, options: { max_connections: 1 } });
    const { actor, client, pid } = await connected("single", { roles: ["access", "single"] });
    expect(await refusal(actor)).toContain("you have 1 connections here already");
    expect(node.named("session.rejected").at(-1)).toMatchObject({ reason: "max_connections", maximum: 1 });
    client.kill();
    await client.exited;
    // As with sshd, a command without a terminal outlives a client that has gone away.
    process.kill(pid, "SIGKILL");
    await until("there is room again", () => node.named("session.end").some((event) => event.user === "single"));
    expect((await actor.ssh(["node", "echo in"])).stdout).toBe("in\n");
  });

  test("max_sessions on one connection", async () => {
    node.role("few", { allow: {}, options: { max_sessions: 2 } });
    const actor = await node.user("few", { roles: ["access", "few"] });
    const control = `${node.dir}/few`;
    const on = (...words: string[]) =>
      actor.command("ssh", "-S", control, "-o", "ControlMaster=no", "-o", "ProxyCommand=false", "node", ...words);
    await runProgram(actor.command("ssh", "-M", "-S", control, "-f", "-N", "node"));
    const busy = [1, 2].map(() => Bun.spawn(on("echo in; exec sleep 100"), { stdin: "ignore", stdout: "pipe" }));
    for (const { stdout } of busy) await stdout.getReader().read();
    const third = await runProgram(on("echo in"));
    expect(third.stdout).toBe("");
    expect(node.named("session.rejected").at(-1)).toMatchObject({ user: "few" });
    await runProgram(actor.command("ssh", "-S", control, "-O", "exit", "node"));
    for (const { exited } of busy) await exited;
  });
});

describe("the node's own word", () => {
  test("it says where it is, and how it is labelled, at the start", () => {
    expect(node.beats[0]).toEqual({
      node: {
        metadata: { name: UUID, labels: { env: "prod" } },
        spec: { hostname: HOSTNAME, addr: `127.0.0.1:${node.port}`, version: "0.1.0" },
      },
    });
  });

  test("a certificate of the host shows it to clients, for every name of the node", async () => {
    const alice = await node.user("alice");
    for (const name of [UUID, `${UUID}.${CLUSTER}`, HOSTNAME, `${HOSTNAME}.${CLUSTER}`])
      expect((await alice.ssh(["-o", `HostKeyAlias=${name}`, name, "echo in"])).stdout).toBe("in\n");
    expect((await alice.ssh(["-o", "HostKeyAlias=another", "another", "true"])).code).toBe(255);
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
