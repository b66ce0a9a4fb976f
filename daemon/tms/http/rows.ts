import type { Item } from "../../store/collection.ts";
import type { TenantRow } from "../schema.ts";

/** What rows lack of an answer. */

/** Rows stand under their tenant and do not repeat its name. */
export function ofTenant({ value: { tenant } }: Item<TenantRow>) {
  return <T extends object>(row: T): T & { readonly tenant: string } => ({ ...row, tenant });
}

/** The answer of a removal. */
export function deleted(num_deleted: number): { readonly num_deleted: number; readonly result_msg?: string } {
  return num_deleted > 0 ? { num_deleted } : { num_deleted, result_msg: "NOT FOUND" };
}

/** The answer of a change of when something ends. */
export function prolonged(row: { readonly expires_at: string } | undefined) {
  if (row === undefined) return { fields_updated: 0, expires_msg: "UNCHANGED" };
  return { fields_updated: 1, expires_msg: row.expires_at.replace("T", " ").replace("Z", " UTC") };
}

/** Rows as they are read, each changed. */
export async function* each<T, R>(rows: AsyncIterable<T>, change: (row: T) => R): AsyncGenerator<R> {
  for await (const row of rows) yield change(row);
}
