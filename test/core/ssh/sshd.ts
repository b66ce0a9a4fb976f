import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { formatCertificate } from "../../../core/cert/certificate.ts";
import { PrivateKey } from "../../../core/cert/private-key.ts";
import { own } from "../../kit/account.ts";
import { type Sshd, startSshd as startStock } from "../../kit/sshd.ts";
import { keptTempDir } from "../../kit/temp.ts";
import { certify, HOST, hostCa, userCa } from "./kit.ts";

/** Whoever runs the tests: sshd lets nobody else in, unless it is run by root. */
export const ME = own.login;

/** A stock sshd that trusts the user CA and shows a certificate of the host CA. Ends with `stop`. */
export async function startSshd(more: Readonly<Record<string, string>> = {}): Promise<Sshd> {
  const dir = keptTempDir();
  const write = (name: string, text: string) => {
    const path = join(dir, name);
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  };
  const key = PrivateKey.generate();
  const certificate = await certify(hostCa, key, { type: "host", principals: [HOST] });
  const settings = {
    HostKey: write("host", key.toOpenSSH()),
    HostCertificate: write("host-cert.pub", `${formatCertificate(certificate)}\n`),
    TrustedUserCAKeys: write("ca.pub", `${userCa.public}\n`),
    PasswordAuthentication: "no",
    KbdInteractiveAuthentication: "no",
    PermitRootLogin: "yes",
    ...more,
  };
  return startStock(
    dir,
    Object.entries(settings).map(([name, value]) => `${name} ${value}`),
  );
}
