import type { InputOf, ReplyOf, RequestOf as Request } from "./route.ts";
import { certificates } from "./routes/certificates.ts";
import { cluster } from "./routes/cluster.ts";
import { events } from "./routes/events.ts";
import { members } from "./routes/members.ts";
import { resources } from "./routes/resources.ts";
import { users } from "./routes/users.ts";

/** Every route of the auth API. `sallyport schema auth-api` prints it as an OpenAPI description. */
export const ROUTES = { ...cluster, ...members, ...users, ...certificates, ...events, ...resources } as const;

export type AuthRoutes = typeof ROUTES;
export type RouteName = keyof AuthRoutes;

/** The body of a request as auth gets it, with defaults filled in. */
export type RequestOf<N extends RouteName> = Request<AuthRoutes[N]>;
/** The body of a request as a client gives it. */
export type RequestInput<N extends RouteName> = InputOf<AuthRoutes[N]>;
/** A reply, or one line of it. */
export type Reply<N extends RouteName> = ReplyOf<AuthRoutes[N]>;
