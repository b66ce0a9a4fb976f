import {
  chmodSync,
  chownSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { program } from "../../kit/run.ts";
import type { Key, TmsServer } from "../../kit/tms-server.ts";
import type { Command } from "../measure.ts";

/** The account that sshd runs keycmd as. */
const NOBODY = 65534;

/** A machine with two configurations of keycmd: one that only retrieves, and one that also caches statements. */
export interface Host {
  /** The command of AuthorizedKeysCommand, without arguments. */
  readonly asks: readonly string[];
  readonly keeps: readonly string[];
  /** A shell script that prints the authorized_keys file, and that file. */
  readonly script: string;
  readonly keysFile: string;
  /** The command as sshd runs it for the key, as nobody. */
  call(words: readonly string[]): Command;
  /** The request of keycmd, sent by curl. */
  readonly curl: Command;
}

/** Sets up a machine on which `key` logs in. Its directory is writable by root only, as sshd requires for commands. */
export async function setUpHost(stack: AsyncDisposableStack, server: TmsServer, key: Key): Promise<Host> {
  mkdirSync("/opt", { recursive: true });
  const dir = mkdtempSync("/opt/sallyport-bench-");
  stack.defer(() => rmSync(dir, { recursive: true, force: true }));
  chmodSync(dir, 0o755);
  const at = (name: string) => join(dir, name);
  copyFileSync(realpathSync(program("sallyport")), at("sallyport"));
  copyFileSync(server.caFile, at("ca.pem"));
  chmodSync(at("ca.pem"), 0o644);
  mkdirSync(at("cache"), { mode: 0o700 });
  chownSync(at("cache"), NOBODY, NOBODY);
  writeFileSync(at("keys"), `${key.publicKey}\n`);
  writeFileSync(at("script"), `#!/bin/sh\nexec cat ${at("keys")}\n`, { mode: 0o755 });

  const retrieve = `${server.url}/v1/tms/pubkeys/creds/retrieve`;
  const { keys } = (await server.must("GET", "/v1/tms/escrow-keys")).body as { keys: readonly string[] };
  const settings = { tms_url: retrieve, host_name: key.host, ca_file: at("ca.pem"), log: "syslog" };
  const asks = toml(settings);
  writeFileSync(at("asks.toml"), asks);
  writeFileSync(at("keeps.toml"), `${asks}${toml({ cache: at("cache"), escrow_keys: keys })}`);
  const keycmd = (config: string) => [at("sallyport"), "keycmd", "--config", at(config)];

  const { account, fingerprint } = key;
  const fields = { user: account, user_uid: "1000", host: key.host, public_key_fingerprint: fingerprint };
  const request = JSON.stringify({ ...fields, key_type: "ssh-ed25519" });
  const env = { PATH: "/usr/bin:/bin:/usr/sbin:/sbin" };
  return {
    asks: keycmd("asks.toml"),
    keeps: keycmd("keeps.toml"),
    script: at("script"),
    keysFile: at("keys"),
    call: (words) => ({ argv: [...words, account, "1000", fingerprint, "ssh-ed25519"], env, uid: NOBODY }),
    curl: {
      argv: [
        ...["curl", "--silent", "--fail", "--cacert", at("ca.pem"), "--header", "content-type: application/json"],
        ...["--data", request, retrieve],
      ],
      env,
      uid: NOBODY,
    },
  };
}

function toml(values: Readonly<Record<string, string | readonly string[]>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name} = ${JSON.stringify(value)}\n`)
    .join("");
}
