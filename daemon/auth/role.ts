import { hostPort } from "../../core/address.ts";
import type { SecondFactor } from "../../core/api/schemas.ts";
import { memberNames } from "../../core/ca/host.ts";
import { servicePrincipal } from "../../core/ca/service-principal.ts";
import { mintCertificate } from "../../core/cert/mint.ts";
import { PrivateKey } from "../../core/cert/private-key.ts";
import { Fault } from "../../core/fault.ts";
import type { HostRole } from "../../core/resource/token.ts";
import type { HostKey } from "../../core/ssh/server.ts";
import type { Role, Running } from "../boot.ts";
import { ClusterView } from "../cluster/view.ts";
import { dialable } from "../config/address.ts";
import { KeyedMutex } from "../keyed-mutex.ts";
import type { Log } from "../log.ts";
import { INNER_LIMITS } from "../net/admission.ts";
import { type Listening, listenTcp } from "../net/listen.ts";
import type { Storage } from "../storage.ts";
import { keepAdminIdentity } from "./admin.ts";
import { authApp } from "./app.ts";
import { Authorities } from "./authorities.ts";
import { memberSpec } from "./certificates.ts";
import type { AuthContext, StaticToken } from "./context.ts";
import type { Actor } from "./delegation.ts";
import { followStore } from "./follow-store.ts";
import { ChannelServer } from "./http.ts";
import { keepRenewed } from "./renewal.ts";
import { createPresets } from "./roles.ts";
import { authServer } from "./server.ts";
import { caPins, createToken } from "./tokens.ts";

/** Roles of one process join each other. */
const LOCAL: Actor = { name: "@local", rights: "unlimited" };

export interface AuthOptions {
  readonly storage: Storage;
  readonly version: string;
  readonly hostname: string;
  readonly listen: { readonly host: string; readonly port: number };
  /** Host names and addresses under which others reach auth, the one to tell them first. */
  readonly addresses: readonly string[];
  readonly secondFactor: SecondFactor;
  readonly staticTokens: readonly StaticToken[];
  readonly log: Log;
  readonly now: () => Date;
}

/** How proxy and node in the same process join: as any machine does, without anybody typing a token. */
export interface LocalJoin {
  readonly pins: readonly string[];
  readonly addr: string;
  /** Makes a token for it. */
  token(): Promise<string>;
}

export interface AuthRole extends Role {
  /** Once started. */
  localJoin(roles: readonly HostRole[]): LocalJoin;
}

/** The certificate authority and the record of everything: an SSH server whose only service is the API. */
export function authRole(options: AuthOptions): AuthRole {
  let auth: AuthContext | undefined;
  return {
    name: "auth",
    async start() {
      const stack = new AsyncDisposableStack();
      try {
        let listening: Listening | undefined;
        auth = await openContext(options, stack, () => addressOf(options, listening));
        listening = await listen(auth, options, stack);
        stack.use(await keepAdminIdentity(auth, options.storage.dataDir, localAddress(listening)));
        return running(`ssh://${addressOf(options, listening)}`, listening, stack.move());
      } finally {
        await stack.disposeAsync();
      }
    },
    localJoin(roles) {
      const context = auth;
      if (context === undefined) throw new Fault("internal", "auth has not started");
      const token = async () => {
        const { token } = await createToken(context, { roles: [...roles], ttl_seconds: 300, uses: 1 }, LOCAL);
        return token.metadata.name;
      };
      return { token, pins: caPins(context), addr: context.address() };
    },
  };
}

async function openContext(
  options: AuthOptions,
  stack: AsyncDisposableStack,
  address: () => string,
): Promise<AuthContext> {
  const { version, secondFactor, staticTokens, log, now } = options;
  const { store, cluster, seal, audit } = options.storage;
  const authorities = await Authorities.open(store, seal, cluster);
  await createPresets(store);
  const view = new ClusterView(cluster, now);
  stack.use(await followStore({ store, log }, view));
  return {
    cluster,
    uuid: audit.own.id,
    version,
    store,
    seal,
    authorities,
    view,
    audit,
    log,
    now,
    secondFactor,
    staticTokens,
    mutex: new KeyedMutex(),
    address,
  };
}

async function listen(auth: AuthContext, options: AuthOptions, stack: AsyncDisposableStack): Promise<Listening> {
  const hostKey = await keepHostKey(auth, options, stack);
  const api = new ChannelServer(authApp(auth));
  const server = authServer(auth, { api, hostKey, hostname: options.hostname });
  stack.defer(() => server.close("auth is stopping"));
  return listenTcp({
    name: "auth",
    ...options.listen,
    setting: "auth_service.listen_addr",
    limits: INNER_LIMITS,
    log: auth.log,
    onSocket: (socket, peer) => void server.serve(socket, peer),
  });
}

/** Auth signs its own host certificate. */
async function keepHostKey(
  auth: AuthContext,
  options: AuthOptions,
  stack: AsyncDisposableStack,
): Promise<() => HostKey> {
  const key = PrivateKey.generate();
  const { uuid, cluster } = auth;
  let current: HostKey = { key };
  const renewal = await keepRenewed(auth, async () => {
    const spec = memberSpec(auth, {
      keyId: `${uuid}.${cluster}`,
      principals: [servicePrincipal("auth", cluster), ...memberNames({ ...options, uuid, cluster })],
      roles: ["auth"],
      key: key.public,
    });
    const certificate = await mintCertificate(spec, auth.authorities.signer("host"));
    current = { key, certificate };
    return certificate;
  });
  stack.use(renewal);
  return () => current;
}

function running(address: string, listening: Listening, stack: AsyncDisposableStack): Running {
  return {
    listening: [address],
    async stop() {
      // Clients are proxies and nodes that come back by themselves: there is nobody to wait for.
      await listening.drain(0);
      await stack.disposeAsync();
    },
  };
}

function addressOf(options: AuthOptions, listening: Listening | undefined): string {
  const host = options.addresses[0] ?? options.hostname;
  return hostPort(host, listening?.port ?? options.listen.port);
}

/** Where it is dialled from this machine. */
function localAddress({ address, port }: Listening): string {
  return hostPort(dialable({ host: address, port }), port);
}
