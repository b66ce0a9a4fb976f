import { Fault } from "../../../core/fault.ts";
import type { Profile } from "../../profile.ts";

/** The values of an ssh_config(5) block for one cluster. */
export interface SshConfig {
  readonly profile: Profile;
  readonly identityFile: string;
  readonly certificateFile: string;
  readonly knownHostsFile: string;
  /** The words that start this program as `tsh`. */
  readonly tsh: readonly string[];
  /** Directory of the profiles, if not the default. */
  readonly home: string | undefined;
  /** Default login name. */
  readonly login: string | undefined;
  readonly port: number | undefined;
}

/**
 * The block. `NAME.CLUSTER` has a `Host` section, which every program reads. Short names have a `Match` section that runs
 * `tsh resolve` and rewrites them to `NAME.CLUSTER`. Both verify the host certificate against the cluster's authorities,
 * without trust on first use. The proxy's host is matched on its SSH port only.
 * @throws Fault `failed` if a path cannot be written in an ssh_config
 */
export function formatSshConfig(config: SshConfig): string {
  const { profile, login, port } = config;
  const { cluster, proxy, ssh } = profile;
  const trust = [
    `UserKnownHostsFile ${quoted(config.knownHostsFile)}`,
    "StrictHostKeyChecking yes",
    `IdentityFile ${quoted(config.identityFile)}`,
    `CertificateFile ${quoted(config.certificateFile)}`,
    "IdentitiesOnly yes",
  ];
  const way = [
    ...(login === undefined ? [] : [`User ${named(login)}`]),
    ...(port === undefined ? [] : [`Port ${port}`]),
    ...trust,
    `ProxyCommand ${proxyCommand(config)}`,
  ];
  const sshPort = ssh.slice(ssh.lastIndexOf(":") + 1);
  return [
    `# Cluster ${cluster}, by way of ${proxy}, as ${profile.user}. Made by: tsh config --proxy=${profile.web}`,
    `Host *.${cluster} !${proxy}`,
    ...way.map(indented),
    "",
    "# Machines by their short names. Leave this out for programs that cannot read Match.",
    `Match host ${["!*.*", "!*:*", ...new Set(["!localhost", `!${proxy}`]), "*"].join(",")} exec "${resolveCommand(config)}"`,
    ...[`HostName %h.${cluster}`, ...way].map(indented),
    "",
    `# The proxy itself, for: ssh -J ${ssh} NAME.${cluster}`,
    `Match host ${proxy} exec "test %p = ${sshPort}"`,
    ...trust.map(indented),
    "",
  ].join("\n");
}

/** The ProxyCommand. */
export function proxyCommand(config: SshConfig): string {
  return shellWords(config, ["proxy", "ssh"], "%r@%h:%p");
}

function resolveCommand(config: SshConfig): string {
  return shellWords(config, ["resolve", "--known"], "%h");
}

/**
 * Quotes words for the user's shell; `%` is doubled, because ssh expands it. `tokens` are quoted, too, because their values
 * may come from a URL.
 */
function shellWords({ tsh, home, profile }: SshConfig, verb: readonly string[], tokens: string): string {
  const env = home === undefined ? [] : ["env", `SALLYPORT_HOME=${home}`];
  const words = [...env, ...tsh, ...verb, `--proxy=${profile.web}`, `--cluster=${profile.cluster}`];
  return [...words.map((word) => shellQuoted(writable(word).replaceAll("%", "%%"))), `'${tokens}'`].join(" ");
}

function shellQuoted(word: string): string {
  return /^[A-Za-z0-9_./:=@%+,[\]-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

function quoted(path: string): string {
  return `"${writable(path).replaceAll("%", "%%")}"`;
}

/** Rejects quotes, control characters and `${`, which not all OpenSSH versions can escape. */
function writable(text: string): string {
  if (!/["\\\u0000-\u001f]|\$\{/.test(text)) return text;
  throw new Fault("failed", `${JSON.stringify(text)} cannot be written in an ssh_config`, {
    hint: "move it to a path without quotes, backslashes and control characters",
  });
}

/** Rejects login names that could add lines to the ssh_config. @throws Fault `bad_request` */
function named(login: string): string {
  if (/^[A-Za-z0-9_][A-Za-z0-9._@+-]*\$?$/.test(login)) return login;
  throw new Fault("bad_request", `${JSON.stringify(login)} is not a login name`);
}

function indented(line: string): string {
  return `    ${line}`;
}
