import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { own } from "../kit/account.ts";
import { House, type Person } from "./kit.ts";

let house: House;
let alice: Person;

beforeAll(async () => {
  house = await House.open();
  alice = await house.person("alice", [own.login]);
});
afterAll(() => house[Symbol.asyncDispose]());

/** What a port proposes, as stock ssh reports it, and all that ssh had to say. */
async function proposal(port: number): Promise<{ lists: Record<string, string[]>; log: string }> {
  const { stderr } = await alice.ssh(["-vvv", "-p", String(port), "-o", "HostKeyAlias=localhost", "127.0.0.1", "true"]);
  const peer = stderr.split("peer server KEXINIT proposal")[1]?.split("\n", 11) ?? [];
  const lists = peer.flatMap((line) => {
    const [, name = "", list] = /debug2: ([^:]+): (\S+)\s*$/.exec(line) ?? [];
    return list === undefined ? [] : [[name, list.split(",")] as const];
  });
  return { lists: Object.fromEntries(lists), log: stderr };
}

describe.each(["auth", "proxy", "node"] as const)("the SSH port of %s", (role) => {
  test("offers key exchange that is safe from tomorrow's computers first, and nothing that is broken today", async () => {
    const { lists, log } = await proposal(house.port[role]);
    expect(lists["KEX algorithms"]).toEqual([
      "mlkem768x25519-sha256",
      "curve25519-sha256",
      "curve25519-sha256@libssh.org",
      "kex-strict-s-v00@openssh.com",
    ]);
    expect(lists["host key algorithms"]).toEqual(["ssh-ed25519-cert-v01@openssh.com", "ssh-ed25519"]);
    const all = Object.values(lists).flat();
    expect(all.length).toBeGreaterThan(15);
    for (const name of all)
      expect(name).not.toMatch(/sha1|-cbc|nistp|ssh-rsa|ssh-dss|md5|arcfour|3des|group1|umac-64|hmac-sha2-256$/);
    expect(lists["compression ctos"]).toEqual(["none"]);
    expect(log).toContain("will use strict KEX ordering");
    expect(log).toContain("ssh-ed25519-cert-v01@openssh.com");
  });

  test.each([
    ["an exchange of old", "-oKexAlgorithms=diffie-hellman-group14-sha1,ecdh-sha2-nistp256"],
    ["a cipher of old", "-oCiphers=aes128-cbc,3des-cbc"],
    ["a host key of old", "-oHostKeyAlgorithms=ssh-rsa"],
  ])("has nothing in common with who insists on %s, and says what it offers", async (_name, option) => {
    const { code, stderr } = await alice.ssh([
      option,
      "-oLogLevel=INFO",
      "-p",
      String(house.port[role]),
      "127.0.0.1",
      "true",
    ]);
    expect(code).toBe(255);
    expect(stderr).toContain("Unable to negotiate");
  });
});
