import { timingSafeEqual } from "node:crypto";
import type { Reply, RequestOf } from "../../core/api/routes.ts";
import { caPin } from "../../core/cert/public-key.ts";
import { Fault } from "../../core/fault.ts";
import { futureExpiry, parse } from "../../core/resource/resource.ts";
import { type HostRole, type Token, token as tokenSchema } from "../../core/resource/token.ts";
import type { Write } from "../../core/store.ts";
import { digest, newSecret } from "../seal.ts";
import type { Item } from "../store/collection.ts";
import { emitEvent } from "./audit.ts";
import type { AuthContext } from "./context.ts";
import { type Actor, requireTokenWithin } from "./delegation.ts";
import { type TokenRecord, tokenCollection } from "./schema.ts";

/** The lifetime of a token resource without `metadata.expires`. Milliseconds. */
const DEFAULT_TTL_MS = 30 * 60_000;

/** Creates a join token. The reply has its value; listings have it only with `--with-secrets`. */
export async function createToken(
  auth: AuthContext,
  request: RequestOf<"createToken">,
  actor: Actor,
): Promise<Reply<"createToken">> {
  const expires = new Date(auth.now().getTime() + request.ttl_seconds * 1000);
  const token = parse(tokenSchema, {
    kind: "token",
    metadata: { name: request.value ?? newSecret(), expires: expires.toISOString() },
    spec: { roles: request.roles, uses: request.uses },
  });
  await putToken(auth, token, actor);
  return { token, ca_pins: caPins(auth), auth_addr: auth.address() };
}

/** Stores a token resource. @throws Fault `conflict` when the value exists; `bad_request` for a redacted value. */
export async function putToken(auth: AuthContext, token: Token, actor: Actor): Promise<void> {
  requireTokenWithin(actor, token.spec.roles);
  const value = token.metadata.name;
  if (/^sha256-[0-9a-f]{12}$/.test(value))
    throw new Fault("bad_request", "this is the redacted form of a token, not its value", {
      hint: "omit the name in the output of tctl get, or use tctl get --with-secrets",
    });
  const name = digest(value);
  const record: TokenRecord = {
    sealed: auth.seal.close(value, `/tokens/${name}`),
    roles: token.spec.roles,
    uses: token.spec.uses ?? 1,
  };
  const expires = futureExpiry(token, auth.now()) ?? new Date(auth.now().getTime() + DEFAULT_TTL_MS);
  try {
    await auth.store.commit([tokenCollection(auth.store).put(name, record, "absent", expires)]);
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== "conflict") throw error;
    throw new Fault("conflict", "a token with this value exists already", { cause: error });
  }
  await emitEvent(auth, "join_token.create", {
    user: actor.name,
    id: publicName(name),
    roles: token.spec.roles,
    uses: record.uses,
    expires: expires.toISOString(),
  });
}

/** Lists every token, static ones last. Values are redacted unless `withSecrets`. */
export async function listTokens(auth: AuthContext, withSecrets: boolean): Promise<Token[]> {
  const stored = await Array.fromAsync(tokenCollection(auth.store).list(), (item) =>
    tokenResource(auth, item, withSecrets),
  );
  const fixed = auth.staticTokens.map(({ value, roles }) =>
    resource(withSecrets ? value : publicName(digest(value)), roles, undefined, undefined),
  );
  return [...stored, ...fixed];
}

/** Removes a token by its value or redacted name. @throws Fault `not_found`; `denied` for a static token. */
export async function removeToken(auth: AuthContext, valueOrName: string, actor: string): Promise<void> {
  const item = await findStored(auth, valueOrName);
  if (item === undefined) {
    const fixed = auth.staticTokens.some(
      ({ value }) => value === valueOrName || publicName(digest(value)) === valueOrName,
    );
    throw fixed
      ? new Fault("denied", "this token is in the config file of auth", { hint: "remove it there and restart" })
      : new Fault("not_found", "there is no such token", { hint: "tctl tokens ls shows the tokens" });
  }
  await auth.store.commit([tokenCollection(auth.store).remove(item.name, item.revision)]);
  await emitEvent(auth, "join_token.delete", { user: actor, id: publicName(item.name), roles: item.value.roles });
}

/** The stored token with this value or redacted name. */
async function findStored(auth: AuthContext, valueOrName: string): Promise<Item<TokenRecord> | undefined> {
  for await (const item of tokenCollection(auth.store).list())
    if (item.name === digest(valueOrName) || publicName(item.name) === valueOrName) return item;
  return undefined;
}

/** Whether the value is a valid join token, with which a machine may connect to join. */
export async function isJoinToken(auth: AuthContext, value: string): Promise<boolean> {
  return (await findToken(auth, value)) !== undefined;
}

/**
 * The write that spends one use of a token for these roles; none for a static token. Commit it with the join: it conflicts
 * when the token is spent concurrently.
 * @throws Fault `denied` when the token is unknown, used up, expired, or not for a role.
 */
export async function spendToken(auth: AuthContext, value: string, roles: readonly HostRole[]): Promise<Write[]> {
  const found = await findToken(auth, value);
  if (found === undefined)
    throw new Fault("denied", "the join token is unknown, used up, or expired", {
      hint: "make a new one: tctl nodes add",
    });
  const missing = roles.find((role) => !found.roles.includes(role));
  if (missing !== undefined) throw new Fault("denied", `the join token is not for the role ${missing}`);
  if (found.item === undefined) return [];
  const { name, value: token, revision, expires } = found.item;
  const collection = tokenCollection(auth.store);
  if (token.uses <= 1) return [collection.remove(name, revision)];
  return [collection.put(name, { ...token, uses: token.uses - 1 }, revision, expires)];
}

export function caPins(auth: AuthContext): string[] {
  return auth.view.authorities("host").map(caPin);
}

interface FoundToken {
  readonly roles: readonly HostRole[];
  readonly item?: Item<TokenRecord>;
}

async function findToken(auth: AuthContext, value: string): Promise<FoundToken | undefined> {
  const name = digest(value);
  const fixed = auth.staticTokens.find((t) => timingSafeEqual(Buffer.from(digest(t.value)), Buffer.from(name)));
  if (fixed !== undefined) return { roles: fixed.roles };
  const item = await tokenCollection(auth.store).get(name);
  return item && { roles: item.value.roles, item };
}

export function tokenResource(auth: AuthContext, item: Item<TokenRecord>, withSecrets: boolean): Token {
  const name = withSecrets ? auth.seal.open(item.value.sealed, `/tokens/${item.name}`) : publicName(item.name);
  return resource(name, item.value.roles, item.value.uses, item.expires);
}

function resource(
  name: string,
  roles: readonly HostRole[],
  uses: number | undefined,
  expires: Date | undefined,
): Token {
  return {
    kind: "token",
    version: "v1",
    metadata: { name, ...(expires && { expires: expires.toISOString() }) },
    spec: { roles: [...roles], ...(uses !== undefined && { uses }) },
  };
}

/** The redacted form of a token: the start of its digest. */
function publicName(name: string): string {
  return `sha256-${name.slice(0, 12)}`;
}
