import { z } from "zod";
import { plainName } from "../names.ts";
import { envelope } from "./resource.ts";

/** Refuses its target everywhere, and cuts what is open, until it expires or is removed. */
export const lock = envelope(
  "lock",
  plainName,
  z.strictObject({
    target: z
      .strictObject({
        user: z.string().optional(),
        role: z.string().optional(),
        login: z.string().optional(),
        node: z.string().optional(),
        mfa_device: z.string().optional(),
      })
      .refine((target) => Object.values(target).some((value) => value !== undefined), "names nobody"),
    message: z.string().max(1024).optional(),
  }),
);
export type Lock = z.output<typeof lock>;
