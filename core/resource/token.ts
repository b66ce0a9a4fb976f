import { z } from "zod";
import { envelope } from "./resource.ts";

export const HOST_ROLES = ["node", "proxy", "app"] as const;
export const hostRole = z.enum(HOST_ROLES);
export type HostRole = z.output<typeof hostRole>;

/** A join token: the secret with which a machine joins. Its name is the secret; listings redact it. */
export const token = envelope(
  "token",
  z.string().regex(/^[A-Za-z0-9._-]{8,128}$/, "expected a token of 8 to 128 letters, digits, . _ -"),
  z.strictObject({
    roles: z.array(hostRole).min(1),
    /** How many machines may join with the token. Unset means no limit (static tokens). */
    uses: z.int().min(1).optional(),
  }),
);
export type Token = z.output<typeof token>;
