import { z } from "@hono/zod-openapi";
import { FAULTS, Fault } from "../../../core/fault.ts";
import type { Log } from "../../log.ts";
import type { Route } from "./route.ts";

/** TMS's envelope: `result_code` is "0", or the HTTP status as text. */

/** Of every answer: it is for one reader, once, and nothing in it is to be shown or run. */
export const PROTECTION = {
  "strict-transport-security": "max-age=31536000",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
  "cache-control": "no-store",
} as const;

const JSON_TYPE = "application/json; charset=utf-8";
const json = new Headers({ ...PROTECTION, "content-type": JSON_TYPE });

const text = new Headers({ ...PROTECTION, "content-type": "text/plain; charset=utf-8" });

const SUCCESS = "success";

type Plain = Record<string, unknown>;

/** Makes the answers of a route: what its schema declares and nothing else, so that no column of a row gets out by mistake. */
export function answerer(route: Route): (result: unknown) => Response | Promise<Response> {
  const { answer, status, list, plain } = route;
  if (plain === true) return (result) => new Response(String((result as Plain)["text"]), { status, headers: text });
  const whole = declared(answer.extend({ result_code: z.string(), result_msg: z.string() }));
  if (list !== undefined) {
    const row = declared((answer.shape[list.rows] as z.ZodArray<z.ZodType>).element);
    return (rows) =>
      Array.isArray(rows) && rows.length <= MANY
        ? reply(status, whole({ [list.count]: rows.length, [list.rows]: rows, result_code: "0", result_msg: SUCCESS }))
        : stream(status, pieces(rows as Iterable<unknown> | AsyncIterable<unknown>, row, list));
  }
  return (result) => reply(status, whole({ result_msg: SUCCESS, ...(result as Plain), result_code: "0" }));
}

/** Copies the fields that a schema declares, in the order of the alphabet. */
function declared(schema: unknown): (value: unknown) => unknown {
  const inner = unwrapped(schema);
  if (inner instanceof z.ZodArray) {
    const element = declared(inner.element);
    return (value) => (value as unknown[]).map(element);
  }
  if (!(inner instanceof z.ZodObject)) return (value) => value;
  const fields = Object.entries(inner.shape)
    .map(([name, field]) => ({ name, take: isPlain(field) ? undefined : declared(field) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  return (value) => {
    const taken: Plain = {};
    for (const { name, take } of fields) {
      const found = (value as Plain)[name];
      if (found !== undefined) taken[name] = take === undefined ? found : take(found);
    }
    return taken;
  };
}

function isPlain(schema: unknown): boolean {
  const inner = unwrapped(schema);
  return !(inner instanceof z.ZodArray || inner instanceof z.ZodObject);
}

function unwrapped(schema: unknown): unknown {
  return schema instanceof z.ZodOptional || schema instanceof z.ZodNullable ? unwrapped(schema.unwrap()) : schema;
}

function reply(status: number, value: unknown): Response {
  return new Response(JSON.stringify(value), { status, headers: json });
}

/** What goes out at once. Characters. */
const PIECE = 32 * 1024;
/** Rows that are still put into words in one go. */
const MANY = 500;

/** A list as it is taken, so that the answer of 200,000 rows is never in memory as a whole. Its count comes last. */
async function* pieces(
  rows: Iterable<unknown> | AsyncIterable<unknown>,
  row: (value: unknown) => unknown,
  list: { readonly rows: string; readonly count: string },
): AsyncGenerator<string> {
  let count = 0;
  let text = `{"${list.rows}":[`;
  for await (const one of rows) {
    text += `${count === 0 ? "" : ","}${JSON.stringify(row(one))}`;
    count++;
    if (text.length < PIECE) continue;
    yield text;
    text = "";
  }
  yield `${text}],"${list.count}":${count},"result_code":"0","result_msg":"${SUCCESS}"}`;
}

/** Begins when the first piece is there, so that what fails at once is a refusal and not a broken answer. */
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
    { status, headers: json },
  );
}

/** A refusal that has a status of its own in HTTP. */
export function refuse(status: number, message: string, more: Readonly<Record<string, string>> = {}): Response {
  const body = JSON.stringify({ result_code: String(status), result_msg: message });
  return new Response(body, { status, headers: { ...PROTECTION, "content-type": JSON_TYPE, ...more } });
}

/** What a caller learns of a stop, a lock that others hold, or a key that others change: where and why is for the log. */
export const UNAVAILABLE = "not available at the moment; try again";

/** The one place where something thrown becomes an answer. Of a mistake of ours the caller learns nothing. */
export function failure(log: Log, thrown: unknown, route: string): Response {
  const fault = Fault.from(thrown);
  const { status } = FAULTS[fault.code];
  if (status >= 500) {
    log.error("a request failed", { route, error: thrown });
    return refuse(status, status === 503 ? UNAVAILABLE : "internal error");
  }
  const seconds = /\b(\d+) s\b/.exec(fault.hint ?? "")?.[1];
  if (fault.code === "rate_limited" && seconds !== undefined)
    return refuse(status, `${fault.message}; ${fault.hint}`, { "retry-after": seconds });
  return refuse(status, fault.message, fault.code === "too_large" ? { connection: "close" } : {});
}
