import { type EventFields, type EventName, newEvent } from "../../core/audit/event.ts";
import type { Actor, TmsContext } from "./context.ts";

/** Writes an audit event; it is on disk when this returns, and only then may what it tells of be acknowledged. */
export function emitEvent<N extends EventName>(
  tms: Pick<TmsContext, "audit" | "now" | "cluster">,
  name: N,
  fields: EventFields<N>,
): Promise<void> {
  return tms.audit.append(newEvent(name, fields, { now: tms.now(), cluster: tms.cluster }));
}

/** Who it was, as events have it. */
export function who({ user, address }: Actor): { readonly user: string; readonly addr_remote?: string } {
  return { user, ...(address && { addr_remote: address }) };
}

/** The end of a row as events write times. */
export function instantOf(expires_at: string): string {
  return new Date(expires_at).toISOString();
}

/** `TENANT/ID`: the name of an admin or client in events. The slash between the two is the only one. */
export function actorName(tenant: string, id: string): string {
  return [tenant, id].map((part) => part.replaceAll("%", "%25").replaceAll("/", "%2F")).join("/");
}
