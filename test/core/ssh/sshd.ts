import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { formatCertificate } from "../../../core/cert/certificate.ts";
import { PrivateKey } from "../../../core/cert/private-key.ts";
import { own } from "../../kit/account.ts";
import { keptTempDir } from "../../kit/temp.ts";
import { certify, dial, HOST, hostCa, userCa } from "./kit.ts";

/** Whoever runs the tests: sshd lets nobody else in, unless it is run by root. */
export const ME = own.login;

/** A stock sshd that trusts the user CA and shows a certificate of the host CA. Ends with `stop`. */
export async function startSshd(more: Readonly<Record<string, string>> = {}): Promise<{ port: number; stop(): void }> {
  const dir = keptTempDir();
  const write = (name: string, text: string) => {
    const path = join(dir, name);
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  };
  const key = PrivateKey.generate();
  const port = await freePort();
  const settings = {
    Port: String(port),
    ListenAddress: "127.0.0.1",
    HostKey: write("host", key.toOpenSSH()),
    HostCertificate: write(
      "host-cert.pub",
      `${formatCertificate(await certify(hostCa, key, { type: "host", principals: [HOST] }))}\n`,
    ),
    TrustedUserCAKeys: write("ca.pub", `${userCa.public}\n`),
    AuthorizedKeysFile: "none",
    PasswordAuthentication: "no",
    KbdInteractiveAuthentication: "no",
    UsePAM: "no",
    StrictModes: "no",
    PidFile: "none",
    PermitRootLogin: "yes",
    LogLevel: "ERROR",
    ...more,
  };
  const config = Object.entries(settings).map(([name, value]) => `${name} ${value}\n`);
  const sshd = spawn("/usr/sbin/sshd", ["-D", "-e", "-f", write("config", config.join(""))], {
    env: {},
    stdio: "ignore",
  });
  for (;;) {
    try {
      (await dial(port)).destroy();
      return { port, stop: () => sshd.kill() };
    } catch (error) {
      if (sshd.exitCode !== null) throw error;
      await Bun.sleep(5);
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}
