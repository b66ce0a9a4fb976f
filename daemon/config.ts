import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { isAddress } from "../core/address.ts";
import type { SecondFactor } from "../core/api/schemas.ts";
import { parseDuration } from "../core/duration.ts";
import { Fault } from "../core/fault.ts";
import { hostName } from "../core/names.ts";
import type { Labels } from "../core/resource/resource.ts";
import { suggest } from "../core/suggest.ts";
import { type Address, type PublicAddress, parsePublicAddress } from "./config/address.ts";
import { type ConfigFile, parseConfig } from "./config/file.ts";
import {
  addresses,
  checked,
  DEFAULT_PORTS_FROM,
  isPlainName,
  listeners,
  listenFlag,
  logFormat,
  PORTS,
} from "./config/flags.ts";
import { type CommandLabel, parseLabels } from "./config/labels.ts";
import {
  pins,
  readText,
  type StaticToken,
  staticToken,
  type TokenSource,
  tokenFlag,
  tokenSetting,
} from "./config/secrets.ts";
import type { LogOptions } from "./log.ts";

/** The roles, in start order. */
export const ROLE_NAMES = ["auth", "proxy", "node", "tms"] as const;
export type RoleName = (typeof ROLE_NAMES)[number];

/** The validated settings of a start, merged from configuration file, environment, command line and defaults. */
export interface Settings {
  readonly roles: readonly RoleName[];
  readonly nodename: string;
  /** An absolute path. */
  readonly dataDir: string;
  readonly pidFile: string | undefined;
  readonly diag: Address | undefined;
  readonly log: LogOptions;
  /** Addresses of auth, when it is not a role of this process. */
  readonly authServers: readonly Address[];
  readonly token: TokenSource | undefined;
  readonly caPins: readonly string[];
  /** Join without a CA pin, which trusts any server at the address. */
  readonly insecure: boolean;
  readonly advertiseIp: string | undefined;
  readonly maxConnections: number;
  readonly auth: {
    readonly clusterName: string | undefined;
    readonly listen: Address;
    readonly publicAddrs: readonly PublicAddress[];
    readonly staticTokens: readonly StaticToken[];
    readonly secondFactor: SecondFactor;
  };
  readonly proxy: {
    readonly sshListen: Address;
    readonly webListen: Address;
    /** Addresses for browsers and `tsh login`. */
    readonly publicAddrs: readonly PublicAddress[];
    readonly sshPublicAddrs: readonly PublicAddress[];
    readonly keypairs: readonly { readonly keyFile: string; readonly certFile: string }[];
  };
  readonly node: {
    readonly listen: Address;
    readonly publicAddrs: readonly PublicAddress[];
    readonly labels: Labels;
    readonly commands: readonly CommandLabel[];
  };
  readonly tms: TmsSettings;
}

/** Settings of the key escrow (`tms_service`). */
export interface TmsSettings {
  readonly listen: Address;
  readonly publicAddrs: readonly PublicAddress[];
  /** Key pairs for HTTPS. If empty, a self-signed one is generated. */
  readonly keypairs: readonly { readonly keyFile: string; readonly certFile: string }[];
  /** TMS's MVP mode: creating a key also creates its prerequisites (MFA, link, delegation). */
  readonly mvp: boolean;
  /** Whether unauthenticated requests may register clients. */
  readonly newClients: "allow" | "disallow";
  /** Whether the tenant `test` is enabled; undefined keeps its present state. */
  readonly testTenant: boolean | undefined;
  /** The title of the API docs. */
  readonly title: string;
  /** Base URLs in the API docs; if empty, the public addresses. */
  readonly serverUrls: readonly string[];
}

/** The flags of `sallyport start` as text, each from the command line or else from the environment. */
export interface StartFlags {
  readonly roles?: string | undefined;
  readonly config?: string | undefined;
  readonly dataDir?: string | undefined;
  readonly nodename?: string | undefined;
  readonly labels?: string | undefined;
  readonly listenIp?: string | undefined;
  readonly advertiseIp?: string | undefined;
  readonly authServers?: readonly string[] | undefined;
  readonly token?: string | undefined;
  readonly caPins?: readonly string[] | undefined;
  readonly clusterName?: string | undefined;
  readonly publicAddr?: string | undefined;
  readonly pidFile?: string | undefined;
  readonly diagAddr?: string | undefined;
  readonly logFormat?: string | undefined;
  readonly portsFrom?: string | undefined;
  readonly tmsMvp?: boolean | undefined;
  readonly debug?: boolean | undefined;
  readonly insecure?: boolean | undefined;
}

/** Properties of the machine and process that determine defaults. */
export interface Machine {
  readonly uid: number;
  readonly home: string;
  readonly hostname: string;
  readonly cwd: string;
}

