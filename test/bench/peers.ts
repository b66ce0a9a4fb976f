import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { run, runProgram } from "../kit/run.ts";

/** What a user would use instead: OpenSSH's own daemon behind an OpenSSH bastion, with the same certificates. */
export interface Sshd {
  readonly port: number;
}

/**
 * Starts a stock sshd that trusts the cluster's user authority and shows a host certificate of its host authority.
 * `root` must be the user: sshd separates its privileges.
 */
export async function startSshd(
  stack: AsyncDisposableStack,
  options: { readonly dir: string; readonly name: string; readonly dataDir: string },
): Promise<Sshd> {
  const dir = join(options.dir, options.name);
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const env = { SALLYPORT_DATA_DIR: options.dataDir };
  const port = await freePort();
  await run(["tctl", "auth", "sign", "--host=localhost,127.0.0.1", "--format=openssh", "-o", join(dir, "host")], {
    env,
  });
  const authority = await run(["tctl", "auth", "export", "--type=user"], { env });
  writeFileSync(join(dir, "user_ca.pub"), authority.stdout.replace(/^cert-authority /, ""));
  const config = [
    "ListenAddress 127.0.0.1",
    `Port ${port}`,
    `HostKey ${join(dir, "host")}`,
    `HostCertificate ${join(dir, "host-cert.pub")}`,
    `TrustedUserCAKeys ${join(dir, "user_ca.pub")}`,
    "PermitRootLogin yes",
    "AuthorizedKeysFile none",
    "StrictModes no",
    "UsePAM no",
    "PidFile none",
    "MaxStartups 200",
    "MaxSessions 100",
  ];
  writeFileSync(join(dir, "sshd_config"), `${config.join("\n")}\n`);
  mkdirSync("/run/sshd", { recursive: true });
  const child = Bun.spawn(["/usr/sbin/sshd", "-D", "-e", "-f", join(dir, "sshd_config")], {
    stdin: "ignore",
    stdout: "ignore",
    stderr: Bun.file(join(dir, "log")),
  });
  stack.defer(async () => {
    child.kill();
    await child.exited;
  });
  await answers(port);
  return { port };
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

async function answers(port: number): Promise<void> {
  const until = Date.now() + 10_000;
  for (;;) {
    const probe = await runProgram(["bash", "-c", `exec 3<>/dev/tcp/127.0.0.1/${port}`]);
    if (probe.code === 0) return;
    if (Date.now() > until) throw new Error("sshd does not listen");
    await Bun.sleep(50);
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
