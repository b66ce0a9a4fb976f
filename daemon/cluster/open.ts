import { join } from "node:path";
import { AuthClient } from "../../core/api/client.ts";
import { officeName } from "../../core/ca/office.ts";
import { caPin } from "../../core/cert/ca-pin.ts";
import { EXTENSIONS } from "../../core/cert/identity.ts";
import { PrivateKey } from "../../core/cert/private-key.ts";
import { Fault } from "../../core/fault.ts";
import type { Kind } from "../../core/resource/registry.ts";
import type { HostRole } from "../../core/resource/token.ts";
import { openChannel } from "../../core/ssh/client.ts";
import { hostVerifier, type VerifyHost } from "../../core/ssh/verify-host.ts";
import { openOutbox } from "../audit/outbox.ts";
import type { Log } from "../log.ts";
import type { Cluster } from "./cluster.ts";
import { AuthLink, dialAuth } from "./link.ts";
import { acceptMembership, type Membership, machineId, readMembership } from "./membership.ts";
import { LiveView } from "./view.ts";

/** As who a machine logs in with a join token. */
const JOIN_USER = "join";

/** How long a first join waits for an auth that does not answer yet. Milliseconds. */
const JOIN_PATIENCE_MS = 30_000;

const RENEW_CHECK_MS = 3600_000;

/** Clocks that differ by more break certificates and codes. Milliseconds. */
const CLOCK_TOLERANCE_MS = 30_000;

export interface ClusterOptions {
  readonly dataDir: string;
  readonly roles: readonly HostRole[];
  /** `host:port` of auth servers. */
  readonly authAddrs: readonly string[];
  /** Needed once; a machine that has joined does not ask for it. */
  readonly token?: string | undefined;
  /** `sha256:…` of the host authority, as `tctl status` shows it. */
  readonly caPins: readonly string[];
  /** Join without a pin: whoever answers at the address is believed. */
  readonly insecure?: boolean | undefined;
  readonly hostname: string;
  /** Under which the machine is reached, beside its name. */
  readonly addresses: readonly string[];
  readonly log: Log;
  readonly now: () => Date;
}

/** Makes this machine a member of the cluster, or resumes its membership, and waits until it knows what auth knows. */
export async function openCluster(options: ClusterOptions): Promise<Cluster> {
  const { dataDir, log, now } = options;
  let membership = await joinOnce(options);
  const view = new LiveView(now);
  const authorities = () => {
    const live = view.authorities("host");
    return live.length > 0 ? live : membership.authorities;
  };
  const target = {
    addrs: options.authAddrs,
    user: membership.uuid,
    credential: () => ({ key: membership.key.toOpenSSH(), certificate: membership.certificate }),
    verifyHost: hostVerifier({ authorities, names: [officeName("auth", membership.cluster)], now }),
  };
  const link = new AuthLink(target, log);
  const stop = new AbortController();
  const outbox = await openOutbox(join(dataDir, "outbox"), (events) => link.api.emit(events), { log });

  const renew = async () => {
    if (remaining(membership, now()) > 0.5) return;
    const { hostname, addresses } = options;
    const body = { hostname, addresses: [...addresses], public_key: membership.key.public.toString() };
    membership = acceptMembership(dataDir, membership.key, await link.api.renew(body));
    log.info("the host certificate is renewed", { expires: membership.certificate.validBefore.toISOString() });
  };
  const ready = Promise.withResolvers<void>();
  const kinds: Kind[] = [
    "cert_authority",
    "role",
    "user",
    "lock",
    ...(options.roles.includes("proxy") ? (["node"] as const) : []),
  ];
  const following = link.keep(async () => {
    await checkClock(link.api, log, now);
    await renew();
    await view.follow(link.api.watch(kinds, stop.signal), ready.resolve);
  });
  const timer = setInterval(() => {
    renew().catch((error: unknown) => log.error("cannot renew the host certificate", { error }));
  }, RENEW_CHECK_MS);
  timer.unref();
  await ready.promise;

  return {
    name: membership.cluster,
    uuid: membership.uuid,
    view,
    api: link.api,
    hostKey: () => membership,
    get authAddr() {
      return link.addr;
    },
    audit: outbox,
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await outbox.close();
      stop.abort();
      link.close();
      await following;
    },
  };
}

