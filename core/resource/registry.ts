import type { z } from "zod";
import { authority } from "./authority.ts";
import { lock } from "./lock.ts";
import { node } from "./node.ts";
import { role } from "./role.ts";
import { token } from "./token.ts";
import { user } from "./user.ts";

/** Every resource kind. tctl, the API, shell completions and the published schemas are derived from this table. */
export const KINDS = { user, role, node, token, lock, cert_authority: authority } as const;
export type Kind = keyof typeof KINDS;
export type ResourceOf<K extends Kind> = z.output<(typeof KINDS)[K]>;
export type Resource = { [K in Kind]: ResourceOf<K> }[Kind];

export function isKind(text: string): text is Kind {
  return Object.hasOwn(KINDS, text);
}
