import type { ClusterState } from "../../../core/policy/authorize.ts";
import { type Lock, lock } from "../../../core/resource/lock.ts";
import { parse } from "../../../core/resource/resource.ts";
import { type Role, role } from "../../../core/resource/role.ts";
import { type User, user } from "../../../core/resource/user.ts";

/** A role as an administrator would write it; what is left out is left out there too. */
export function aRole(name: string, spec: object = {}): Role {
  return parse(role, { kind: "role", metadata: { name }, spec }, `role ${name}`);
}

/** The roles by name, as a proxy or node keeps them. */
export function byName(...roles: readonly Role[]): ReadonlyMap<string, Role> {
  return new Map(roles.map((each) => [each.metadata.name, each]));
}

/** The same numbers on every run (mulberry32), so that a failure can be repeated. */
export function dice(seed: number): <T>(faces: readonly T[]) => T {
  let state = seed;
  return <T>(faces: readonly T[]): T => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    const face = faces[((mixed ^ (mixed >>> 14)) >>> 0) % faces.length];
    if (face === undefined) throw new Error("a die without faces");
    return face;
  };
}

/** A user as auth shows it. */
export function aUser(name: string, roles: readonly string[], more: { traits?: object; created?: string } = {}): User {
  const { traits = {}, created = "2030-01-01T00:00:00.000Z" } = more;
  return { ...parse(user, { kind: "user", metadata: { name }, spec: { roles, traits } }), status: { created } };
}

export function aLock(name: string, target: object, more: { message?: string; expires?: string } = {}): Lock {
  const { message, expires } = more;
  const metadata = { name, ...(expires && { expires }) };
  return parse(lock, { kind: "lock", metadata, spec: { target, ...(message !== undefined && { message }) } });
}

/** The fingerprint of the user CA key that `aCluster` trusts. */
export const CA = "SHA256:current";

export function aCluster(has: { users?: User[]; roles?: Role[]; locks?: Lock[] }): ClusterState {
  return {
    name: "example.com",
    users: new Map((has.users ?? []).map((each) => [each.metadata.name, each])),
    roles: byName(...(has.roles ?? [])),
    locks: has.locks ?? [],
    trustsUserAuthority: (fingerprint) => fingerprint === CA,
  };
}
