import { describe, expect, test } from "bun:test";
import { type Certificate, parseCertificate } from "../../../core/cert/certificate.ts";
import { PrivateKey } from "../../../core/cert/private-key.ts";
import { PublicKey } from "../../../core/cert/public-key.ts";
import { type VerifyOptions, verifyCertificate } from "../../../core/cert/verify.ts";
import { Writer } from "../../../core/cert/wire.ts";
import { certOf, fakeToken, faultOf, forged, keyFile } from "./keygen.ts";

const caFile = keyFile("ed25519");
const ca = PrivateKey.parse(caFile.text);
const subject = keyFile("ed25519").line;
const NOON = new Date("2026-06-01T12:00:00Z");

/** A certificate of ssh-keygen that is good at NOON. */
const made = (...words: string[]) => certOf(caFile, subject, "-I", "alice", "-V", "20260601Z:20260602Z", ...words);
const wanted = (want: Partial<VerifyOptions> = {}): VerifyOptions => ({
  type: "user",
  authorities: [ca.public],
  now: NOON,
  ...want,
});
const verdict = (certificate: Certificate, want: Partial<VerifyOptions> = {}) =>
  faultOf(() => verifyCertificate(certificate, wanted(want)));
const passes = (certificate: Certificate, want: Partial<VerifyOptions> = {}) =>
  expect(() => verifyCertificate(certificate, wanted(want))).not.toThrow();

test("accepts valid user and host certificates", () => {
  passes(made("-n", "root,ubuntu"));
  passes(made("-n", "root,ubuntu"), { principal: "ubuntu" });
  passes(made("-h", "-n", "web1.example.com"), { type: "host", principal: "web1.example.com" });
});

test("verifies every CA key type, with several trusted CAs", () => {
  for (const [type, bits] of [["ed25519"], ["ecdsa", 256], ["ecdsa", 384], ["ecdsa", 521], ["rsa", 2048]] as const) {
    const authority = keyFile(type, bits);
    const certificate = certOf(authority, subject, "-I", "x", "-n", "root");
    passes(certificate, { authorities: [ca.public, PublicKey.parse(authority.line)] });
    expect(verdict(certificate).code).toBe("denied");
  }
});

test("accepts every supported key type", () => {
  const lines = [keyFile("ecdsa", 256).line, keyFile("rsa", 2048).line];
  for (const line of [...lines, `${fakeToken("ed25519").public}`, `${fakeToken("ecdsa").public}`]) {
    passes(certOf(caFile, line, "-I", "x", "-n", "root"), { principal: "root" });
  }
});

test("RSA authorities sign with SHA-256 or SHA-512, never with SHA-1", () => {
  const authority = keyFile("rsa", 2048);
  const authorities = [PublicKey.parse(authority.line)];
  for (const hash of ["rsa-sha2-256", "rsa-sha2-512"]) {
    passes(certOf(authority, subject, "-t", hash, "-I", "x", "-n", "root"), { authorities });
  }
  const certificate = certOf(authority, subject, "-t", "ssh-rsa", "-I", "x", "-n", "root");
  expect(verdict(certificate, { authorities })).toEqual({
    code: "denied",
    message: "the certificate is signed with SHA-1",
  });
});

describe("validity, in whole seconds as in OpenSSH", () => {
  const certificate = made("-n", "root");
  const at = (time: string) => ({ now: new Date(time) });

  test("includes the first second and excludes the last", () => {
    passes(certificate, at("2026-06-01T00:00:00.000Z"));
    passes(certificate, at("2026-06-01T23:59:59.999Z"));
  });

  test("denies a certificate that is not valid yet", () => {
    expect(verdict(certificate, at("2026-05-31T23:59:59.999Z"))).toEqual({
      code: "denied",
      message: "the certificate is not valid before 2026-06-01T00:00:00.000Z",
    });
  });

  test("an expired certificate asks to log in again", () => {
    expect(verdict(certificate, at("2026-06-02T00:00:00.000Z"))).toEqual({
      code: "unauthenticated",
      message: "the certificate expired at 2026-06-02T00:00:00.000Z",
    });
  });

  test("a certificate without an end never expires", () => {
    passes(certOf(caFile, subject, "-I", "x", "-n", "root"), at("9999-12-31T23:59:59.999Z"));
  });

  test("denies a certificate that ends before it begins", () => {
    const never = forged(ca, {
      validAfter: new Date(NOON.getTime() + 1000),
      validBefore: new Date(NOON.getTime() - 1000),
    });
    expect(verdict(never).code).toBe("denied");
  });

  test("denies everything at an invalid date", () => {
    expect(verdict(certificate, { now: new Date(Number.NaN) }).code).toBe("denied");
  });
});

