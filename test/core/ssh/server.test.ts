import { expect, test } from "bun:test";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PrivateKey } from "../../../core/cert/private-key.ts";
import { Fault } from "../../../core/fault.ts";
import { runProgram } from "../../kit/run.ts";
import { keptTempDir } from "../../kit/temp.ts";
import { keyFile } from "../cert/keygen.ts";
import { certify, cleanServers, newUser, serve, sshOptions, type User, userCa } from "./kit.ts";

cleanServers();

async function ssh(port: number, who: User | undefined, ...words: string[]) {
  return runProgram(["ssh", ...words, ...sshOptions(port, who), "127.0.0.1", "whoami"]);
}

test("stock ssh logs in with a certificate, and trusts the host by its own", async () => {
  const { port } = await serve();
  expect(await ssh(port, await newUser())).toEqual({ code: 0, stdout: "alice as alice\n", stderr: "" });
});

test("stock ssh that knows only the host's plain key is served too", async () => {
  const { port } = await serve();
  const ran = await ssh(port, await newUser(), "-o", "HostKeyAlgorithms=ssh-ed25519", "-o", "StrictHostKeyChecking=no");
  expect(ran.stdout).toBe("alice as alice\n");
});

test("certificates of RSA and ECDSA keys log in", async () => {
  const { port } = await serve();
  for (const [type, bits] of [
    ["rsa", 2048],
    ["ecdsa", 256],
    ["ecdsa", 521],
  ] as const) {
    const key = PrivateKey.parse(keyFile(type, bits).text);
    const ran = await ssh(port, { key, certificate: await certify(userCa, key) });
    expect(ran).toEqual({ code: 0, stdout: "alice as alice\n", stderr: "" });
  }
});

test("a certificate of an RSA key signs with SHA-256 where ssh wants that", async () => {
  const { port } = await serve();
  const key = PrivateKey.parse(keyFile("rsa", 2048).text);
  const who = { key, certificate: await certify(userCa, key) };
  const only = (name: string) => ["-o", `PubkeyAcceptedAlgorithms=${name}-cert-v01@openssh.com,${name}`];
  expect((await ssh(port, who, ...only("rsa-sha2-256"))).stdout).toBe("alice as alice\n");
  expect((await ssh(port, who, ...only("ssh-rsa"))).code).toBe(255);
});

test("a refused certificate is told why, on one line", async () => {
  const { port, next } = await serve();
  const refused = next();
  const stranger = PrivateKey.generate();
  const ran = await ssh(port, await newUser({}, stranger));
  expect(ran.code).toBe(255);
  expect(ran.stderr).toBe(
    `the certificate is signed by an authority that is not trusted (${stranger.public.fingerprint})\r\n` +
      "alice@127.0.0.1: Permission denied (publickey).\r\n",
  );
  expect(((await refused) as Fault).code).toBe("denied");
});

test("the hint is shown, and what the refusal quotes cannot reach the terminal", async () => {
  const { port } = await serve({
    identify: () => Promise.reject(new Fault("denied", "no \x1b[31mlogin\r\nfor\u202eyou", { hint: "tsh login" })),
  });
  const ran = await ssh(port, await newUser());
  expect(ran.stderr.split("\r\n")[0]).toBe("no [31mlogin for you (tsh login)");
});

test("an unforeseen failure refuses and says nothing of itself", async () => {
  const { port, next } = await serve({ identify: () => Promise.reject(new TypeError("secret detail")) });
  const refused = next();
  const ran = await ssh(port, await newUser());
  expect(ran.stderr).toStartWith("internal error\r\n");
  expect(ran.stderr).not.toContain("secret");
  expect(((await refused) as Fault).cause).toBeInstanceOf(TypeError);
});

test("plain keys are passed over, however many an agent has, and the certificate among them logs in", async () => {
  const { port } = await serve();
  const plain = Array.from({ length: 12 }, () => ["-i", keyFile("ed25519").path]).flat();
  const ran = await runProgram(["ssh", ...plain, ...sshOptions(port, await newUser()), "127.0.0.1", "whoami"]);
  expect(ran).toEqual({ code: 0, stdout: "alice as alice\n", stderr: "" });
});

test("a plain key alone does not log in, and only the door's methods are offered", async () => {
  const { port } = await serve();
  const ran = await runProgram([
    "ssh",
    "-i",
    keyFile("ed25519").path,
    ...sshOptions(port, undefined),
    "127.0.0.1",
    "whoami",
  ]);
  expect(ran.code).toBe(255);
  expect(ran.stderr).toBe("alice@127.0.0.1: Permission denied (publickey).\r\n");
});

test("passwords log in where the door takes them", async () => {
  const { port } = await serve({ methods: ["certificate", "password"] });
  const ask = (password: string) => {
    const script = join(keptTempDir(), "askpass");
    writeFileSync(script, `#!/bin/sh\necho '${password}'\n`);
    chmodSync(script, 0o700);
    const options = ["-o", "BatchMode=no", "-o", "NumberOfPasswordPrompts=1", ...sshOptions(port, undefined)];
    const env = { SSH_ASKPASS: script, SSH_ASKPASS_REQUIRE: "force" };
    return runProgram(["ssh", ...options, "127.0.0.1", "whoami"], { env });
  };
  expect(await ask("correct horse")).toEqual({ code: 0, stdout: "alice as alice\n", stderr: "" });
  expect((await ask("wrong")).stderr).toBe(
    "wrong user name or password\r\nalice@127.0.0.1: Permission denied (publickey,password).\r\n",
  );
});

test("a disconnect shows its reason to the user", async () => {
  const { port, next } = await serve();
  const login = next();
  const running = runProgram(["ssh", ...sshOptions(port, await newUser()), "127.0.0.1", "hang"]);
  const connection = await login;
  if (connection instanceof Fault) throw connection;
  connection.disconnect("your access ended:\n locked");
  await connection.closed;
  const ran = await running;
  expect(ran.code).toBe(255);
  expect(ran.stderr).toMatch(/^Received disconnect from 127\.0\.0\.1 port \d+:11: your access ended: locked\r\n/);
});
