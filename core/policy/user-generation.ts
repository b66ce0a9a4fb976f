import { BACKDATE_SECONDS } from "../cert/identity.ts";
import { Fault } from "../fault.ts";
import type { User } from "../resource/user.ts";

/**
 * A certificate is of the user who had the name when it was made. Who has it since then is somebody else, and the old
 * certificate, which may still be out there, opens nothing of theirs.
 * @throws Fault `denied`.
 */
export function refuseFormer(user: User, certificate: { readonly validAfter: Date }): void {
  const created = (user.status as { readonly created?: string } | undefined)?.created;
  if (created === undefined) return;
  // Certificates count from a little before they were made, and in whole seconds.
  const issued = certificate.validAfter.getTime() + (BACKDATE_SECONDS + 1) * 1000;
  if (issued < Date.parse(created))
    throw new Fault("denied", `the certificate is of an earlier user ${user.metadata.name}`, {
      hint: "log in again: tsh login",
    });
}