test("names an untrusted CA by its fingerprint", () => {
  const certificate = certOf(keyFile("ed25519"), subject, "-I", "x", "-n", "root");
  expect(verdict(certificate)).toEqual({
    code: "denied",
    message: `the certificate is signed by an authority that is not trusted (${certificate.signedBy.fingerprint})`,
  });
  expect(verdict(made("-n", "root"), { authorities: [] }).code).toBe("denied");
});

test("denies a host certificate as a user's and the reverse", () => {
  expect(verdict(made("-h", "-n", "root"), { principal: "root" })).toEqual({
    code: "denied",
    message: "a host certificate was offered where a user certificate is needed",
  });
  expect(verdict(made("-n", "web1"), { type: "host", principal: "web1" })).toEqual({
    code: "denied",
    message: "a user certificate was offered where a host certificate is needed",
  });
});

test("denies a host certificate of the user CA and the reverse", () => {
  const hostCa = PrivateKey.generate().public;
  expect(verdict(made("-h", "-n", "web1"), { type: "host", authorities: [hostCa] }).message).toContain("not trusted");
  expect(verdict(made("-n", "root"), { type: "user", authorities: [hostCa] }).message).toContain("not trusted");
});

test("denies a certificate without principals", () => {
  const empty = { code: "denied", message: "the certificate names no principals" } as const;
  expect(verdict(made())).toEqual(empty);
  expect(verdict(made(), { principal: "root" })).toEqual(empty);
  expect(verdict(made("-h"), { type: "host", principal: "web1" })).toEqual(empty);
});

test("denies invalid principals at any position in the list", () => {
  const bad = ["", "a b", "a\tb", "a\nb", "a\0", "\x7f", "a,b", "*", "web*", "web?", "größe", "a\u00a0b", "\u202ea"];
  for (const principal of bad) {
    for (const principals of [[principal], ["root", principal], [principal, "root"]]) {
      for (const type of ["user", "host"] as const) {
        const fault = verdict(forged(ca, { type, principals }), { type, principal: "root" });
        expect(fault).toEqual({
          code: "denied",
          message: `the certificate has the principal ${JSON.stringify(principal)}, which is no name`,
        });
      }
    }
  }
});

test("denies wildcards and spaces, which ssh-keygen signs", () => {
  expect(verdict(made("-h", "-n", "*.example.com"), { type: "host" }).message).toContain("which is no name");
  expect(verdict(made("-n", "root admin")).message).toContain("which is no name");
});

test("compares principals exactly; host names in lower case", () => {
  const certificate = made("-n", "root");
  for (const principal of ["Root", "roo", "roott", "", "root "]) {
    expect(verdict(certificate, { principal })).toEqual({
      code: "denied",
      message: `the certificate is not for ${JSON.stringify(principal)}`,
    });
  }
  passes(made("-h", "-n", "web1"), { type: "host", principal: "WEB1" });
  expect(verdict(made("-h", "-n", "Web1"), { type: "host", principal: "Web1" }).code).toBe("denied");
});

