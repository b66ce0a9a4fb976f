import { z } from "zod";
import { hostName, uuid } from "../names.ts";
import { envelope } from "./resource.ts";

/** A machine that runs our SSH server, alive until `metadata.expires`; every heartbeat moves that. */
export const node = envelope(
  "node",
  uuid,
  z.strictObject({
    hostname: hostName,
    /** `host:port`, IPv6 in brackets. */
    addr: z.string().max(300),
    tunnel: z.boolean().default(false),
    version: z.string().max(64),
  }),
);
export type Node = z.output<typeof node>;
