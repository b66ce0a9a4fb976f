import { z } from "zod";
import { plainName, SHOWABLE, userName } from "../names.ts";
import { envelope } from "./resource.ts";

/** Trait names to values. Role templates expand them: `{{internal.logins}}` reads the trait `logins`. */
export const traits = z.record(
  z.string().regex(/^[A-Za-z0-9_.:/-]{1,128}$/, "expected a trait name (letters, digits, . _ : / -)"),
  z.array(z.string().max(1024).regex(SHOWABLE, "expected text without control characters")).max(256),
);
export type Traits = Readonly<Record<string, readonly string[]>>;

/** An account of the cluster, of a person or a bot. Its secrets (password, TOTP) are stored separately. */
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

/** Read-only facts that auth adds to a user. */
export interface UserStatus {
  readonly created: string;
  /** False until the invitation is accepted. */
  readonly enrolled: boolean;
  readonly locked_until?: string;
}
