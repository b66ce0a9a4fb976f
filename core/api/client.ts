import type { Kind, ResourceOf } from "../resource/registry.ts";
import { ChannelHttp, type OpenStream } from "./channel-http.ts";
import { ROUTES, type RouteName } from "./routes.ts";
import type * as schema from "./schema.ts";

/** Which audit events are wanted: times are RFC 3339; `limit` takes the newest. */
export interface EventQuery {
  readonly event?: string;
  readonly user?: string;
  readonly from?: string;
  readonly to?: string;
  readonly limit?: number;
}
export type EventRow = Readonly<Record<string, unknown>>;
/** The result of verifying the audit logs: `ok` when every log of the cluster was verified and is whole. */
export interface EventCheck {
  readonly ok: boolean;
  readonly records: number;
  readonly problem?: string;
  /** One entry a log. An `absent` one is known to the store but not on the server's machine: it was not verified. */
  readonly logs: readonly {
    readonly id: string;
    readonly ok: boolean;
    readonly records: number;
    readonly problem?: string;
    readonly absent?: boolean;
  }[];
}

const STRANGERS: ReadonlySet<RouteName> = new Set(["login", "inspectInvite", "acceptInvite"]);

type Parameters = Readonly<Record<string, string>>;

/** The auth API, one method a route. Every method @throws Fault, as auth said it or `unavailable`. */
export class AuthClient {
  readonly #http: ChannelHttp;
  /** For what strangers make a proxy do: however many they are, nothing else has to wait for them. */
  readonly #strangers: ChannelHttp;

  constructor(open: OpenStream) {
    this.#http = new ChannelHttp(open);
    this.#strangers = new ChannelHttp(open);
  }

  ping = (): Promise<schema.Ping> => this.#call("ping");
  trust = (): Promise<schema.Trust> => this.#call("trust");
  join = (body: schema.JoinRequest): Promise<schema.HostCertificate> => this.#call("join", { body });
  renew = (body: schema.RenewRequest): Promise<schema.HostCertificate> => this.#call("renew", { body });
  heartbeat = (body: schema.Heartbeat): Promise<void> => this.#call("heartbeat", { body });
  proxyHeartbeat = (body: schema.ProxyHeartbeat): Promise<void> => this.#call("proxyHeartbeat", { body });
  emit = (events: readonly object[]): Promise<void> => this.#call("emit", { body: { events } });
  inspectInvite = (token: string): Promise<schema.Invite> => this.#call("inspectInvite", { body: { token } });
  acceptInvite = (body: schema.AcceptInvite): Promise<{ user: string }> => this.#call("acceptInvite", { body });
  login = (body: schema.LoginRequest): Promise<schema.UserCertificate> => this.#call("login", { body });

  status = (): Promise<schema.Status> => this.#call("status");
  reachable = (): Promise<ResourceOf<"node">[]> => this.#call("reachable");
  createUser = (body: schema.NewUser): Promise<schema.Invitation> => this.#call("createUser", { body });
  updateUser = (name: string, body: schema.UpdateUser): Promise<schema.UserRow> =>
    this.#call("updateUser", { params: { name }, body });
  resetUser = (name: string, ttl_seconds?: number): Promise<schema.Invitation> =>
    this.#call("resetUser", { params: { name }, body: { ...(ttl_seconds !== undefined && { ttl_seconds }) } });
  unlockUser = (name: string): Promise<schema.UserRow> => this.#call("unlockUser", { params: { name }, body: {} });
  createToken = (body: schema.NewToken): Promise<schema.IssuedToken> => this.#call("createToken", { body });
  signUser = (body: schema.SignUser): Promise<schema.UserCertificate> => this.#call("signUser", { body });
  signHost = (body: schema.SignHost): Promise<schema.HostCertificate> => this.#call("signHost", { body });
  searchEvents = (query: EventQuery): Promise<EventRow[]> => this.#call("searchEvents", { query });
  verifyEvents = (): Promise<EventCheck> => this.#call("verifyEvents");

  list = <K extends Kind>(kind: K, withSecrets = false): Promise<ResourceOf<K>[]> =>
    this.#call("list", { params: { kind }, ...(withSecrets && { query: { with_secrets: true } }) });
  read = <K extends Kind>(kind: K, name: string, withSecrets = false): Promise<ResourceOf<K>> =>
    this.#call("read", { params: { kind, name }, ...(withSecrets && { query: { with_secrets: true } }) });
  create = <K extends Kind>(kind: K, body: unknown): Promise<ResourceOf<K>> =>
    this.#call("create", { params: { kind }, body });
  replace = <K extends Kind>(kind: K, name: string, body: unknown): Promise<ResourceOf<K>> =>
    this.#call("replace", { params: { kind, name }, body });
  remove = (kind: Kind, name: string): Promise<void> => this.#call("remove", { params: { kind, name } });

  /** The present state of `kinds`, then `ready`, then every change until `signal` aborts or the connection is lost. */
  watch(kinds: readonly Kind[], signal: AbortSignal): AsyncGenerator<schema.WatchLine> {
    const { method, path } = ROUTES.watch;
    const call = { method, path: `${path}?kinds=${kinds.join(",")}` };
    return this.#http.lines(call, signal) as AsyncGenerator<schema.WatchLine>;
  }

  /** Audit events from now on. */
  tailEvents(query: Pick<EventQuery, "event" | "user">, signal: AbortSignal): AsyncGenerator<EventRow> {
    const { method, path } = ROUTES.tailEvents;
    return this.#http.lines({ method, path: path + queryText(query) }, signal) as AsyncGenerator<EventRow>;
  }

  close(): void {
    this.#http.close();
    this.#strangers.close();
  }

  /** The reply is trusted to have the route's type: auth proved itself by its host certificate. */
  #call<T>(name: RouteName, more: { params?: Parameters; query?: object; body?: unknown } = {}): Promise<T> {
    const { method, path } = ROUTES[name];
    const filled = path.replace(/:(\w+)/g, (_, key: string) => encodeURIComponent(more.params?.[key] ?? ""));
    const http = STRANGERS.has(name) ? this.#strangers : this.#http;
    return http.json({ method, path: filled + queryText(more.query), body: more.body }) as Promise<T>;
  }
}

function queryText(query: object | undefined): string {
  const pairs = Object.entries(query ?? {}).filter(([, value]) => value !== undefined);
  return pairs.length === 0 ? "" : `?${new URLSearchParams(pairs.map(([key, value]) => [key, String(value)]))}`;
}
