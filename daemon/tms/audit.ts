import { type EventFields, type EventName, newEvent } from "../../core/audit/event.ts";
import type { Actor, TmsContext } from "./context.ts";
import type { KeyRecord } from "./schema.ts";

/** Writes an audit event. It is durable when this returns; only then may the change be acknowledged. */
export function emitEvent<N extends EventName>(
  tms: Pick<TmsContext, "audit" | "now" | "cluster">,
  name: N,
  fields: EventFields<N>,
): Promise<void> {
  return tms.audit.append(newEvent(name, fields, { now: tms.now(), cluster: tms.cluster }));
}

/** The actor as fields of an event. */
export function actorFields({ user, address }: Actor): { readonly user: string; readonly addr_remote?: string } {
  return { user, ...(address && { addr_remote: address }) };
}

/** A key as fields of an event. */
export function keyFields(key: KeyRecord) {
  return {
    tenant: key.tenant_name,
    client_id: key.client_id,
    client_user_id: key.client_user_id,
    host: key.host,
    login: key.host_account,
    fingerprint: key.public_key_fingerprint,
  };
}

/** The expiry of a record in the format of events, with milliseconds. */
export function auditTime(expires_at: string): string {
  return new Date(expires_at).toISOString();
}

/** `TENANT/ID`: the name of an admin or client in events. Slashes and `%` in the two parts are percent-encoded. */
export function actorName(tenant: string, id: string): string {
  return [tenant, id].map((part) => part.replaceAll("%", "%25").replaceAll("/", "%2F")).join("/");
}
