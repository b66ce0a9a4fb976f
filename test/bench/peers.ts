import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "../kit/run.ts";
import { type Sshd, startSshd as startStock } from "../kit/sshd.ts";

/**
 * What a user would use instead: OpenSSH's own daemon behind an OpenSSH bastion, with the same certificates. Starts a stock
 * sshd that trusts the cluster's user authority and shows a host certificate of its host authority.
 * `root` must be the user: sshd separates its privileges.
 */
export async function startSshd(
  stack: AsyncDisposableStack,
  options: { readonly dir: string; readonly name: string; readonly dataDir: string },
): Promise<Sshd> {
  const dir = join(options.dir, options.name);
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const env = { SALLYPORT_DATA_DIR: options.dataDir };
  await run(["tctl", "auth", "sign", "--host=localhost,127.0.0.1", "--format=openssh", "-o", join(dir, "host")], {
    env,
  });
  const authority = await run(["tctl", "auth", "export", "--type=user"], { env });
  writeFileSync(join(dir, "user_ca.pub"), authority.stdout.replace(/^cert-authority /, ""));
  return stack.use(
    await startStock(dir, [
      `HostKey ${join(dir, "host")}`,
      `HostCertificate ${join(dir, "host-cert.pub")}`,
      `TrustedUserCAKeys ${join(dir, "user_ca.pub")}`,
      "PermitRootLogin yes",
      "MaxStartups 200",
      "MaxSessions 100",
    ]),
  );
}

/** The `ssh` options of somebody who logged in with `tsh`: their key, their certificate, the cluster's hosts. */
export function sshOptions(dir: string, user: string, hostAuthority: string): string[] {
  const known = join(dir, "bench_known_hosts");
  writeFileSync(known, hostAuthority);
  const key = join(dir, user);
  return [
    "-F/dev/null",
    `-oIdentityFile=${key}`,
    `-oCertificateFile=${key}-cert.pub`,
    "-oIdentitiesOnly=yes",
    `-oUserKnownHostsFile=${known}`,
    "-oGlobalKnownHostsFile=/dev/null",
    "-oStrictHostKeyChecking=yes",
    "-oBatchMode=yes",
    "-oUpdateHostKeys=no",
  ];
}

export const CURVE25519 = "-oKexAlgorithms=curve25519-sha256";
