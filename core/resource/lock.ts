import { z } from "zod";
import { plainName, SHOWABLE } from "../names.ts";
import { envelope } from "./resource.ts";

const name = z.string().min(1).max(256).optional();

/** Denies its target on every server and closes its open connections, until the lock expires or is removed. */
export const lock = envelope(
  "lock",
  plainName,
  z.strictObject({
    /** Several fields are combined with AND: `user` and `login` lock that user under that login only. */
    target: z
      .strictObject({ user: name, role: name, login: name, node: name, mfa_device: name })
      .refine(
        (target) => Object.values(target).some((value) => value !== undefined),
        "expected at least one of user, role, login, node, mfa_device",
      ),
    message: z.string().max(1024).regex(SHOWABLE, "expected one line of text").optional(),
  }),
);
export type Lock = z.output<typeof lock>;
