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

    test("is read and written like ssh-keygen's", () => {
      expect(`${key} a comment`).toBe(made.line);
      expect(PublicKey.fromBlob(key.blob).equals(key)).toBe(true);
      expect(sshKeygen(["-l", "-f", made.path])).toContain(` ${key.fingerprint} `);
    });

    test("verifies what its private key signed, and nothing else", () => {
      expect(key.verify(MESSAGE, signature)).toBe(true);
      expect(key.verify(Buffer.from("something else"), signature)).toBe(false);
      expect(PublicKey.parse(keyFile(type, bits).line).verify(MESSAGE, signature)).toBe(false);
      expect(key.verify(MESSAGE, Buffer.concat([signature, Buffer.of(0)]))).toBe(false);
      expect(key.verify(MESSAGE, signature.subarray(0, -1))).toBe(false);
      expect(key.verify(MESSAGE, Buffer.alloc(0))).toBe(false);
    });

    test("verifies what ssh-keygen -Y signed", () => {
      const { signed, signature } = sshSignature(made.path, MESSAGE);
      expect(key.verify(signed, signature)).toBe(true);
    });

    test("is refused truncated anywhere, and with a byte too many", () => {
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

    test("verifies what was signed while somebody touched it", () => {
      expect(token.public.verify(MESSAGE, token.sign(MESSAGE))).toBe(true);
      expect(token.public.verify(MESSAGE, token.sign(MESSAGE, 0x05))).toBe(true);
      expect(token.public.verify(MESSAGE, token.sign(Buffer.from("something else")))).toBe(false);
    });

    test("is refused when nobody touched it", () => {
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

    test("means the same to ssh-keygen", () => {
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

test("RSA signatures with SHA-1 do not count", () => {
  const made = keyFile("rsa", 2048);
  const signature = PrivateKey.parse(made.text).sign(MESSAGE);
  const key = PublicKey.parse(made.line);
  const blob = signature.subarray(new Writer().string("rsa-sha2-512").done().length);
  expect(key.verify(MESSAGE, new Writer().string("rsa-sha2-512").raw(blob).done())).toBe(true);
  for (const format of ["ssh-rsa", "rsa-sha2-256", "ssh-ed25519", "toString", ""]) {
    expect(key.verify(MESSAGE, new Writer().string(format).raw(blob).done())).toBe(false);
  }
});

test("a signature counts for the type that it names only", () => {
  const key = PrivateKey.generate();
  const blob = key.sign(MESSAGE).subarray(new Writer().string("ssh-ed25519").done().length);
  for (const format of ["ssh-rsa", "ssh-ed25519-cert-v01@openssh.com", "sk-ssh-ed25519@openssh.com"]) {
    expect(key.public.verify(MESSAGE, new Writer().string(format).raw(blob).done())).toBe(false);
  }
});

test("RSA below 2048 bits is refused", () => {
  expect(faultOf(() => PublicKey.parse(keyFile("rsa", 1024).line)).message).toBe(
    "an RSA key of 1024 bits is too short",
  );
  expect(faultOf(() => PublicKey.parse(keyFile("rsa", 2047).line)).code).toBe("bad_request");
});

test("RSA numbers that no key has are refused", () => {
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

test("a point that is not on the curve verifies nothing", () => {
  const point = Buffer.concat([Buffer.of(4), Buffer.alloc(64, 1)]);
  const blob = new Writer().string("ecdsa-sha2-nistp256").string("nistp256").string(point).done();
  const key = PublicKey.fromBlob(blob);
  expect(key.verify(MESSAGE, PrivateKey.parse(keyFile("ecdsa", 256).text).sign(MESSAGE))).toBe(false);
});

test("types that we do not trust are refused", () => {
  const dss = new Writer().string("ssh-dss").string("x").done();
  expect(faultOf(() => PublicKey.fromBlob(dss)).message).toBe('unsupported type of public key "ssh-dss"');
  const mixed = new Writer().string("ecdsa-sha2-nistp256").string("nistp384").string(Buffer.alloc(97, 4)).done();
  expect(faultOf(() => PublicKey.fromBlob(mixed)).message).toBe("malformed ecdsa key");
  const compressed = new Writer().string("ecdsa-sha2-nistp256").string("nistp256").string(Buffer.alloc(33, 2)).done();
  expect(faultOf(() => PublicKey.fromBlob(compressed)).code).toBe("bad_request");
});

test("a certificate is not a key", () => {
  const line = certLine(keyFile("ed25519"), keyFile("ed25519").line, "-I", "x", "-n", "a");
  expect(faultOf(() => PublicKey.parse(line)).message).toContain("ssh-ed25519-cert-v01@openssh.com");
});

test("a line has a type that is true, base64 in one spelling, and no options before it", () => {
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
