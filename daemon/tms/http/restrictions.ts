import { z } from "@hono/zod-openapi";
import type { Restrictions } from "../../../core/tms/restrictions.ts";
import { exact, flag, optional } from "./field-types.ts";

/**
 * What a key may be used for beyond its account, as requests and answers have it. Unlike elsewhere a field that is not
 * known is refused: what takes rights away is not to be lost by a slip.
 */
export const restrictions = z
  .strictObject({
    restrict: optional(flag("No forwarding, no terminal, no user rc.")),
    pty: optional(flag("A terminal, where `restrict` took it away.")),
    from: optional(
      z
        .array(z.string("expected an address or a network"))
        .openapi({ description: "Addresses and networks that a login may come from.", example: ["192.0.2.0/24"] }),
    ),
    expiry_time: optional(flag("sshd, too, refuses the key once it has expired.")),
  })
  .transform((value): Restrictions => exact(value))
  .openapi("Restrictions", {
    description: "Options of the key's line in authorized_keys, sshd(8). An addition: TMS 0.3.0 has none.",
  });
