import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { PrivateKey } from "../../../core/cert/private-key.ts";
import { signSsh, verifySsh } from "../../../core/cert/sshsig.ts";
import { Writer } from "../../../core/cert/wire.ts";
import { file, freshName, keyFile, sshKeygen } from "./keygen.ts";

const MESSAGE = "what is signed\nand how\n";

/** A signature as the file that ssh-keygen reads. */
function armour(signature: Buffer): string {
  const lines = signature.toString("base64").match(/.{1,70}/g) ?? [];
  return ["-----BEGIN SSH SIGNATURE-----", ...lines, "-----END SSH SIGNATURE-----", ""].join("\n");
}

/** The signature inside such a file. */
function bare(text: string): Buffer {
  return Buffer.from(text.replace(/-----.*-----/g, ""), "base64");
}

/** Has ssh-keygen check a signature as of `signer`, who has `key`. */
function checkedBySshKeygen(key: PrivateKey, signature: Buffer, namespace: string): string {
  const allowed = file(freshName(), `signer ${key.public}\n`);
  const sig = file(freshName(), armour(signature));
  return sshKeygen(["-Y", "verify", "-f", allowed, "-I", "signer", "-n", namespace, "-s", sig], MESSAGE);
}

describe.each(["ed25519", "ecdsa", "rsa"] as const)("signatures by %s", (type) => {
  test("ssh-keygen -Y verify takes ours", async () => {
    const key = await PrivateKey.make(type);
    const signature = signSsh(MESSAGE, "one@test", key);
    expect(checkedBySshKeygen(key, signature, "one@test")).toContain(`Good "one@test" signature for signer`);
    expect(() => checkedBySshKeygen(key, signature, "two@test")).toThrow();
    expect(verifySsh(MESSAGE, "one@test", signature).equals(key.public)).toBe(true);
  });

  test.each(["sha256", "sha512"])("we take those that ssh-keygen -Y sign makes with %s", (hash) => {
    const key = keyFile(type);
    const message = file(freshName(), MESSAGE);
    sshKeygen(["-q", "-Y", "sign", "-f", key.path, "-n", "one@test", "-O", `hashalg=${hash}`, message]);
    const signature = bare(readFileSync(`${message}.sig`, "utf8"));
    expect(key.line).toStartWith(verifySsh(MESSAGE, "one@test", signature).toString());
  });
});

describe("a signature is refused", () => {
  const key = PrivateKey.generate();
  const good = signSsh(MESSAGE, "one@test", key);
  const parts = (change: { version?: number; hash?: string; tail?: string }) =>
    new Writer()
      .raw(Buffer.from("SSHSIG"))
      .uint32(change.version ?? 1)
      .string(key.public.blob)
      .string("one@test")
      .string("")
      .string(change.hash ?? "sha512")
      .string(good.subarray(-83))
      .raw(Buffer.from(change.tail ?? ""))
      .done();

  test("but not this one, which the others are made of", () => {
    expect(parts({})).toEqual(good);
  });

  test.each([
    ["of another message", () => verifySsh(`${MESSAGE}!`, "one@test", good), "denied"],
    ["of another namespace", () => verifySsh(MESSAGE, "two@test", good), "denied"],
    ["of nothing", () => verifySsh(MESSAGE, "one@test", Buffer.alloc(0)), "bad_request"],
    ["that is cut short", () => verifySsh(MESSAGE, "one@test", good.subarray(0, -1)), "bad_request"],
    ["with a tail", () => verifySsh(MESSAGE, "one@test", parts({ tail: "x" })), "bad_request"],
    ["of another version", () => verifySsh(MESSAGE, "one@test", parts({ version: 2 })), "bad_request"],
    ["with a hash of another name", () => verifySsh(MESSAGE, "one@test", parts({ hash: "sha1" })), "bad_request"],
    ["with the hash exchanged", () => verifySsh(MESSAGE, "one@test", parts({ hash: "sha256" })), "denied"],
  ])("%s", (_name, verify, code) => {
    expect(verify).toThrow(expect.objectContaining({ code }));
  });

  test("wherever one bit of it is turned", () => {
    for (let at = 0; at < good.length; at++) {
      const wrong = Buffer.from(good);
      wrong[at] = (wrong[at] ?? 0) ^ 1;
      expect(() => verifySsh(MESSAGE, "one@test", wrong)).toThrow();
    }
  });
});
