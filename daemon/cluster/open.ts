import { join } from "node:path";
import type { AuthClient } from "../../core/api/client.ts";
import { servicePrincipal } from "../../core/ca/service-principal.ts";
import { Fault } from "../../core/fault.ts";
import type { Kind } from "../../core/resource/registry.ts";
import { hostVerifier } from "../../core/ssh/verify-host.ts";
import { openOutbox } from "../audit/outbox.ts";
import type { Log } from "../log.ts";
import type { Cluster } from "./cluster.ts";
import { type JoinOptions, joinByToken } from "./join.ts";
import { AuthLink } from "./link.ts";
import { acceptMembership, type Membership, readMembership } from "./membership.ts";
import { ClusterView } from "./view.ts";

/** Short, because a machine may have slept, or its clock may have been set. Milliseconds. */
const RENEW_CHECK_MS = 60_000;

/** A larger difference breaks certificates and one-time codes. Milliseconds. */
const CLOCK_TOLERANCE_MS = 30_000;

export interface ClusterOptions extends JoinOptions {
  /** Called where the machine has not joined, or auth refuses its membership. */
  token(): Promise<string | undefined>;
}

/**
 * Makes this machine a member of the cluster, or resumes its membership, and waits until its view is complete.
 * @throws Fault when it is not a member and cannot join.
 */
export async function openCluster(options: ClusterOptions): Promise<Cluster> {
  const { dataDir, log, now } = options;
  await using stack = new AsyncDisposableStack();
  const session = await enter(options);
  const { link, view } = session;
  stack.defer(() => link.close());

  const renew = async () => {
    if (!isStale(session.membership, options) && !(await isEarly(session, options))) return;
    const { hostname, addresses } = options;
    const { key } = session.membership;
    const reply = await link.api.renew({ hostname, addresses: [...addresses], public_key: key.public.toString() });
    session.membership = acceptMembership(dataDir, key, reply);
    log.info("the host certificate is renewed", { expires: session.membership.certificate.validBefore.toISOString() });
  };
  const tryToRenew = () => renew().catch((error: unknown) => log.error("cannot renew the host certificate", { error }));
  const timer = setInterval(() => void tryToRenew(), RENEW_CHECK_MS);
  timer.unref();
  stack.defer(() => clearInterval(timer));

  const outbox = stack.use(
    await openOutbox(join(dataDir, "outbox"), (events) => link.api.emit({ events: [...events] }), { log }),
  );
  const ready = Promise.withResolvers<void>();
  const kinds: Kind[] = ["cert_authority", "role", "user", "lock"];
  if (options.roles.includes("proxy")) kinds.push("node");
  const stop = new AbortController();
  const following = link.keep(async (settled) => {
    await checkClock(link.api, log, now);
    await tryToRenew();
    await view.follow(link.api.watch({ kinds: kinds.join(",") }, stop.signal), () => {
      settled();
      ready.resolve();
    });
  });
  stack.defer(async () => {
    stop.abort();
    link.close();
    await following;
  });
  await ready.promise;

  const owned = stack.move();
  return {
    name: session.membership.cluster,
    uuid: session.membership.uuid,
    view,
    api: link.api,
    hostKey: () => session.membership,
    get authAddr() {
      return link.addr;
    },
    audit: outbox,
    async [Symbol.asyncDispose]() {
      // First, while the connection to auth exists.
      await outbox.close();
      await owned.disposeAsync();
    },
  };
}

/** A membership, and a link to auth that uses the current certificate. */
class AuthSession {
  membership: Membership;
  readonly view: ClusterView;
  readonly link: AuthLink;

  constructor(membership: Membership, { authAddrs, log, now }: ClusterOptions) {
    this.membership = membership;
    this.view = new ClusterView(membership.cluster, now);
    const authorities = () => {
      const live = this.view.authorities("host");
      return live.length > 0 ? live : this.membership.authorities;
    };
    const target = {
      addrs: authAddrs,
      user: membership.uuid,
      credential: () => this.membership.credential,
      verifyHost: hostVerifier({ authorities, names: [servicePrincipal("auth", membership.cluster)], now }),
    };
    this.link = new AuthLink(target, log);
  }
}

/** The membership of an earlier start, if it has these roles and auth does not refuse it; else a new one by token. */
async function enter(options: ClusterOptions): Promise<AuthSession> {
  const { dataDir, roles, log } = options;
  const known = readMembership(dataDir);
  let why = new Fault("unauthenticated", "this machine has not joined a cluster yet");
  if (known !== undefined) {
    const missing = roles.find((role) => !known.roles.includes(role));
    if (missing === undefined) {
      const session = new AuthSession(known, options);
      try {
        await session.link.connect();
        return session;
      } catch (error) {
        why = Fault.from(error);
        // Auth does not answer now: the link keeps trying.
        if (why.code === "unavailable") return session;
        session.link.close();
      }
    } else why = new Fault("unauthenticated", `this machine has not joined with the role ${missing}`);
  }
  const token = await options.token();
  if (token === undefined)
    throw new Fault(why.code, why.message, {
      hint: "run tctl nodes add on the auth server and start with the --token and --ca-pin that it prints",
      cause: why,
    });
  if (known !== undefined) log.warn("joining again", { error: why });
  return new AuthSession(await joinByToken(options, token), options);
}

/** Whether half of the certificate's lifetime is over, or it lacks a present name of the machine. */
function isStale({ certificate, cluster }: Membership, { hostname, addresses, now }: ClusterOptions): boolean {
  const [from, to] = [certificate.validAfter.getTime(), certificate.validBefore.getTime()];
  const names = [hostname, `${hostname}.${cluster}`, ...addresses];
  return (
    now().getTime() > (from + to) / 2 || names.some((name) => !certificate.principals.includes(name.toLowerCase()))
  );
}

/**
 * Whether the certificate is not valid yet, because clocks were ahead when it was issued: auth would refuse a new
 * connection. Auth's clock decides: where only this machine's clock is behind, a new certificate would not help.
 */
async function isEarly({ membership, link }: AuthSession, { now }: ClusterOptions): Promise<boolean> {
  const begin = membership.certificate.validAfter.getTime();
  return now().getTime() < begin && Date.parse((await link.api.ping()).now) < begin;
}

async function checkClock(api: AuthClient, log: Log, now: () => Date): Promise<void> {
  const skew = now().getTime() - Date.parse((await api.ping()).now);
  if (Math.abs(skew) <= CLOCK_TOLERANCE_MS) return;
  const side = skew > 0 ? "ahead of" : "behind";
  log.error(
    `this machine's clock is ${Math.round(Math.abs(skew) / 1000)} s ${side} auth's: set it, or logins will fail`,
  );
}
