import { type Block, covers, parseBlock } from "../address.ts";
import { parseDuration } from "../duration.ts";
import type { Role } from "../resource/role.ts";

/** Permissions and restrictions of a session. Without roles they permit nothing. */
export interface Options {
  /** Seconds; never more than `MAX_SESSION_TTL`. */
  readonly maxSessionTtl: number;
  readonly forwardAgent: boolean;
  readonly portForwarding: boolean;
  readonly permitX11: boolean;
  /** Seconds without traffic after which a session ends. */
  readonly clientIdleTimeout?: number;
  /** Whether a session ends with the certificate that opened it. */
  readonly disconnectExpiredCert: boolean;
  readonly maxConnections?: number;
  /** On one connection. */
  readonly maxSessions?: number;
  readonly requireSessionMfa: boolean;
  /** Blocks in CIDR notation, one of which the client's address must be in. Empty means any address. */
  readonly sourceAddresses: readonly string[];
}

/** The maximum where no role sets a lower one. Seconds. */
export const MAX_SESSION_TTL = 30 * 3600;

/** The limited broadcast address (RFC 919), which no client has. It stands for an empty intersection of `source_addresses`. */
const NOWHERE = "255.255.255.255/32";

/**
 * Merges the options of several roles. Permissions are united, restrictions are combined:
 *
 * | option                                                 | of     | merged                             | where none says |
 * |--------------------------------------------------------|--------|------------------------------------|-----------------|
 * | forward_agent, port_forwarding, permit_x11_forwarding  | grants | yes if one says yes                | no              |
 * | max_session_ttl                                        | all    | the shortest                       | 30 h            |
 * | client_idle_timeout, max_connections, max_sessions     | all    | the smallest                       | no limit        |
 * | disconnect_expired_cert, require_session_mfa           | all    | yes if one says yes                | no              |
 * | source_addresses                                       | all    | addresses that are in every list   | any address     |
 *
 * `grants` are the roles whose `allow` matches the request. Only they give permissions; every role restricts.
 */
export function mergeOptions(roles: readonly Role[], grants: readonly Role[] = roles): Options {
  const permitted = (name: "forward_agent" | "port_forwarding" | "permit_x11_forwarding"): boolean =>
    grants.some((role) => role.spec.options[name] === true);
  const demanded = (name: "disconnect_expired_cert" | "require_session_mfa"): boolean =>
    roles.some((role) => role.spec.options[name] === true);
  const least = (numbers: readonly (number | undefined)[]): number | undefined => {
    const said = numbers.filter((number) => number !== undefined);
    return said.length === 0 ? undefined : Math.min(...said);
  };
  const shortest = (name: "max_session_ttl" | "client_idle_timeout"): number | undefined =>
    least(roles.map(({ spec }) => (spec.options[name] === undefined ? undefined : parseDuration(spec.options[name]))));

  const clientIdleTimeout = shortest("client_idle_timeout");
  const maxConnections = least(roles.map(({ spec }) => spec.options.max_connections));
  const maxSessions = least(roles.map(({ spec }) => spec.options.max_sessions));
  return {
    maxSessionTtl: Math.min(shortest("max_session_ttl") ?? MAX_SESSION_TTL, MAX_SESSION_TTL),
    forwardAgent: permitted("forward_agent"),
    portForwarding: permitted("port_forwarding"),
    permitX11: permitted("permit_x11_forwarding"),
    ...(clientIdleTimeout !== undefined && { clientIdleTimeout }),
    disconnectExpiredCert: demanded("disconnect_expired_cert"),
    ...(maxConnections !== undefined && { maxConnections }),
    ...(maxSessions !== undefined && { maxSessions }),
    requireSessionMfa: demanded("require_session_mfa"),
    sourceAddresses: commonAddresses(roles.flatMap(({ spec }) => [spec.options.source_addresses ?? []])),
  };
}

/** Whether `source_addresses` allow a client at `address`. An invalid address is not allowed. */
export function admitsAddress({ sourceAddresses }: Pick<Options, "sourceAddresses">, address: string): boolean {
  if (sourceAddresses.length === 0) return true;
  const client = parseBlock(address);
  return client !== undefined && sourceAddresses.some((text) => nests(parseBlock(text), client));
}

/** The intersection of all non-empty lists. Two blocks nest or are disjoint, so the smaller one is their intersection. */
function commonAddresses(lists: readonly (readonly string[])[]): readonly string[] {
  const [first, ...others] = lists.filter((list) => list.length > 0);
  if (first === undefined) return [];
  const common = others.reduce<readonly string[]>((left, right) => left.flatMap((a) => narrower(a, right)), first);
  return common.length === 0 ? [NOWHERE] : [...new Set(common)];
}

function narrower(a: string, list: readonly string[]): readonly string[] {
  const block = parseBlock(a);
  return list.flatMap((b) => {
    const other = parseBlock(b);
    if (other === undefined || block === undefined) return [];
    return covers(other, block) ? [a] : covers(block, other) ? [b] : [];
  });
}

function nests(outer: Block | undefined, inner: Block): boolean {
  return outer !== undefined && covers(outer, inner);
}
