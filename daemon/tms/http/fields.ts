import { z } from "@hono/zod-openapi";
import type { Restrictions } from "../../../core/tms/restrictions.ts";
import { exact, flag, name, optional, word } from "./field-types.ts";

/** The fields that several routes share, each with its description and an example. */

const DESCRIPTIONS = {
  tenant: ["The tenant.", "default"],
  client_id: ["The client's id.", "portal"],
  tms_user_id: ["The user, as the identity provider knows it.", "ada"],
  client_user_id: ["The user for whom the client acts; the value of tms_user_id.", "ada"],
  host: ["The host's logical name, shared by its login nodes.", "cluster"],
  host_account: ["The login name on the host.", "ada"],
  addr: ["An address of the host.", "192.0.2.*"],
  admin_id: ["The admin's id. It begins with ~~.", "~~admin"],
  public_key_fingerprint: [
    "The fingerprint, as ssh-keygen -l prints it.",
    "SHA256:R2ZBz2o1mYwqOC6n1vQ0cGQ9m7q8v2uJ0m0l4mWbB0s",
  ],
  resid: ["The reservation's id.", "0b5c8a1e-9a34-4d6c-8f57-0d5b9a4d7c11"],
  parent_resid: ["The parent's id; for a top-level reservation its own.", "0b5c8a1e-9a34-4d6c-8f57-0d5b9a4d7c11"],
} as const;

type FieldName = keyof typeof DESCRIPTIONS;

/** Fields of requests: text of 1 to 255 characters. */
export const input = fieldsOf((description, example) => name({ description, example }));
/** Fields of responses. */
export const output = fieldsOf(word);

function fieldsOf<T>(create: (description: string, example: string) => T): Readonly<Record<FieldName, T>> {
  const fields = Object.entries(DESCRIPTIONS).map(
    ([field, [description, example]]) => [field, create(description, example)] as const,
  );
  return Object.fromEntries(fields) as Record<FieldName, T>;
}

/**
 * The restrictions of a key, in requests and responses. Unlike elsewhere an unknown field is refused: ignoring a misspelt
 * restriction would grant more rights than the client intended.
 */
export const restrictions = z
  .strictObject({
    restrict: optional(flag("`restrict`: no forwarding, no terminal, no user rc.")),
    pty: optional(flag("`pty`: a terminal in spite of `restrict`.")),
    from: optional(
      z
        .array(z.string("expected an address or a network"))
        .openapi({ description: "Source addresses and networks that are allowed.", example: ["192.0.2.0/24"] }),
    ),
    expiry_time: optional(flag("`expiry-time`: sshd also refuses the key after it has expired.")),
  })
  .transform((value): Restrictions => exact(value))
  .openapi("Restrictions", {
    description: "Options of the key's line in authorized_keys, sshd(8). An addition: TMS 0.3.0 has none.",
  });
