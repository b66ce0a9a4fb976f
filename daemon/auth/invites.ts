import { isIPv6 } from "node:net";
import type { Reply, RequestOf } from "../../core/api/routes.ts";
import type { Invitation } from "../../core/api/schemas.ts";
import { Fault } from "../../core/fault.ts";
import { matchTotp, newTotp, totpUri } from "../../core/mfa/totp.ts";
import type { Write } from "../../core/store.ts";
import { digest, newSecret } from "../seal.ts";
import { type Item, retry } from "../store/collection.ts";
import { forgetAttempts } from "./attempts.ts";
import { emitEvent } from "./audit.ts";
import type { AuthContext } from "./context.ts";
import { hashPassword } from "./passwords.ts";
import {
  type InviteRecord,
  inviteCollection,
  proxyCollection,
  secretCollection,
  type UserSecrets,
  userCollection,
} from "./schema.ts";

/** Invitations that are removed in one commit, beside the writes of the caller. */
const REMOVED_PER_COMMIT = 50;

/** Makes an invitation for `user`, and the write that stores it. Commit the write with the change that it belongs to. */
export async function draftInvite(
  auth: AuthContext,
  user: string,
  kind: InviteRecord["kind"],
  ttl: number,
): Promise<{ readonly invitation: Invitation; readonly write: Write }> {
  const token = newSecret();
  const expires = new Date(auth.now().getTime() + ttl * 1000);
  const context = sealContext(token);
  const totp = auth.secondFactor === "off" ? undefined : auth.seal.close(newTotp(user, auth.cluster).secret, context);
  const invite: InviteRecord = { user, kind, ...(totp !== undefined && { totp }) };
  const url = `https://${await webAddress(auth)}/web/invite/${token}`;
  return {
    invitation: { user, token, url, expires: expires.toISOString() },
    write: inviteCollection(auth.store).put(digest(token), invite, "absent", expires),
  };
}

/** Returns what the invited user needs to choose a password and set up an authenticator. @throws Fault `not_found`. */
export async function inspectInvite(auth: AuthContext, token: string): Promise<Reply<"inspectInvite">> {
  const { value } = await requireInvite(auth, token);
  const secret = value.totp === undefined ? undefined : auth.seal.open(value.totp, sealContext(token));
  return {
    user: value.user,
    cluster: auth.cluster,
    second_factor: auth.secondFactor,
    ...(secret !== undefined && { totp: { secret, uri: totpUri(value.user, auth.cluster, secret) } }),
  };
}

/**
 * Accepts an invitation, once: stores password and TOTP secret, and enrolls the user.
 * @throws Fault `bad_request` for a weak password or a wrong code, which leaves the invitation open; `not_found`.
 */
export async function acceptInvite(
  auth: AuthContext,
  request: RequestOf<"acceptInvite">,
): Promise<Reply<"acceptInvite">> {
  const invite = await requireInvite(auth, request.token);
  const { user: name, kind } = invite.value;
  const totp = proveTotp(auth, invite, request);
  const secrets: UserSecrets = { password: await hashPassword(request.password), ...totp };
  const sealed = auth.seal.close(JSON.stringify(secrets), `/secrets/users/${name}`);
  await retry(auth.store, async () => {
    const { revision } = await requireInvite(auth, request.token);
    const user = await userCollection(auth.store).get(name);
    if (user === undefined) throw unknownInvite();
    const writes = [
      inviteCollection(auth.store).remove(invite.name, revision),
      secretCollection(auth.store).put(name, { sealed }, "any"),
      userCollection(auth.store).put(name, { ...user.value, enrolled: true }, user.revision),
      forgetAttempts(auth, name),
    ];
    return { writes, result: undefined };
  });
  await Promise.all([
    emitEvent(auth, "user.password_change", { user: name, addr_remote: request.remote_addr, via: kind }),
    ...(totp.totp === undefined
      ? []
      : [emitEvent(auth, "mfa.add", { user: name, device_type: "totp", addr_remote: request.remote_addr })]),
  ]);
  return { user: name };
}

/**
 * The writes that remove every open invitation of a user. A user has few. When concurrent resets have left more than
 * `REMOVED_PER_COMMIT`, the first ones are removed here, so that the writes fit into one commit.
 */
export async function dropInvites(auth: AuthContext, user: string): Promise<Write[]> {
  const collection = inviteCollection(auth.store);
  const writes: Write[] = [];
  for await (const { name, value } of collection.list()) {
    if (value.user !== user) continue;
    if (writes.length === REMOVED_PER_COMMIT) await auth.store.commit(writes.splice(0));
    writes.push(collection.remove(name, "any"));
  }
  return writes;
}

/** Verifies a code of the new authenticator, if one is set up. @throws Fault `bad_request` for a missing or wrong code. */
function proveTotp(
  auth: AuthContext,
  { value }: Item<InviteRecord>,
  request: RequestOf<"acceptInvite">,
): Pick<UserSecrets, "totp" | "last_step"> {
  const hasCode = request.otp !== undefined && request.otp !== "";
  if (auth.secondFactor === "off" || (auth.secondFactor === "optional" && !hasCode)) return {};
  if (value.totp === undefined)
    throw new Fault("bad_request", "this invitation was made before a second factor was required", {
      hint: "ask your administrator for a new one",
    });
  const secret = auth.seal.open(value.totp, sealContext(request.token));
  const step = matchTotp(secret, request.otp ?? "", auth.now());
  if (step === undefined)
    throw new Fault("bad_request", hasCode ? "the code is wrong" : "a code of the authenticator app is needed", {
      hint: "codes need the right time on the device that shows them",
    });
  return { totp: secret, last_step: step };
}

async function requireInvite(auth: AuthContext, token: string): Promise<Item<InviteRecord>> {
  const invite = await inviteCollection(auth.store).get(digest(token));
  if (invite === undefined) throw unknownInvite();
  return invite;
}

function unknownInvite(): Fault {
  return new Fault("not_found", "this invitation is unknown, already used, or expired", {
    hint: "ask your administrator for a new one",
  });
}

const sealContext = (token: string): string => `/invites/${digest(token)}`;

/** The web address of a proxy; before one has reported, auth's host with the default port. */
async function webAddress(auth: AuthContext): Promise<string> {
  const proxy = await proxyCollection(auth.store).first();
  if (proxy !== undefined) return proxy.value.web_addr;
  const host = auth.address().replace(/:\d+$/, "");
  return `${isIPv6(host) ? `[${host}]` : host}:3080`;
}
