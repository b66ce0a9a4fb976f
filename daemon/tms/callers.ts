import { Fault } from "../../core/fault.ts";
import type { Item } from "../store/collection.ts";
import { type Attempt, attemptFailed, tooMany, triedBefore } from "./attempts.ts";
import { actorName } from "./audit.ts";
import { adminCollection, clientCollection, enc, tenantCollection } from "./collections.ts";
import type { Actor, TmsContext } from "./context.ts";
import type { ClientRow, TenantRow } from "./schema.ts";
import { opens } from "./secrets.ts";

/** Who has shown who they are. The operator came by the socket that only this machine's operator can open. */
export type Caller =
  | { readonly kind: "client"; readonly client: Item<ClientRow>; readonly actor: Actor }
  | { readonly kind: "admin" | "operator"; readonly actor: Actor };

/** What a request says of who sends it. */
export interface Claims {
  readonly clientId?: string | undefined;
  readonly clientSecret?: string | undefined;
  readonly adminId?: string | undefined;
  readonly adminSecret?: string | undefined;
  readonly operator: boolean;
  readonly address: string;
}

/** The tenant of this name, also a disabled one. */
export function findTenant({ store }: Pick<TmsContext, "store">, name: string): Promise<Item<TenantRow> | undefined> {
  return tenantCollection(store).get(enc(name));
}

/** @throws Fault `bad_request` where there is none, or it is disabled: nobody learns which. */
export async function requireTenant(tms: Pick<TmsContext, "store">, name: string): Promise<Item<TenantRow>> {
  const tenant = await findTenant(tms, name);
  if (!tenant?.value.enabled) throw notEnabled();
  return tenant;
}

export function notEnabled(): Fault {
  return new Fault("bad_request", "Tenant not enabled.");
}

/**
 * Holds what a request says against the tenant's clients and admins, in this order, as far as the route is for them. An
 * unknown name, tenant or client is refused as a wrong secret is, after the same work.
 * @throws Fault `unauthenticated`, or `rate_limited` after too many wrong secrets: for a name also for the right one; for an
 * address only for wrong ones for further names, since its neighbours behind the same one have done nothing.
 */
export async function authenticate(
  tms: TmsContext,
  tenant: Item<TenantRow> | undefined,
  claims: Claims,
  allow: readonly ("client" | "admin")[],
): Promise<Caller> {
  // The operator, too, can ask as somebody else, and is then nobody more than that.
  const asked = claims.clientId ?? claims.adminId;
  if (claims.operator && asked === undefined && allow.includes("admin"))
    return { kind: "operator", actor: { user: "@admin" } };
  const pairs = pairsOf(claims).filter(({ kind }) => allow.includes(kind));
  if (pairs.length === 0)
    throw new Fault("unauthenticated", `credentials are missing: those of ${allow.map(article).join(" or ")}`);

  const refusals: Fault[] = [];
  for (const pair of pairs) {
    const proven = await prove(tms, tenant, pair, claims.address);
    if (!(proven instanceof Fault)) return proven;
    refusals.push(proven);
  }
  throw refusals.find(isLock) ?? refusals[0] ?? new Fault("internal", "nothing was tried");
}

function isLock({ code }: Fault): boolean {
  return code === "rate_limited";
}

interface Pair {
  readonly kind: "client" | "admin";
  readonly id: string;
  readonly secret: string;
}

function pairsOf({ clientId, clientSecret, adminId, adminSecret }: Claims): Pair[] {
  const pair = (kind: Pair["kind"], id: string | undefined, secret: string | undefined): Pair[] =>
    id === undefined || secret === undefined ? [] : [{ kind, id, secret }];
  return [...pair("client", clientId, clientSecret), ...pair("admin", adminId, adminSecret)];
}

async function prove(
  tms: TmsContext,
  tenant: Item<TenantRow> | undefined,
  { kind, id, secret }: Pair,
  address: string,
): Promise<Caller | Fault> {
  // No row has the tenant 0, but looking there takes as long.
  const tid = tenant?.value.id ?? 0;
  const name = tenant?.value.tenant ?? "";
  const user = actorName(name, id);
  const attempt: Attempt = { kind, tid, id, address, tenant: name, user };
  const [{ isCounted, lock }, client, admin] = await Promise.all([
    triedBefore(tms, attempt),
    kind === "client" ? clientCollection(tms.store, tid).get(enc(id)) : undefined,
    kind === "admin" ? adminCollection(tms.store, tid).get(enc(id)) : undefined,
  ]);
  if (lock !== undefined) return lock;
  const secrets = (client ?? admin)?.value.secrets ?? [];
  if (!opens(secrets, secret, tms.now())) {
    const wait = tms.guesses.take(address);
    // Each name is a row, which is what the bound is for. One that is there counts on, or its lock could be outrun.
    return wait > 0 && !isCounted ? tooMany(wait) : attemptFailed(tms, attempt);
  }
  const actor = { user, address };
  if (client === undefined) return { kind: "admin", actor };
  if (!client.value.enabled) return new Fault("unauthenticated", "Client not enabled.");
  return { kind: "client", client, actor };
}

function article(kind: "client" | "admin"): string {
  return kind === "client" ? "a client" : "an admin";
}
