import type { TmsContext } from "./context.ts";
import { stamp } from "./ids.ts";
import type { AdminRow } from "./schema.ts";
import { newTmsSecret, secretOf } from "./secrets.ts";

/** Who is there when a tenant is made. */
export const FIRST_ADMIN = "~~admin";

/** A new admin's row, and the secret of which it holds the hash. */
export async function draftAdmin(
  tms: TmsContext,
  admin_id: string,
): Promise<{ readonly row: AdminRow; readonly secret: string }> {
  const secret = newTmsSecret();
  return { row: { ...(await stamp(tms)), admin_id, secrets: [secretOf(secret, tms.now())] }, secret };
}
