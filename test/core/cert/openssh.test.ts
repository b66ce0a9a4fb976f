import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Certificate, FOREVER, formatCertificate } from "../../../core/cert/certificate.ts";
import { certAuthorityLine, knownHostsLine } from "../../../core/cert/known-hosts.ts";
import { mintCertificate } from "../../../core/cert/mint.ts";
import { PrivateKey } from "../../../core/cert/private-key.ts";
import { verifyCertificate } from "../../../core/cert/verify.ts";
import { Fault } from "../../../core/fault.ts";
import { own } from "../../kit/account.ts";
import { runProgram } from "../../kit/run.ts";
import { type Sshd, startSshd as startStock } from "../../kit/sshd.ts";
import { keptTempDir } from "../../kit/temp.ts";
import { forged } from "./keygen.ts";

/**
 * The real ssh and sshd beside our verifier: what we sign they take, and what they refuse we refuse. Where we are
 * stricter than they are the row says so.
 */

const missing = ["/usr/sbin/sshd", "/usr/bin/ssh"].filter((path) => Bun.which(path) === null);
const reason = missing.length > 0 ? `${missing} is not installed` : "";
if (reason !== "") console.log(`test/core/cert/openssh.test.ts: not run: ${reason}`);

const HOUR = 3_600_000;
const now = new Date();
const hours = (count: number) => new Date(now.getTime() + count * HOUR);

const userCa = PrivateKey.generate();
const hostCa = PrivateKey.generate();
const stranger = PrivateKey.generate();
const userKey = PrivateKey.generate();
const hostKey = PrivateKey.generate();
const cluster = "example.com";
const NAME = "web1.example.com";

interface Row {
  readonly ours: "accepted" | "refused";
  /** OpenSSH's answer, where it is not ours. */
  readonly theirs?: "accepted" | "refused";
  readonly certificate: () => Certificate | Promise<Certificate>;
}

const dates = { validAfter: hours(-1), validBefore: hours(1) };
const user = (change: Parameters<typeof forged>[1] = {}, ca = userCa) =>
  forged(ca, { key: userKey.public, principals: [own.login], ...dates, ...change });
const host = (change: Parameters<typeof forged>[1] = {}, ca = hostCa) =>
  forged(ca, { type: "host", key: hostKey.public, principals: [NAME], extensions: new Map(), ...dates, ...change });
const bound = (list: string) => user({ criticalOptions: new Map([["source-address", list]]) });

const USERS: Record<string, Row> = {
  minted: {
    ours: "accepted",
    certificate: () =>
      mintCertificate(
        {
          type: "user",
          key: userKey.public,
          serial: 2n ** 63n,
          keyId: "alice@example.com",
          principals: ["ubuntu", own.login],
          ...dates,
          criticalOptions: { "source-address": "::1/128,127.0.0.0/8" },
          extensions: { "permit-pty": "", "roles@sallyport": '["access"]', "cluster@sallyport": cluster },
        },
        userCa,
      ),
  },
  "without end": { ours: "accepted", certificate: () => user({ validBefore: FOREVER }) },
  expired: { ours: "refused", certificate: () => user({ validBefore: hours(-0.5) }) },
  "not yet valid": { ours: "refused", certificate: () => user({ validAfter: hours(0.5) }) },
  "of another authority": { ours: "refused", certificate: () => user({}, stranger) },
  "of the host authority": { ours: "refused", certificate: () => user({}, hostCa) },
  "of a host": { ours: "refused", certificate: () => user({ type: "host" }) },
  "without principals": { ours: "refused", certificate: () => user({ principals: [] }) },
  "for others": {
    ours: "refused",
    certificate: () => user({ principals: ["ubuntu", own.login.toUpperCase(), own.login.slice(0, -1)] }),
  },
  "for everybody by a wildcard": { ours: "refused", certificate: () => user({ principals: ["*"] }) },
  "with a wildcard beside the name": {
    ours: "refused",
    theirs: "accepted",
    certificate: () => user({ principals: ["*", own.login] }),
  },
  "with an unknown critical option": {
    ours: "refused",
    certificate: () => user({ criticalOptions: new Map([["new@example.com", ""]]) }),
  },
  "with an unknown extension": {
    ours: "accepted",
    certificate: () => user({ extensions: new Map([["new@example.com", "x"]]) }),
  },
  "with a forced command": {
    ours: "refused",
    theirs: "accepted",
    certificate: () => user({ criticalOptions: new Map([["force-command", "exec true"]]) }),
  },
  "bound to our address": { ours: "accepted", certificate: () => bound("10.0.0.0/8,127.0.0.1") },
  "bound to other addresses": { ours: "refused", certificate: () => bound("10.0.0.0/8,::1,127.0.0.2") },
  "bound to a malformed list": { ours: "refused", certificate: () => bound("127.0.0.1/8") },
};

