import { z } from "@hono/zod-openapi";
import type { RateLimit } from "../../net/rate-limit.ts";
import type { Item } from "../../store/collection.ts";
import type { Caller } from "../authenticate.ts";
import type { Actor, TmsContext } from "../context.ts";
import type { Retrieve } from "../keys/retrieve.ts";
import type { ClientRecord, TenantRecord } from "../schema.ts";
import type { AcceptedCallers, CheckedRoute } from "./checks.ts";
import type { Credentials } from "./credentials.ts";
import type { Exact } from "./field-types.ts";

/**
 * A route is declared once: its request and response schemas, the callers it accepts, the order of its checks, and a handler
 * that calls the service. Validation, types and the OpenAPI description are derived from this declaration.
 */

export type Shape = Readonly<Record<string, z.ZodType>>;
/** The type of parsed input. */
type Parsed<S extends Shape> = Exact<z.output<z.ZodObject<S>>>;
/** The type of a response before it is serialised. */
type ResponseOf<S extends Shape> = DeepReadonly<z.input<z.ZodObject<S>>>;
type DeepReadonly<T> = T extends readonly (infer E)[]
  ? readonly DeepReadonly<E>[]
  : T extends object
    ? { readonly [K in keyof T]: DeepReadonly<T[K]> }
    : T;

export type Method = "get" | "post" | "patch" | "delete";

export const TAGS = {
  General: "",
  Clients: "Applications that act for users.",
  "User MFA": "Users who have passed multi-factor authentication, and until when it is valid.",
  "User/host links": "Which account on which host belongs to which user.",
  Delegations: "Which client may act for which user.",
  Hosts: "Logical hosts, their addresses and their credentials.",
  Tenants: "Each tenant has its own clients, users, links, delegations, keys and admins.",
  Admins: "Admins may do everything in their tenant except create keys.",
  "Public keys": "Key pairs for a user's account on a host. The private key is returned once and never stored.",
  Reservations: "A reservation lets a running operation continue after its key's uses or its user's MFA have run out.",
  Audit: "The audit log, for the operator on the server's machine.",
} as const;

interface RouteMeta extends CheckedRoute {
  readonly id: string;
  readonly method: Method;
  /** Below /v1, in OpenAPI's notation: `/tms/client/{client_id}`. */
  readonly path: `/${string}`;
  readonly tag: keyof typeof TAGS;
  readonly summary: string;
  readonly description?: string;
  /** TMS 0.3.0 has no such route. */
  readonly addition?: true;
  /** The deliberate difference of this route from TMS 0.3.0. */
  readonly differs?: string;
  /** Callers whose credentials are verified if present, though the route does not require them. */
  readonly optionalCallers?: readonly ["admin"];
  /** The response is the field `text` as text/plain, without the envelope. */
  readonly plainText?: true;
  /** Reasons for refusals beyond those that all routes share, by HTTP status. */
  readonly refusals?: Readonly<Partial<Record<400 | 401 | 403 | 404 | 409 | 429, string>>>;
}

interface InputShapes<P extends Shape, Q extends Shape, B extends Shape> {
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
}

/** A request that has passed the checks of its route. */
export interface Call<P extends Shape, Q extends Shape, B extends Shape> {
  readonly app: AppContext;
  readonly tms: TmsContext;
  readonly params: Parsed<P>;
  readonly query: Parsed<Q>;
  readonly body: Parsed<B>;
  readonly credentials: Credentials;
}

/** A request of an authenticated caller. */
export interface AuthenticatedCall<P extends Shape, Q extends Shape, B extends Shape> extends Call<P, Q, B> {
  readonly tenant: Item<TenantRecord>;
  readonly caller: Caller;
  /** The caller, for the audit log. */
  readonly actor: Actor;
  /** The calling client. @throws Fault `internal` when the caller is not a client, which the route's checks exclude. */
  client(): Item<ClientRecord>;
  /** The client that the response is limited to; undefined for admins and the operator. */
  readonly onlyClient: string | undefined;
}

/** The state of one app that its handlers share. */
export interface AppContext {
  readonly tms: TmsContext;
  readonly retrieve: Retrieve;
  readonly registrations: RateLimit;
  readonly title: string;
  readonly serverUrls: () => readonly string[];
}

/** The records of a list: all at once, or streamed. */
export type Records<A extends Shape> = readonly ResponseOf<A>[] | AsyncIterable<ResponseOf<A>>;

type CallOf<W extends AcceptedCallers, P extends Shape, Q extends Shape, B extends Shape> = W extends
  | "anyone"
  | "operator"
  ? Call<P, Q, B>
  : AuthenticatedCall<P, Q, B>;

export interface Route extends RouteMeta {
  readonly params: z.ZodObject | undefined;
  readonly query: z.ZodObject | undefined;
  readonly body: z.ZodObject | undefined;
  readonly status: 200 | 201;
  /** The schema of the response, without the envelope. */
  readonly response: z.ZodObject;
  /** The names of the fields that hold the list and its length. */
  readonly list?: { readonly items: string; readonly count: string };
  handle(call: never): unknown;
}

/** A route that returns one object; `result_msg` is "success" unless the handler sets it. */
export function route<
  const W extends AcceptedCallers,
  A extends Shape,
  P extends Shape = Record<never, never>,
  Q extends Shape = Record<never, never>,
  B extends Shape = Record<never, never>,
>(
  spec: Omit<RouteMeta, "callers"> &
    InputShapes<P, Q, B> & { readonly callers: W; readonly response: A; readonly status?: 201 },
  handle: (
    call: CallOf<W, P, Q, B>,
  ) => (ResponseOf<A> & { readonly result_msg?: string }) | Promise<ResponseOf<A> & { readonly result_msg?: string }>,
): Route {
  return { ...spec, ...schemasOf(spec), status: spec.status ?? 200, response: z.object(spec.response), handle };
}

/** A route that returns a list: `{ [count]: number, [items]: […] }`. */
export function listRoute<
  const W extends AcceptedCallers,
  A extends Shape,
  P extends Shape = Record<never, never>,
  Q extends Shape = Record<never, never>,
>(
  spec: Omit<RouteMeta, "callers" | "method"> &
    InputShapes<P, Q, never> & {
      readonly callers: W;
      readonly record: A;
      readonly list: { readonly items: string; readonly count: string };
    },
  handle: (call: CallOf<W, P, Q, Record<never, never>>) => Records<A> | Promise<Records<A>>,
): Route {
  const { items, count } = spec.list;
  const response = z.object({
    [count]: z.int().openapi({ format: "int32", description: "The length of the list.", example: 1 }),
    [items]: z.array(z.object(spec.record)),
  });
  return { ...spec, ...schemasOf(spec), method: "get", status: 200, response, handle };
}

function schemasOf({
  params,
  query,
  body,
}: InputShapes<Shape, Shape, Shape>): Pick<Route, "params" | "query" | "body"> {
  return {
    params: params && z.object(params),
    query: query && z.object(query),
    body: body && z.object(body),
  };
}
