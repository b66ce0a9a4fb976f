import { type EventFields, type EventName, newEvent } from "../../core/audit/event.ts";
import type { AuthContext } from "./context.ts";

/** Writes an audit event; it is on disk when this returns, and only then may what it tells of be acknowledged. */
export function emitEvent<N extends EventName>(auth: AuthContext, name: N, fields: EventFields<N>): Promise<void> {
  return auth.audit.append(newEvent(name, fields, { now: auth.now(), cluster: auth.cluster }));
}
