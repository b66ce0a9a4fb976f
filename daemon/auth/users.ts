import type { RequestOf } from "../../core/api/routes.ts";
import type { Invitation, UserRow } from "../../core/api/schemas.ts";
import { Fault } from "../../core/fault.ts";
import type { User } from "../../core/resource/user.ts";
import type { Item } from "../store/collection.ts";
import { forgetAttempts, lockedUntil } from "./attempts.ts";
import { emitEvent } from "./audit.ts";
import type { AuthContext } from "./context.ts";
import { type Actor, requireUserWithin } from "./delegation.ts";
import { draftInvite, dropInvites } from "./invites.ts";
import { requireRoles } from "./roles.ts";
import { secretCollection, type UserRecord, userCollection } from "./schema.ts";

/** Creates a user and an invitation to sign up. @throws Fault `conflict` when the name exists; `not_found` for a role. */
export async function createUser(
  auth: AuthContext,
  request: RequestOf<"createUser">,
  actor: Actor,
): Promise<Invitation> {
  await requireRoles(auth.store, request.roles);
  const resource: User = {
    kind: "user",
    version: "v1",
    metadata: { name: request.name },
    spec: { kind: request.kind, roles: request.roles, traits: request.traits },
  };
  await requireUserWithin(auth, actor, resource.spec);
  const { invitation, write } = await draftInvite(auth, request.name, "invite", request.ttl_seconds);
  const user: UserRecord = { resource, created: auth.now().toISOString(), enrolled: false };
  await commitNew(auth, [userCollection(auth.store).put(request.name, user, "absent"), write], request.name);
  await emitEvent(auth, "user.create", { user: actor.name, name: request.name, roles: request.roles });
  return invitation;
}

/** Writes a user resource without an invitation (`tctl create`). @throws Fault `conflict`, `not_found` or `bad_request`. */
export async function putUser(
  auth: AuthContext,
  resource: User,
  expect: "absent" | "present",
  actor: Actor,
): Promise<UserRow> {
  const { name, revision, labels, expires } = resource.metadata;
  if (expires !== undefined)
    throw new Fault("bad_request", "user: metadata.expires: users cannot expire", {
      hint: "to deny a user access, temporarily or not, use a lock: tctl lock --user=…",
    });
  await requireRoles(auth.store, resource.spec.roles);
  await requireUserWithin(auth, actor, resource.spec);
  const collection = userCollection(auth.store);
  const metadata = { name, ...(labels !== undefined && { labels }) };
  const clean: User = { kind: "user", version: "v1", metadata, spec: resource.spec };
  if (expect === "absent") {
    const fresh: UserRecord = { resource: clean, created: auth.now().toISOString(), enrolled: false };
    await commitNew(auth, [collection.put(name, fresh, "absent")], name);
  } else {
    const item = await requireUser(auth, name);
    await requireUserWithin(auth, actor, item.value.resource.spec);
    await auth.store.commit([collection.put(name, { ...item.value, resource: clean }, revision ?? item.revision)]);
  }
  const event = expect === "absent" ? "user.create" : "user.update";
  await emitEvent(auth, event, { user: actor.name, name, roles: resource.spec.roles });
  return userRow(auth, await requireUser(auth, name));
}

export async function updateUser(
  auth: AuthContext,
  name: string,
  change: RequestOf<"updateUser">,
  actor: Actor,
): Promise<UserRow> {
  const { value, revision } = await requireUser(auth, name);
  const { spec, metadata } = value.resource;
  const traits = change.logins === undefined ? spec.traits : { ...spec.traits, logins: change.logins };
  const next: User = {
    ...value.resource,
    metadata: { ...metadata, revision },
    spec: { ...spec, traits, roles: change.roles ?? spec.roles },
  };
  return putUser(auth, next, "present", actor);
}

/** Creates an invitation that replaces password and second factor when accepted. The present ones work until then. */
export async function resetUser(auth: AuthContext, name: string, ttl: number, actor: Actor): Promise<Invitation> {
  const { value, revision } = await requireUser(auth, name);
  await requireUserWithin(auth, actor, value.resource.spec);
  const { invitation, write } = await draftInvite(auth, name, "reset", ttl);
  const unchanged = userCollection(auth.store).put(name, value, revision);
  await auth.store.commit([...(await dropInvites(auth, name)), unchanged, write]);
  await emitEvent(auth, "reset_password_token.create", { user: actor.name, name, ttl_seconds: ttl });
  return invitation;
}

export async function unlockUser(auth: AuthContext, name: string, actor: Actor): Promise<UserRow> {
  const item = await requireUser(auth, name);
  await requireUserWithin(auth, actor, item.value.resource.spec);
  await auth.store.commit([forgetAttempts(auth, name)]);
  await emitEvent(auth, "user.unlock", { user: actor.name, name });
  return userRow(auth, item);
}

/** Removes a user with secrets and open invitations. Issued certificates are denied without the user's record. */
export async function removeUser(auth: AuthContext, name: string, actor: string): Promise<void> {
  const { revision } = await requireUser(auth, name);
  await auth.store.commit([
    userCollection(auth.store).remove(name, revision),
    secretCollection(auth.store).remove(name, "any"),
    forgetAttempts(auth, name),
    ...(await dropInvites(auth, name)),
  ]);
  await emitEvent(auth, "user.delete", { user: actor, name });
}

/** Returns a user's record. @throws Fault `not_found`. */
export async function requireUser(auth: AuthContext, name: string): Promise<Item<UserRecord>> {
  const item = await userCollection(auth.store).get(name);
  if (item === undefined)
    throw new Fault("not_found", `there is no user "${name}"`, { hint: "tctl users ls shows the users" });
  return item;
}

/** Converts a user's record to the resource with its status. */
export async function userRow(auth: AuthContext, { value, revision }: Item<UserRecord>): Promise<UserRow> {
  const { resource, created, enrolled } = value;
  const locked = await lockedUntil(auth, resource.metadata.name);
  return {
    ...resource,
    metadata: { ...resource.metadata, revision },
    status: { created, enrolled, ...(locked !== undefined && { locked_until: locked }) },
  };
}

async function commitNew(
  auth: AuthContext,
  writes: Parameters<AuthContext["store"]["commit"]>[0],
  name: string,
): Promise<void> {
  try {
    await auth.store.commit(writes);
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== "conflict") throw error;
    throw new Fault("conflict", `the user "${name}" exists already`, {
      hint: `tctl users reset ${name} makes a new sign-up link`,
      cause: error,
    });
  }
}
