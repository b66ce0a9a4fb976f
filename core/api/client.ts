import type { Kind } from "../resource/registry.ts";
import { ChannelHttp, type HttpCall, type OpenStream } from "./channel-http.ts";
import {
  type ByteStream,
  type InputOf,
  type IsStreamed,
  isLines,
  isStream,
  type ParametersOf,
  type QueryInputOf,
  type ReplyOf,
  type Route,
  type Routes,
} from "./route.ts";
import { type AuthRoutes, ROUTES } from "./routes.ts";

/** The parameters of a path as arguments; a kind is what the type of the reply depends on. */
type PathArguments<P extends readonly string[], K> = {
  [I in keyof P]: P[I] extends "kind" ? K : string;
};

/** An argument that may be left out when nothing in it is required. */
type Argument<T> = unknown extends T
  ? [given: T]
  : T extends undefined
    ? []
    : Record<never, never> extends T
      ? [given?: T]
      : [given: T];

/** A stream is cut when the signal aborts. */
type SignalArgument<R extends Route> =
  IsStreamed<R> extends true ? [signal: AbortSignal] : R["request"] extends ByteStream ? [signal: AbortSignal] : [];

type Arguments<R extends Route, K> = [
  ...PathArguments<ParametersOf<R["path"]>, K>,
  ...Argument<InputOf<R>>,
  ...Argument<QueryInputOf<R>>,
  ...SignalArgument<R>,
];

/** The part of a reply that is of this kind of resource. */
type OfKind<T, K> = T extends readonly (infer E)[]
  ? OfKind<E, K>[]
  : T extends { kind: string }
    ? Extract<T, { kind: K }>
    : T;

type Answer<R extends Route, T> = IsStreamed<R> extends true ? AsyncGenerator<T> : Promise<T>;

/** The method of a route: path parameters in order, then the body, the query, and for streams a signal. */
type Method<R extends Route> = "kind" extends ParametersOf<R["path"]>[number]
  ? <K extends Kind>(...given: Arguments<R, K>) => Answer<R, OfKind<ReplyOf<R>, K>>
  : (...given: Arguments<R, string>) => Answer<R, ReplyOf<R>>;

/** One method a route. Every method @throws Fault, as the server said it or `unavailable`. */
export type Client<T extends Routes> = { readonly [N in keyof T]: Method<T[N]> } & {
  /** Closes every stream; calls that are waiting fail. */
  close(): void;
};

export type AuthClient = Client<AuthRoutes>;

/** The auth API over streams that `open` opens. */
export function authClient(open: OpenStream): AuthClient {
  return apiClient(ROUTES, open);
}

/** A client of these routes. Replies are trusted to be as declared: the server proved itself by its host certificate. */
export function apiClient<const T extends Routes>(routes: T, open: OpenStream): Client<T> {
  const main = new ChannelHttp(open);
  const strangers = new ChannelHttp(open);
  const methods = Object.entries(routes).map(([name, route]) => {
    const http = route.isForStrangers === true ? strangers : main;
    return [name, (...given: readonly unknown[]) => call(http, route, given)] as const;
  });
  const close = () => {
    main.close();
    strangers.close();
  };
  return { ...Object.fromEntries(methods), close } as Client<T>;
}

function call(http: ChannelHttp, route: Route, given: readonly unknown[]): unknown {
  const rest = [...given];
  const path = route.path.replace(/:\w+/g, () => encodeURIComponent(String(rest.shift())));
  const body = route.request === undefined ? undefined : (rest.shift() ?? {});
  const query = route.query === undefined ? "" : queryText(rest.shift() as object | undefined);
  const request: HttpCall = { method: route.method, path: path + query, ...bodyOf(route, body) };
  const signal = rest.shift() as AbortSignal;
  if (isLines(route.reply)) return http.lines(request, signal);
  if (isStream(route.reply)) return http.stream(request, signal);
  return isStream(route.request) ? http.upload(request, signal) : http.json(request);
}

function bodyOf({ request }: Route, body: unknown): Pick<HttpCall, "body" | "upload"> {
  if (!isStream(request)) return body === undefined ? {} : { body };
  return { upload: { contentType: request.contentType, source: body as AsyncIterable<Uint8Array> } };
}

function queryText(query: object | undefined): string {
  const pairs = Object.entries(query ?? {}).filter(([, value]) => value !== undefined);
  return pairs.length === 0 ? "" : `?${new URLSearchParams(pairs.map(([key, value]) => [key, String(value)]))}`;
}
