import { describe, expect, test } from "bun:test";
import {
  certificateAlgorithm,
  encodeBody,
  FOREVER,
  formatCertificate,
  isCertificateAlgorithm,
  parseCertificate,
  parseCertificateLine,
  signedPart,
} from "../../../core/cert/certificate.ts";
import { PrivateKey } from "../../../core/cert/private-key.ts";
import { PublicKey } from "../../../core/cert/public-key.ts";
import { Writer } from "../../../core/cert/wire.ts";
import { certLine, certOf, fakeToken, faultOf, keyFile, rawCertificate, rawOptions } from "./keygen.ts";

const ca = keyFile("ed25519");
const user = keyFile("ed25519");
const string = (value: string | Uint8Array) => new Writer().string(value).done();
const forge = (change: Parameters<typeof rawCertificate>[1]) =>
  faultOf(() => parseCertificate(rawCertificate(PrivateKey.parse(ca.text), change)));

test("parses a user certificate of ssh-keygen", () => {
  const words = [
    "-I",
    "alice@example.com",
    "-n",
    "root,ubuntu",
    "-z",
    "18446744073709551615",
    "-V",
    "20260101Z:20270101Z",
  ];
  const options = ["-O", "clear", "-O", "permit-pty", "-O", "source-address=10.0.0.0/8", "-O", "force-command=id"];
  const own = ["-O", 'extension:roles@sallyport=["access"]', "-O", "extension:flag@sallyport"];
  const certificate = certOf(ca, user.line, ...words, ...options, ...own);
  expect({ ...certificate, blob: 0, nonce: 0, signature: 0, key: 0, signedBy: 0 }).toEqual({
    type: "user",
    algorithm: "ssh-ed25519-cert-v01@openssh.com",
    serial: 2n ** 64n - 1n,
    keyId: "alice@example.com",
    principals: ["root", "ubuntu"],
    validAfter: new Date("2026-01-01T00:00:00Z"),
    validBefore: new Date("2027-01-01T00:00:00Z"),
    criticalOptions: new Map([
      ["force-command", "id"],
      ["source-address", "10.0.0.0/8"],
    ]),
    extensions: new Map([
      ["flag@sallyport", ""],
      ["permit-pty", ""],
      ["roles@sallyport", '["access"]'],
    ]),
    blob: 0,
    nonce: 0,
    signature: 0,
    key: 0,
    signedBy: 0,
  });
  expect(certificate.key.equals(PublicKey.parse(user.line))).toBe(true);
  expect(certificate.signedBy.equals(PublicKey.parse(ca.line))).toBe(true);
  expect(certificate.nonce.length).toBeGreaterThanOrEqual(16);
});

test("parses a host certificate without an end", () => {
  const certificate = certOf(ca, user.line, "-h", "-I", "x", "-n", "web1.example.com,10.0.0.1,fe80::1");
  expect(certificate.type).toBe("host");
  expect(certificate.principals).toEqual(["web1.example.com", "10.0.0.1", "fe80::1"]);
  expect(certificate.validAfter).toEqual(new Date(0));
  expect(certificate.validBefore).toEqual(FOREVER);
  expect(certificate.extensions.size).toBe(0);
});

test("parses a certificate without principals", () => {
  expect(certOf(ca, user.line, "-I", "x").principals).toEqual([]);
});

describe("every key type signed by every CA key type encodes to the input again", () => {
  const authorities = [ca, keyFile("ecdsa", 256), keyFile("ecdsa", 521), keyFile("rsa", 2048)];
  const subjects = [
    ...authorities.map((made) => made.line),
    keyFile("ecdsa", 384).line,
    fakeToken("ed25519").public.toString(),
    fakeToken("ecdsa").public.toString(),
  ];
  for (const line of subjects) {
    const [type = ""] = line.split(" ");
    test(type, () => {
      for (const authority of authorities) {
        const made = certLine(authority, line, "-I", "x", "-n", "a,b", "-V", "+1d", "-O", "source-address=::1");
        const certificate = parseCertificateLine(made);
        expect(formatCertificate(certificate, made.split(" ").slice(2).join(" "))).toBe(made);
        expect(encodeBody(certificate).equals(signedPart(certificate))).toBe(true);
        expect(certificate.algorithm).toBe(certificateAlgorithm(type));
        expect(isCertificateAlgorithm(certificate.algorithm)).toBe(true);
        expect(certificate.key.toString()).toBe(line.split(" ").slice(0, 2).join(" "));
        expect(certificate.signedBy.verify(signedPart(certificate), certificate.signature)).toBe(true);
      }
    });
  }
});

test("isCertificateAlgorithm accepts only supported certificate types", () => {
  const names = [
    "ssh-ed25519",
    "ssh-dss-cert-v01@openssh.com",
    "ssh-ed25519-cert-v00@openssh.com",
    "",
    "-cert-v01@openssh.com",
  ];
  for (const name of [
    ...names,
    "ssh-ed25519-cert-v01@openssh.com.evil",
    "sk-ssh-ed25519@openssh.com-cert-v01@openssh.com",
  ]) {
    expect(isCertificateAlgorithm(name)).toBe(false);
  }
});

