import { describe, expect, test } from "bun:test";
import { PrivateKey } from "../../../core/cert/private-key.ts";
import { signSsh } from "../../../core/cert/sshsig.ts";
import { file, freshName, sshKeygen } from "./keygen.ts";

const MESSAGE = "what is signed\nand how\n";

/** A signature as the file that ssh-keygen reads. */
function armour(signature: Buffer): string {
  const lines = signature.toString("base64").match(/.{1,70}/g) ?? [];
  return ["-----BEGIN SSH SIGNATURE-----", ...lines, "-----END SSH SIGNATURE-----", ""].join("\n");
}

/** Has ssh-keygen check a signature as of `signer`, who has `key`. */
function checkedBySshKeygen(key: PrivateKey, signature: Buffer, namespace: string): string {
  const allowed = file(freshName(), `signer ${key.public}\n`);
  const sig = file(freshName(), armour(signature));
  return sshKeygen(["-Y", "verify", "-f", allowed, "-I", "signer", "-n", namespace, "-s", sig], MESSAGE);
}

describe.each(["ed25519", "ecdsa", "rsa"] as const)("signatures by %s", (type) => {
  test("ssh-keygen -Y verify accepts the signature", async () => {
    const key = await PrivateKey.make(type);
    const signature = signSsh(MESSAGE, "one@test", key);
    expect(checkedBySshKeygen(key, signature, "one@test")).toContain(`Good "one@test" signature for signer`);
    expect(() => checkedBySshKeygen(key, signature, "two@test")).toThrow();
  });
});

test("ssh-keygen -Y verify rejects the signature for another message", () => {
  const key = PrivateKey.generate();
  const signature = signSsh(`${MESSAGE}!`, "one@test", key);
  expect(() => checkedBySshKeygen(key, signature, "one@test")).toThrow();
});
