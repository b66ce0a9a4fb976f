import { name, word } from "./field-types.ts";

/** The names that requests and answers share, once as they are taken and once as they are shown. */

const ABOUT = {
  tenant: ["The tenant.", "default"],
  client_id: ["The client's id.", "portal"],
  tms_user_id: ["The user, as the identity provider knows it.", "ada"],
  client_user_id: ["The user for whom the client acts; the same text as tms_user_id.", "ada"],
  host: ["The host's logical name: one for many login nodes.", "cluster"],
  host_account: ["The login name on the host.", "ada"],
  addr: ["An address of the host.", "192.0.2.*"],
  admin_id: ["The admin's id. It begins with ~~.", "~~admin"],
  public_key_fingerprint: ["As ssh-keygen -l shows it.", "SHA256:R2ZBz2o1mYwqOC6n1vQ0cGQ9m7q8v2uJ0m0l4mWbB0s"],
  resid: ["The reservation's id.", "0b5c8a1e-9a34-4d6c-8f57-0d5b9a4d7c11"],
  parent_resid: ["Its parent's id; its own for one at the top.", "0b5c8a1e-9a34-4d6c-8f57-0d5b9a4d7c11"],
} as const;

type Noun = keyof typeof ABOUT;

/** As taken: text of 1 to 255 characters. */
export const input = each((description, example) => name({ description, example }));
/** As shown. */
export const output = each(word);

function each<T>(make: (description: string, example: string) => T): Readonly<Record<Noun, T>> {
  const made = Object.entries(ABOUT).map(
    ([noun, [description, example]]) => [noun, make(description, example)] as const,
  );
  return Object.fromEntries(made) as Record<Noun, T>;
}
