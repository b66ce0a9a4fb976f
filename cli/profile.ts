import { existsSync, readdirSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { type Certificate, parseCertificateLine } from "../core/cert/certificate.ts";
import type { PublicKey } from "../core/cert/public-key.ts";
import { Fault } from "../core/fault.ts";
import { readIfThere, writePrivate } from "./files.ts";

/** The profile of a login: proxy, user, cluster. Stored in `~/.tsh` in Teleport's layout. */
export interface Profile {
  /** The proxy's host name, which names the profile. */
  readonly proxy: string;
  /** `host:port` of its HTTPS and SSH ports. */
  readonly web: string;
  readonly ssh: string;
  /** The SSH port if given by the user; overrides the one announced by the proxy. */
  readonly sshPort?: number | undefined;
  readonly user: string;
  readonly cluster: string;
  /** `sha256:…` of an HTTPS certificate that was accepted once with `--insecure`. */
  readonly pin?: string | undefined;
}

/** Proxy, cluster and user of a certificate. */
export type Login = Pick<Profile, "proxy" | "cluster" | "user">;

/** Names become parts of paths. The alphabets are those of core/names, which would load zod. */
const HOST = /^[A-Za-z0-9_:][A-Za-z0-9._:-]{0,252}$/;
const USER = /^[A-Za-z0-9_][A-Za-z0-9._@+-]{0,126}$/;
const CLUSTER = /^[A-Za-z0-9][A-Za-z0-9._-]{0,126}$/;

const ADDRESS = /^[A-Za-z0-9_[][A-Za-z0-9._:[\]-]{0,260}:\d{1,5}$/;

export type Environment = Readonly<Record<string, string | undefined>>;

/** Where profiles are: SALLYPORT_HOME, Teleport's TELEPORT_HOME, or `~/.tsh`. */
export function profileDir(env: Environment): string {
  return env.SALLYPORT_HOME || env.TELEPORT_HOME || join(env.HOME || homedir(), ".tsh");
}

/** The files of `~/.tsh`: `current-profile`, `PROXY.yaml`, `known_hosts`, `keys/PROXY/USER…`. */
export class Profiles {
  readonly dir: string;

  constructor(dir: string) {
    this.dir = dir;
  }

  /** The name of the profile in use. */
  current(): string | undefined {
    const name = readIfThere(join(this.dir, "current-profile"))?.trim();
    return name === undefined || !HOST.test(name) ? undefined : name;
  }

  /** Every profile, by name. */
  async list(): Promise<Profile[]> {
    const read = await Promise.all(this.#named().map((name) => this.read(name)));
    return read.filter((profile) => profile !== undefined).sort((a, b) => (a.proxy < b.proxy ? -1 : 1));
  }

  /** @throws Fault `failed` when the file is not a profile. */
  async read(proxy: string): Promise<Profile | undefined> {
    const file = join(this.dir, `${named(HOST, proxy, "proxy")}.yaml`);
    const text = readIfThere(file);
    if (text === undefined) return undefined;
    const fields = readFlat(text) ?? (await readYaml(text, file));
    const {
      web_proxy_addr: web,
      ssh_proxy_addr: ssh,
      ssh_proxy_port: port,
      user,
      cluster,
      web_proxy_pin: pin,
    } = fields;
    if (!ADDRESS.test(web ?? "") || !ADDRESS.test(ssh ?? "") || !USER.test(user ?? "") || !CLUSTER.test(cluster ?? ""))
      throw noProfile(file);
    const sshPort = /^\d{1,5}$/.test(port ?? "") ? Number(port) : undefined;
    return {
      proxy,
      web: web ?? "",
      ssh: ssh ?? "",
      user: user ?? "",
      cluster: cluster ?? "",
      ...(sshPort !== undefined && { sshPort }),
      ...(pin && { pin }),
    };
  }

  /**
   * Writes a login and makes it the current one. @throws Fault `conflict` if another proxy has a different cluster with this
   * name: host certificates of one cluster would be accepted for the other.
   */
  save(
    profile: Profile,
    login: {
      /** Undefined when only the ssh-agent is to have it. */
      readonly key: string | undefined;
      readonly publicKey: string;
      readonly certificate: string;
      readonly knownHosts: string;
    },
  ): void {
    const [base, certificate] = [this.#keyFile(profile), this.certificateFile(profile)];
    this.#trust(profile, login.knownHosts);
    if (login.key === undefined) rmSync(base, { force: true });
    else writePrivate(base, login.key);
    writePrivate(`${base}.pub`, `${login.publicKey}\n`);
    writePrivate(certificate, `${login.certificate}\n`);
    this.enroll(profile);
  }

  /** Writes a profile without a login, and makes it the current one. */
  enroll(profile: Profile): void {
    const fields = {
      web_proxy_addr: profile.web,
      ssh_proxy_addr: profile.ssh,
      ...(profile.sshPort !== undefined && { ssh_proxy_port: String(profile.sshPort) }),
      user: named(USER, profile.user, "user"),
      cluster: named(CLUSTER, profile.cluster, "cluster"),
      ...(profile.pin !== undefined && { web_proxy_pin: profile.pin }),
    };
    const lines = Object.entries(fields).map(([key, value]) => `${key}: ${JSON.stringify(value)}\n`);
    writePrivate(join(this.dir, `${named(HOST, profile.proxy, "proxy")}.yaml`), lines.join(""));
    writePrivate(join(this.dir, "current-profile"), `${profile.proxy}\n`);
  }

  /** All proxies with stored files, also damaged ones. */
  proxies(): string[] {
    const withKeys = namesIn(join(this.dir, "keys")).filter((name) => HOST.test(name));
    return [...new Set([...this.#named(), ...withKeys])].sort();
  }

  /** All stored certificates of a proxy, including those of earlier users and clusters. */
  logins(proxy: string): Login[] {
    const dir = join(this.dir, "keys", named(HOST, proxy, "proxy"));
    return endingWith("-ssh", namesIn(dir)).flatMap((user) =>
      endingWith("-cert.pub", namesIn(join(dir, `${user}-ssh`))).map((cluster) => ({ proxy, cluster, user })),
    );
  }

  /** Removes the profile of a proxy with all keys and certificates. */
  remove(proxy: string): void {
    const host = named(HOST, proxy, "proxy");
    for (const path of [join(this.dir, "keys", host), join(this.dir, `${host}.yaml`)])
      rmSync(path, { recursive: true, force: true });
    if (this.current() === proxy) rmSync(join(this.dir, "current-profile"), { force: true });
  }

  keyFile(profile: Profile): string {
    return this.#keyFile(profile);
  }

  certificateFile(profile: Profile): string {
    return join(`${this.#keyFile(profile)}-ssh`, `${named(CLUSTER, profile.cluster, "cluster")}-cert.pub`);
  }

  /** The certificate of a login, also an expired one. @throws Fault `failed` for a damaged file */
  certificate(profile: Profile): Certificate | undefined {
    const file = this.certificateFile(profile);
    const text = readIfThere(file);
    if (text === undefined) return undefined;
    try {
      return parseCertificateLine(text.trim());
    } catch (cause) {
      throw new Fault("failed", `${file} is damaged`, { hint: "log in again: tsh login", cause });
    }
  }

  /** The private key's file as it is. */
  privateKey(profile: Profile): string | undefined {
    return readIfThere(this.#keyFile(profile));
  }

  /** The host authorities of a cluster. */
  async authorities(cluster: string): Promise<PublicKey[]> {
    const { parseKnownAuthorities } = await import("../core/cert/known-hosts.ts");
    const text = readIfThere(this.knownHostsFile()) ?? "";
    return parseKnownAuthorities(text)
      .filter((known) => known.cluster === cluster)
      .map((known) => known.key);
  }

  knownHostsFile(): string {
    return join(this.dir, "known_hosts");
  }

  /** Replaces the authorities of a cluster in known_hosts; other lines do not change. */
  #trust({ cluster, proxy }: Profile, lines: string): void {
    const mine = new RegExp(`[ &]clustername=${RegExp.escape(cluster)}(?:&|$)`);
    const known = (readIfThere(this.knownHostsFile()) ?? "").split("\n").filter((line) => line !== "");
    const before = known.filter((line) => mine.test(line));
    const keys = new Set(lines.split("\n").map(keyOf));
    const other = before.flatMap(patternsOf).find((name) => name !== proxy && this.#isProfile(name));
    if (other !== undefined && !before.some((line) => keys.has(keyOf(line))))
      throw new Fault("conflict", `${other} belongs to another cluster with the name "${cluster}"`, {
        hint: `log out there first (tsh logout --proxy=${other}), or keep the two apart with SALLYPORT_HOME`,
      });
    const others = known.filter((line) => !mine.test(line));
    writePrivate(this.knownHostsFile(), [...others, lines.trimEnd(), ""].join("\n"));
  }

  #named(): string[] {
    return endingWith(".yaml", namesIn(this.dir)).filter((name) => HOST.test(name));
  }

  #isProfile(name: string): boolean {
    return HOST.test(name) && existsSync(join(this.dir, `${name}.yaml`));
  }

  #keyFile(profile: Profile): string {
    return join(this.dir, "keys", named(HOST, profile.proxy, "proxy"), named(USER, profile.user, "user"));
  }
}

/** The sorted names in a directory; empty if it does not exist. */
function namesIn(dir: string): string[] {
  try {
    return readdirSync(dir).sort();
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "")) return [];
    throw error;
  }
}

/** The names with this suffix, without it. */
function endingWith(end: string, names: readonly string[]): string[] {
  return names.filter((name) => name.endsWith(end)).map((name) => name.slice(0, -end.length));
}

/** @throws Fault `bad_request`: the text would not be safe as part of a path. */
function named(alphabet: RegExp, text: string, what: string): string {
  if (alphabet.test(text)) return text;
  throw new Fault("bad_request", `${JSON.stringify(text)} is not the name of a ${what}`);
}

/** Of a line of known_hosts: `@cert-authority PATTERNS TYPE KEY COMMENT`. */
function patternsOf(line: string): string[] {
  return (line.split(" ")[1] ?? "").split(",");
}

function keyOf(line: string): string | undefined {
  return line.split(" ")[3];
}

/** Reads `name: "text"` lines, the format that `enroll` writes. Undefined for other YAML, which needs the library (6 ms). */
function readFlat(text: string): Partial<Record<string, string>> | undefined {
  const fields: Partial<Record<string, string>> = {};
  for (const line of text.split("\n")) {
    if (line === "") continue;
    const [, name, value] = /^([a-z_]+): ("(?:[^"\\]|\\.)*")$/.exec(line) ?? [];
    if (name === undefined || value === undefined) return undefined;
    fields[name] = String(JSON.parse(value));
  }
  return fields;
}

async function readYaml(text: string, file: string): Promise<Partial<Record<string, string>>> {
  const { parseYaml } = await import("../core/yaml.ts");
  try {
    const { value } = parseYaml(text, file);
    const fields = typeof value === "object" && value !== null ? Object.entries(value) : [];
    return Object.fromEntries(fields.filter(([, field]) => typeof field === "string"));
  } catch (cause) {
    throw noProfile(file, cause);
  }
}

function noProfile(file: string, cause?: unknown): Fault {
  return new Fault("failed", `${file} is not a profile`, { hint: "remove it, and log in again", cause });
}
