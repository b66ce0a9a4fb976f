import type { z } from "zod";
import type { FaultCode } from "../fault.ts";
import type { RULE_RESOURCES, Verb } from "../resource/role.ts";
import type * as schemas from "./schemas.ts";

/**
 * The model of a route. One entry declares everything: method, path, callers, rule, request and reply. The server, the
 * client's methods and their types, the tests of callers and replies, and the OpenAPI description are derived from it.
 *
 * An entry's schemas are functions of the module `schemas.ts`: a client, which needs none of them, does not load it.
 */

/**
 * `join` holds a join token; `node` and `proxy` a host certificate; `admin` is the operator on auth's own machine; `user`
 * holds a user certificate and, where the entry has `needs`, a role with such a rule.
 */
export type CallerKind = "join" | "node" | "proxy" | "admin" | "user";

export type Schemas = typeof schemas;
type SchemaOf<S extends z.ZodType> = (schemas: Schemas) => S;

/** A body of bytes that is read as it arrives. */
export interface ByteStream {
  readonly kind: "stream";
  readonly contentType: string;
  /** Of a request; without it there is no limit. */
  readonly maxBytes?: number;
}

/** A reply of newline-delimited JSON: one value a line, as they come. */
export interface Lines<S extends z.ZodType = z.ZodType> {
  readonly kind: "lines";
  readonly line: SchemaOf<S>;
}

/** A body that is sent and read piece by piece, with flow control. */
export function stream(contentType: string, maxBytes?: number): ByteStream {
  return { kind: "stream", contentType, ...(maxBytes !== undefined && { maxBytes }) };
}

export function lines<S extends z.ZodType>(line: SchemaOf<S>): Lines<S> {
  return { kind: "lines", line };
}

export interface Route {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** `:name` stands for one segment. */
  readonly path: `/v1/${string}`;
  readonly callers: readonly CallerKind[];
  /** The rule that a `user` needs. `:kind` stands for the path's parameter. */
  readonly needs?: { readonly resource: (typeof RULE_RESOURCES)[number] | ":kind"; readonly verb: Verb };
  /** One sentence, as an order. */
  readonly summary: string;
  /** An object whose fields are the parameters. Unknown parameters are ignored. */
  readonly query?: SchemaOf<z.ZodObject>;
  /** JSON or a stream; without it, the body is ignored. */
  readonly request?: SchemaOf<z.ZodType> | ByteStream;
  /** JSON, lines or a stream; without it, an empty reply (204). */
  readonly reply?: SchemaOf<z.ZodType> | Lines | ByteStream;
  /** Reasons for a refusal beside those that any route may have. */
  readonly faults?: readonly FaultCode[];
  /** The calls of users who have not logged in share streams of their own: no other call waits for them. */
  readonly isForStrangers?: true;
}

export type Routes = Readonly<Record<string, Route>>;

/** The names of the parameters of a path, in order: `["kind", "name"]`. */
export type ParametersOf<P extends string> = P extends `${string}:${infer Name}/${infer Rest}`
  ? [Name, ...ParametersOf<Rest>]
  : P extends `${string}:${infer Name}`
    ? [Name]
    : [];

type Returned<F> = F extends (schemas: never) => infer S ? (S extends z.ZodType ? S : never) : never;

/** What the server gets of a request's body. */
export type RequestOf<R extends Route> = R["request"] extends ByteStream
  ? AsyncIterable<Uint8Array>
  : R["request"] extends (schemas: never) => z.ZodType
    ? z.output<Returned<R["request"]>>
    : undefined;

/** What a client gives as a request's body. */
export type InputOf<R extends Route> = R["request"] extends ByteStream
  ? AsyncIterable<Uint8Array>
  : R["request"] extends (schemas: never) => z.ZodType
    ? z.input<Returned<R["request"]>>
    : undefined;

/** What the server gets of a query. */
export type QueryOf<R extends Route> = R["query"] extends (schemas: never) => z.ZodType
  ? z.output<Returned<R["query"]>>
  : undefined;

/** What a client gives as a query. */
export type QueryInputOf<R extends Route> = R["query"] extends (schemas: never) => z.ZodType
  ? z.input<Returned<R["query"]>>
  : undefined;

/** The reply, or one line of it, or one piece. */
export type ReplyOf<R extends Route> = R["reply"] extends ByteStream
  ? Uint8Array
  : R["reply"] extends Lines<infer S>
    ? z.output<S>
    : R["reply"] extends (schemas: never) => z.ZodType
      ? z.output<Returned<R["reply"]>>
      : void;

/** Whether a reply is read piece by piece. */
export type IsStreamed<R extends Route> = R["reply"] extends ByteStream | Lines ? true : false;

export function isStream(body: Route["request"] | Route["reply"]): body is ByteStream {
  return typeof body === "object" && body.kind === "stream";
}

export function isLines(body: Route["reply"]): body is Lines {
  return typeof body === "object" && body.kind === "lines";
}

/** The refusals of a route, from its entry. */
export function faultsOf({ callers, request, query, faults = [] }: Route): readonly FaultCode[] {
  const codes: FaultCode[] = ["denied", "internal", "failed", "unavailable", ...faults];
  if (callers.includes("user")) codes.push("unauthenticated");
  if (request !== undefined || query !== undefined) codes.push("bad_request");
  if (request !== undefined) codes.push("too_large");
  return [...new Set(codes)];
}
