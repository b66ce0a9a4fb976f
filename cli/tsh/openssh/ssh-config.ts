import { Fault } from "../../../core/fault.ts";
import type { Profile } from "../../profile.ts";

/** What a block of ssh_config(5) for one cluster is made of. */
export interface SshConfig {
  readonly profile: Profile;
  readonly identityFile: string;
  readonly certificateFile: string;
  readonly knownHostsFile: string;
  /** The words that start this program as `tsh`. */
  readonly tsh: readonly string[];
  /** Where the profiles are, when that is not where everybody looks. */
  readonly home: string | undefined;
  /** Login name where none is typed. */
  readonly login: string | undefined;
  readonly port: number | undefined;
}

/**
 * The block. `NAME.CLUSTER` stands alone, in a `Host` that every program reads; short names take a `Match` that asks
 * `tsh resolve`, and become `NAME.CLUSTER`, so that both are checked in the same way: by the host certificate, against
 * the cluster's authorities, never by trust on first use. The proxy's own host is left alone except on its SSH port.
 * @throws Fault `failed` when a path cannot be written in an ssh_config.
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

/** What ssh runs in place of a connection. */
export function proxyCommand(config: SshConfig): string {
  return shellWords(config, ["proxy", "ssh"], "%r@%h:%p");
}

function resolveCommand(config: SshConfig): string {
  return shellWords(config, ["resolve", "--known"], "%h");
}

/**
 * For the user's shell, whichever that is; `%` is doubled, because ssh replaces what follows one. `tokens` are quoted, too:
 * what ssh puts in their place may come from a URL.
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

/** There is no way to write these in all versions of OpenSSH: a quote, a line's end, or what looks like a variable. */
function writable(text: string): string {
  if (!/["\\\u0000-\u001f]|\$\{/.test(text)) return text;
  throw new Fault("failed", `${JSON.stringify(text)} cannot be written in an ssh_config`, {
    hint: "move it to a path without quotes, backslashes and control characters",
  });
}

/** What a server calls a login must not become a line of its own. @throws Fault `bad_request`. */
function named(login: string): string {
  if (/^[A-Za-z0-9_][A-Za-z0-9._@+-]*\$?$/.test(login)) return login;
  throw new Fault("bad_request", `${JSON.stringify(login)} is not a login name`);
}

function indented(line: string): string {
  return `    ${line}`;
}
