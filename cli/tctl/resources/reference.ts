import { Fault } from "../../../core/fault.ts";
import type { Kind } from "../../../core/resource/registry.ts";

/** The kinds without their schemas, which take longer to load than a request. */
export const KIND_NAMES = [
  "user",
  "role",
  "node",
  "token",
  "lock",
  "cert_authority",
] as const satisfies readonly Kind[];

/** `role/dba`: one resource. @throws Fault `bad_request`. */
export function parseName(text: string): { readonly kind: Kind; readonly name: string } {
  const { kind, name } = parseReference(text);
  if (name === undefined) throw new Fault("bad_request", `${kind} needs a name`, { hint: `write it as ${kind}/NAME` });
  return { kind, name };
}

/** `role/dba` or `role`. @throws Fault `bad_request`. */
export function parseReference(text: string): { readonly kind: Kind; readonly name: string | undefined } {
  const [kind = "", name, ...more] = text.split("/");
  const singular = kind.endsWith("s") && isKindName(kind.slice(0, -1)) ? kind.slice(0, -1) : kind;
  if (!isKindName(singular) || more.length > 0 || name === "")
    throw new Fault("bad_request", `"${text}" is not KIND or KIND/NAME`, {
      hint: `kinds are ${KIND_NAMES.join(", ")}`,
    });
  return { kind: singular, name };
}

function isKindName(text: string): text is Kind {
  return (KIND_NAMES as readonly string[]).includes(text);
}
