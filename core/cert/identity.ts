import { Fault } from "../fault.ts";
import type { Certificate } from "./certificate.ts";

/** Extensions that the cluster's certificates have beyond OpenSSH's own; PROTOCOL.certkeys requires `name@domain`. */
export const EXTENSIONS = {
  /** A JSON array of role names. */
  roles: "roles@sallyport",
  /** A JSON object of trait names to arrays of values. */
  traits: "traits@sallyport",
  /** The name of the issuing cluster. */
  cluster: "cluster@sallyport",
  /** The roles of a host in the cluster: `node,proxy`. */
  hostRole: "role@sallyport",
} as const;

/** Certificates count from a minute before they were issued, as clocks differ a little. Seconds. */
export const BACKDATE_SECONDS = 60;

/** What a user's certificate says; `core/policy/authorize.ts` decides what it grants. */
export interface UserIdentity {
  /** The key ID. */
  readonly user: string;
  readonly roles: string[];
  readonly traits: Record<string, string[]>;
  readonly cluster: string;
  /** The principals. */
  readonly logins: readonly string[];
  /** Fingerprint of the CA key that signed the certificate. */
  readonly authority: string;
  readonly issued: Date;
  readonly expires: Date;
  /** OpenSSH's `permit-*` extensions, without that prefix: `pty`, `port-forwarding`. */
  readonly permits: ReadonlySet<string>;
}

export interface HostIdentity {
  readonly uuid: string;
  readonly cluster: string;
  readonly roles: string[];
  readonly expires: Date;
}

/** Reads the identity from a verified user certificate. @throws Fault `denied` when no cluster issued it. */
export function readUserIdentity(certificate: Certificate): UserIdentity {
  if (certificate.type !== "user") throw denied("it is not a user certificate");
  return {
    user: certificate.keyId,
    roles: readStrings(readJson(certificate, EXTENSIONS.roles), EXTENSIONS.roles),
    traits: readTraits(readJson(certificate, EXTENSIONS.traits)),
    cluster: readText(certificate, EXTENSIONS.cluster),
    logins: certificate.principals,
    authority: certificate.signedBy.fingerprint,
    issued: new Date(certificate.validAfter.getTime() + BACKDATE_SECONDS * 1000),
    expires: certificate.validBefore,
    permits: new Set(
      [...certificate.extensions.keys()].flatMap((name) =>
        name.startsWith(PERMIT) ? [name.slice(PERMIT.length)] : [],
      ),
    ),
  };
}

const PERMIT = "permit-";

/** Reads the identity from a verified host certificate. @throws Fault `denied` when its subject is no cluster member. */
export function readHostIdentity(certificate: Certificate): HostIdentity {
  if (certificate.type !== "host") throw denied("it is not a host certificate");
  const cluster = readText(certificate, EXTENSIONS.cluster);
  const roles = readText(certificate, EXTENSIONS.hostRole).split(",");
  if (!roles.every((role) => /^[a-z]+$/.test(role))) throw denied(`${EXTENSIONS.hostRole} is malformed`);
  const [, uuid, domain] = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.(.+)$/.exec(certificate.keyId) ?? [];
  if (uuid === undefined || domain !== cluster) throw denied(`its key id is not a UUID in ${cluster}`);
  return { uuid, cluster, roles, expires: certificate.validBefore };
}

function readText(certificate: Certificate, name: string): string {
  const value = certificate.extensions.get(name);
  if (value === undefined || value === "") throw denied(`${name} is missing`);
  return value;
}

function readJson(certificate: Certificate, name: string): unknown {
  const text = readText(certificate, name);
  try {
    return JSON.parse(text);
  } catch {
    throw denied(`${name} is not JSON`);
  }
}

function readStrings(value: unknown, name: string): string[] {
  if (!Array.isArray(value) || !value.every((item) => typeof item === "string")) {
    throw denied(`${name} is not a list of strings`);
  }
  return value;
}

function readTraits(value: unknown): Record<string, string[]> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw denied(`${EXTENSIONS.traits} is not an object`);
  }
  const traits = Object.entries(value).map(([name, items]) => [name, readStrings(items, EXTENSIONS.traits)] as const);
  return Object.fromEntries(traits);
}

function denied(reason: string): Fault {
  return new Fault("denied", `the certificate is not one of a cluster: ${reason}`);
}
