import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import type { AuthClient } from "../../../core/api/client.ts";
import { type Certificate, parseCertificateLine } from "../../../core/cert/certificate.ts";
import { readUserIdentity } from "../../../core/cert/identity.ts";
import { PrivateKey } from "../../../core/cert/private-key.ts";
import { file, freshName, keyFile, sshKeygen } from "../../core/cert/keygen.ts";
import { TestAuth } from "../../kit/auth.ts";
import { golden } from "../../kit/golden.ts";
import { type Person, refusalOf, withAlice } from "../../kit/person.ts";

const HOUR = 3600;

let auth: TestAuth;
let admin: AuthClient;
let alice: Person;
beforeEach(async () => {
  auth = await TestAuth.start();
  ({ admin, alice } = await withAlice(auth));
});
afterEach(() => auth[Symbol.asyncDispose]());

/** As ssh-keygen reads it, with what is new each time left out. */
function shown(certificate: string): string {
  return sshKeygen(["-L", "-f", file(`${freshName()}-cert.pub`, `${certificate}\n`)])
    .replace(/^.*-cert\.pub:\n/, "")
    .replaceAll(/SHA256:\S+/g, "SHA256:…")
    .replace(/Serial: \d+/, "Serial: …")
    .replace(/Key ID: "[0-9a-f-]{36}/, 'Key ID: "<uuid>')
    .replaceAll(/^( +)[0-9a-f-]{36}/gm, "$1<uuid>")
    .replace(/Valid: .*/, "Valid: …");
}

async function withRole(name: string, spec: object, roles = ["access", name]): Promise<void> {
  await admin.create("role", { kind: "role", metadata: { name }, spec });
  await admin.updateUser("alice", { roles });
}

async function certificateOf(more: Parameters<Person["login"]>[0] = {}): Promise<Certificate> {
  const { certificate } = await alice.login(more);
  auth.pass(30_000);
  return parseCertificateLine(certificate);
}

const lifetime = ({ validBefore }: Certificate, at: Date) => Math.ceil((validBefore.getTime() - at.getTime()) / 1000);

test("a user certificate in ssh-keygen -L", async () => {
  golden("auth/user-certificate.txt", shown((await alice.login()).certificate));
});

test("a node certificate in ssh-keygen -L", async () => {
  const token = await auth.role.localJoin(["node"]).token();
  const joining = await auth.as("join", { password: token });
  const { certificate } = await joining.join({
    uuid: "00000000-0000-4000-8000-00000000000a",
    hostname: "Web1.Example.COM",
    roles: ["node"],
    public_key: PrivateKey.generate().public.toString(),
    addresses: ["10.0.0.7", "2001:db8::7", "web1.internal"],
  });
  golden("auth/node-certificate.txt", shown(certificate));
});

test("a certificate for a stock sshd in ssh-keygen -L", async () => {
  const { certificate } = await admin.signHost({
    names: ["db1", "DB1.example.com", "10.0.0.9"],
    public_key: keyFile("rsa", 3072).line,
  });
  golden("auth/host-certificate.txt", shown(certificate));
});

test("a request determines the key and lifetime only, not identity or permissions", async () => {
  const ask = { user: "alice", password: "x", otp: "1", remote_addr: "192.0.2.1", public_key: keyFile("ed25519").line };
  for (const more of [
    { principals: ["root"] },
    { logins: ["root"] },
    { roles: ["editor"] },
    { key_id: "bob" },
    { extensions: { "permit-X11-forwarding": "" } },
    { traits: { logins: ["root"] } },
  ])
    expect(
      await refusalOf((await auth.host(crypto.randomUUID(), ["proxy"])).api.login({ ...ask, ...more } as typeof ask)),
    ).toMatchObject({
      code: "bad_request",
      message: expect.stringContaining("unknown field"),
    });
  const { keyId, principals, extensions } = await certificateOf();
  expect({ keyId, principals }).toEqual({ keyId: "alice", principals: ["alice", "root"] });
  expect(JSON.parse(extensions.get("roles@sallyport") ?? "")).toEqual(["access"]);
});

describe("the effect of roles on a certificate", () => {
  test("principals are the logins of all roles, without denied ones", async () => {
    await withRole("dba", {
      allow: { logins: ["postgres", "{{internal.logins}}", "{{external.team}}-ops"] },
      deny: { logins: ["root"] },
    });
    expect((await certificateOf()).principals).toEqual(["alice", "postgres"]);
    const user = await admin.read("user", "alice");
    await admin.replace("user", "alice", {
      ...user,
      spec: { ...user.spec, traits: { ...user.spec.traits, team: ["blue", "no such\u00a0login"] } },
    });
    expect((await certificateOf()).principals).toEqual(["alice", "blue-ops", "postgres"]);
  });

  test("a user without logins gets a principal that is not a login, never an empty list", async () => {
    await admin.updateUser("alice", { logins: [] });
    expect((await certificateOf()).principals).toEqual(["-sallyport-nologin"]);
    await admin.updateUser("alice", { roles: [] });
    const certificate = await certificateOf();
    expect(certificate.principals).toEqual(["-sallyport-nologin"]);
    expect([...certificate.extensions.keys()]).not.toContain("permit-port-forwarding");
  });

  test("the lifetime is as requested, at most 12 hours and max_session_ttl of every role", async () => {
    const now = auth.now;
    expect(lifetime(await certificateOf({ ttl: HOUR }), now)).toBe(HOUR);
    expect(lifetime(await certificateOf({ ttl: 1000 * HOUR }), new Date(now.getTime() + 30_000))).toBe(12 * HOUR);
    await withRole("brief", { options: { max_session_ttl: "15m" } });
    expect(lifetime(await certificateOf({ ttl: HOUR }), new Date(now.getTime() + 60_000))).toBe(15 * 60);
    expect((await alice.refusal({ ttl: 0 })).code).toBe("bad_request");
    expect((await alice.refusal({ ttl: -5 })).code).toBe("bad_request");
  });

  test("forwarding is permitted only by a role that enables it", async () => {
    await withRole("plain", { allow: { logins: ["alice"], node_labels: { "*": "*" } } }, ["plain"]);
    const names = async () =>
      [...(await certificateOf()).extensions.keys()].filter((name) => name.startsWith("permit-"));
    expect(await names()).toEqual(["permit-pty"]);
    await withRole("open", { options: { port_forwarding: true, forward_agent: true, permit_x11_forwarding: true } }, [
      "plain",
      "open",
    ]);
    expect(await names()).toEqual([
      "permit-X11-forwarding",
      "permit-agent-forwarding",
      "permit-port-forwarding",
      "permit-pty",
    ]);
  });

  test("source-address is the intersection of all roles", async () => {
    await withRole("office", { options: { source_addresses: ["10.0.0.0/8", "192.0.2.7"] } });
    const bound = async () => (await certificateOf({ from: "10.1.2.3" })).criticalOptions.get("source-address");
    expect(await bound()).toBe("10.0.0.0/8,192.0.2.7");
    await withRole("floor", { options: { source_addresses: ["10.1.0.0/16"] } }, ["access", "office", "floor"]);
    expect(await bound()).toBe("10.1.0.0/16");
    expect(await alice.refusal({ from: "192.0.2.7" })).toMatchObject({
      code: "denied",
      message: "your roles do not allow connections from 192.0.2.7",
    });
    auth.pass(30_000);
    await withRole("home", { options: { source_addresses: ["203.0.113.0/24"] } }, ["access", "office", "home"]);
    expect((await alice.refusal({ from: "10.1.2.3" })).code).toBe("denied");
    const { certificate } = await admin.signUser({ user: "alice", public_key: keyFile("ed25519").line });
    expect(parseCertificateLine(certificate).criticalOptions.get("source-address")).toBe("255.255.255.255/32");
  });

  test("a role without a definition is omitted", async () => {
    await withRole("soon", { allow: { logins: ["deploy"] } });
    await auth.store.commit([{ remove: "/roles/soon", expect: "any" }]);
    const { roles, logins } = readUserIdentity(await certificateOf());
    expect({ roles, logins }).toEqual({ roles: ["access"], logins: ["alice", "root"] });
  });
});

describe("tctl auth sign", () => {
  test("signs user keys of every type, for up to a year", async () => {
    for (const { line } of [keyFile("ed25519"), keyFile("rsa", 2048), keyFile("ecdsa", 256), keyFile("ecdsa", 521)]) {
      const { certificate } = await admin.signUser({ user: "alice", public_key: line, ttl_seconds: 3_000 * 24 * HOUR });
      const { key, validBefore } = parseCertificateLine(certificate);
      expect(line).toContain(key.toString());
      expect(Math.ceil((validBefore.getTime() - auth.now.getTime()) / 1000)).toBe(366 * 24 * HOUR);
    }
  });

  test("rejects unknown users and malformed keys", async () => {
    const public_key = keyFile("ed25519").line;
    expect((await refusalOf(admin.signUser({ user: "zoe", public_key }))).code).toBe("not_found");
    const { certificate } = await alice.login();
    for (const bad of ["", "ssh-ed25519 AAAA", "ssh-dss AAAAB3NzaC1kc3M=", certificate, keyFile("rsa", 1024).line])
      expect(await refusalOf(admin.signUser({ user: "alice", public_key: bad }))).toMatchObject({
        code: "bad_request",
        message: expect.stringContaining("unusable public key"),
      });
    const two = `${public_key}\n${public_key}`;
    expect((await refusalOf(admin.signUser({ user: "alice", public_key: two }))).message).toContain(
      "expected one line",
    );
  });

  test("rejects invalid host names", async () => {
    const public_key = keyFile("ed25519").line;
    for (const name of ["", "*", "*.example.com", "a,b", "a b", "@auth.test", "-x", "a/b", "x".repeat(254)])
      expect((await refusalOf(admin.signHost({ names: [name], public_key }))).code).toBe("bad_request");
  });
});

test("every certificate is audited", async () => {
  const { serial, principals, key, validBefore } = await certificateOf();
  const events = await admin.searchEvents({ event: "cert.create", user: "alice" });
  expect(events).toMatchObject([
    {
      code: "TC000I",
      cert_type: "user",
      key_id: "alice",
      serial: String(serial),
      principals,
      roles: ["access"],
      fingerprint: key.fingerprint,
      expires: validBefore.toISOString(),
    },
  ]);
});
