import { z } from "zod";
import { splitHostPort } from "../address.ts";
import { hostName, uuid } from "../names.ts";
import { envelope } from "./resource.ts";

/** A machine that runs the node role. `metadata.expires` is when it counts as gone; each heartbeat extends it. */
export const node = envelope(
  "node",
  uuid,
  z.strictObject({
    hostname: hostName,
    /** `host:port`, IPv6 in brackets. */
    addr: z.string().max(300).refine(isDialable, "expected host:port, IPv6 in brackets"),
    tunnel: z.boolean().default(false),
    version: z
      .string()
      .max(64)
      .regex(/^[A-Za-z0-9.+_-]*$/, "expected a version"),
  }),
);
export type Node = z.output<typeof node>;

function isDialable(text: string): boolean {
  const parts = splitHostPort(text);
  return parts !== undefined && parts.port > 0 && hostName.safeParse(parts.host).success;
}
