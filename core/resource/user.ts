import { z } from "zod";
import { plainName, SHOWABLE, userName } from "../names.ts";
import { envelope } from "./resource.ts";

/** Values that role templates expand: `{{internal.logins}}` reads `logins`. */
export const traits = z.record(
  z.string().regex(/^[A-Za-z0-9_.:/-]{1,128}$/, "expected a trait name (letters, digits, . _ : / -)"),
  z.array(z.string().max(1024).regex(SHOWABLE, "expected text without control characters")).max(256),
);
export type Traits = Readonly<Record<string, readonly string[]>>;

/** Somebody who may log in. Secrets are stored apart and are never part of this. */
export const user = envelope(
  "user",
  userName,
  z.strictObject({
    kind: z.enum(["human", "bot"]).default("human"),
    roles: z.array(plainName).max(256).default([]),
    traits: traits.default({}),
  }),
);
export type User = z.output<typeof user>;

/** What auth adds when a user is read. */
export interface UserStatus {
  readonly created: string;
  /** False until the invitation was accepted. */
  readonly enrolled: boolean;
  readonly locked_until?: string;
}