test("denies unsupported critical options, including force-command", () => {
  const refused = (name: string) => ({
    code: "denied" as const,
    message: `the certificate has the critical option "${name}", which is not known`,
  });
  expect(verdict(made("-n", "root", "-O", "critical:new@example.com=1"))).toEqual(refused("new@example.com"));
  expect(verdict(made("-n", "root", "-O", "critical:verify-required"))).toEqual(refused("verify-required"));
  expect(verdict(made("-n", "root", "-O", "force-command=id"))).toEqual(refused("force-command"));
  const host = forged(ca, { type: "host", criticalOptions: new Map([["source-address", "10.0.0.1"]]) });
  expect(verdict(host, { type: "host", sourceAddress: "10.0.0.1" })).toEqual(refused("source-address"));
});

test("ignores unknown extensions", () => {
  passes(made("-n", "root", "-O", "extension:new@example.com=1"));
});

test("source-address restricts the certificate to its networks", () => {
  const certificate = made("-n", "root", "-O", "source-address=10.0.0.0/8,192.0.2.7/32,2001:db8::/32");
  for (const sourceAddress of ["10.1.2.3", "192.0.2.7", "2001:db8:1::1", "::ffff:10.1.2.3", "::ffff:c000:207"]) {
    passes(certificate, { sourceAddress });
  }
  for (const sourceAddress of [
    "11.0.0.1",
    "192.0.2.8",
    "2001:db9::1",
    "::ffff:11.0.0.1",
    "::1",
    "",
    "localhost",
    "UNKNOWN",
  ]) {
    expect(verdict(certificate, { sourceAddress })).toEqual({
      code: "denied",
      message: `the certificate may not be used from ${sourceAddress}`,
    });
  }
  expect(verdict(certificate).message).toBe("the certificate may not be used from an unknown address");
});

test("a malformed source-address denies every address", () => {
  for (const list of [
    "10.0.0.0/8,",
    "10.0.0.1/8",
    "example.com",
    "10.0.0.0/33",
    "10.0.0.0/8 10.1.0.0/16",
    ",",
    "10.*",
  ]) {
    const certificate = forged(ca, { criticalOptions: new Map([["source-address", list]]) });
    expect(verdict(certificate, { sourceAddress: "10.0.0.1" })).toEqual({
      code: "denied",
      message: "the certificate has a malformed source-address",
    });
  }
  const flag = forged(ca, { criticalOptions: new Map([["source-address", ""]]) });
  expect(verdict(flag, { sourceAddress: "10.0.0.1" }).code).toBe("denied");
});

test("denies a key id with control characters", () => {
  for (const keyId of ["", "a\nb", "\x1b[2J", "a\u202eb", "a\u2028b"]) {
    expect(verdict(forged(ca, { keyId }))).toEqual({
      code: "denied",
      message: "the certificate's key id is empty or has control characters",
    });
  }
});

test("denies a certificate with any bit flipped", () => {
  const { blob } = made("-n", "root,ubuntu", "-O", "source-address=10.0.0.0/8");
  let read = 0;
  for (let bit = 0; bit < blob.length * 8; bit++) {
    const changed = Buffer.from(blob);
    changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    const fault = faultOf(() => {
      const certificate = parseCertificate(changed);
      read++;
      verifyCertificate(certificate, wanted({ sourceAddress: "10.0.0.1" }));
    });
    expect(["bad_request", "denied"]).toContain(fault.code);
  }
  expect(read).toBeGreaterThan(1000);
});

test("denies a signature over other data or in another format", () => {
  const certificate = forged(ca);
  const resigned = (signature: Uint8Array) => {
    const body = certificate.blob.subarray(0, certificate.blob.length - certificate.signature.length - 4);
    return parseCertificate(new Writer().raw(body).string(signature).done());
  };
  const wrong = { code: "denied", message: "the certificate's signature is wrong" } as const;
  expect(verdict(resigned(ca.sign(Buffer.from("something else"))))).toEqual(wrong);
  expect(verdict(resigned(PrivateKey.generate().sign(Buffer.from("x"))))).toEqual(wrong);
  expect(verdict(resigned(Buffer.alloc(0)))).toEqual(wrong);
  expect(verdict(resigned(Buffer.concat([certificate.signature, Buffer.of(0)])))).toEqual(wrong);
  passes(resigned(certificate.signature));
});
