import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { LoggedIn } from "../../kit/logged-in.ts";
import { runProgram } from "../../kit/run.ts";
import { type Sshd, startSshd as startStock } from "../../kit/sshd.ts";

/**
 * A stock sshd that trusts the cluster's users and has a host certificate of the cluster.
 * @param sftp the command of the SFTP subsystem; OpenSSH's own unless given
 * @param host the name in its certificate; none for no certificate
 */
export async function startSshd(
  cluster: Pick<LoggedIn, "tctl">,
  dir: string,
  sftp = "internal-sftp",
  host = "localhost",
): Promise<Sshd> {
  const at = (name: string) => join(dir, name);
  const key = await runProgram(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", at("host")]);
  if (key.code !== 0) throw new Error(key.stderr);
  const signed = await cluster.tctl([
    "auth",
    "sign",
    `--host=${host || "nobody.example.com"}`,
    `--pubkey=${at("host.pub")}`,
    "-o",
    at("host"),
    "--format=openssh",
  ]);
  if (signed.code !== 0) throw new Error(signed.stderr);
  const exported = await cluster.tctl(["auth", "export", "--type=user"]);
  writeFileSync(at("users"), exported.stdout.replaceAll("cert-authority ", ""));
  return startStock(dir, [
    `HostKey ${at("host")}`,
    ...(host === "" ? [] : [`HostCertificate ${at("host-cert.pub")}`]),
    `TrustedUserCAKeys ${at("users")}`,
    `Subsystem sftp ${sftp}`,
  ]);
}
