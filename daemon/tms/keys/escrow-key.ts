import { PrivateKey } from "../../../core/cert/private-key.ts";
import { Fault } from "../../../core/fault.ts";
import type { Key } from "../../../core/store.ts";
import type { Storage } from "../../storage.ts";

const ESCROW_KEY: Key = "/tms/escrow-key";

/** The key that signs what hosts may keep, ed25519. It is made once and lies sealed in the store. */
export async function openEscrowKey({ store, seal }: Pick<Storage, "store" | "seal">): Promise<PrivateKey> {
  const entry = await store.get(ESCROW_KEY);
  if (entry !== undefined) return PrivateKey.parse(seal.open(Buffer.from(entry.value).toString(), ESCROW_KEY));
  const key = PrivateKey.generate();
  const value = Buffer.from(seal.close(key.toOpenSSH(), ESCROW_KEY));
  try {
    await store.commit([{ put: ESCROW_KEY, value, expect: "absent" }]);
    return key;
  } catch (error) {
    // Another process was first.
    if (error instanceof Fault && error.code === "conflict") return openEscrowKey({ store, seal });
    throw error;
  }
}
