import { randomUUID } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { HostCertificate } from "../../core/api/schema.ts";
import { type Certificate, parseCertificateLine } from "../../core/cert/certificate.ts";
import { readHostIdentity } from "../../core/cert/identity.ts";
import { formatIdentity, parseIdentity } from "../../core/cert/identity-file.ts";
import { PrivateKey } from "../../core/cert/private-key.ts";
import { PublicKey } from "../../core/cert/public-key.ts";
import { Fault } from "../../core/fault.ts";
import { uuid as uuidSchema } from "../../core/names.ts";
import { writePrivate } from "../files.ts";

/** What a machine holds as a member of a cluster. */
export interface Membership {
  readonly uuid: string;
  readonly cluster: string;
  readonly key: PrivateKey;
  readonly certificate: Certificate;
  /** Host authorities by which auth is known. */
  readonly authorities: readonly PublicKey[];
}

/** The id of this machine, made once and kept for good. */
export function machineId(dataDir: string): string {
  const file = join(dataDir, "host_uuid");
  if (!existsSync(file)) writePrivate(file, `${randomUUID()}\n`);
  const id = readFileSync(file, "utf8").trim();
  if (!uuidSchema.safeParse(id).success) throw new Fault("failed", `${file} does not hold a UUID`);
  return id;
}

/** What an earlier start left; undefined when there is nothing, or nothing that still counts. */
export function readMembership(dataDir: string, now: Date): Membership | undefined {
  const file = identityFile(dataDir);
  if (!existsSync(file)) return undefined;
  const identity = parseIdentity(readFileSync(file, "utf8"), file);
  if (identity.certificate.validBefore <= now) return undefined;
  const { uuid, cluster } = readHostIdentity(identity.certificate);
  return {
    uuid,
    cluster,
    key: PrivateKey.parse(identity.key),
    certificate: identity.certificate,
    authorities: identity.authorities.map(({ key }) => key),
  };
}

/** Takes what auth answered to a join or a renewal, and keeps it for the next start. */
export function acceptMembership(dataDir: string, key: PrivateKey, reply: HostCertificate): Membership {
  const certificate = parseCertificateLine(reply.certificate);
  if (!certificate.key.equals(key.public)) throw new Fault("failed", "auth sent a certificate for another key");
  const { uuid, cluster } = readHostIdentity(certificate);
  const host = reply.authorities.find((authority) => authority.spec.type === "host");
  const lines = [...(host?.spec.active_keys ?? []), ...(host?.spec.additional_trusted_keys ?? [])];
  const authorities = lines.map((line) => PublicKey.parse(line));
  writePrivate(identityFile(dataDir), formatIdentity({ key: key.toOpenSSH(uuid), certificate, cluster, authorities }));
  return { uuid, cluster, key, certificate, authorities };
}

const identityFile = (dataDir: string): string => join(dataDir, "proc", "host");
