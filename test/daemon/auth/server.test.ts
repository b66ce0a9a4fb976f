import { afterAll, beforeAll, describe, expect, spyOn, test } from "bun:test";
import { join } from "node:path";
import { MAX_TEXT, printable } from "../../../core/audit/text.ts";
import {
  type Certificate,
  type CertificateBody,
  formatCertificate,
  parseCertificateLine,
} from "../../../core/cert/certificate.ts";
import { PrivateKey } from "../../../core/cert/private-key.ts";
import type { AuthorityType } from "../../../core/resource/authority.ts";
import { Authorities } from "../../../daemon/auth/authorities.ts";
import { openSeal } from "../../../daemon/seal.ts";
import { certLine, file, forged, freshName, type KeyFile, keyFile } from "../../core/cert/keygen.ts";
import { TestAuth } from "../../kit/auth.ts";
import { apiOver } from "../../kit/auth-client.ts";
import { refusalOf } from "../../kit/person.ts";
import { runProgram } from "../../kit/run.ts";
import { until } from "../../kit/until.ts";

/** Who gets in at auth's door with which certificate: all but the forged ones are made by ssh-keygen with auth's own CA. */

let auth: TestAuth;
let userCa: KeyFile;
let hostCa: KeyFile;
const subject = keyFile("ed25519");
const key = PrivateKey.parse(subject.text);

beforeAll(async () => {
  auth = await TestAuth.start();
  await (await auth.admin()).createUser({ name: "alice", traits: { logins: ["root"] } });
  const authorities = await Authorities.open(auth.store, openSeal(join(auth.dataDir, "master.key"), false), "test");
  const authority = (type: AuthorityType): KeyFile => {
    const signer = authorities.signer(type);
    const text = signer.toOpenSSH();
    return { path: file(freshName(), text), text, line: signer.public.toString() };
  };
  [userCa, hostCa] = [authority("user"), authority("host")];
});
afterAll(() => auth[Symbol.asyncDispose]());

/** What ours say beyond OpenSSH's options. */
const OURS = [
  "-O",
  'extension:roles@sallyport=["access"]',
  "-O",
  "extension:traits@sallyport={}",
  "-O",
  "extension:cluster@sallyport=test",
];
/** Not before there was an alice, by the clock of auth, which stands still while these tests run. */
const lately = () => [
  "-V",
  `${new Date(auth.now.getTime() - 30_000).toISOString().replaceAll(/[-:T]|\.\d+/g, "")}:+10w`,
];
const UUID = "00000000-0000-4000-8000-00000000000a";

/** By ssh-keygen, in the name of alice unless told otherwise. */
const user = (...words: string[]) =>
  certLine(userCa, subject.line, "-I", "alice", "-n", "root", ...lately(), ...OURS, ...words);
const host = (id: string, role: string, ...words: string[]) =>
  certLine(
    hostCa,
    subject.line,
    "-h",
    "-I",
    id,
    "-n",
    "web1",
    "-O",
    "extension:cluster@sallyport=test",
    "-O",
    `extension:role@sallyport=${role}`,
    ...words,
  );
/** What ssh-keygen refuses to make. */
const odd = (change: Partial<CertificateBody>, ca: "user" | "host" = "user") =>
  formatCertificate(
    forged(PrivateKey.parse((ca === "user" ? userCa : hostCa).text), {
      key: key.public,
      validAfter: new Date(auth.now.getTime() - 30_000),
      validBefore: new Date("2037-01-01T00:00:00Z"),
      extensions: new Map([
        ["cluster@sallyport", "test"],
        ["roles@sallyport", '["access"]'],
        ["traits@sallyport", "{}"],
      ]),
      ...change,
    }),
  );

const enter = (line: string) =>
  auth.as("alice", { key: subject.text, certificate: parseCertificateLine(line) as Certificate });

test("a certificate as ours opens it", async () => {
  expect(await (await enter(user())).ping()).toMatchObject({ cluster: "test" });
  expect(await (await enter(odd({}))).ping()).toMatchObject({ cluster: "test" });
});

