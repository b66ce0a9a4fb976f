import { z } from "zod";
import { plainName } from "../names.ts";
import { envelope } from "./resource.ts";

export const AUTHORITY_TYPES = ["user", "host"] as const;
export type AuthorityType = (typeof AUTHORITY_TYPES)[number];

/** The public keys of a certificate authority, as `ssh-ed25519 AAAA…` lines. The resource is named after its type. */
export const authority = envelope(
  "cert_authority",
  plainName,
  z.strictObject({
    type: z.enum(AUTHORITY_TYPES),
    cluster: plainName,
    /** The first key signs; all keys are trusted. */
    active_keys: z.array(z.string().max(16_384)).min(1).max(16),
    additional_trusted_keys: z.array(z.string().max(16_384)).max(16).default([]),
  }),
);
export type Authority = z.output<typeof authority>;
