import { existsSync } from "node:fs";
import { join } from "node:path";
import { newEvent } from "../core/audit/event.ts";
import type { Key, Store } from "../core/store.ts";
import { type AuditLogSet, openAuditLogs } from "./audit/log-set.ts";
import type { Log } from "./log.ts";
import { openSeal, type Seal } from "./seal.ts";

/** The durable state of a machine: the store, the seal of its secrets, and the audit log. auth and tms share it. */
export interface Storage {
  readonly dataDir: string;
  /** The cluster that audit events name. */
  readonly cluster: string;
  readonly store: Store;
  readonly seal: Seal;
  readonly audit: AuditLogSet;
}

/** The prefixes of sealed values. Without such values a new master key does no harm. */
const SEALED: readonly Key[] = ["/authorities/", "/tms/escrow-key"];

/**
 * Opens the master key and the audit log in `dataDir`. The store stays the caller's.
 * @throws Fault `failed`, naming the file and what to do.
 */
export async function openStorage(options: {
  readonly dataDir: string;
  readonly cluster: string;
  readonly store: Store;
  readonly log: Log;
  readonly now: () => Date;
}): Promise<Storage & AsyncDisposable> {
  const { dataDir, cluster, store, log, now } = options;
  const sealed = await Promise.all(SEALED.map((prefix) => store.list(prefix, { limit: 1 })));
  const [file, unused] = [join(dataDir, "master.key"), sealed.flat().length === 0];
  if (unused && existsSync(file))
    log.warn(
      "there is a master key, but nothing that it seals: all begins anew, and what members and hosts know is over",
      {
        file,
        hint: `if ${databaseFile(dataDir)} is lost, stop and restore it`,
      },
    );
  const seal = openSeal(file, unused);
  const dir = join(dataDir, "audit");
  const audit = await openAuditLogs(dir, { store, now, log });
  const { id, created, recovered, damage } = audit.own;
  if (created && (await audit.known()).some((known) => known !== id))
    log.warn("a new audit log begins beside those of other auth servers", {
      dir,
      hint: "if this server had an audit log, stop and restore that directory",
    });
  if (recovered !== undefined) log.warn(recovered);
  if (damage !== undefined) {
    log.error("the audit log has been altered", { damage });
    await audit.append(newEvent("audit.damaged", { message: damage }, { now: now(), cluster }));
  }
  return { dataDir, cluster, store, seal, audit, [Symbol.asyncDispose]: () => audit[Symbol.asyncDispose]() };
}

export function databaseFile(dataDir: string): string {
  return join(dataDir, "sallyport.db");
}