describe("refused, and written into the audit log", () => {
  const other = () => keyFile("ed25519");
  test.each<[what: string, made: () => string, why: RegExp]>([
    ["expired", () => user("-V", "20250101Z:20250102Z"), /^the certificate expired at 2025-01-02/],
    ["not valid yet", () => user("-V", "20360101Z:20360102Z"), /^the certificate is not valid before 2036/],
    [
      "of another authority",
      () => certLine(other(), subject.line, "-I", "alice", "-n", "root", ...OURS),
      /authority that is not trusted/,
    ],
    [
      "a user's, of the host authority",
      () => certLine(hostCa, subject.line, "-I", "alice", "-n", "root", ...OURS),
      /authority that is not trusted/,
    ],
    [
      "a host's, of the user authority",
      () => certLine(userCa, subject.line, "-h", "-I", `${UUID}.test`, "-n", "web1"),
      /authority that is not trusted/,
    ],
    ["without principals", () => certLine(userCa, subject.line, "-I", "alice", ...OURS), /names no principals/],
    ["with a principal that has a wild card", () => user("-n", "*"), /which is no name/],
    ["with a principal that has a comma", () => odd({ principals: ["root,admin"] }), /which is no name/],
    ["with a principal that has a blank", () => odd({ principals: ["root admin"] }), /which is no name/],
    ["with a principal that has a control character", () => odd({ principals: ["root\u0001"] }), /which is no name/],
    [
      "with an unknown critical option",
      () => user("-O", "critical:verify-required"),
      /critical option "verify-required", which is not known/,
    ],
    [
      "with a forced command",
      () => user("-O", "force-command=/bin/true"),
      /critical option "force-command", which is not known/,
    ],
    ["bound to another address", () => user("-O", "source-address=192.0.2.0/24"), /may not be used from 127\.0\.0\.1/],
    ["with an empty key id", () => odd({ keyId: "" }), /key id is empty/],
    ["with a key id that has a line end", () => odd({ keyId: "alice\nroot" }), /key id is empty or has control/],
    [
      "without what ours say",
      () => certLine(userCa, subject.line, "-I", "alice", "-n", "root"),
      /not one of a cluster: roles@sallyport is missing/,
    ],
    [
      "of another cluster",
      () =>
        odd({
          extensions: new Map([
            ["cluster@sallyport", "prod"],
            ["roles@sallyport", "[]"],
            ["traits@sallyport", "{}"],
          ]),
        }),
      /of the cluster "prod"/,
    ],
    [
      "with roles that are no list",
      () =>
        odd({
          extensions: new Map([
            ["cluster@sallyport", "test"],
            ["roles@sallyport", '{"a":1}'],
            ["traits@sallyport", "{}"],
          ]),
        }),
      /not one of a cluster/,
    ],
    ["of a user who does not exist", () => user("-I", "zoe"), /the user zoe does not exist/],
    [
      "of a user with the name of a path",
      () => user("-I", "../roles/access"),
      /the user \.\.\/roles\/access does not exist/,
    ],
    ["of a machine that never joined", () => host(`${UUID}.test`, "node"), /has been removed from the cluster/],
    ["of a machine, as auth", () => host(`${UUID}.test`, "auth"), /has been removed from the cluster/],
    [
      "of a host without a role",
      () => certLine(hostCa, subject.line, "-h", "-I", "db1", "-n", "db1", "-O", "extension:cluster@sallyport=test"),
      /not one of a cluster: role@sallyport is missing/,
    ],
    ["of a machine whose id is no UUID", () => host("db1.test", "admin"), /key id is not a UUID/],
    ["of a machine of another cluster", () => host(`${UUID}.prod`, "admin"), /key id is not a UUID in test/],
    [
      "of an operator, with a critical option",
      () =>
        odd(
          { type: "host", keyId: `${UUID}.test`, criticalOptions: new Map([["source-address", "127.0.0.1"]]) },
          "host",
        ),
      /critical option "source-address"/,
    ],
  ])("%s", async (_what, made, why) => {
    const line = made();
    const fault = await refusalOf(enter(line));
    expect(fault.code).toBe("unauthenticated");
    expect(fault.message).toMatch(why);
    const [event] = await (await auth.admin()).searchEvents({ event: "auth", limit: 1 });
    const { keyId } = parseCertificateLine(line);
    const said = { user: printable(keyId, MAX_TEXT) || "alice", login: "alice", fingerprint: key.public.fingerprint };
    expect(event).toMatchObject({ code: "T3007W", success: false, ...said, addr_remote: "127.0.0.1" });
    expect(event?.error).toMatch(why);
  });

  test("signed with SHA-1", async () => {
    // The authority has to be RSA for that, so the cluster gets such a one beside its own.
    const rsa = keyFile("rsa", 2048);
    const stored = await auth.store.get("/authorities/user");
    const authority = JSON.parse(Buffer.from(stored?.value ?? []).toString());
    authority.resource.spec.additional_trusted_keys = [rsa.line];
    await auth.store.commit([
      { put: "/authorities/user", value: Buffer.from(JSON.stringify(authority)), expect: "any" },
    ]);
    auth = await auth.restart();
    const signed = (hash: string) =>
      certLine(rsa, subject.line, "-t", hash, "-I", "alice", "-n", "root", ...lately(), ...OURS);
    expect((await refusalOf(enter(signed("ssh-rsa")))).message).toBe("the certificate is signed with SHA-1");
    await enter(signed("rsa-sha2-512"));
  });

  test("of a user who is locked, or removed, since it was made", async () => {
    const admin = await auth.admin();
    await admin.create("user", { kind: "user", metadata: { name: "bob" }, spec: {} });
    const { credential } = await auth.user("bob");
    const open = await auth.connect("bob", credential);
    await admin.create("lock", {
      kind: "lock",
      metadata: { name: "l1" },
      spec: { target: { user: "bob" }, message: "call the desk" },
    });
    const locked = { code: "denied", message: "access is locked: call the desk" };
    expect(await refusalOf(auth.as("bob", credential))).toMatchObject({ message: locked.message });
    expect(await open.closed).toMatchObject(locked);
    await admin.remove("lock", "l1");
    const again = await auth.connect("bob", credential);
    await apiOver(again).ping();
    await admin.remove("user", "bob");
    expect((await refusalOf(auth.as("bob", credential))).message).toBe("the user bob does not exist");
    expect(await again.closed).toMatchObject({ code: "denied", message: "the user bob does not exist" });
    const removed = "the user bob does not exist";
    const cuts = await until("the last cut is in the log", async () => {
      const found = await admin.searchEvents({ event: "client.disconnect" });
      return found.some(({ reason }) => reason === removed) && found;
    });
    for (const cut of cuts) expect(cut).toMatchObject({ user: "bob", login: "bob", code: "T3006I" });
    expect(new Set(cuts.map(({ reason }) => reason))).toEqual(new Set([locked.message, removed]));
  });

  test("of a machine that is removed: its open connections end", async () => {
    const admin = await auth.admin();
    const { credential } = await auth.host(UUID, ["node"]);
    const open = await auth.connect(UUID, credential);
    await admin.remove("node", UUID);
    const removed = "this machine has been removed from the cluster";
    expect((await open.closed)?.message).toContain(removed);
    expect((await refusalOf(auth.as(UUID, credential))).message).toContain(removed);
  });

  test("of a key that is not held", async () => {
    const certificate = parseCertificateLine(user());
    const thief = {
      key: keyFile("ed25519").text,
      certificate: { ...certificate, key: PrivateKey.parse(keyFile("ed25519").text).public },
    };
    expect((await refusalOf(auth.as("alice", thief))).code).not.toBe("internal");
  });
});

