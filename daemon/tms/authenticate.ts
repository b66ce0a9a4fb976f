import { Fault } from "../../core/fault.ts";
import type { Item } from "../store/collection.ts";
import { actorName } from "./audit.ts";
import { adminCollection, clientCollection, encodeName } from "./collections.ts";
import type { Actor, TmsContext } from "./context.ts";
import { type Attempt, attemptState, recordFailedAttempt, tooManyFailures } from "./lockout.ts";
import type { ClientRecord, TenantRecord } from "./schema.ts";
import { matchesSecret } from "./secrets.ts";

/** An authenticated caller. The operator is authenticated by the socket, which only this machine's operator can open. */
export type Caller =
  | { readonly kind: "client"; readonly client: Item<ClientRecord>; readonly actor: Actor }
  | { readonly kind: "admin" | "operator"; readonly actor: Actor };

/** The unverified credentials of a request. */
export interface CallerCredentials {
  readonly clientId?: string | undefined;
  readonly clientSecret?: string | undefined;
  readonly adminId?: string | undefined;
  readonly adminSecret?: string | undefined;
  readonly operator: boolean;
  readonly address: string;
}

/**
 * Verifies the credentials against the tenant's clients, then its admins, as far as `allow` includes them. An unknown tenant
 * or id is refused like a wrong secret, after the same work.
 * @throws Fault `unauthenticated`, or `rate_limited` after too many wrong secrets: for a locked id whatever the secret; for
 * an address only wrong secrets for further ids, so that other clients behind the same address are not affected.
 */
export async function authenticate(
  tms: TmsContext,
  tenant: Item<TenantRecord> | undefined,
  credentials: CallerCredentials,
  allow: readonly ("client" | "admin")[],
): Promise<Caller> {
  // An operator who presents the id of a client or admin has only the rights of that one.
  const presentedId = credentials.clientId ?? credentials.adminId;
  if (credentials.operator && presentedId === undefined && allow.includes("admin"))
    return { kind: "operator", actor: { user: "@admin" } };
  const pairs = pairsOf(credentials).filter(({ kind }) => allow.includes(kind));
  if (pairs.length === 0)
    throw new Fault("unauthenticated", `credentials are missing: those of ${allow.map(article).join(" or ")}`);

  const refusals: Fault[] = [];
  for (const pair of pairs) {
    const result = await verify(tms, tenant, pair, credentials.address);
    if (!(result instanceof Fault)) return result;
    refusals.push(result);
  }
  throw refusals.find(isLock) ?? refusals[0] ?? new Fault("internal", "no credentials were verified");
}

function isLock({ code }: Fault): boolean {
  return code === "rate_limited";
}

/** An id with its secret. */
interface CredentialPair {
  readonly kind: "client" | "admin";
  readonly id: string;
  readonly secret: string;
}

function pairsOf({ clientId, clientSecret, adminId, adminSecret }: CallerCredentials): CredentialPair[] {
  const pair = (kind: CredentialPair["kind"], id: string | undefined, secret: string | undefined): CredentialPair[] =>
    id === undefined || secret === undefined ? [] : [{ kind, id, secret }];
  return [...pair("client", clientId, clientSecret), ...pair("admin", adminId, adminSecret)];
}

async function verify(
  tms: TmsContext,
  tenant: Item<TenantRecord> | undefined,
  { kind, id, secret }: CredentialPair,
  address: string,
): Promise<Caller | Fault> {
  // No record belongs to tenant 0, but looking there takes as long as in a tenant that exists.
  const tid = tenant?.value.id ?? 0;
  const name = tenant?.value.tenant ?? "";
  const user = actorName(name, id);
  const attempt: Attempt = { kind, tid, id, address, tenant: name, user };
  const [{ isCounted, lock }, client, admin] = await Promise.all([
    attemptState(tms, attempt),
    kind === "client" ? clientCollection(tms.store, tid).get(encodeName(id)) : undefined,
    kind === "admin" ? adminCollection(tms.store, tid).get(encodeName(id)) : undefined,
  ]);
  if (lock !== undefined) return lock;
  const secrets = (client ?? admin)?.value.secrets ?? [];
  if (!matchesSecret(secrets, secret, tms.now())) {
    const wait = tms.failedAuthLimit.take(address);
    // The limit bounds new attempt records. An id that has one is counted regardless, or its lock could be evaded.
    return wait > 0 && !isCounted ? tooManyFailures(wait) : recordFailedAttempt(tms, attempt);
  }
  const actor = { user, address };
  if (client === undefined) return { kind: "admin", actor };
  if (!client.value.enabled) return new Fault("unauthenticated", "Client not enabled.");
  return { kind: "client", client, actor };
}

function article(kind: "client" | "admin"): string {
  return kind === "client" ? "a client" : "an admin";
}
