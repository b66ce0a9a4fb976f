import { z } from "@hono/zod-openapi";
import { FAULTS, Fault } from "../../../core/fault.ts";
import type { Log } from "../../log.ts";
import type { Item } from "../../store/collection.ts";
import type { TenantRecord } from "../schema.ts";
import type { Route } from "./route.ts";

/** Responses in TMS's envelope: `result_code` is "0", or the HTTP status as text; `result_msg` is a sentence. */

/** Headers of every response: it may be neither cached, framed, sniffed nor executed, as it can contain secrets. */
export const SECURITY_HEADERS = {
  "strict-transport-security": "max-age=31536000",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
  "cache-control": "no-store",
} as const;

const JSON_TYPE = "application/json; charset=utf-8";
// Built once: a Headers object per response is measurable on the retrieval path.
const jsonHeaders = new Headers({ ...SECURITY_HEADERS, "content-type": JSON_TYPE });
const textHeaders = new Headers({ ...SECURITY_HEADERS, "content-type": "text/plain; charset=utf-8" });

const SUCCESS = "success";
/** Lists longer than this are streamed. Records. */
const STREAM_ABOVE = 500;
/** Size of a chunk of a streamed list. Characters. */
const CHUNK = 32 * 1024;

type Fields = Record<string, unknown>;

/**
 * Returns the function that turns a handler's result into the response of `route`. It copies declared fields only, so that
 * no other column of a record is disclosed.
 */
export function responder(route: Route): (result: unknown) => Response | Promise<Response> {
  const { response, status, list, plainText } = route;
  if (plainText === true)
    return (result) => new Response(String((result as Fields)["text"]), { status, headers: textHeaders });
  const pickEnvelope = pickDeclared(response.extend({ result_code: z.string(), result_msg: z.string() }));
  if (list !== undefined) {
    const { items, count } = list;
    const pickRecord = pickDeclared((response.shape[items] as z.ZodArray<z.ZodType>).element);
    return (records) =>
      Array.isArray(records) && records.length <= STREAM_ABOVE
        ? jsonResponse(
            status,
            pickEnvelope({ [count]: records.length, [items]: records, result_code: "0", result_msg: SUCCESS }),
          )
        : stream(status, chunks(records as Iterable<unknown> | AsyncIterable<unknown>, pickRecord, list));
  }
  return (result) =>
    jsonResponse(status, pickEnvelope({ result_msg: SUCCESS, ...(result as Fields), result_code: "0" }));
}

/** Returns a function that copies the fields declared by `schema`, in alphabetical order. */
function pickDeclared(schema: unknown): (value: unknown) => unknown {
  const inner = unwrap(schema);
  if (inner instanceof z.ZodArray) {
    const pickElement = pickDeclared(inner.element);
    return (value) => (value as unknown[]).map(pickElement);
  }
  if (!(inner instanceof z.ZodObject)) return (value) => value;
  const fields = Object.entries(inner.shape)
    .map(([name, field]) => ({ name, pick: isScalar(field) ? undefined : pickDeclared(field) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  return (value) => {
    const picked: Fields = {};
    for (const { name, pick } of fields) {
      const found = (value as Fields)[name];
      if (found !== undefined) picked[name] = pick === undefined ? found : pick(found);
    }
    return picked;
  };
}

function isScalar(schema: unknown): boolean {
  const inner = unwrap(schema);
  return !(inner instanceof z.ZodArray || inner instanceof z.ZodObject);
}

function unwrap(schema: unknown): unknown {
  return schema instanceof z.ZodOptional || schema instanceof z.ZodNullable ? unwrap(schema.unwrap()) : schema;
}

function jsonResponse(status: number, value: unknown): Response {
  return new Response(JSON.stringify(value), { status, headers: jsonHeaders });
}

/** The JSON of a list, in chunks: a list of 200,000 records is never in memory as a whole. Its count comes last. */
async function* chunks(
  records: Iterable<unknown> | AsyncIterable<unknown>,
  pickRecord: (value: unknown) => unknown,
  list: { readonly items: string; readonly count: string },
): AsyncGenerator<string> {
  let count = 0;
  let text = `{"${list.items}":[`;
  for await (const record of records) {
    text += `${count === 0 ? "" : ","}${JSON.stringify(pickRecord(record))}`;
    count++;
    if (text.length < CHUNK) continue;
    yield text;
    text = "";
  }
  yield `${text}],"${list.count}":${count},"result_code":"0","result_msg":"${SUCCESS}"}`;
}

/** Streams `text`. Waits for the first chunk, so that an early failure is an error response and not a truncated body. */
async function stream(status: number, text: AsyncGenerator<string>): Promise<Response> {
  const encoder = new TextEncoder();
  let next = await text.next();
  return new Response(
    new ReadableStream<Uint8Array>({
      async pull(controller) {
        if (next.done === true) return controller.close();
        controller.enqueue(encoder.encode(next.value));
        next = await text.next();
      },
      async cancel() {
        await text.return(undefined);
      },
    }),
    { status, headers: jsonHeaders },
  );
}

/** An error response with this HTTP status. */
export function errorResponse(
  status: number,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): Response {
  const body = JSON.stringify({ result_code: String(status), result_msg: message });
  return new Response(body, { status, headers: { ...SECURITY_HEADERS, "content-type": JSON_TYPE, ...headers } });
}

/** The message of every 503: shutdown, a locked database, a key under permanent change. The log has the details. */
export const UNAVAILABLE = "not available at the moment; try again";

/** The only place where an exception becomes a response. Internal errors are logged, and not disclosed to the caller. */
export function faultResponse(log: Log, thrown: unknown, route: string): Response {
  const fault = Fault.from(thrown);
  const { status } = FAULTS[fault.code];
  if (status >= 500) {
    log.error("a request failed", { route, error: thrown });
    return errorResponse(status, status === 503 ? UNAVAILABLE : "internal error");
  }
  const seconds = /\b(\d+) s\b/.exec(fault.hint ?? "")?.[1];
  if (fault.code === "rate_limited" && seconds !== undefined)
    return errorResponse(status, `${fault.message}; ${fault.hint}`, { "retry-after": seconds });
  return errorResponse(status, fault.message, fault.code === "too_large" ? { connection: "close" } : {});
}

/** Returns a function that adds the tenant's name to a record: stored records do not repeat it. */
export function withTenant({ value: { tenant } }: Item<TenantRecord>) {
  return <T extends object>(record: T): T & { readonly tenant: string } => ({ ...record, tenant });
}

/** The result of a DELETE. */
export function deletionResult(num_deleted: number): { readonly num_deleted: number; readonly result_msg?: string } {
  return num_deleted > 0 ? { num_deleted } : { num_deleted, result_msg: "NOT FOUND" };
}

/** The result of a PATCH that names no field to change. */
export const NO_UPDATES = { fields_updated: 0, result_msg: "No updates specified" } as const;

/** The result of a PATCH that changes when a record expires; undefined when there is no such record. */
export function expiryResult(record: { readonly expires_at: string } | undefined) {
  if (record === undefined) return { fields_updated: 0, expires_msg: "UNCHANGED" };
  return { fields_updated: 1, expires_msg: record.expires_at.replace("T", " ").replace("Z", " UTC") };
}

/** Applies `change` to every record of a stream. */
export async function* mapRecords<T, R>(records: AsyncIterable<T>, change: (record: T) => R): AsyncGenerator<R> {
  for await (const record of records) yield change(record);
}
