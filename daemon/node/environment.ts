import { readFileSync } from "node:fs";
import type { Account } from "./account.ts";

export type Environment = Readonly<Record<string, string>>;

/** The sources of a session's environment. The daemon's own environment is not one of them. */
export interface EnvironmentSource {
  readonly account: Account;
  /** Variables from the client (`env` requests) that `acceptsVariable` accepted. */
  readonly sent: ReadonlyMap<string, string>;
  /** The terminal type of a session with a terminal. */
  readonly term?: string | undefined;
  readonly connection: {
    readonly remoteAddress: string;
    readonly remotePort: number;
    readonly localAddress: string;
    readonly localPort: number;
  };
  /** The session's UUID. */
  readonly sid: string;
  readonly user: string;
  readonly cluster: string;
  readonly uuid: string;
  readonly agentSocket?: string | undefined;
}

const MAX_VARIABLES = 64;
const MAX_VALUE = 4096;

/**
 * Whether to accept a variable from the client (AcceptEnv of sshd_config(5)): Debian's list, and GIT_PROTOCOL, with which
 * git negotiates its protocol version. All others are rejected, since `LD_*`, `BUN_*`, `NODE_*`, `SSL_*` and similar ones
 * can execute or redirect code. Bounded to 64 variables of 4096 characters.
 */
export function acceptsVariable(name: string, value: string, present: ReadonlyMap<string, string>): boolean {
  if (!/^(?:LANG|LANGUAGE|LC_[A-Za-z0-9_]{1,64}|COLORTERM|NO_COLOR|GIT_PROTOCOL)$/.test(name)) return false;
  if (value.length > MAX_VALUE || /[\0-\x1f\x7f]/.test(value)) return false;
  return present.has(name) || present.size < MAX_VARIABLES;
}

/**
 * Builds the environment of a session, in sshd's order of precedence: client variables are overridden by
 * /etc/environment, and that by the variables of the session itself.
 */
export function makeEnvironment(source: EnvironmentSource): Environment {
  const { account, connection } = source;
  const { remoteAddress, remotePort, localAddress, localPort } = connection;
  return {
    ...Object.fromEntries(source.sent),
    PATH: defaultPath(account),
    ...parseEnvironmentFile(readOrEmpty("/etc/environment")),
    USER: account.name,
    LOGNAME: account.name,
    HOME: account.home,
    SHELL: account.shell,
    MAIL: `/var/mail/${account.name}`,
    ...(source.term !== undefined && { TERM: source.term }),
    SSH_CLIENT: `${remoteAddress} ${remotePort} ${localPort}`,
    SSH_CONNECTION: `${remoteAddress} ${remotePort} ${localAddress} ${localPort}`,
    ...(source.agentSocket !== undefined && { SSH_AUTH_SOCK: source.agentSocket }),
    SSH_SESSION_ID: source.sid,
    // Not SALLYPORT_USER and SALLYPORT_CLUSTER, which tsh reads as flags.
    SSH_SALLYPORT_USER: source.user,
    SSH_SALLYPORT_CLUSTER: source.cluster,
    SSH_SALLYPORT_HOST_UUID: source.uuid,
    // For prompts and scripts that are written for Teleport.
    SSH_TELEPORT_USER: source.user,
    SSH_TELEPORT_CLUSTER_NAME: source.cluster,
    SSH_TELEPORT_HOST_UUID: source.uuid,
  };
}

const ROOT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
const USER_PATH = "/usr/local/bin:/usr/bin:/bin:/usr/local/games:/usr/games";

/** The default PATH: ENV_SUPATH or ENV_PATH of login.defs(5), else Debian's. */
function defaultPath({ uid }: Account): string {
  const [name, fallback] = uid === 0 ? ["ENV_SUPATH", ROOT_PATH] : ["ENV_PATH", USER_PATH];
  const settings = readOrEmpty("/etc/login.defs");
  const value = new RegExp(`^\\s*${name}\\s+(?:PATH=)?(\\S+)`, "m").exec(settings)?.[1];
  return value ?? fallback;
}

/** Parses `/etc/environment` as pam_env(8) does: `NAME=value` lines, optional `export` and quotes, `#` begins a comment. */
export function parseEnvironmentFile(text: string): Environment {
  const variables: Record<string, string> = {};
  for (const line of text.split("\n")) {
    const [, name, value = ""] = /^\s*(?:export )?([A-Za-z0-9_]+)=([^#\0]*)/.exec(line) ?? [];
    if (name !== undefined) variables[name] = /^["']/.test(value) ? value.replace(/["']/g, "") : value;
  }
  return variables;
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
