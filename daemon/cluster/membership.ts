import { randomUUID } from "node:crypto";
import { join } from "node:path";
import type { HostCertificate } from "../../core/api/schemas.ts";
import { type Certificate, parseCertificateLine } from "../../core/cert/certificate.ts";
import { readHostIdentity } from "../../core/cert/identity.ts";
import { formatIdentity, parseIdentity } from "../../core/cert/identity-file.ts";
import { PrivateKey } from "../../core/cert/private-key.ts";
import { PublicKey } from "../../core/cert/public-key.ts";
import { Fault } from "../../core/fault.ts";
import { uuid as uuidSchema } from "../../core/names.ts";
import type { Credential } from "../../core/ssh/client.ts";
import { readIfThere, writePrivate } from "../files.ts";

/** The identity of a machine in every cluster. It is created once and kept. */
export interface Machine {
  readonly uuid: string;
  readonly key: PrivateKey;
}

/** The state of a machine as a member of a cluster. */
export interface Membership {
  readonly uuid: string;
  readonly cluster: string;
  readonly roles: readonly string[];
  readonly key: PrivateKey;
  readonly certificate: Certificate;
  readonly credential: Credential;
  /** The host authorities that verify auth. */
  readonly authorities: readonly PublicKey[];
}

/** Reads or creates the identity. It is stored before the join, so that a lost reply does not create another one. */
export function openMachine(dataDir: string): Machine {
  const uuid = stored(join(dataDir, "host_uuid"), () => `${randomUUID()}\n`).trim();
  if (!uuidSchema.safeParse(uuid).success)
    throw new Fault("failed", `${join(dataDir, "host_uuid")} does not hold a UUID`);
  return {
    uuid,
    key: PrivateKey.parse(stored(join(dataDir, "host_key"), () => PrivateKey.generate().toOpenSSH(uuid))),
  };
}

/** Reads the membership of an earlier start, if there is one. Its certificate may have expired. */
export function readMembership(dataDir: string): Membership | undefined {
  const file = identityFile(dataDir);
  const text = readIfThere(file);
  if (text === undefined) return undefined;
  const { key, certificate, authorities } = parseIdentity(text, file);
  return membershipOf(
    PrivateKey.parse(key),
    certificate,
    authorities.map((authority) => authority.key),
  );
}

/** Reads auth's reply to a join or renewal, and stores it for the next start. */
export function acceptMembership(dataDir: string, key: PrivateKey, reply: HostCertificate): Membership {
  const certificate = parseCertificateLine(reply.certificate);
  if (!certificate.key.equals(key.public)) throw new Fault("failed", "auth sent a certificate for another key");
  const host = reply.authorities.find((authority) => authority.spec.type === "host");
  const lines = [...(host?.spec.active_keys ?? []), ...(host?.spec.additional_trusted_keys ?? [])];
  const membership = membershipOf(
    key,
    certificate,
    lines.map((line) => PublicKey.parse(line)),
  );
  writePrivate(identityFile(dataDir), formatIdentity({ ...membership, key: key.toOpenSSH(membership.uuid) }));
  return membership;
}

function membershipOf(key: PrivateKey, certificate: Certificate, authorities: readonly PublicKey[]): Membership {
  const { uuid, cluster, roles } = readHostIdentity(certificate);
  const credential = { key: key.toOpenSSH(uuid), certificate };
  return { uuid, cluster, roles, key, certificate, credential, authorities };
}

function stored(file: string, make: () => string): string {
  const found = readIfThere(file);
  if (found !== undefined) return found;
  const text = make();
  writePrivate(file, text);
  return text;
}

const identityFile = (dataDir: string): string => join(dataDir, "proc", "host");