test("rejects truncation at every byte", () => {
  const { blob } = certOf(ca, user.line, "-I", "x", "-n", "a", "-O", "source-address=::1");
  for (let length = 0; length < blob.length; length++) {
    expect(faultOf(() => parseCertificate(blob.subarray(0, length))).code).toBe("bad_request");
  }
});

test("rejects trailing bytes", () => {
  const { blob } = certOf(ca, user.line, "-I", "x", "-n", "a");
  const longer = Buffer.concat([blob, Buffer.of(0)]);
  expect(faultOf(() => parseCertificate(longer)).message).toBe("malformed SSH data: 1 bytes too many");
});

describe("options and extensions", () => {
  const [a, b] = ["a@x", "b@x"].map((name) => [name, Buffer.alloc(0)] as const) as [
    readonly [string, Buffer],
    readonly [string, Buffer],
  ];
  const names = { criticalOptions: "critical option", extensions: "extension" } as const;
  for (const [field, what] of Object.entries(names) as ["criticalOptions" | "extensions", string][]) {
    const order = {
      code: "bad_request",
      message: `malformed certificate: the ${what}s have an empty name, are repeated or out of order`,
    };
    test(`${field} have to be ordered, unique and named`, () => {
      expect(forge({ [field]: rawOptions(b, a) })).toEqual(order as never);
      expect(forge({ [field]: rawOptions(a, a) })).toEqual(order as never);
      expect(forge({ [field]: rawOptions(["", Buffer.alloc(0)]) })).toEqual(order as never);
      expect(parseCertificate(rawCertificate(PrivateKey.generate(), { [field]: rawOptions(a, b) }))[field].size).toBe(
        2,
      );
    });

    test(`the data of ${field} is empty or one string`, () => {
      for (const data of ["x", string(""), Buffer.concat([string("x"), Buffer.of(0)]), string(Buffer.of(0xff))]) {
        expect(forge({ [field]: rawOptions(["a@x", Buffer.from(data)]) }).code).toBe("bad_request");
      }
    });
  }
});

test("every field follows PROTOCOL.certkeys", () => {
  const uint64 = (value: bigint) => new Writer().uint64(value).done();
  const fields = [
    { algorithm: string("ssh-dss-cert-v01@openssh.com") },
    { algorithm: string("ssh-ed25519") },
    { algorithm: string("ssh-rsa-cert-v01@openssh.com") },
    { key: string(Buffer.alloc(31)) },
    { type: new Writer().uint32(0).done() },
    { type: new Writer().uint32(3).done() },
    { keyId: string(Buffer.of(0xff)) },
    { principals: string(string(Buffer.of(0xc0, 0x80))) },
    { principals: string("x") },
    { validAfter: uint64(0xffff_ffff_ffff_ffffn) },
    { validBefore: uint64(0xffff_ffff_ffff_fffen) },
    { validBefore: uint64(BigInt(FOREVER.getTime()) / 1000n) },
    { reserved: string("x") },
    { signedBy: string("") },
    { signedBy: string(string("ssh-dss")) },
  ];
  for (const field of fields) expect(forge(field).code).toBe("bad_request");
  expect(() => parseCertificate(rawCertificate(PrivateKey.generate()))).not.toThrow();
});

test("rejects a CA key that is itself a certificate", () => {
  const { blob } = certOf(ca, user.line, "-I", "x", "-n", "a");
  expect(forge({ signedBy: string(blob) }).message).toContain("ssh-ed25519-cert-v01@openssh.com");
});

test("rejects RSA keys below 2048 bits, as subject and as CA", () => {
  const small = keyFile("rsa", 1024);
  const message = "an RSA key of 1024 bits is too short";
  expect(faultOf(() => certOf(ca, small.line, "-I", "x", "-n", "a")).message).toBe(message);
  expect(faultOf(() => certOf(small, user.line, "-I", "x", "-n", "a")).message).toBe(message);
});

test("does not keep the input buffer", () => {
  const input = Buffer.from(certOf(ca, user.line, "-I", "x", "-n", "a").blob);
  const certificate = parseCertificate(input);
  input.fill(0);
  expect(encodeBody(certificate).equals(signedPart(certificate))).toBe(true);
  expect(certificate.signedBy.verify(signedPart(certificate), certificate.signature)).toBe(true);
});

test("rejects a line whose type differs from the certificate's", () => {
  const line = certLine(ca, user.line, "-I", "x", "-n", "a");
  const lies = ["", "x", line.replace("ssh-ed25519", "ssh-rsa"), line.replace(" ", " x"), user.line];
  for (const lie of lies) expect(faultOf(() => parseCertificateLine(lie)).code).toBe("bad_request");
});

test("rejects random bytes", () => {
  const { blob } = certOf(ca, user.line, "-I", "x", "-n", "a,b", "-O", "source-address=::1");
  let state = 1;
  const random = (below: number) => (state = (state * 48271) % 0x7fffffff) % below;
  for (let round = 0; round < 20_000; round++) {
    const changed = Buffer.from(blob);
    for (let changes = 1 + random(4); changes > 0; changes--) changed[random(changed.length)] = random(256);
    try {
      const certificate = parseCertificate(changed);
      expect(encodeBody(certificate).equals(signedPart(certificate))).toBe(true);
    } catch (error) {
      expect(error).toMatchObject({ name: "Fault", code: "bad_request" });
    }
  }
});
