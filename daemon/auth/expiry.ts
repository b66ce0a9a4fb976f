import { Fault } from "../../core/fault.ts";
import type { Resource } from "../../core/resource/registry.ts";
import type { AuthContext } from "./context.ts";

/** When a resource that is written now shall end, if ever. @throws Fault `bad_request` for what lies behind us. */
export function futureEnd(auth: AuthContext, { kind, metadata: { expires } }: Resource): Date | undefined {
  if (expires === undefined) return undefined;
  const end = new Date(expires);
  if (end <= auth.now()) throw new Fault("bad_request", `${kind}: metadata.expires: ${expires} is past`);
  return end;
}
