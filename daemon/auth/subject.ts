import { Fault } from "../../core/fault.ts";
import { effectiveRoles } from "../../core/policy/access.ts";
import { lockedBy } from "../../core/policy/locks.ts";
import { refuseFormer } from "../../core/policy/user-generation.ts";
import type { Role } from "../../core/resource/role.ts";
import type { User } from "../../core/resource/user.ts";
import type { Caller } from "./caller.ts";
import type { AuthContext } from "./context.ts";
import { rolesNamed } from "./roles.ts";
import { lockCollection, userCollection } from "./schema.ts";

/** A user as auth knows them now, whatever their certificate said when it was made. */
export interface Subject {
  readonly user: User;
  /** Named in the certificate and still held. */
  readonly roles: readonly Role[];
}

/** @throws Fault `denied` when the user is gone, locked, or another than the one of the certificate. */
export async function currentSubject(auth: AuthContext, caller: Extract<Caller, { kind: "user" }>): Promise<Subject> {
  const { user: name, certified } = caller;
  const item = await userCollection(auth.store).get(name);
  if (item === undefined) throw new Fault("denied", `the user ${name} does not exist any more`);
  const user = item.value.resource;
  refuseFormer({ ...user, status: { created: item.value.created } }, caller);
  const held = user.spec.roles;
  const known = new Map((await rolesNamed(auth.store, held)).map((role) => [role.metadata.name, role]));
  const roles = effectiveRoles({ roles: certified }, known, held);
  const locks = (await lockCollection(auth.store).list()).map(({ value }) => value);
  const lock = lockedBy(locks, { user: name, roles: held }, auth.now());
  if (lock !== undefined) throw new Fault("denied", lock.spec.message ?? `the user ${name} is locked`);
  return { user, roles };
}
