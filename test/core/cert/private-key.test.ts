import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { PrivateKey } from "../../../core/cert/private-key.ts";
import { PublicKey } from "../../../core/cert/public-key.ts";
import { faultOf, file, freshName, keyFile, sshKeygen } from "./keygen.ts";

const MESSAGE = Buffer.from("to be signed");

test("generate() makes a different ed25519 key each time", () => {
  const [one, two] = [PrivateKey.generate(), PrivateKey.generate()];
  expect(one.public.type).toBe("ssh-ed25519");
  expect(one.public.equals(two.public)).toBe(false);
  expect(one.public.verify(MESSAGE, one.sign(MESSAGE))).toBe(true);
});

for (const [type, bits] of [["ed25519"], ["ecdsa", 256], ["ecdsa", 384], ["ecdsa", 521], ["rsa", 2048]] as const) {
  describe(`${type} ${bits ?? ""}`.trim(), () => {
    const made = keyFile(type, bits);
    const key = PrivateKey.parse(made.text);

    test("round-trips the OpenSSH format with ssh-keygen", () => {
      expect(key.public.toString()).toBe(PublicKey.parse(made.line).toString());
      const ours = file(freshName(), key.toOpenSSH("our comment"));
      expect(sshKeygen(["-y", "-f", ours]).trim()).toBe(`${key.public} our comment`);
      expect(PrivateKey.parse(key.toOpenSSH()).public.equals(key.public)).toBe(true);
    });

    test("signatures over many messages verify", () => {
      for (let i = 0; i < 50; i++) expect(key.public.verify(Buffer.of(i), key.sign(Buffer.of(i)))).toBe(true);
    });
  });
}

test("parses PKCS #8", () => {
  for (const [type, bits] of [
    ["ecdsa", 384],
    ["rsa", 2048],
  ] as const) {
    const made = keyFile(type, bits);
    sshKeygen(["-q", "-p", "-N", "", "-m", "PKCS8", "-f", made.path]);
    const text = readFileSync(made.path, "utf8");
    expect(text).toStartWith("-----BEGIN PRIVATE KEY-----");
    expect(PrivateKey.parse(text).public.equals(PublicKey.parse(made.line))).toBe(true);
  }
});

test("parses an ed25519 key of openssl (example of RFC 8410 §10.3)", () => {
  const pem =
    "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n-----END PRIVATE KEY-----\n";
  const point = Buffer.from("19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1", "hex");
  expect(PrivateKey.parse(pem).public.blob.subarray(-32)).toEqual(point);
});

test("rejects an encrypted key with a hint", () => {
  const openssh = keyFile("ed25519", undefined, "secret");
  const pkcs8 = keyFile("ecdsa", 256, "secret");
  sshKeygen(["-q", "-p", "-P", "secret", "-N", "secret", "-m", "PKCS8", "-f", pkcs8.path]);
  const legacy = keyFile("rsa", 2048, "secret");
  sshKeygen(["-q", "-p", "-P", "secret", "-N", "secret", "-m", "PEM", "-f", legacy.path]);
  for (const path of [openssh.path, pkcs8.path, legacy.path]) {
    const fault = faultOf(() => PrivateKey.parse(readFileSync(path, "utf8")));
    expect(fault).toEqual({ code: "bad_request", message: "the private key is encrypted" });
  }
});

test("rejects other text without quoting it", () => {
  const { text, line } = keyFile("ed25519");
  const broken = ["", "hello secret", line, text.slice(0, 200), text.replace(/\n.{10}/, "\nAAAAAAAAAA")];
  for (const bad of broken) {
    expect(faultOf(() => PrivateKey.parse(bad))).toEqual({ code: "bad_request", message: "malformed private key" });
  }
});

test("rejects a file whose public key does not match", () => {
  const bytes = (text: string) => Buffer.from(text.replace(/-----.*-----/g, ""), "base64");
  const [mine, other] = [keyFile("ed25519"), keyFile("ed25519")];
  const blob = bytes(mine.text);
  const [right, wrong] = [mine, other].map(({ line }) => PublicKey.parse(line).blob.subarray(-32)) as [Buffer, Buffer];
  for (let at = blob.indexOf(right); at >= 0; at = blob.indexOf(right)) wrong.copy(blob, at);
  const text = `-----BEGIN OPENSSH PRIVATE KEY-----\n${blob.toString("base64")}\n-----END OPENSSH PRIVATE KEY-----\n`;
  expect(faultOf(() => PrivateKey.parse(text)).code).toBe("bad_request");
});
