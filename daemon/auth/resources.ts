import { Fault } from "../../core/fault.ts";
import { KINDS, type Kind, type Resource, type ResourceOf } from "../../core/resource/registry.ts";
import { parse } from "../../core/resource/resource.ts";
import type { Entry, Key, Store } from "../../core/store.ts";
import type { Collection, Item } from "../store/collection.ts";
import { emitEvent } from "./audit.ts";
import { authorityCollection } from "./authorities.ts";
import type { AuthContext } from "./context.ts";
import { futureEnd } from "./expiry.ts";
import { removeHost } from "./hosts.ts";
import { lockCollection, nodeCollection, roleCollection, userCollection } from "./schema.ts";
import { listTokens, putToken, removeToken } from "./tokens.ts";
import { putUser, removeUser, requireUser, userRow } from "./users.ts";

/** What can be done with the resources of one kind. What is missing is refused. */
interface Keeper<K extends Kind> {
  list(auth: AuthContext, withSecrets: boolean): Promise<ResourceOf<K>[]>;
  read?(auth: AuthContext, name: string): Promise<ResourceOf<K>>;
  /** `absent`: it must be new. `present`: it must exist, at `metadata.revision` when that is given. */
  put?(auth: AuthContext, resource: ResourceOf<K>, expect: "absent" | "present", actor: string): Promise<ResourceOf<K>>;
  remove?(auth: AuthContext, name: string, actor: string): Promise<void>;
}

const KEEPERS: { readonly [K in Kind]: Keeper<K> } = {
  user: {
    list: async (auth) =>
      Promise.all((await Array.fromAsync(userCollection(auth.store).list())).map((item) => userRow(auth, item))),
    read: async (auth, name) => userRow(auth, await requireUser(auth, name)),
    put: putUser,
    remove: removeUser,
  },
  role: {
    list: (auth) => Array.fromAsync(roleCollection(auth.store).list(), plain),
    put: (auth, role, expect, actor) => putPlain(auth, roleCollection(auth.store), role, expect, actor),
    remove: async (auth, name, actor) => {
      const holders: string[] = [];
      for await (const { name: user, value } of userCollection(auth.store).list())
        if (value.resource.spec.roles.includes(name)) holders.push(user);
      const [first, ...others] = holders;
      if (first !== undefined)
        throw new Fault(
          "conflict",
          `the role "${name}" is held by ${first}${others.length > 0 ? ` and ${others.length} more` : ""}`,
          { hint: "take it from them first: tctl users update NAME --roles …" },
        );
      await removePlain(auth, roleCollection(auth.store), "role", name, actor);
    },
  },
  lock: {
    list: (auth) => Array.fromAsync(lockCollection(auth.store).list(), plain),
    put: (auth, lock, expect, actor) => putPlain(auth, lockCollection(auth.store), lock, expect, actor),
    remove: (auth, name, actor) => removePlain(auth, lockCollection(auth.store), "lock", name, actor),
  },
  node: {
    list: (auth) => Array.fromAsync(nodeCollection(auth.store).list(), plain),
    remove: removeHost,
  },
  token: {
    list: listTokens,
    put: async (auth, token, expect, actor) => {
      if (expect === "present") throw new Fault("denied", "a token cannot be changed; remove it and make another");
      await putToken(auth, token, actor);
      return token;
    },
    remove: removeToken,
  },
  cert_authority: {
    list: (auth) =>
      Array.fromAsync(authorityCollection(auth.store).list(), ({ value, revision }) => ({
        ...value.resource,
        metadata: { ...value.resource.metadata, revision },
      })),
  },
};

export function listResources<K extends Kind>(
  auth: AuthContext,
  kind: K,
  withSecrets: boolean,
): Promise<ResourceOf<K>[]> {
  return KEEPERS[kind].list(auth, withSecrets);
}

/** @throws Fault `not_found`. */
export async function readResource<K extends Kind>(
  auth: AuthContext,
  kind: K,
  name: string,
  withSecrets: boolean,
): Promise<ResourceOf<K>> {
  const { read, list } = KEEPERS[kind];
  if (read !== undefined) return read(auth, name);
  const found = (await list(auth, withSecrets)).find((resource) => resource.metadata.name === name);
  if (found === undefined) throw new Fault("not_found", `there is no ${kind} "${name}"`);
  return found;
}

