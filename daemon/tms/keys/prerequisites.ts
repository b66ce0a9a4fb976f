import { Fault } from "../../../core/fault.ts";
import type { Write } from "../../../core/store.ts";
import { NEVER } from "../../../core/tms/expiry.ts";
import type { Item } from "../../store/collection.ts";
import { actorFields, auditTime, emitEvent } from "../audit.ts";
import {
  clientCollection,
  delegationCollection,
  encodeName,
  mfaCollection,
  mfaWrites,
  unchanged,
  userHostCollection,
} from "../collections.ts";
import type { Actor, TmsContext } from "../context.ts";
import { newRecordFields } from "../ids.ts";
import { DELEGATIONS, indexedWrites, USER_HOSTS } from "../indexed-records.ts";
import type { ClientRecord, DelegationRecord, KeyRecord, MfaRecord, TenantRecord, UserHostRecord } from "../schema.ts";
import { denied, type Prerequisites, refusalOfPrerequisites } from "./authorize-use.ts";

/**
 * The records that a key depends on: its client, the user's MFA, the user's link to the host account, and the user's
 * delegation to the client. They have to exist and be valid before the key is created.
 */
export interface KeyPrerequisites {
  readonly client: ClientRecord;
  readonly mfa: MfaRecord;
  readonly link: UserHostRecord;
  readonly delegation: DelegationRecord;
  /** Has to be committed with the key: that existing records are unchanged, and the records created in MVP mode. */
  readonly writes: readonly Write[];
  /** The records created in MVP mode. */
  readonly created: {
    readonly mfa?: MfaRecord;
    readonly link?: UserHostRecord;
    readonly delegation?: DelegationRecord;
  };
}

/** A record created in MVP mode, as far as its conditions are concerned. */
const UNLIMITED = { enabled: true, expires_at: NEVER };

/**
 * Loads the prerequisites of a key of this client. MVP mode creates missing records, without expiry; it leaves existing
 * records as they are, expired ones too.
 * @throws Fault `denied`, naming the first record that is missing or condition that does not hold.
 */
export async function ensurePrerequisites(
  tms: TmsContext,
  tenant: Item<TenantRecord>,
  { value: caller }: Item<ClientRecord>,
  { client_user_id: user, host, host_account: account }: Pick<KeyRecord, "client_user_id" | "host" | "host_account">,
): Promise<KeyPrerequisites> {
  const { store, mvp } = tms;
  const tid = tenant.value.id;
  const [clients, mfas] = [clientCollection(store, tid), mfaCollection(store, tid)];
  const [links, delegations] = [
    userHostCollection(store, tid, user, host),
    delegationCollection(store, tid, caller.client_id),
  ];
  // Each key of the store is read once. An orphan found there is replaced.
  const [client, mfa, storedLink, storedDelegation] = await Promise.all([
    clients.get(encodeName(caller.client_id)),
    mfas.get(encodeName(user)),
    links.get(encodeName(account)),
    delegations.get(encodeName(user)),
  ]);
  const link = mfa && storedLink?.value.mfa === mfa.value.id ? storedLink : undefined;
  const { client: clientId, mfa: mfaId } = storedDelegation?.value ?? {};
  const delegation = mfa && mfaId === mfa.value.id && clientId === caller.id ? storedDelegation : undefined;

  if (client?.value.id !== caller.id) throw new Fault("denied", "the client is gone");
  if (mfa === undefined && !mvp) throw new Fault("denied", "the user has no MFA");
  if (link === undefined && !mvp) throw new Fault("denied", "the user has no link to the host account");
  if (delegation === undefined && !mvp) throw new Fault("denied", "the user has not delegated to the client");
  requirePrerequisites(
    {
      client: client.value,
      mfa: mfa?.value ?? UNLIMITED,
      link: link?.value ?? UNLIMITED,
      delegation: delegation?.value ?? UNLIMITED,
    },
    tms.now(),
  );

  const mfaRecord = mfa?.value ?? (await newMfa(tms, user));
  const linkRecord = link?.value ?? (await newLink(tms, mfaRecord, host, account));
  const delegationRecord = delegation?.value ?? (await newDelegation(tms, client.value, mfaRecord));
  return {
    client: client.value,
    mfa: mfaRecord,
    link: linkRecord,
    delegation: delegationRecord,
    writes: [
      unchanged(clients, client),
      ...(mfa ? [unchanged(mfas, mfa)] : mfaWrites(store, tid, mfaRecord, undefined)),
      ...(link ? [unchanged(links, link)] : indexedWrites(USER_HOSTS, store, tid, linkRecord, storedLink)),
      ...(delegation
        ? [unchanged(delegations, delegation)]
        : indexedWrites(DELEGATIONS, store, tid, delegationRecord, storedDelegation)),
    ],
    created: {
      ...(mfa === undefined && { mfa: mfaRecord }),
      ...(link === undefined && { link: linkRecord }),
      ...(delegation === undefined && { delegation: delegationRecord }),
    },
  };
}

/** @throws Fault `denied` with the first condition that does not hold. */
export function requirePrerequisites(prerequisites: Prerequisites, now: Date): void {
  const reason = refusalOfPrerequisites(prerequisites, now);
  if (reason !== undefined) throw denied(reason);
}

/** Writes the audit events of the records created in MVP mode. */
export async function emitCreated(
  tms: TmsContext,
  { value: { tenant } }: Item<TenantRecord>,
  { created: { mfa, link, delegation } }: KeyPrerequisites,
  actor: Actor,
): Promise<void> {
  const common = { ...actorFields(actor), tenant, expires: auditTime(NEVER) };
  await Promise.all([
    mfa && emitEvent(tms, "tms.mfa.create", { ...common, tms_user_id: mfa.tms_user_id }),
    link &&
      emitEvent(tms, "tms.user_host.create", {
        ...common,
        tms_user_id: link.tms_user_id,
        host: link.host,
        login: link.host_account,
      }),
    delegation &&
      emitEvent(tms, "tms.delegation.create", {
        ...common,
        client_id: delegation.client_id,
        client_user_id: delegation.client_user_id,
      }),
  ]);
}

async function newMfa(tms: TmsContext, tms_user_id: string): Promise<MfaRecord> {
  return { ...(await newRecordFields(tms)), expires_at: NEVER, tms_user_id, enabled: true };
}

async function newLink(tms: TmsContext, mfa: MfaRecord, host: string, host_account: string): Promise<UserHostRecord> {
  const names = { tms_user_id: mfa.tms_user_id, host, host_account };
  return { ...(await newRecordFields(tms)), expires_at: NEVER, mfa: mfa.id, ...names };
}

async function newDelegation(tms: TmsContext, client: ClientRecord, mfa: MfaRecord): Promise<DelegationRecord> {
  const names = { client_id: client.client_id, client_user_id: mfa.tms_user_id };
  return { ...(await newRecordFields(tms)), expires_at: NEVER, client: client.id, mfa: mfa.id, ...names };
}
