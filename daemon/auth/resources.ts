import type { ListedResource } from "../../core/api/schemas.ts";
import { Fault } from "../../core/fault.ts";
import type { Lock } from "../../core/resource/lock.ts";
import { KINDS, type Kind, type Resource, type ResourceOf } from "../../core/resource/registry.ts";
import { futureExpiry, parse } from "../../core/resource/resource.ts";
import type { Role } from "../../core/resource/role.ts";
import type { Entry, Key, Store } from "../../core/store.ts";
import type { Collection, Item } from "../store/collection.ts";
import { emitEvent } from "./audit.ts";
import { authorityCollection } from "./authorities.ts";
import type { AuthContext } from "./context.ts";
import { type Actor, requireLiftable, requireRoleWithin } from "./delegation.ts";
import { removeHost } from "./hosts.ts";
import { lockCollection, nodeCollection, roleCollection, userCollection } from "./schema.ts";
import { listTokens, putToken, removeToken } from "./tokens.ts";
import { putUser, removeUser, requireUser, userRow } from "./users.ts";

/** The operations on resources of one kind. A missing operation is denied. */
interface ResourceHandler<K extends Kind> {
  list(auth: AuthContext, withSecrets: boolean): Promise<ListedResource<K>[]>;
  read?(auth: AuthContext, name: string): Promise<ListedResource<K>>;
  /** `absent`: the resource must not exist. `present`: it must exist, at `metadata.revision` if that is set. */
  put?(
    auth: AuthContext,
    resource: ResourceOf<K>,
    expect: "absent" | "present",
    actor: Actor,
  ): Promise<ListedResource<K>>;
  remove?(auth: AuthContext, name: string, actor: Actor): Promise<void>;
}

const RESOURCE_HANDLERS: { readonly [K in Kind]: ResourceHandler<K> } = {
  user: {
    list: async (auth) =>
      Promise.all((await Array.fromAsync(userCollection(auth.store).list())).map((item) => userRow(auth, item))),
    read: async (auth, name) => userRow(auth, await requireUser(auth, name)),
    put: putUser,
    remove: (auth, name, actor) => removeUser(auth, name, actor.name),
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
          { hint: "remove it from its users first: tctl users update NAME --roles …" },
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
    remove: (auth, name, actor) => removeHost(auth, name, actor.name),
  },
  token: {
    list: listTokens,
    put: async (auth, token, expect, actor) => {
      if (expect === "present") throw new Fault("denied", "a token cannot be changed; remove it and create another");
      await putToken(auth, token, actor);
      return token;
    },
    remove: (auth, name, actor) => removeToken(auth, name, actor.name),
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
): Promise<ListedResource<K>[]> {
  return RESOURCE_HANDLERS[kind].list(auth, withSecrets);
}

/** Returns one resource. @throws Fault `not_found`. */
export async function readResource<K extends Kind>(
  auth: AuthContext,
  kind: K,
  name: string,
  withSecrets: boolean,
): Promise<ListedResource<K>> {
  const { read, list } = RESOURCE_HANDLERS[kind];
  if (read !== undefined) return read(auth, name);
  const found = (await list(auth, withSecrets)).find((resource) => resource.metadata.name === name);
  if (found === undefined) throw new Fault("not_found", `there is no ${kind} "${name}"`);
  return found;
}

/** Parses and writes a resource. @throws Fault `bad_request`, `conflict`, `not_found`; `denied` for a read-only kind. */
export async function putResource(
  auth: AuthContext,
  kind: Kind,
  body: unknown,
  expect: "absent" | "present",
  actor: Actor,
  name?: string,
): Promise<ListedResource> {
  const handler = RESOURCE_HANDLERS[kind] as ResourceHandler<Kind>;
  if (handler.put === undefined) throw new Fault("denied", `a ${kind} cannot be written by hand`);
  const resource = parse(KINDS[kind], body, kind) as Resource;
  if (name !== undefined && resource.metadata.name !== name)
    throw new Fault("bad_request", `metadata.name: expected "${name}", as in the URL`);
  return handler.put(auth, resource, expect, actor);
}

export async function removeResource(auth: AuthContext, kind: Kind, name: string, actor: Actor): Promise<void> {
  const { remove } = RESOURCE_HANDLERS[kind];
  if (remove === undefined) throw new Fault("denied", `a ${kind} cannot be removed`);
  await remove(auth, name, actor);
}

/** The kinds that can be watched: their key prefix, and the resource that every proxy and node may see. */
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
  // Without the expiry, which each heartbeat extends. Watchers get a delete when the node expires.
  node: { prefix: "/nodes/", show: (entry, store) => nodeCollection(store).read(entry).value },
  cert_authority: {
    prefix: "/authorities/",
    show: (entry, store) => authorityCollection(store).read(entry).value.resource,
  },
};

type Plain = ResourceOf<"role"> | ResourceOf<"lock"> | ResourceOf<"node">;

/** Converts a stored resource to its present form, with revision and expiry. */
function plain<T extends Plain>({ value, revision, expires }: Item<T>): T {
  const metadata = { ...value.metadata, ...(expires && { expires: expires.toISOString() }), revision };
  return { ...value, metadata };
}

async function putPlain<T extends ResourceOf<"role"> | ResourceOf<"lock">>(
  auth: AuthContext,
  collection: Collection<T>,
  resource: T,
  expect: "absent" | "present",
  actor: Actor,
): Promise<T> {
  const { kind, metadata } = resource;
  const { revision, expires, ...kept } = metadata;
  const { status: _, ...clean } = { ...resource, metadata: kept };
  const known = await collection.get(metadata.name);
  if (expect === "absent" && known !== undefined)
    throw new Fault("conflict", `the ${kind} "${metadata.name}" exists already`, { hint: "use --force to replace it" });
  if (expect === "present" && known === undefined)
    throw new Fault("not_found", `there is no ${kind} "${metadata.name}"`);
  const precondition = known === undefined ? "absent" : (revision ?? known.revision);
  if (resource.kind === "role") requireRoleWithin(actor, resource, known?.value as Role | undefined);
  else if (known !== undefined) await requireLiftable(auth, actor, known.value as Lock);
  const expiry = futureExpiry(resource, auth.now());
  await auth.store.commit([collection.put(metadata.name, clean as unknown as T, precondition, expiry)]);
  if (resource.kind === "lock")
    await emitEvent(auth, "lock.created", {
      user: actor.name,
      name: metadata.name,
      target: resource.spec.target,
      message: resource.spec.message,
      expires,
    });
  else
    await emitEvent(auth, known === undefined ? "role.created" : "role.updated", {
      user: actor.name,
      name: metadata.name,
    });
  const stored = await collection.get(metadata.name);
  return stored === undefined ? resource : plain(stored);
}

async function removePlain<T extends ResourceOf<"role"> | ResourceOf<"lock">>(
  auth: AuthContext,
  collection: Collection<T>,
  kind: "role" | "lock",
  name: string,
  actor: Actor,
): Promise<void> {
  const known = await collection.get(name);
  if (known === undefined) throw new Fault("not_found", `there is no ${kind} "${name}"`);
  if (kind === "lock") await requireLiftable(auth, actor, known.value as Lock);
  await auth.store.commit([collection.remove(name, known.revision)]);
  await emitEvent(auth, kind === "role" ? "role.deleted" : "lock.deleted", { user: actor.name, name });
}
