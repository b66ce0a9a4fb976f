import { Fault } from "../../core/fault.ts";
import { PRESET_ROLES } from "../../core/policy/presets.ts";
import type { Role } from "../../core/resource/role.ts";
import type { Store } from "../../core/store.ts";
import { roleCollection } from "./schema.ts";

/** The definitions of the named roles. Names without a definition grant nothing and are skipped. */
export async function rolesNamed(store: Store, names: readonly string[]): Promise<readonly Role[]> {
  const collection = roleCollection(store);
  const found = await Promise.all(names.map((name) => collection.get(name)));
  return found.flatMap((item) => (item === undefined ? [] : [item.value]));
}

/** Checks that all roles exist. @throws Fault `not_found` with the first that does not. */
export async function requireRoles(store: Store, names: readonly string[]): Promise<void> {
  for (const name of names)
    if ((await roleCollection(store).get(name)) === undefined)
      throw new Fault("not_found", `there is no role "${name}"`, { hint: "tctl get role shows the roles" });
}

/** Creates the preset roles in a new store. In an existing store, changed or removed presets stay as they are. */
export async function createPresets(store: Store): Promise<void> {
  const collection = roleCollection(store);
  if ((await store.get("/cluster/presets")) !== undefined) return;
  const marker = { put: "/cluster/presets", value: Buffer.from("{}"), expect: "absent" } as const;
  try {
    await store.commit([marker, ...PRESET_ROLES.map((role) => collection.put(role.metadata.name, role, "any"))]);
  } catch (error) {
    // Another auth process on the same store created them meanwhile.
    if (!(error instanceof Fault) || error.code !== "conflict") throw error;
  }
}
