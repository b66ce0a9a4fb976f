import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { formatIdentity } from "../../core/cert/identity-file.ts";
import { mintCertificate } from "../../core/cert/mint.ts";
import { PrivateKey } from "../../core/cert/private-key.ts";
import { writePrivate } from "../files.ts";
import { memberSpec } from "./certificates.ts";
import type { AuthContext } from "./context.ts";
import { keepRenewed } from "./renewal.ts";

/** The files with which `tctl` on this machine connects to auth: the admin identity, and auth's address. */
export const adminFiles = (dataDir: string) => ({
  identity: join(dataDir, "proc", "admin"),
  address: join(dataDir, "proc", "auth.json"),
});

/**
 * Writes an admin identity to the data directory, whose readers thereby become administrators, and renews it until
 * disposed. `addr` is auth's address for this machine.
 */
export async function keepAdminIdentity(auth: AuthContext, dataDir: string, addr: string): Promise<Disposable> {
  const files = adminFiles(dataDir);
  return keepRenewed(auth, async () => {
    const key = PrivateKey.generate();
    const spec = memberSpec(auth, {
      keyId: `${randomUUID()}.${auth.cluster}`,
      principals: ["admin"],
      roles: ["admin"],
      key: key.public,
    });
    const certificate = await mintCertificate(spec, auth.authorities.signer("host"));
    const authorities = auth.view.authorities("host");
    const identity = { key: key.toOpenSSH("admin"), certificate, cluster: auth.cluster, authorities };
    writePrivate(files.identity, formatIdentity(identity));
    writePrivate(files.address, `${JSON.stringify({ addr, cluster: auth.cluster })}\n`);
    return certificate;
  });
}
