import { parse } from "../../../core/resource/resource.ts";
import { type Role, role } from "../../../core/resource/role.ts";

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
