import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import { Fault } from "../../../core/fault.ts";
import { parseConfig, readCredential } from "../config.ts";
import { whyClosed, whyNotOwn } from "./access.ts";
import type { Account } from "./account.ts";
import { probeTms } from "./probe.ts";

/** The setup to install. */
export interface InstallRequest {
  readonly file: string;
  readonly account: Account;
  readonly url: string;
  readonly host: string;
  readonly caFile: string | undefined;
  readonly credentialFile: string | undefined;
  readonly cache: string;
}

/** One change with its description before and after: `write /etc/…`, `wrote /etc/…`. */
export interface Step {
  readonly will: string;
  readonly did: string;
  act(): void;
}

/**
 * Validates everything and requests the server's signing keys before it returns the steps, so that a host is set up
 * completely or not at all.
 * @throws Fault with the reason; `conflict` for an existing configuration
 */
export async function prepare({
  file,
  account,
  url,
  host,
  caFile,
  credentialFile,
  cache,
}: InstallRequest): Promise<Step[]> {
  if (existsSync(file))
    throw new Fault("conflict", `${file} is there already`, { hint: "edit it, or remove it first" });
  const dir = dirname(resolve(file));
  const closed = whyClosed(nearest(dirname(resolve(cache))), account);
  if (closed !== undefined)
    throw new Fault("failed", `${cache} cannot serve as the cache: ${closed}`, {
      hint: "name another place with --cache",
    });
  // An existing directory may be a shared one: /var/lib must not change its owner.
  const taken = isThere(cache) ? whyNotOwn(resolve(cache), account) : undefined;
  if (taken !== undefined)
    throw new Fault("conflict", `${cache} cannot serve as the cache: ${taken}`, {
      hint: "name a directory that is not there yet with --cache",
    });
  const [authority, credential] = [caFile, credentialFile].map((path) =>
    path === undefined ? undefined : resolve(path),
  );
  const secret = credential === undefined ? undefined : readCredential(credential);
  const values: Record<string, unknown> = { tms_url: url, host_name: host, ca_file: authority };
  const draft = parseConfig(toml(values), "the command line");
  const { keys, accepted } = await probeTms(draft, host, secret);
  if (accepted?.ok === false)
    throw new Fault("denied", `the escrow refuses this host's credential: ${accepted.said}`, {
      hint: "tctl tms hosts credential makes a new one",
    });
  values["tms_url"] = draft.url.href;
  values["ca_file"] = authority === undefined ? undefined : join(dir, "keycmd-ca.pem");
  values["credential_file"] = secret === undefined ? undefined : join(dir, "keycmd-credential");
  if (keys !== undefined) Object.assign(values, { cache: resolve(cache), escrow_keys: keys });
  const text = toml(values);
  parseConfig(text, file);
  const steps: Step[] = [];
  if (!existsSync(dir))
    steps.push(made(`the directory ${dir}`, () => mkdirSync(dir, { recursive: true, mode: 0o755 })));
  if (authority !== undefined)
    steps.push(copy(readFileSync(authority, "utf8"), `${values["ca_file"]}`, 0o644, undefined));
  if (secret !== undefined) steps.push(copy(`${secret}\n`, `${values["credential_file"]}`, 0o400, account));
  if (keys !== undefined) steps.push(ownDirectory(resolve(cache), account));
  return [...steps, copy(text, file, 0o644, undefined)];
}

function toml(values: Readonly<Record<string, unknown>>): string {
  return Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key} = ${JSON.stringify(value)}\n`)
    .join("");
}

function ownDirectory(dir: string, { name, uid, gid }: Account): Step {
  return made(`the directory ${dir}, for the user ${name} alone`, () => {
    mkdirSync(dirname(dir), { recursive: true, mode: 0o755 });
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    chmodSync(dir, 0o700);
    chownSync(dir, uid, gid);
  });
}

/** Writes a file with mode and owner atomically. */
function copy(text: string, file: string, mode: number, owner: Account | undefined): Step {
  const what = `${file}${owner === undefined ? "" : `, for the user ${owner.name} alone to read`}`;
  const act = () => {
    const draft = `${file}.${process.pid}.new`;
    try {
      writeFileSync(draft, text, { mode: 0o600, flag: "wx" });
      if (owner !== undefined) chownSync(draft, owner.uid, owner.gid);
      chmodSync(draft, mode);
      renameSync(draft, file);
    } catch (thrown) {
      rmSync(draft, { force: true });
      throw thrown;
    }
  };
  return { will: `write ${what}`, did: `wrote ${what}`, act };
}

function made(what: string, act: () => void): Step {
  return { will: `make ${what}`, did: `made ${what}`, act };
}

/** Whether the path exists, also as a dangling link. */
function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** The directory, or its nearest existing parent. */
function nearest(dir: string): string {
  return existsSync(dir) ? dir : nearest(dirname(dir));
}
