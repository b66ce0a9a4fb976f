import { timingSafeEqual } from "node:crypto";
import type { IssuedToken, NewToken } from "../../core/api/schema.ts";
import { caPin } from "../../core/cert/public-key.ts";
import { Fault } from "../../core/fault.ts";
import { parse } from "../../core/resource/resource.ts";
import { type HostRole, type Token, token as tokenSchema } from "../../core/resource/token.ts";
import type { Write } from "../../core/store.ts";
import { digest, newSecret } from "../seal.ts";
import type { Item } from "../store/collection.ts";
import { emitEvent } from "./audit.ts";
import type { AuthContext } from "./context.ts";
import { futureEnd } from "./expiry.ts";
import { type TokenRecord, tokenCollection } from "./schema.ts";

/** Of a token that was written without an end. */
const DEFAULT_TTL_MS = 30 * 60_000;

/** A new join token. Its value is shown here and, after that, only to who asks `--with-secrets`. */
export async function createToken(
  auth: AuthContext,
  request: NewToken & { ttl_seconds: number; uses: number },
  actor: string,
): Promise<IssuedToken> {
  const expires = new Date(auth.now().getTime() + request.ttl_seconds * 1000);
  const token = parse(tokenSchema, {
    kind: "token",
    metadata: { name: request.value ?? newSecret(), expires: expires.toISOString() },
    spec: { roles: request.roles, uses: request.uses },
  });
  await putToken(auth, token, actor);
  return { token, ca_pins: caPins(auth), auth_addr: auth.address() };
}

/** Stores a token resource. @throws Fault `conflict` when the value is in use. */
export async function putToken(auth: AuthContext, token: Token, actor: string): Promise<void> {
  const value = token.metadata.name;
  if (/^sha256-[0-9a-f]{12}$/.test(value))
    throw new Fault("bad_request", "this is how a token is listed, not its value", {
      hint: "leave the name out of what was printed by tctl get, or ask for it --with-secrets",
    });
  const name = digest(value);
  const stored: TokenRecord = {
    sealed: auth.seal.close(value, `/tokens/${name}`),
    roles: token.spec.roles,
    uses: token.spec.uses ?? 1,
  };
  const until = futureEnd(auth, token) ?? new Date(auth.now().getTime() + DEFAULT_TTL_MS);
  try {
    await auth.store.commit([tokenCollection(auth.store).put(name, stored, "absent", until)]);
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== "conflict") throw error;
    throw new Fault("conflict", "a token with this value exists already", { cause: error });
  }
  await emitEvent(auth, "join_token.create", {
    user: actor,
    id: publicName(name),
    roles: token.spec.roles,
    uses: stored.uses,
    expires: until.toISOString(),
  });
}

/** Every token, static ones last; values only on demand. */
export async function listTokens(auth: AuthContext, withSecrets: boolean): Promise<Token[]> {
  const stored = await Array.fromAsync(tokenCollection(auth.store).list(), (item) =>
    tokenResource(auth, item, withSecrets),
  );
  const fixed = auth.staticTokens.map(({ value, roles }) =>
    resource(withSecrets ? value : publicName(digest(value)), roles, undefined, undefined),
  );
  return [...stored, ...fixed];
}

/** Removes the token of this value, or of this listed name. */
export async function removeToken(auth: AuthContext, asked: string, actor: string): Promise<void> {
  const item = await findListed(auth, asked);
  if (item === undefined) {
    const fixed = auth.staticTokens.some(({ value }) => value === asked || publicName(digest(value)) === asked);
    throw fixed
      ? new Fault("denied", "this token is in the config file of auth", { hint: "remove it there and restart" })
      : new Fault("not_found", "there is no such token", { hint: "tctl tokens ls shows the tokens" });
  }
  await auth.store.commit([tokenCollection(auth.store).remove(item.name, item.revision)]);
  await emitEvent(auth, "join_token.delete", { user: actor, id: publicName(item.name), roles: item.value.roles });
}

/** The stored token of this value, or of this listed name. */
async function findListed(auth: AuthContext, asked: string): Promise<Item<TokenRecord> | undefined> {
  for await (const item of tokenCollection(auth.store).list())
    if (item.name === digest(asked) || publicName(item.name) === asked) return item;
  return undefined;
}

/** Whether the value is a token now; what opens the door to who wants to join. */
export async function isJoinToken(auth: AuthContext, value: string): Promise<boolean> {
  return (await findToken(auth, value)) !== undefined;
}

/**
 * The write that spends one use of a token for these roles; none for a static one. To be committed with the join
 * itself: the write fails when somebody else spends the token in the same moment.
 * @throws Fault `denied`.
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

export function caPins(auth: AuthContext): readonly string[] {
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

/** What stands for a token where its value must not: the beginning of its digest. */
function publicName(name: string): string {
  return `sha256-${name.slice(0, 12)}`;
}
