import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import type { LoggedIn } from "../../kit/logged-in.ts";
import { cleanEnv, runProgram } from "../../kit/run.ts";

const SSHD = "/usr/sbin/sshd";

/** A stock sshd that trusts the cluster's users and has a host certificate of the cluster. */
export interface Sshd extends AsyncDisposable {
  readonly port: number;
}

/**
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
  const port = await freePort();
  const config = [
    `Port ${port}`,
    "ListenAddress 127.0.0.1",
    `HostKey ${at("host")}`,
    ...(host === "" ? [] : [`HostCertificate ${at("host-cert.pub")}`]),
    `TrustedUserCAKeys ${at("users")}`,
    "AuthorizedKeysFile none",
    "PidFile none",
    "UsePAM no",
    "StrictModes no",
    `Subsystem sftp ${sftp}`,
  ];
  writeFileSync(at("sshd_config"), `${config.join("\n")}\n`);
  if (process.getuid?.() === 0 && !existsSync("/run/sshd")) mkdirSync("/run/sshd");
  const child = Bun.spawn([SSHD, "-D", "-e", "-f", at("sshd_config")], {
    env: cleanEnv(),
    stdout: "ignore",
    stderr: "pipe",
  });
  let log = "";
  for await (const chunk of child.stderr) {
    log += new TextDecoder().decode(chunk);
    if (log.includes("Server listening")) break;
  }
  if (!log.includes("Server listening")) throw new Error(`sshd did not start:\n${log}`);
  return {
    port,
    async [Symbol.asyncDispose]() {
      child.kill();
      await child.exited;
    },
  };
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}
