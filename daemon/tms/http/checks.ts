import { Fault } from "../../../core/fault.ts";
import type { Item } from "../../store/collection.ts";
import { authenticate, type Caller, findTenant, notEnabled } from "../callers.ts";
import type { TmsContext } from "../context.ts";
import type { TenantRow } from "../schema.ts";
import { DEFAULT_TENANT } from "../tenants.ts";
import { type Credentials, HEADERS } from "./credentials.ts";
import type { Route } from "./route.ts";

/** A request whose form is right, and what has been found out about who sends it. */
export interface Visit {
  readonly tms: TmsContext;
  readonly route: Route;
  readonly credentials: Credentials;
  readonly params: Readonly<Record<string, unknown>>;
  readonly query: Readonly<Record<string, unknown>>;
  readonly body: Readonly<Record<string, unknown>>;
  tenant?: Item<TenantRow> | undefined;
  caller?: Caller;
}

type Check = (visit: Visit) => void | Promise<void>;

function namesTenant({ credentials }: Visit): void {
  if (credentials.tenant === undefined && !credentials.operator) throw missing(HEADERS.tenant);
}

function namesClient({ credentials }: Visit): void {
  if (credentials.clientId === undefined) throw missing(HEADERS.clientId);
}

function missing(header: string): Fault {
  return new Fault("bad_request", `the header ${header} is missing`);
}

/** The tenant that the body or the path names, or that the route is for. */
function meant({ route, body, params }: Visit): string | undefined {
  return route.tenant ?? ((body["tenant"] ?? params["tenant"]) as string | undefined);
}

function sameTenant(visit: Visit): void {
  const { tenant, operator } = visit.credentials;
  if (!operator && meant(visit) !== tenant) throw new Fault("denied", `${HEADERS.tenant} names another tenant`);
}

/** An admin of `default` answers for all tenants. */
function sameTenantOrDefault(visit: Visit): void {
  if (visit.credentials.tenant !== DEFAULT_TENANT) sameTenant(visit);
}

/** The operator's header is only what holds where nothing else says which tenant. */
async function findsTenant(visit: Visit): Promise<void> {
  const { tenant, operator } = visit.credentials;
  const name = (operator ? meant(visit) : undefined) ?? tenant;
  visit.tenant = name === undefined ? undefined : await findTenant(visit.tms, name);
}

/** The operator may put in order what is switched off. */
async function tenantIsEnabled(visit: Visit): Promise<void> {
  await findsTenant(visit);
  const { tenant, credentials } = visit;
  if (tenant === undefined || !(tenant.value.enabled || credentials.operator)) throw notEnabled();
}

function wasEnabled({ tenant }: Visit): void {
  if (tenant?.value.enabled !== true) throw notEnabled();
}

async function authenticates(visit: Visit): Promise<void> {
  const { tms, tenant, credentials, route } = visit;
  visit.caller = await authenticate(tms, tenant, credentials, Array.isArray(route.who) ? route.who : []);
}

/** What a client asks for is its own. */
function ownsClient({ caller, body, params }: Visit): void {
  const named = body["client_id"] ?? params["client_id"];
  if (caller?.kind === "client" && named !== undefined && named !== caller.client.value.client_id)
    throw new Fault("denied", "this belongs to another client");
}

function isOperator({ credentials }: Visit): void {
  if (!credentials.operator) throw new Fault("denied", "this is for the operator on the server's machine");
}

/** TMS's orders (they decide which refusal is answered when several would be right), and those of the additions. */
export const ORDERS = {
  /** Nobody has to be anybody. */
  open: [],
  operator: [isOperator],
  /** By the path, and lists. */
  P1: [namesTenant, tenantIsEnabled, authenticates, ownsClient],
  /** An admin's changes. */
  P2: [namesTenant, sameTenant, tenantIsEnabled, authenticates],
  /** The switch of a tenant, which an admin of `default` has to be able to turn on again. */
  P2default: [namesTenant, sameTenantOrDefault, tenantIsEnabled, authenticates],
  /** What only clients do. */
  P3: [namesClient, namesTenant, tenantIsEnabled, authenticates],
  /** Changes of keys. */
  P4: [namesTenant, findsTenant, authenticates, ownsClient, sameTenant, wasEnabled],
  /** Removal of keys: who names no tenant has not shown who it is. */
  P4del: [findsTenant, authenticates, ownsClient, sameTenant, wasEnabled],
} as const satisfies Readonly<Record<string, readonly Check[]>>;

export type Order = keyof typeof ORDERS;

export async function check(visit: Visit): Promise<void> {
  const checks: readonly Check[] = ORDERS[visit.route.order];
  for (const one of checks) await one(visit);
}
