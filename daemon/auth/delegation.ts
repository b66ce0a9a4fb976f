import { Fault } from "../../core/fault.ts";
import { requireAccess } from "../../core/policy/authorize.ts";
import {
  type GrantedRights,
  isUnlimited,
  lockBeyond,
  type Rights,
  roleBeyond,
  userBeyond,
} from "../../core/policy/delegation.ts";
import type { Lock } from "../../core/resource/lock.ts";
import type { Role } from "../../core/resource/role.ts";
import type { HostRole } from "../../core/resource/token.ts";
import type { User } from "../../core/resource/user.ts";
import { actorOf, type CallerOf } from "./caller.ts";
import type { AuthContext } from "./context.ts";
import { rolesNamed } from "./roles.ts";
import { userCollection } from "./schema.ts";

/** The author of a change. */
export interface Actor {
  /** For the audit log. */
  readonly name: string;
  /** The rights within which the actor grants; `unlimited`: the operator, or the holder of a rule for everything. */
  readonly rights: Rights | "unlimited";
}

/** @throws Fault as `authorize` refuses the caller */
export function delegator({ view, now }: AuthContext, caller: CallerOf<"admin" | "user">): Actor {
  const name = actorOf(caller);
  if (caller.kind === "admin") return { name, rights: "unlimited" };
  const { identity, address } = caller;
  const rights = requireAccess(identity, { kind: "connect" }, view, { now: now(), address });
  return { name, rights: isUnlimited(rights.roles) ? "unlimited" : rights };
}

/** A user who is to be made, changed, reset or unlocked. @throws Fault `denied` when the user exceeds the actor's rights */
export async function requireUserWithin(auth: AuthContext, { rights }: Actor, spec: User["spec"]): Promise<void> {
  if (rights !== "unlimited") refuse(userBeyond(rights, await rightsOf(auth, spec)));
}

/** `former`: the role that this one replaces. @throws Fault `denied` when either exceeds the actor's rights */
export function requireRoleWithin({ rights }: Actor, role: Role, former: Role | undefined): void {
  if (rights !== "unlimited") refuse(roleBeyond(rights, role, former));
}

/** A lock that is to be removed or changed. @throws Fault `denied` when the actor may not lift it */
export async function requireLiftable(auth: AuthContext, { rights }: Actor, lock: Lock): Promise<void> {
  if (rights === "unlimited") return;
  const { user } = lock.spec.target;
  const record = user === undefined ? undefined : await userCollection(auth.store).get(user);
  refuse(lockBeyond(rights, lock, record && (await rightsOf(auth, record.value.resource.spec))));
}

/** A proxy sees the password of each user who logs in through it. @throws Fault `denied` for the token of a proxy */
export function requireTokenWithin({ rights }: Actor, roles: readonly HostRole[]): void {
  if (rights !== "unlimited" && roles.includes("proxy")) refuse("a token for a proxy");
}

async function rightsOf({ store }: AuthContext, { roles, traits }: User["spec"]): Promise<GrantedRights> {
  return { roles: await rolesNamed(store, roles), traits };
}

function refuse(part: string | undefined): void {
  if (part === undefined) return;
  throw new Fault("denied", `access denied: ${part} is beyond your own rights`, {
    hint: "ask an operator on the auth server's own machine, or a user whose role has a rule for '*': '*'",
  });
}
