import { describe, expect, test } from "bun:test";
import { PrivateKey } from "../../../core/cert/private-key.ts";
import { PublicKey } from "../../../core/cert/public-key.ts";
import { Writer } from "../../../core/cert/wire.ts";
import { certLine, fakeToken, faultOf, file, freshName, keyFile, sshKeygen } from "./keygen.ts";

const MESSAGE = Buffer.from("to be signed");
const KINDS = [["ed25519"], ["ecdsa", 256], ["ecdsa", 384], ["ecdsa", 521], ["rsa", 2048]] as const;

for (const [type, bits] of KINDS) {
  describe(`${type} ${bits ?? ""}`.trim(), () => {
    const made = keyFile(type, bits);
    const key = PublicKey.parse(made.line);
    const signature = PrivateKey.parse(made.text).sign(MESSAGE);

    test("parses and formats as ssh-keygen does", () => {
      expect(`${key} a comment`).toBe(made.line);
      expect(PublicKey.fromBlob(key.blob).equals(key)).toBe(true);
      expect(sshKeygen(["-l", "-f", made.path])).toContain(` ${key.fingerprint} `);
    });

    test("verifies signatures of its private key only", () => {
      expect(key.verify(MESSAGE, signature)).toBe(true);
      expect(key.verify(Buffer.from("something else"), signature)).toBe(false);
      expect(PublicKey.parse(keyFile(type, bits).line).verify(MESSAGE, signature)).toBe(false);
      expect(key.verify(MESSAGE, Buffer.concat([signature, Buffer.of(0)]))).toBe(false);
      expect(key.verify(MESSAGE, signature.subarray(0, -1))).toBe(false);
      expect(key.verify(MESSAGE, Buffer.alloc(0))).toBe(false);
    });

    test("verifies signatures of ssh-keygen -Y sign", () => {
      const { signed, signature } = sshSignature(made.path, MESSAGE);
      expect(key.verify(signed, signature)).toBe(true);
    });

    test("rejects truncation at every byte and trailing bytes", () => {
      for (let length = 0; length < key.blob.length; length++) {
        expect(faultOf(() => PublicKey.fromBlob(key.blob.subarray(0, length))).code).toBe("bad_request");
      }
      expect(faultOf(() => PublicKey.fromBlob(Buffer.concat([key.blob, Buffer.of(0)]))).code).toBe("bad_request");
    });
  });
}

for (const kind of ["ed25519", "ecdsa"] as const) {
  describe(`a security key, ${kind}`, () => {
    const token = fakeToken(kind);

    test("accepts a signature with user presence", () => {
      expect(token.public.verify(MESSAGE, token.sign(MESSAGE))).toBe(true);
      expect(token.public.verify(MESSAGE, token.sign(MESSAGE, 0x05))).toBe(true);
      expect(token.public.verify(MESSAGE, token.sign(Buffer.from("something else")))).toBe(false);
    });

    test("rejects a signature without user presence", () => {
      expect(token.public.verify(MESSAGE, token.sign(MESSAGE, 0x00))).toBe(false);
      expect(token.public.verify(MESSAGE, token.sign(MESSAGE, 0x04))).toBe(false);
    });

    test("binds flags and counter to the signature", () => {
      const signature = token.sign(MESSAGE);
      for (const at of [-1, -5]) {
        const changed = Buffer.from(signature);
        changed.writeUInt8(changed.at(at) === 1 ? 5 : 9, changed.length + at);
        expect(token.public.verify(MESSAGE, changed)).toBe(false);
      }
      expect(token.public.verify(MESSAGE, signature.subarray(0, -4))).toBe(false);
    });

    test("agrees with ssh-keygen -Y verify", () => {
      const namespace = new Writer().string("file").string("").string("sha512").done();
      const hash = new Bun.CryptoHasher("sha512").update(MESSAGE).digest();
      const signed = new Writer().raw(Buffer.from("SSHSIG")).raw(namespace).string(hash).done();
      const envelope = new Writer().raw(Buffer.from("SSHSIG")).uint32(1).string(token.public.blob).raw(namespace);
      const armoured = envelope.string(token.sign(signed)).done().toString("base64").replace(/.{70}/g, "$&\n");
      const signature = file(freshName(), `-----BEGIN SSH SIGNATURE-----\n${armoured}\n-----END SSH SIGNATURE-----\n`);
      const signers = file(freshName(), `alice ${token.public}\n`);
      const words = ["-Y", "verify", "-f", signers, "-I", "alice", "-n", "file", "-s", signature];
      expect(sshKeygen(words, MESSAGE.toString())).toStartWith('Good "file" signature for alice');
    });
  });
}