/** The membership of an earlier start if it has these roles, else a new one by token. */
async function joinOnce(options: ClusterOptions): Promise<Membership> {
  const { dataDir, now } = options;
  const known = readMembership(dataDir, now());
  if (known !== undefined && covers(known, options.roles)) return known;
  if (options.token === undefined)
    throw new Fault("unauthenticated", "this machine has not joined a cluster yet", {
      hint: "run tctl nodes add on the auth server and start with the --token and --ca-pin that it prints",
    });
  const uuid = machineId(dataDir);
  const key = known?.key ?? PrivateKey.generate();
  const body = {
    uuid,
    hostname: options.hostname,
    roles: [...options.roles],
    public_key: key.public.toString(),
    addresses: [...options.addresses],
  };
  const deadline = performance.now() + JOIN_PATIENCE_MS;
  for (;;) {
    try {
      const { connection } = await dialAuth({
        addrs: options.authAddrs,
        user: JOIN_USER,
        credential: () => ({ password: options.token ?? "" }),
        verifyHost: pinned(options),
      });
      const api = new AuthClient(() => openChannel(connection, "auth", 0));
      try {
        return acceptMembership(dataDir, key, await api.join(body));
      } finally {
        api.close();
        connection.close();
      }
    } catch (error) {
      const fault = Fault.from(error);
      if (fault.code !== "unavailable" || performance.now() > deadline) throw fault;
      options.log.warn("auth does not answer yet; trying again", { error: fault });
      await Bun.sleep(1000);
    }
  }
}

/** Before a machine has joined it knows auth by the pin of the authority that signed auth's certificate. */
function pinned({ caPins, insecure, now, log }: ClusterOptions): VerifyHost {
  return (offered) => {
    const signer = offered.certificate?.signedBy;
    if (signer === undefined) throw new Fault("denied", "the server shows no certificate: it is not an auth server");
    const pin = caPin(signer);
    if (!caPins.includes(pin)) {
      if (insecure !== true)
        throw new Fault(
          "denied",
          caPins.length === 0 ? "no CA pin was given" : `the CA pin of this cluster is ${pin}, another than was given`,
          {
            hint: "tctl status shows the pin of your cluster; pass it with --ca-pin",
          },
        );
      log.warn("joining without a CA pin: whoever answered is believed", { pin });
    }
    const cluster = offered.certificate?.extensions.get(EXTENSIONS.cluster) ?? "";
    hostVerifier({ authorities: () => [signer], names: [officeName("auth", cluster)], now })(offered);
  };
}

function covers(membership: Membership, roles: readonly HostRole[]): boolean {
  const held = membership.certificate.extensions.get("role@sallyport")?.split(",") ?? [];
  return roles.every((role) => held.includes(role));
}

/** The part of its life that a certificate has left, from 1 to 0. */
function remaining({ certificate }: Membership, now: Date): number {
  const [from, to] = [certificate.validAfter.getTime(), certificate.validBefore.getTime()];
  return (to - now.getTime()) / (to - from);
}

async function checkClock(api: AuthClient, log: Log, now: () => Date): Promise<void> {
  const skew = now().getTime() - Date.parse((await api.ping()).now);
  if (Math.abs(skew) <= CLOCK_TOLERANCE_MS) return;
  const side = skew > 0 ? "ahead of" : "behind";
  log.error(
    `this machine's clock is ${Math.round(Math.abs(skew) / 1000)} s ${side} auth's: set it, or logins will fail`,
  );
}