export const DEFAULT_CONFIG = "/etc/sallyport.yaml";
const DEFAULT_MAX_CONNECTIONS = 15_000;
const DEFAULT_TITLE = "TMS Server";

/**
 * Reads the configuration file and merges the flags, which take precedence.
 * @throws Fault `bad_request` with the file and line, or the flag, and what was expected there; `not_found` or `denied`
 * when the file cannot be read.
 */
export function loadSettings(flags: StartFlags, machine: Machine): Settings {
  const { file, path } = readFile(flags, machine);
  const global = file.sallyport ?? {};
  const inFile = (name: string) => resolve(path === undefined ? machine.cwd : dirname(path), name);
  const inCwd = (name: string) => resolve(machine.cwd, name);

  const authServers = addresses(flags.authServers, "--auth-server") ?? fileAddresses(global.auth_servers);
  const roles = rolesOf(flags, file, authServers.length > 0);
  const members = roles.filter((role) => role === "proxy" || role === "node");
  if (members.length > 0 && !roles.includes("auth") && authServers.length === 0)
    throw new Fault("bad_request", `${members.join(" and ")} cannot start without an auth server`, {
      hint: "add --auth-server=HOST:PORT, or auth_servers in the configuration file",
    });

  const nodename = flags.nodename ?? global.nodename ?? machine.hostname;
  if (!hostName.safeParse(nodename).success)
    throw new Fault("bad_request", `"${nodename}" is not a valid host name`, {
      hint: "choose one with --nodename",
    });
  const advertiseIp = checked(flags.advertiseIp, "--advertise-ip", "an IP address", isAddress) ?? global.advertise_ip;
  const { severity = "info", format, output = "stderr" } = global.log ?? {};
  const diag = flags.diagAddr ?? global.diag_addr;

  return {
    roles,
    nodename,
    dataDir: dataDirOf(flags.dataDir && inCwd(flags.dataDir), global.data_dir && inFile(global.data_dir), machine),
    pidFile: flags.pidFile !== undefined ? inCwd(flags.pidFile) : global.pid_file && inFile(global.pid_file),
    diag: diag === undefined ? undefined : listenFlag(diag, "--diag-addr", { host: "127.0.0.1", port: 3000 }),
    log: {
      level: flags.debug === true ? "debug" : severity === "warning" ? "warn" : severity,
      format: logFormat(flags.logFormat) ?? format ?? "text",
      output: output === "stderr" || output === "stdout" ? output : inFile(output),
    },
    authServers: authServers.map(({ host, port = DEFAULT_PORTS_FROM + PORTS.auth }) => ({ host, port })),
    token: joinToken(flags.token, global.auth_token, { inCwd, inFile }),
    caPins: pins(flags.caPins ?? [], inCwd, "--ca-pin") ?? pins(global.ca_pin ?? [], inFile, "ca_pin") ?? [],
    insecure: flags.insecure === true,
    advertiseIp,
    maxConnections: global.connection_limits?.max_connections ?? DEFAULT_MAX_CONNECTIONS,
    ...services(flags, file, roles, inFile),
  };
}

function joinToken(
  flag: string | undefined,
  setting: string | undefined,
  { inCwd, inFile }: { readonly inCwd: (name: string) => string; readonly inFile: (name: string) => string },
): TokenSource | undefined {
  if (flag !== undefined) return tokenFlag(flag, inCwd);
  return setting === undefined ? undefined : tokenSetting(setting, inFile);
}

/** The data directory: flag, configuration file, or the default for root or another user. */
function dataDirOf(flag: string | undefined, file: string | undefined, { uid, home }: Machine): string {
  return flag ?? file ?? (uid === 0 ? "/var/lib/sallyport" : join(home, ".local/share/sallyport"));
}

