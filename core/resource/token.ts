import { z } from "zod";
import { envelope } from "./resource.ts";

export const HOST_ROLES = ["node", "proxy", "app"] as const;
export const hostRole = z.enum(HOST_ROLES);
export type HostRole = z.output<typeof hostRole>;

/** The secret with which a machine joins. Its name is its value; listings show a redacted one. */
export const token = envelope(
  "token",
  z.string().regex(/^[A-Za-z0-9._-]{8,128}$/, "expected a token of 8 to 128 letters, digits, . _ -"),
  z.strictObject({
    roles: z.array(hostRole).min(1),
    /** How many machines may join with it; missing means any number (static tokens). */
    uses: z.int().min(1).optional(),
  }),
);
export type Token = z.output<typeof token>;