describe("stock ssh", () => {
  async function ssh(line: string, ...words: string[]) {
    const certificate = file(`${freshName()}-cert.pub`, `${line}\n`);
    const address = auth.address.split(":")[1] ?? "";
    const options = [
      "StrictHostKeyChecking=no",
      "UserKnownHostsFile=/dev/null",
      "BatchMode=yes",
      "IdentitiesOnly=yes",
      `CertificateFile=${certificate}`,
    ];
    return runProgram([
      "ssh",
      "-F",
      "none",
      "-p",
      address,
      "-i",
      subject.path,
      ...options.flatMap((o) => ["-o", o]),
      "alice@127.0.0.1",
      ...words,
    ]);
  }

  test("reads why it is refused", async () => {
    const { code, stderr } = await ssh(user("-V", "20250101Z:20250102Z"), "true");
    expect(code).toBe(255);
    expect(stderr).toContain("the certificate expired at 2025-01-02");
    expect(stderr).toContain("Permission denied");
  });

  test("finds no shell, no command, no subsystem and no way on", async () => {
    for (const words of [
      ["true"],
      ["-s", "sftp"],
      ["-W", "127.0.0.1:22"],
      ["-N", "-R", "0:127.0.0.1:22", "-o", "ExitOnForwardFailure=yes"],
    ]) {
      const { code, stdout } = await ssh(user(), ...words);
      expect({ words, stdout, failed: code !== 0 }).toEqual({ words, stdout: "", failed: true });
    }
  });
});

/** Does it in no time, as the door's limits count it: they are for what comes in a minute, which a slow machine may need. */
async function inNoTime(work: () => Promise<void>): Promise<void> {
  const clock = spyOn(performance, "now").mockReturnValue(Math.ceil(performance.now()));
  try {
    await work();
  } finally {
    clock.mockRestore();
  }
}

test("join tokens cannot be guessed: who is wrong too often waits, and who is right never does", async () => {
  await using guessed = await TestAuth.start({ staticTokens: [{ value: "changeme", roles: ["node"] }] });
  for (let n = 0; n < 120; n++) await guessed.as("join", { password: "changeme" });
  await inNoTime(async () => {
    for (let n = 0; n < 100; n++)
      expect((await refusalOf(guessed.as("join", { password: `guess-${n}` }))).message).toContain("unknown, used up");
    for (const password of ["one-more", "changeme"])
      expect((await refusalOf(guessed.as("join", { password }))).message).toContain("too many wrong join tokens");
  });
});

test("a flood of refused logins is refused, and does not fill the audit log", async () => {
  await using flooded = await TestAuth.start();
  const admin = await flooded.admin();
  const tries = 80;
  await inNoTime(async () => {
    for (let n = 0; n < tries; n++) await refusalOf(flooded.as("join", { password: `guess-${n}` }));
  });
  const events = await admin.searchEvents({ event: "auth" });
  expect(events.length).toBeGreaterThanOrEqual(60);
  expect(events.length).toBeLessThan(tries);
});