function services(
  flags: StartFlags,
  file: ConfigFile,
  roles: readonly RoleName[],
  inFile: (name: string) => string,
): Pick<Settings, "auth" | "proxy" | "node" | "tms"> {
  const { auth_service: auth, proxy_service: proxy, ssh_service: node, tms_service: tms } = file;
  const listen = listeners(flags);
  const labels = flags.labels === undefined ? undefined : parseLabels(flags.labels);
  const [publicAddr] =
    addresses(flags.publicAddr === undefined ? undefined : [flags.publicAddr], "--public-addr") ?? [];
  // --public-addr applies to the role that users connect to first.
  const primaryRole = (["proxy", "node", "auth", "tms"] as const).find((role) => roles.includes(role));
  const publicAddrs = (role: RoleName, configured: readonly string[] | undefined) =>
    publicAddr !== undefined && primaryRole === role ? [publicAddr] : fileAddresses(configured);
  const proxyAddrs = publicAddrs("proxy", proxy?.public_addr);
  const sshAddrs = fileAddresses(proxy?.ssh_public_addr);

  return {
    auth: {
      clusterName:
        checked(flags.clusterName, "--cluster-name", "a name (letters, digits, . _ -)", isPlainName) ??
        auth?.cluster_name,
      listen: listen(auth?.listen_addr, PORTS.auth),
      publicAddrs: publicAddrs("auth", auth?.public_addr),
      staticTokens: (auth?.tokens ?? []).map((entry, i) => staticToken(entry, `auth_service.tokens[${i}]`, inFile)),
      secondFactor: auth?.authentication?.second_factor ?? "otp",
    },
    proxy: {
      sshListen: listen(proxy?.listen_addr, PORTS.proxySsh),
      webListen: listen(proxy?.web_listen_addr, PORTS.proxyWeb),
      publicAddrs: proxyAddrs,
      // By default the host names of public_addr with the bound port.
      sshPublicAddrs: sshAddrs.length > 0 ? sshAddrs : proxyAddrs.map(({ host }) => ({ host })),
      keypairs: keypairs(proxy?.https_keypairs, inFile),
    },
    node: {
      listen: listen(node?.listen_addr, PORTS.node),
      publicAddrs: publicAddrs("node", node?.public_addr),
      labels: labels?.labels ?? node?.labels ?? {},
      commands: labels?.commands ?? (node?.commands ?? []).map(commandLabel),
    },
    tms: {
      listen: listen(tms?.listen_addr ?? (tms?.http_port === undefined ? undefined : `:${tms.http_port}`), PORTS.tms),
      publicAddrs: publicAddrs("tms", tms?.public_addr),
      keypairs: keypairs(tms?.https_keypairs, inFile),
      mvp: flags.tmsMvp === true || tms?.enable_mvp === true,
      newClients: tms?.new_clients ?? "allow",
      testTenant: tms?.enable_test_tenant,
      title: tms?.title ?? DEFAULT_TITLE,
      serverUrls: tms?.server_urls ?? [],
    },
  };
}

function keypairs(
  pairs: readonly { readonly key_file: string; readonly cert_file: string }[] | undefined,
  inFile: (name: string) => string,
): TmsSettings["keypairs"] {
  return (pairs ?? []).map((pair) => ({ keyFile: inFile(pair.key_file), certFile: inFile(pair.cert_file) }));
}

function readFile(flags: StartFlags, machine: Machine): { file: ConfigFile; path: string | undefined } {
  const path = flags.config === undefined ? DEFAULT_CONFIG : resolve(machine.cwd, flags.config);
  if (flags.config === undefined && !existsSync(path)) return { file: {}, path: undefined };
  return { file: readConfig(path), path };
}

/** @throws Fault `not_found`, `denied`, or `bad_request` with the line of the first error. */
function readConfig(path: string): ConfigFile {
  return parseConfig(readText(path, "the configuration file"), path);
}

function rolesOf(flags: StartFlags, file: ConfigFile, remoteAuth: boolean): readonly RoleName[] {
  if (flags.roles !== undefined) {
    const names = flags.roles.split(",").map((name) => name.trim());
    for (const name of names) if (!isRole(name)) throw unknownRole(name);
    return ROLE_NAMES.filter((role) => names.includes(role));
  }
  const { auth_service: auth, proxy_service: proxy, ssh_service: node, tms_service: tms } = file;
  const enabled = {
    // As in Teleport, a remote auth server disables the local one by default.
    auth: auth?.enabled ?? (auth != null || !remoteAuth),
    proxy: proxy?.enabled ?? true,
    node: node?.enabled ?? true,
    // The escrow is off unless configured.
    tms: tms?.enabled ?? tms !== undefined,
  };
  const roles = ROLE_NAMES.filter((role) => enabled[role]);
  if (roles.length === 0)
    throw new Fault("bad_request", "every role is disabled", {
      hint: "enable one in the configuration, or name it with --roles",
    });
  return roles;
}

function unknownRole(name: string): Fault {
  const suggestion = suggest(name, ROLE_NAMES, 1)[0];
  return new Fault("bad_request", `--roles: there is no role "${name}"`, {
    hint: suggestion === undefined ? `there are: ${ROLE_NAMES.join(", ")}` : `did you mean ${suggestion}?`,
  });
}

function isRole(name: string): name is RoleName {
  return ROLE_NAMES.some((role) => role === name);
}

/** Parses addresses of the configuration file, which were validated when the file was parsed. */
function fileAddresses(texts: readonly string[] | undefined): readonly PublicAddress[] {
  return (texts ?? []).flatMap((text) => parsePublicAddress(text) ?? []);
}

function commandLabel(entry: { name: string; command: readonly string[]; period?: string | undefined }): CommandLabel {
  const [program = "", ...args] = entry.command;
  return { name: entry.name, command: [program, ...args], period: parseDuration(entry.period ?? "1m") };
}