const HOSTS: Record<string, Row> = {
  minted: {
    ours: "accepted",
    certificate: () =>
      mintCertificate(
        { type: "host", key: hostKey.public, serial: 1n, keyId: NAME, principals: ["127.0.0.1", NAME], ...dates },
        hostCa,
      ),
  },
  expired: { ours: "refused", certificate: () => host({ validBefore: hours(-0.5) }) },
  "not yet valid": { ours: "refused", certificate: () => host({ validAfter: hours(0.5) }) },
  "of another authority": { ours: "refused", certificate: () => host({}, stranger) },
  "of the user authority": { ours: "refused", certificate: () => host({}, userCa) },
  "with another name": { ours: "refused", certificate: () => host({ principals: ["web2.example.com", "web1"] }) },
  "with its name in capitals": { ours: "refused", certificate: () => host({ principals: ["Web1.example.com"] }) },
  "without principals": { ours: "refused", theirs: "accepted", certificate: () => host({ principals: [] }) },
  "with an unknown critical option": {
    ours: "refused",
    certificate: () => host({ criticalOptions: new Map([["new@example.com", ""]]) }),
  },
};

describe.skipIf(reason !== "")("users at sshd", () => {
  let server: Sshd;
  beforeAll(async () => {
    server = await startSshd(host(), { TrustedUserCAKeys: `${userCa.public}\n` });
  });
  afterAll(() => server.stop());

  for (const [what, row] of Object.entries(USERS)) {
    test(`a certificate ${what} is ${row.ours}${row.theirs ? `, though OpenSSH says ${row.theirs}` : ""}`, async () => {
      const certificate = await row.certificate();
      const want = {
        type: "user",
        authorities: [userCa.public],
        principal: own.login,
        sourceAddress: "127.0.0.1",
      } as const;
      expect(verdict(certificate, want)).toBe(row.ours);
      expect(await login(server.port, certificate)).toBe(row.theirs ?? row.ours);
    });
  }
});

test.skipIf(reason !== "")("a line of authorized_keys trusts the user authority", async () => {
  const server = await startSshd(host(), {
    AuthorizedKeysFile: `${certAuthorityLine({ cluster, key: userCa.public })}\n`,
  });
  try {
    expect(await login(server.port, user())).toBe("accepted");
    expect(await login(server.port, user({}, stranger))).toBe("refused");
  } finally {
    await server.stop();
  }
});

describe.skipIf(reason !== "")("hosts at ssh", () => {
  for (const [what, row] of Object.entries(HOSTS)) {
    test(`a certificate ${what} is ${row.ours}${row.theirs ? `, though OpenSSH says ${row.theirs}` : ""}`, async () => {
      const certificate = await row.certificate();
      const want = { type: "host", authorities: [hostCa.public], principal: NAME } as const;
      expect(verdict(certificate, want)).toBe(row.ours);
      const server = await startSshd(certificate, { TrustedUserCAKeys: `${userCa.public}\n` });
      try {
        expect(await login(server.port, user())).toBe(row.theirs ?? row.ours);
      } finally {
        await server.stop();
      }
    });
  }
});

function verdict(certificate: Certificate, want: Omit<Parameters<typeof verifyCertificate>[1], "now">): Row["ours"] {
  try {
    verifyCertificate(certificate, { ...want, now });
    return "accepted";
  } catch (error) {
    if (error instanceof Fault) return "refused";
    throw error;
  }
}

/** Runs `true` at `web1.example.com` as the stock client does, with our user key and this certificate. */
async function login(port: number, certificate: Certificate): Promise<Row["ours"]> {
  const dir = keptTempDir();
  const path = (name: string, content: string) => {
    writeFileSync(join(dir, name), content, { mode: 0o600 });
    return join(dir, name);
  };
  const options = {
    IdentityFile: path("key", userKey.toOpenSSH()),
    CertificateFile: path("key-cert.pub", `${formatCertificate(certificate)}\n`),
    IdentitiesOnly: "yes",
    UserKnownHostsFile: path("known_hosts", `${knownHostsLine({ cluster, key: hostCa.public })}\n`),
    GlobalKnownHostsFile: "/dev/null",
    StrictHostKeyChecking: "yes",
    HostKeyAlias: "WEB1.example.com",
    HostName: "127.0.0.1",
    Port: String(port),
    User: own.login,
    BatchMode: "yes",
    PreferredAuthentications: "publickey",
  };
  const words = Object.entries(options).map(([name, value]) => `-o${name}=${value}`);
  const ran = await runProgram(["ssh", "-F", "none", ...words, "web1", "exit 7"]);
  if (ran.code === 7) return "accepted";
  if (ran.code === 0) return "accepted"; // the command that the certificate forces
  expect(ran.stderr).toMatch(/Permission denied|Host key verification failed|No ED25519 host key is known/);
  return "refused";
}

/** A stock sshd with our host key; `files` are options whose value is a file's content. */
function startSshd(certificate: Certificate, files: Record<string, string>): Promise<Sshd> {
  const dir = keptTempDir();
  const content = { ...files, HostKey: hostKey.toOpenSSH(), HostCertificate: `${formatCertificate(certificate)}\n` };
  const lines = Object.entries(content).map(([name, text]) => {
    writeFileSync(join(dir, name), text, { mode: 0o600 });
    return `${name} ${join(dir, name)}`;
  });
  return startStock(dir, ["PermitRootLogin prohibit-password", ...lines]);
}
