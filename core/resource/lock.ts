import { z } from "zod";
import { plainName, SHOWABLE } from "../names.ts";
import { envelope } from "./resource.ts";

const name = z.string().min(1).max(256).optional();

/** Refuses its target everywhere, and cuts what is open, until it expires or is removed. */
export const lock = envelope(
  "lock",
  plainName,
  z.strictObject({
    /** Where several are named, the lock is for what all of them fit: this user as this login. */
    target: z
      .strictObject({ user: name, role: name, login: name, node: name, mfa_device: name })
      .refine((target) => Object.values(target).some((value) => value !== undefined), "names nobody"),
    message: z.string().max(1024).regex(SHOWABLE, "expected one line of text").optional(),
  }),
);
export type Lock = z.output<typeof lock>;