test("rejects RSA signatures with SHA-1", () => {
  const made = keyFile("rsa", 2048);
  const signature = PrivateKey.parse(made.text).sign(MESSAGE);
  const key = PublicKey.parse(made.line);
  const blob = signature.subarray(new Writer().string("rsa-sha2-512").done().length);
  expect(key.verify(MESSAGE, new Writer().string("rsa-sha2-512").raw(blob).done())).toBe(true);
  for (const format of ["ssh-rsa", "rsa-sha2-256", "ssh-ed25519", "toString", ""]) {
    expect(key.verify(MESSAGE, new Writer().string(format).raw(blob).done())).toBe(false);
  }
});

test("rejects a signature with another key's format", () => {
  const key = PrivateKey.generate();
  const blob = key.sign(MESSAGE).subarray(new Writer().string("ssh-ed25519").done().length);
  for (const format of ["ssh-rsa", "ssh-ed25519-cert-v01@openssh.com", "sk-ssh-ed25519@openssh.com"]) {
    expect(key.public.verify(MESSAGE, new Writer().string(format).raw(blob).done())).toBe(false);
  }
});

test("rejects RSA keys below 2048 bits", () => {
  expect(faultOf(() => PublicKey.parse(keyFile("rsa", 1024).line)).message).toBe(
    "an RSA key of 1024 bits is too short",
  );
  expect(faultOf(() => PublicKey.parse(keyFile("rsa", 2047).line)).code).toBe("bad_request");
});

test("rejects invalid RSA exponents and moduli", () => {
  const n = Buffer.alloc(256, 0xff);
  const blob = (e: Uint8Array, modulus: Uint8Array) => new Writer().string("ssh-rsa").mpint(e).mpint(modulus).done();
  expect(PublicKey.fromBlob(blob(Buffer.of(3), n)).type).toBe("ssh-rsa");
  for (const e of [[1], [2], [1, 0, 0, 0, 0, 0, 0, 0, 1]]) {
    expect(faultOf(() => PublicKey.fromBlob(blob(Buffer.from(e), n))).message).toBe("malformed RSA key");
  }
  expect(faultOf(() => PublicKey.fromBlob(blob(Buffer.of(3), Buffer.alloc(2049, 0xff)))).message).toBe(
    "malformed RSA key",
  );
});

test("verifies nothing with a point off the curve", () => {
  const point = Buffer.concat([Buffer.of(4), Buffer.alloc(64, 1)]);
  const blob = new Writer().string("ecdsa-sha2-nistp256").string("nistp256").string(point).done();
  const key = PublicKey.fromBlob(blob);
  expect(key.verify(MESSAGE, PrivateKey.parse(keyFile("ecdsa", 256).text).sign(MESSAGE))).toBe(false);
});

test("rejects unsupported key types", () => {
  const dss = new Writer().string("ssh-dss").string("x").done();
  expect(faultOf(() => PublicKey.fromBlob(dss)).message).toBe('unsupported type of public key "ssh-dss"');
  const mixed = new Writer().string("ecdsa-sha2-nistp256").string("nistp384").string(Buffer.alloc(97, 4)).done();
  expect(faultOf(() => PublicKey.fromBlob(mixed)).message).toBe("malformed ecdsa key");
  const compressed = new Writer().string("ecdsa-sha2-nistp256").string("nistp256").string(Buffer.alloc(33, 2)).done();
  expect(faultOf(() => PublicKey.fromBlob(compressed)).code).toBe("bad_request");
});

test("rejects a certificate as a key", () => {
  const line = certLine(keyFile("ed25519"), keyFile("ed25519").line, "-I", "x", "-n", "a");
  expect(faultOf(() => PublicKey.parse(line)).message).toContain("ssh-ed25519-cert-v01@openssh.com");
});

test("rejects lines with a wrong type, non-canonical base64 or leading options", () => {
  const key = PrivateKey.generate().public;
  expect(PublicKey.parse(`  ${key}\tcomment with words\n`).equals(key)).toBe(true);
  for (const line of ["", "ssh-ed25519", `ssh-rsa ${key.toString().split(" ")[1]}`, `no-pty ${key}`, `${key}=`]) {
    expect(faultOf(() => PublicKey.parse(line)).code).toBe("bad_request");
  }
});

/** A signature by `ssh-keygen -Y sign` (PROTOCOL.sshsig), and the bytes that it is over. */
function sshSignature(keyPath: string, message: Buffer): { signed: Buffer; signature: Buffer } {
  const armoured = sshKeygen(["-q", "-Y", "sign", "-f", keyPath, "-n", "file"], message.toString());
  const bytes = Buffer.from(armoured.replace(/-----.*-----/g, ""), "base64");
  const length = bytes.readUInt32BE(10);
  const rest = bytes.subarray(14 + length);
  const namespace = new Writer().string("file").string("").string("sha512").done();
  const hash = new Bun.CryptoHasher("sha512").update(message).digest();
  const signed = new Writer().raw(Buffer.from("SSHSIG")).raw(namespace).string(hash).done();
  return { signed, signature: rest.subarray(namespace.length + 4) };
}
