import { expect, test } from "bun:test";
import { runProgram } from "../../kit/run.ts";
import { cleanServers, exec, login, newUser, serve, sshOptions } from "./kit.ts";

cleanServers();

/** What our server proposes, as stock ssh reports it. */
async function proposal(): Promise<{ lists: Record<string, string[]>; log: string }> {
  const { port } = await serve();
  const { stderr } = await runProgram(["ssh", "-vvv", ...sshOptions(port, await newUser()), "127.0.0.1", "whoami"]);
  const [, peer = ""] = stderr.split("peer server KEXINIT proposal");
  const lists: Record<string, string[]> = {};
  for (const [, name, list] of peer
    .split("\n", 11)
    .join("\n")
    .matchAll(/debug2: ([^:\n]+): (\S+)\s*$/gm)) {
    if (name !== undefined && list !== undefined) lists[name] = list.split(",");
  }
  return { lists, log: stderr };
}

test("our server offers the new and sound algorithms, and nothing else", async () => {
  const { lists } = await proposal();
  const ciphers = ["aes128-gcm@openssh.com", "aes256-gcm@openssh.com", "aes128-ctr", "aes192-ctr", "aes256-ctr"];
  const macs = ["hmac-sha2-256-etm@openssh.com", "hmac-sha2-512-etm@openssh.com"];
  expect(lists).toMatchObject({
    "KEX algorithms": [
      "mlkem768x25519-sha256",
      "curve25519-sha256",
      "curve25519-sha256@libssh.org",
      "kex-strict-s-v00@openssh.com",
    ],
    "host key algorithms": ["ssh-ed25519-cert-v01@openssh.com", "ssh-ed25519"],
    "ciphers ctos": ciphers,
    "ciphers stoc": ciphers,
    "MACs ctos": macs,
    "MACs stoc": macs,
    "compression ctos": ["none"],
    "compression stoc": ["none"],
  });
  expect(Object.values(lists).flat().join()).not.toMatch(/sha1(?!\d)|-cbc|nistp|group|ssh-rsa|ssh-dss|md5/);
});

test("strict key exchange is agreed on, and signatures with SHA-2 are announced", async () => {
  const { log } = await proposal();
  expect(log).toContain("will use strict KEX ordering");
  expect(log).toMatch(/server-sig-algs=<[^>]*\brsa-sha2-512,rsa-sha2-256>/);
  expect(log).not.toMatch(/server-sig-algs=<[^>]*(ssh-rsa|ssh-dss)/);
});

test("every cipher and MAC of ours works with stock ssh", async () => {
  const { port } = await serve();
  const options = sshOptions(port, await newUser());
  const pairs = [
    ["aes128-gcm@openssh.com", "hmac-sha2-256-etm@openssh.com"],
    ["aes256-gcm@openssh.com", "hmac-sha2-256-etm@openssh.com"],
    ["aes128-ctr", "hmac-sha2-256-etm@openssh.com"],
    ["aes192-ctr", "hmac-sha2-512-etm@openssh.com"],
    ["aes256-ctr", "hmac-sha2-256-etm@openssh.com"],
  ] as const;
  for (const [cipher, mac] of pairs) {
    const command = ["ssh", "-c", cipher, "-m", mac, ...options, "127.0.0.1", "echo"];
    const ran = await runProgram(command, { stdin: "x".repeat(300_000) });
    expect(ran).toEqual({ code: 0, stdout: "x".repeat(300_000), stderr: "" });
  }
});

test("our own client and server agree on the post-quantum exchange, GCM and the certificate", async () => {
  const { port, next } = await serve();
  const connected = next();
  const agreed: { kex: string; serverHostKey: string; cs: { cipher: string } }[] = [];
  const connection = await login(port, await newUser(), {
    verifyHost: ({ certificate }) => expect(certificate?.keyId).toBe("alice"),
  });
  const server = await connected;
  if (server instanceof Error) throw server;
  server.ssh.on("handshake", (negotiated) => agreed.push(negotiated as never));
  await new Promise<void>((done) => server.ssh.rekey(() => done()));
  expect((await exec(connection, "whoami")).code).toBe(0);
  expect(agreed).toMatchObject([
    {
      kex: "mlkem768x25519-sha256",
      serverHostKey: "ssh-ed25519-cert-v01@openssh.com",
      cs: { cipher: "aes128-gcm@openssh.com" },
    },
  ]);
});
