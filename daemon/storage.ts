import { existsSync } from "node:fs";
import { join } from "node:path";
import { newEvent } from "../core/audit/event.ts";
import type { Key, Store } from "../core/store.ts";
import { storeCheckpoint } from "./audit/checkpoint.ts";
import { type AuditLog, openAuditLog } from "./audit/log.ts";
import type { Log } from "./log.ts";
import { openSeal, type Seal } from "./seal.ts";

/** What is remembered on this machine: the store, what its secrets are sealed with, and the audit log. auth and tms share it. */
export interface Storage {
  readonly dataDir: string;
  /** The cluster of which the audit log tells. */
  readonly cluster: string;
  readonly store: Store;
  readonly seal: Seal;
  readonly audit: AuditLog;
}

/** Where sealed things stand. While there are none a new master key does no harm. */
const SEALED: readonly Key[] = ["/authorities/", "/tms/escrow-key"];

/**
 * Opens what is kept in `dataDir` beside the store, which stays the caller's.
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
  const audit = await openAuditLog(join(dataDir, "audit"), { now, log, checkpoint: storeCheckpoint(store) });
  if (audit.recovered !== undefined) log.warn(audit.recovered);
  if (audit.damage !== undefined) {
    log.error("the audit log has been altered", { damage: audit.damage });
    await audit.append(newEvent("audit.damaged", { message: audit.damage }, { now: now(), cluster }));
  }
  return { dataDir, cluster, store, seal, audit, [Symbol.asyncDispose]: () => audit[Symbol.asyncDispose]() };
}

export function databaseFile(dataDir: string): string {
  return join(dataDir, "sallyport.db");
}