export async function putResource(
  auth: AuthContext,
  kind: Kind,
  body: unknown,
  expect: "absent" | "present",
  actor: string,
  name?: string,
): Promise<Resource> {
  const keeper = KEEPERS[kind] as Keeper<Kind>;
  if (keeper.put === undefined) throw new Fault("denied", `a ${kind} cannot be written by hand`);
  const resource = parse(KINDS[kind], body, kind) as Resource;
  if (name !== undefined && resource.metadata.name !== name)
    throw new Fault("bad_request", `metadata.name: expected "${name}", as in the address`);
  return keeper.put(auth, resource, expect, actor);
}

export async function removeResource(auth: AuthContext, kind: Kind, name: string, actor: string): Promise<void> {
  const { remove } = KEEPERS[kind];
  if (remove === undefined) throw new Fault("denied", `a ${kind} cannot be removed`);
  await remove(auth, name, actor);
}

/** The kinds that can be watched: where each is stored, and the part of it that every proxy and node may know. */
export const WATCHED: {
  readonly [K in Kind]?: { readonly prefix: Key; readonly show: (entry: Entry, store: Store) => Resource };
} = {
  user: {
    prefix: "/users/",
    show: (entry, store) => {
      const { resource, created } = userCollection(store).read(entry).value;
      return { ...resource, status: { created } };
    },
  },
  role: { prefix: "/roles/", show: (entry, store) => plain(roleCollection(store).read(entry)) },
  lock: { prefix: "/locks/", show: (entry, store) => plain(lockCollection(store).read(entry)) },
  // Without its expiry, which each heartbeat moves: a node that is gone is told as removed.
  node: { prefix: "/nodes/", show: (entry, store) => nodeCollection(store).read(entry).value },
  cert_authority: {
    prefix: "/authorities/",
    show: (entry, store) => authorityCollection(store).read(entry).value.resource,
  },
};

type Plain = ResourceOf<"role"> | ResourceOf<"lock"> | ResourceOf<"node">;

/** A resource stored as it is, with what the store knows of it. */
function plain<T extends Plain>({ value, revision, expires }: Item<T>): T {
  const metadata = { ...value.metadata, ...(expires && { expires: expires.toISOString() }), revision };
  return { ...value, metadata };
}

async function putPlain<T extends ResourceOf<"role"> | ResourceOf<"lock">>(
  auth: AuthContext,
  collection: Collection<T>,
  resource: T,
  expect: "absent" | "present",
  actor: string,
): Promise<T> {
  const { kind, metadata } = resource;
  const { revision, expires, ...kept } = metadata;
  const { status: _, ...clean } = { ...resource, metadata: kept };
  const known = await collection.get(metadata.name);
  if (expect === "absent" && known !== undefined)
    throw new Fault("conflict", `the ${kind} "${metadata.name}" exists already`, { hint: "use --force to replace it" });
  if (expect === "present" && known === undefined)
    throw new Fault("not_found", `there is no ${kind} "${metadata.name}"`);
  const before = known === undefined ? "absent" : (revision ?? known.revision);
  await auth.store.commit([collection.put(metadata.name, clean as unknown as T, before, futureEnd(auth, resource))]);
  if (resource.kind === "lock")
    await emitEvent(auth, "lock.created", {
      user: actor,
      name: metadata.name,
      target: resource.spec.target,
      message: resource.spec.message,
      expires,
    });
  else
    await emitEvent(auth, known === undefined ? "role.created" : "role.updated", { user: actor, name: metadata.name });
  const stored = await collection.get(metadata.name);
  return stored === undefined ? resource : plain(stored);
}

async function removePlain<T>(
  auth: AuthContext,
  collection: Collection<T>,
  kind: "role" | "lock",
  name: string,
  actor: string,
): Promise<void> {
  const known = await collection.get(name);
  if (known === undefined) throw new Fault("not_found", `there is no ${kind} "${name}"`);
  await auth.store.commit([collection.remove(name, known.revision)]);
  await emitEvent(auth, kind === "role" ? "role.deleted" : "lock.deleted", { user: actor, name });
}
