import { z } from "@hono/zod-openapi";
import type { RateLimit } from "../../net/rate-limit.ts";
import type { Item } from "../../store/collection.ts";
import type { Caller } from "../callers.ts";
import type { TmsContext } from "../context.ts";
import type { Retrieve } from "../keys/retrieve.ts";
import type { ClientRow, TenantRow } from "../schema.ts";
import type { Order } from "./checks.ts";
import type { Credentials } from "./credentials.ts";
import type { Exact } from "./fields.ts";

/**
 * A route is one entry: what it takes and answers, who may ask, in which order that is checked, and a line that calls the
 * service. Check, types and the API's description follow from it.
 */

export type Shape = Readonly<Record<string, z.ZodType>>;
type Read<S extends Shape> = Exact<z.output<z.ZodObject<S>>>;
type Written<S extends Shape> = Shown<z.input<z.ZodObject<S>>>;
/** An answer is only read. */
type Shown<T> = T extends readonly (infer E)[]
  ? readonly Shown<E>[]
  : T extends object
    ? { readonly [K in keyof T]: Shown<T[K]> }
    : T;

export type Who = "anyone" | "operator" | readonly ["client"] | readonly ["admin"] | readonly ["client", "admin"];
export type Method = "get" | "post" | "patch" | "delete";

export const TAGS = {
  General: "",
  Clients: "Applications that act for users.",
  "User MFA": "Users who have shown who they are, and until when that counts.",
  "User/host links": "Which account on which host is a user's.",
  Delegations: "Which application may act for which user.",
  Hosts: "Logical hosts, their addresses, and what they prove themselves by.",
  Tenants: "Each has its own clients, users, links, delegations, keys and admins.",
  Admins: "Who may do everything in a tenant but make keys.",
  "Public keys": "Key pairs for a user's account on a host. The private key is answered once and never kept.",
  Reservations: "They let an operation that runs go on past the end of its key's uses and of its user's MFA.",
  Audit: "What happened, for the operator on the server's machine.",
} as const;

interface About {
  readonly id: string;
  readonly method: Method;
  /** Below /v1, as in OpenAPI: `/tms/client/{client_id}`. */
  readonly path: `/${string}`;
  readonly tag: keyof typeof TAGS;
  readonly summary: string;
  readonly description?: string;
  /** TMS 0.3.0 has no such route. */
  readonly addition?: true;
  /** In what this route deliberately differs from TMS 0.3.0. */
  readonly differs?: string;
  readonly who: Who;
  /** Whose credentials are looked at where they are shown, though nobody has to. */
  readonly knows?: readonly ["admin"];
  readonly order: Order;
  /** It answers the field `text` as it is, without an envelope. */
  readonly plain?: true;
  /** The tenant that the header has to name (P2, P4), where it is not the body's or the path's. */
  readonly tenant?: string;
  /** A wrong tenant, a missing dependency …: why it is refused, beside what all routes refuse. */
  readonly refuses?: Readonly<Partial<Record<400 | 401 | 403 | 404 | 409 | 429, string>>>;
}

interface Takes<P extends Shape, Q extends Shape, B extends Shape> {
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
}

/** What the server knows when the route's checks have passed. */
export interface Call<P extends Shape, Q extends Shape, B extends Shape> {
  readonly app: AppContext;
  readonly tms: TmsContext;
  readonly params: Read<P>;
  readonly query: Read<Q>;
  readonly body: Read<B>;
  readonly credentials: Credentials;
}

/** A call of somebody who has shown who it is. */
export interface KnownCall<P extends Shape, Q extends Shape, B extends Shape> extends Call<P, Q, B> {
  readonly tenant: Item<TenantRow>;
  readonly caller: Caller;
  readonly by: Caller["actor"];
  /** The client that asks. @throws when it is none, which the route's checks have excluded. */
  client(): Item<ClientRow>;
  /** The client to whose records the answer is confined; undefined for an admin. */
  readonly only: string | undefined;
}

/** What one app has beside the escrow. */
export interface AppContext {
  readonly tms: TmsContext;
  readonly retrieve: Retrieve;
  readonly registrations: RateLimit;
  readonly title: string;
  readonly serverUrls: () => readonly string[];
}

/** Rows of a list: all at once, or one by one. */
export type Rows<A extends Shape> = readonly Written<A>[] | AsyncIterable<Written<A>>;

type Known<W extends Who, P extends Shape, Q extends Shape, B extends Shape> = W extends "anyone" | "operator"
  ? Call<P, Q, B>
  : KnownCall<P, Q, B>;

export interface Route extends About {
  readonly params: z.ZodObject | undefined;
  readonly query: z.ZodObject | undefined;
  readonly body: z.ZodObject | undefined;
  readonly status: 200 | 201;
  /** Without the envelope. */
  readonly answer: z.ZodObject;
  /** How the list in the answer is called, and its count. */
  readonly list?: { readonly rows: string; readonly count: string };
  handle(call: never): unknown;
}

/** A route that answers one object; `result_msg` is "success" unless the handler gives it. */
export function route<
  const W extends Who,
  A extends Shape,
  P extends Shape = Record<never, never>,
  Q extends Shape = Record<never, never>,
  B extends Shape = Record<never, never>,
>(
  spec: Omit<About, "who"> & Takes<P, Q, B> & { readonly who: W; readonly answer: A; readonly status?: 201 },
  handle: (
    call: Known<W, P, Q, B>,
  ) => (Written<A> & { readonly result_msg?: string }) | Promise<Written<A> & { readonly result_msg?: string }>,
): Route {
  return { ...spec, ...takes(spec), status: spec.status ?? 200, answer: z.object(spec.answer), handle };
}

/** A route that answers a list: `{ [count]: number, [rows]: […] }`. */
export function listRoute<
  const W extends Who,
  A extends Shape,
  P extends Shape = Record<never, never>,
  Q extends Shape = Record<never, never>,
>(
  spec: Omit<About, "who" | "method"> &
    Takes<P, Q, never> & {
      readonly who: W;
      readonly row: A;
      readonly list: { readonly rows: string; readonly count: string };
    },
  handle: (call: Known<W, P, Q, Record<never, never>>) => Rows<A> | Promise<Rows<A>>,
): Route {
  const { rows, count } = spec.list;
  const answer = z.object({
    [count]: z.int().openapi({ format: "int32", description: "How many there are.", example: 1 }),
    [rows]: z.array(z.object(spec.row)),
  });
  return { ...spec, ...takes(spec), method: "get", status: 200, answer, handle };
}

function takes({ params, query, body }: Takes<Shape, Shape, Shape>): Pick<Route, "params" | "query" | "body"> {
  return {
    params: params && z.object(params),
    query: query && z.object(query),
    body: body && z.object(body),
  };
}
