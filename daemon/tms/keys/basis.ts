import { Fault } from "../../../core/fault.ts";
import type { Write } from "../../../core/store.ts";
import { NEVER } from "../../../core/tms/numbers.ts";
import type { Item } from "../../store/collection.ts";
import { emitEvent, instantOf, who } from "../audit.ts";
import {
  clientCollection,
  delegationCollection,
  delegationWrites,
  enc,
  mfaCollection,
  mfaWrites,
  unchanged,
  userHostCollection,
  userHostWrites,
} from "../collections.ts";
import type { Actor, TmsContext } from "../context.ts";
import { stamp } from "../ids.ts";
import type { ClientRow, DelegationRow, KeyRow, MfaRow, TenantRow, UserHostRow } from "../schema.ts";
import { obstacleOf, type Standing } from "./conditions.ts";

/** What a new key is to hang on. */
export interface Basis {
  readonly client: ClientRow;
  readonly mfa: MfaRow;
  readonly link: UserHostRow;
  readonly delegation: DelegationRow;
  /** To be committed with the key: that all of it is still as it was read, and what MVP mode adds. */
  readonly writes: readonly Write[];
  /** What MVP mode adds. */
  readonly added: { readonly mfa?: MfaRow; readonly link?: UserHostRow; readonly delegation?: DelegationRow };
}

type Names = Pick<KeyRow, "client_user_id" | "host" | "host_account">;

/** What is added in MVP mode, as far as conditions go. */
const WITHOUT_END = { enabled: true, expires_at: NEVER };

/**
 * The rows that a key of this client for these names hangs on. In MVP mode those that do not exist are made, without end;
 * those that do stay as they are, even when they have expired.
 * @throws Fault `denied`, naming the first that is missing, or the condition that does not hold.
 */
export async function findBasis(
  tms: TmsContext,
  tenant: Item<TenantRow>,
  { value: asking }: Item<ClientRow>,
  names: Names,
): Promise<Basis> {
  const { store, mvp } = tms;
  const { client_user_id: user, host, host_account: account } = names;
  const tid = tenant.value.id;
  const [clients, mfas] = [clientCollection(store, tid), mfaCollection(store, tid)];
  const [links, delegations] = [
    userHostCollection(store, tid, user, host),
    delegationCollection(store, tid, asking.client_id),
  ];
  // Each place is read once: what stands there is what is kept or, when it hung on a row that is gone, written over.
  const [client, mfa, linkThere, delegationThere] = await Promise.all([
    clients.get(enc(asking.client_id)),
    mfas.get(enc(user)),
    links.get(enc(account)),
    delegations.get(enc(user)),
  ]);
  const link = mfa && linkThere?.value.mfa === mfa.value.id ? linkThere : undefined;
  const { client: clientId, mfa: mfaId } = delegationThere?.value ?? {};
  const delegation = mfa && mfaId === mfa.value.id && clientId === asking.id ? delegationThere : undefined;

  if (client?.value.id !== asking.id) throw new Fault("denied", "the client is gone");
  if (mfa === undefined && !mvp) throw new Fault("denied", "the user has no MFA");
  if (link === undefined && !mvp) throw new Fault("denied", "the user has no link to the host account");
  if (delegation === undefined && !mvp) throw new Fault("denied", "the user has not delegated to the client");
  const rows = { mfa: mfa?.value, link: link?.value, delegation: delegation?.value };
  requireConditions(
    {
      client: client.value,
      mfa: rows.mfa ?? WITHOUT_END,
      link: rows.link ?? WITHOUT_END,
      delegation: rows.delegation ?? WITHOUT_END,
    },
    tms.now(),
  );

  const mfaRow = rows.mfa ?? (await newMfa(tms, user));
  const linkRow = rows.link ?? (await newLink(tms, mfaRow, host, account));
  const delegationRow = rows.delegation ?? (await newDelegation(tms, client.value, mfaRow));
  return {
    client: client.value,
    mfa: mfaRow,
    link: linkRow,
    delegation: delegationRow,
    writes: [
      unchanged(clients, client),
      ...(mfa ? [unchanged(mfas, mfa)] : mfaWrites(store, tid, mfaRow, undefined)),
      ...(link ? [unchanged(links, link)] : userHostWrites(store, tid, linkRow, linkThere)),
      ...(delegation
        ? [unchanged(delegations, delegation)]
        : delegationWrites(store, tid, delegationRow, delegationThere)),
    ],
    added: {
      ...(mfa === undefined && { mfa: mfaRow }),
      ...(link === undefined && { link: linkRow }),
      ...(delegation === undefined && { delegation: delegationRow }),
    },
  };
}

/** @throws Fault `denied`. */
export function requireConditions(standing: Standing, now: Date): void {
  const obstacle = obstacleOf(standing, now);
  if (obstacle !== undefined) throw new Fault("denied", obstacle.why);
}

/** Tells the audit log what MVP mode has added. */
export async function recordBasis(
  tms: TmsContext,
  { value: { tenant } }: Item<TenantRow>,
  { added: { mfa, link, delegation } }: Basis,
  by: Actor,
): Promise<void> {
  const at = { ...who(by), tenant, expires: instantOf(NEVER) };
  await Promise.all([
    mfa && emitEvent(tms, "tms.mfa.create", { ...at, tms_user_id: mfa.tms_user_id }),
    link &&
      emitEvent(tms, "tms.user_host.create", {
        ...at,
        tms_user_id: link.tms_user_id,
        host: link.host,
        login: link.host_account,
      }),
    delegation &&
      emitEvent(tms, "tms.delegation.create", {
        ...at,
        client_id: delegation.client_id,
        client_user_id: delegation.client_user_id,
      }),
  ]);
}

async function newMfa(tms: TmsContext, tms_user_id: string): Promise<MfaRow> {
  return { ...(await stamp(tms)), expires_at: NEVER, tms_user_id, enabled: true };
}

async function newLink(tms: TmsContext, mfa: MfaRow, host: string, host_account: string): Promise<UserHostRow> {
  return { ...(await stamp(tms)), expires_at: NEVER, mfa: mfa.id, tms_user_id: mfa.tms_user_id, host, host_account };
}

async function newDelegation(tms: TmsContext, client: ClientRow, mfa: MfaRow): Promise<DelegationRow> {
  const names = { client_id: client.client_id, client_user_id: mfa.tms_user_id };
  return { ...(await stamp(tms)), expires_at: NEVER, client: client.id, mfa: mfa.id, ...names };
}
