import { describe, expect, test } from "bun:test";
import { FOREVER, formatCertificate } from "../../../core/cert/certificate.ts";
import { type CertificateSpec, mintCertificate } from "../../../core/cert/mint.ts";
import { PrivateKey } from "../../../core/cert/private-key.ts";
import { PublicKey } from "../../../core/cert/public-key.ts";
import { verifyCertificate } from "../../../core/cert/verify.ts";
import { Fault } from "../../../core/fault.ts";
import { fakeToken, file, freshName, keyFile, sshKeygen } from "./keygen.ts";

const ca = PrivateKey.generate();
const SPEC: CertificateSpec = {
  type: "user",
  key: PrivateKey.generate().public,
  serial: 2n ** 64n - 1n,
  keyId: "alice@example.com",
  principals: ["root", "ubuntu"],
  validAfter: new Date("2026-01-01T00:00:00.700Z"),
  validBefore: new Date("2026-01-02T00:00:00.700Z"),
  criticalOptions: { "source-address": "10.0.0.0/8,2001:db8::/32" },
  extensions: { "permit-pty": "", "roles@sallyport": '["access"]', "permit-X11-forwarding": "", "a@sallyport": "ö" },
};
const listing = (line: string) => sshKeygen(["-L", "-f", file(freshName(), `${line}\n`)]);

test("ssh-keygen -L shows a user certificate as requested", async () => {
  const certificate = await mintCertificate(SPEC, ca);
  const [, ...lines] = listing(formatCertificate(certificate, "a comment")).trimEnd().split("\n");
  expect(lines.map((line) => line.trim())).toEqual([
    "Type: ssh-ed25519-cert-v01@openssh.com user certificate",
    `Public key: ED25519-CERT ${SPEC.key.fingerprint}`,
    `Signing CA: ED25519 ${ca.public.fingerprint} (using ssh-ed25519)`,
    'Key ID: "alice@example.com"',
    "Serial: 18446744073709551615",
    "Valid: from 2026-01-01T00:00:00 to 2026-01-02T00:00:00",
    "Principals:",
    "root",
    "ubuntu",
    "Critical Options:",
    "source-address 10.0.0.0/8,2001:db8::/32",
    "Extensions:",
    "a@sallyport UNKNOWN OPTION: 00000002c3b6 (len 6)",
    "permit-X11-forwarding",
    "permit-pty",
    "roles@sallyport UNKNOWN OPTION: 0000000a5b22616363657373225d (len 14)",
  ]);
});

test("ssh-keygen -L shows a host certificate without an end as requested", async () => {
  const { criticalOptions, extensions, ...rest } = SPEC;
  const host = { ...rest, type: "host", principals: ["web1", "10.0.0.1"], validBefore: FOREVER } as const;
  const text = listing(formatCertificate(await mintCertificate(host, ca)));
  expect(text).toContain("ssh-ed25519-cert-v01@openssh.com host certificate");
  expect(text).toContain("Valid: after 2026-01-01T00:00:00\n");
  expect(text).toContain("Critical Options: (none)\n        Extensions: (none)\n");
});

test("a minted certificate has the requested content and verifies", async () => {
  const certificate = await mintCertificate(SPEC, ca);
  expect(certificate).toMatchObject({
    type: "user",
    serial: SPEC.serial,
    keyId: SPEC.keyId,
    principals: [...SPEC.principals],
    validAfter: new Date("2026-01-01T00:00:00Z"),
    validBefore: new Date("2026-01-02T00:00:00Z"),
  });
  expect(Object.fromEntries(certificate.criticalOptions)).toEqual(SPEC.criticalOptions ?? {});
  expect(Object.fromEntries(certificate.extensions)).toEqual(SPEC.extensions ?? {});
  expect(certificate.key.equals(SPEC.key)).toBe(true);
  const want = { type: "user", now: new Date("2026-01-01T12:00:00Z"), sourceAddress: "10.0.0.1" } as const;
  expect(() => verifyCertificate(certificate, { ...want, authorities: [ca.public], principal: "root" })).not.toThrow();
});

test("two certificates differ in their nonce", async () => {
  const [one, two] = [await mintCertificate(SPEC, ca), await mintCertificate(SPEC, ca)];
  expect(one.nonce.length).toBe(32);
  expect(one.nonce.equals(two.nonce)).toBe(false);
});

test("every supported key type can be certified and can sign", async () => {
  const kinds = [
    ["ecdsa", 256],
    ["ecdsa", 384],
    ["ecdsa", 521],
    ["rsa", 2048],
  ] as const;
  const files = kinds.map(([type, bits]) => keyFile(type, bits));
  const keys = [
    ...files.map(({ line }) => PublicKey.parse(line)),
    fakeToken("ed25519").public,
    fakeToken("ecdsa").public,
  ];
  for (const key of keys) {
    expect(listing(formatCertificate(await mintCertificate({ ...SPEC, key }, ca)))).toContain(key.fingerprint);
  }
  for (const { text } of files) {
    const authority = PrivateKey.parse(text);
    const certificate = await mintCertificate(SPEC, authority);
    expect(listing(formatCertificate(certificate))).toContain(authority.public.fingerprint);
  }
});

describe("rejects invalid content before signing", () => {
  const refused: Record<string, Partial<CertificateSpec>> = {
    "no principals": { principals: [] },
    "an empty principal": { principals: ["root", ""] },
    "two principals in one": { principals: ["root,admin"] },
    "a wildcard": { type: "host", criticalOptions: {}, principals: ["*.example.com"] },
    "white space in a principal": { principals: ["root "] },
    "a host in capitals": { type: "host", criticalOptions: {}, principals: ["Web1"] },
    "no key id": { keyId: "" },
    "a line end in the key id": { keyId: "alice\nbob" },
    "half a character in the key id": { keyId: "alice\ud800" },
    "an end that is the beginning": { validBefore: SPEC.validAfter },
    "an end before the beginning": { validBefore: new Date("2025-01-01T00:00:00Z") },
    "a beginning before 1970": { validAfter: new Date(-1000) },
    "an end after 9999": { validBefore: new Date(FOREVER.getTime() + 1000) },
    "no date": { validAfter: new Date(Number.NaN) },
    "a forced command": { criticalOptions: { "force-command": "id" } },
    "an unknown critical option": { criticalOptions: { "new@example.com": "" } },
    "networks that cannot be read": { criticalOptions: { "source-address": "10.0.0.1/8" } },
    "networks that are none": { criticalOptions: { "source-address": "" } },
    "a host bound to networks": { type: "host" },
  };
  for (const [what, change] of Object.entries(refused)) {
    test(what, async () => {
      const thrown = await mintCertificate({ ...SPEC, ...change }, ca).catch((error: unknown) => error);
      expect(thrown).toBeInstanceOf(Fault);
      expect(thrown).toHaveProperty("code", "bad_request");
    });
  }
});
