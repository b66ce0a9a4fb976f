import { Fault } from "../../../core/fault.ts";
import type { Item } from "../../store/collection.ts";
import { authenticate, type Caller } from "../authenticate.ts";
import type { TmsContext } from "../context.ts";
import { findTenant, tenantNotEnabled } from "../lookup.ts";
import type { TenantRecord } from "../schema.ts";
import { DEFAULT_TENANT } from "../tenants.ts";
import { type Credentials, HEADERS } from "./credentials.ts";

/** The callers that a route accepts. */
export type AcceptedCallers =
  | "anyone"
  | "operator"
  | readonly ["client"]
  | readonly ["admin"]
  | readonly ["client", "admin"];

/** The fields of a route that its checks read. */
export interface CheckedRoute {
  readonly callers: AcceptedCallers;
  /** The list of checks that runs before the handler. */
  readonly checks: CheckList;
  /** The tenant that the header has to name (`namedTenant`), when neither body nor path names it. */
  readonly tenant?: string;
}

/** A parsed request, and what the checks have established about its tenant and caller so far. */
export interface RequestContext {
  readonly tms: TmsContext;
  readonly route: CheckedRoute;
  readonly credentials: Credentials;
  readonly params: Readonly<Record<string, unknown>>;
  readonly query: Readonly<Record<string, unknown>>;
  readonly body: Readonly<Record<string, unknown>>;
  tenant?: Item<TenantRecord> | undefined;
  caller?: Caller;
}

type Check = (context: RequestContext) => void | Promise<void>;

function requireTenantHeader({ credentials }: RequestContext): void {
  if (credentials.tenant === undefined && !credentials.operator) throw missing(HEADERS.tenant);
}

function requireClientHeader({ credentials }: RequestContext): void {
  if (credentials.clientId === undefined) throw missing(HEADERS.clientId);
}

function missing(header: string): Fault {
  return new Fault("bad_request", `the header ${header} is missing`);
}

/** The tenant that the route is fixed to, or that the body or the path names. */
function tenantOfRequest({ route, body, params }: RequestContext): string | undefined {
  return route.tenant ?? ((body["tenant"] ?? params["tenant"]) as string | undefined);
}

function requireSameTenant(context: RequestContext): void {
  const { tenant, operator } = context.credentials;
  if (!operator && tenantOfRequest(context) !== tenant)
    throw new Fault("denied", `${HEADERS.tenant} names another tenant`);
}

/** Admins of `default` may act on every tenant. */
function requireSameTenantOrDefault(context: RequestContext): void {
  if (context.credentials.tenant !== DEFAULT_TENANT) requireSameTenant(context);
}

/** Loads the tenant. The operator's header counts only when neither route, body nor path names a tenant. */
async function loadTenant(context: RequestContext): Promise<void> {
  const { tenant, operator } = context.credentials;
  const name = (operator ? tenantOfRequest(context) : undefined) ?? tenant;
  context.tenant = name === undefined ? undefined : await findTenant(context.tms, name);
}

/** Loads the tenant and requires that it is enabled. The operator may also act on a disabled tenant. */
async function requireEnabledTenant(context: RequestContext): Promise<void> {
  await loadTenant(context);
  const { tenant, credentials } = context;
  if (tenant === undefined || !(tenant.value.enabled || credentials.operator)) throw tenantNotEnabled();
}

/** Requires that the tenant loaded before is enabled, for every caller. */
function requireTenantWasEnabled({ tenant }: RequestContext): void {
  if (tenant?.value.enabled !== true) throw tenantNotEnabled();
}

async function requireAuthenticated(context: RequestContext): Promise<void> {
  const { tms, tenant, credentials, route } = context;
  context.caller = await authenticate(tms, tenant, credentials, Array.isArray(route.callers) ? route.callers : []);
}

/** A client may only name itself. */
function requireOwnClient({ caller, body, params }: RequestContext): void {
  const named = body["client_id"] ?? params["client_id"];
  if (caller?.kind === "client" && named !== undefined && named !== caller.client.value.client_id)
    throw new Fault("denied", "this belongs to another client");
}

function requireOperator({ credentials }: RequestContext): void {
  if (!credentials.operator) throw new Fault("denied", "this is for the operator on the server's machine");
}

/**
 * The checks of each kind of route, in TMS's order: it decides which refusal is answered when several apply.
 * `operator` and `namedTenantOrDefault` are additions.
 */
export const CHECKS = {
  /** No checks. */
  open: [],
  operator: [requireOperator],
  /** The header names the tenant: routes with the record in the path, and lists. */
  headerTenant: [requireTenantHeader, requireEnabledTenant, requireAuthenticated, requireOwnClient],
  /** Header and body (or path) name the same tenant: an admin's changes. */
  namedTenant: [requireTenantHeader, requireSameTenant, requireEnabledTenant, requireAuthenticated],
  /** As `namedTenant`, but admins of `default` may name any tenant: they can enable a disabled one. */
  namedTenantOrDefault: [requireTenantHeader, requireSameTenantOrDefault, requireEnabledTenant, requireAuthenticated],
  /** Requests of clients only. */
  clientOnly: [requireClientHeader, requireTenantHeader, requireEnabledTenant, requireAuthenticated],
  /** Changes of a key. */
  keyChange: [
    requireTenantHeader,
    loadTenant,
    requireAuthenticated,
    requireOwnClient,
    requireSameTenant,
    requireTenantWasEnabled,
  ],
  /** Deletion of a key: without a tenant header authentication fails (401), as in TMS. */
  keyDelete: [loadTenant, requireAuthenticated, requireOwnClient, requireSameTenant, requireTenantWasEnabled],
} as const satisfies Readonly<Record<string, readonly Check[]>>;

export type CheckList = keyof typeof CHECKS;

/** Runs the checks of the request's route; sets `tenant` and `caller`. @throws Fault of the first check that fails. */
export async function runChecks(context: RequestContext): Promise<void> {
  const checks: readonly Check[] = CHECKS[context.route.checks];
  for (const check of checks) await check(context);
}
