import type { RequestOf } from "../../core/api/routes.ts";
import type { HostCertificate } from "../../core/api/schemas.ts";
import { PublicKey } from "../../core/cert/public-key.ts";
import { Fault } from "../../core/fault.ts";
import type { Node } from "../../core/resource/node.ts";
import type { Member } from "../cluster/view.ts";
import { type Item, retry } from "../store/collection.ts";
import { emitEvent } from "./audit.ts";
import type { Caller } from "./caller.ts";
import { issueMemberCertificate, trust } from "./certificates.ts";
import type { AuthContext } from "./context.ts";
import { refuseTakenNames } from "./host-names.ts";
import { type HostRecord, hostCollection, nodeCollection, proxyCollection } from "./schema.ts";
import { spendToken } from "./tokens.ts";

/** How long a machine counts as alive after its last heartbeat. Milliseconds. */
const ALIVE_MS = 60_000;

type Joiner = Extract<Caller, { kind: "join" }>;
type Host = Extract<Caller, { kind: "host" }>;

/**
 * Joins a machine: spends a join token, stores the machine's record, and issues its host certificate. The machine requests
 * names; auth determines the content of the certificate. Success and failure are audited.
 * @throws Fault `denied` for an invalid token or a name of another machine; `conflict` when another key has the UUID.
 */
export async function join(auth: AuthContext, request: RequestOf<"join">, caller: Joiner): Promise<HostCertificate> {
  const facts = {
    host_uuid: request.uuid,
    hostname: request.hostname,
    roles: request.roles,
    addr_remote: caller.address,
    method: "token",
  } as const;
  try {
    const host = await retry(auth.store, async () => {
      const writes = await spendToken(auth, caller.token, request.roles);
      const known = await hostCollection(auth.store).get(request.uuid);
      if (known !== undefined && known.value.public_key !== canonical(request.public_key))
        throw new Fault("conflict", `another machine has joined as ${request.uuid}`, {
          hint: `remove it first (tctl rm node/${request.uuid}), or start this one with an empty data directory`,
        });
      await refuseTakenNames(auth, request, request);
      const host: HostRecord = {
        uuid: request.uuid,
        hostname: request.hostname.toLowerCase(),
        roles: request.roles,
        public_key: canonical(request.public_key),
        joined: auth.now().toISOString(),
      };
      const put = hostCollection(auth.store).put(request.uuid, host, known?.revision ?? "absent");
      return { writes: [...writes, put], result: host };
    });
    await emitEvent(auth, "instance.join", { success: true, ...facts });
    return { ...trust(auth), certificate: await issueMemberCertificate(auth, host, request.addresses) };
  } catch (error) {
    await emitEvent(auth, "instance.join", { success: false, ...facts, error: Fault.from(error).message });
    throw error;
  }
}

/**
 * Renews a machine's certificate, with its current names. UUID, key and roles do not change.
 * @throws Fault `denied` for another key, a removed machine, or a name of another machine.
 */
export async function renew(auth: AuthContext, request: RequestOf<"renew">, caller: Host): Promise<HostCertificate> {
  if (canonical(request.public_key) !== caller.publicKey)
    throw new Fault("denied", "a member of the cluster cannot change its key");
  const host = await retry(auth.store, async () => {
    const known = await storedHost(auth, caller);
    await refuseTakenNames(auth, known.value, request);
    const next: HostRecord = { ...known.value, hostname: request.hostname.toLowerCase() };
    return { writes: [hostCollection(auth.store).put(caller.uuid, next, known.revision)], result: next };
  });
  return { ...trust(auth), certificate: await issueMemberCertificate(auth, host, request.addresses) };
}

/** Stores a node's heartbeat. A node can only report itself, and its host name is the one in its record. */
export async function nodeHeartbeat(auth: AuthContext, { node }: RequestOf<"heartbeat">, caller: Host): Promise<void> {
  if (node.metadata.name !== caller.uuid) throw new Fault("denied", "a node can report only itself");
  await retry(auth.store, async () => {
    const { value, revision } = await storedHost(auth, caller);
    const resource: Node = {
      kind: "node",
      version: "v1",
      metadata: { name: caller.uuid, labels: node.metadata.labels ?? {} },
      spec: { ...node.spec, hostname: value.hostname, tunnel: false },
    };
    // Conflicts when another auth process removes the machine concurrently, so that it stays removed.
    const member = { check: hostCollection(auth.store).key(caller.uuid), expect: revision } as const;
    const put = nodeCollection(auth.store).put(caller.uuid, resource, "any", aliveUntil(auth));
    return { writes: [member, put], result: undefined };
  });
}

export async function proxyHeartbeat(
  auth: AuthContext,
  proxy: RequestOf<"proxyHeartbeat">,
  caller: Host,
): Promise<void> {
  await auth.store.commit([proxyCollection(auth.store).put(caller.uuid, proxy, "any", aliveUntil(auth))]);
}

/** Removes a machine from the cluster. It needs a new token to join again. @throws Fault `not_found`. */
export async function removeHost(auth: AuthContext, uuid: string, actor: string): Promise<void> {
  const [host, node] = await Promise.all([hostCollection(auth.store).get(uuid), nodeCollection(auth.store).get(uuid)]);
  if (host === undefined && node === undefined)
    throw new Fault("not_found", `there is no node "${uuid}"`, { hint: "tctl nodes ls shows the nodes" });
  await auth.store.commit([
    hostCollection(auth.store).remove(uuid, "any"),
    nodeCollection(auth.store).remove(uuid, "any"),
    proxyCollection(auth.store).remove(uuid, "any"),
  ]);
  await emitEvent(auth, "node.delete", { user: actor, name: uuid });
}

/**
 * Returns the member with this UUID and key. @throws Fault `denied` when it was removed, or another machine has joined with
 * its UUID since.
 */
export async function requireHost(auth: AuthContext, caller: Pick<Host, "uuid" | "publicKey">): Promise<Member> {
  const host = auth.view.hosts.get(caller.uuid);
  if (host?.public_key === caller.publicKey) return host;
  // The machine may have just joined at another auth process, which the view does not show yet.
  return (await storedHost(auth, caller)).value;
}

/** As `requireHost`, from the store: for a change that depends on it. */
async function storedHost(
  auth: AuthContext,
  { uuid, publicKey }: Pick<Host, "uuid" | "publicKey">,
): Promise<Item<HostRecord>> {
  const host = await hostCollection(auth.store).get(uuid);
  if (host?.value.public_key !== publicKey) throw removedFault();
  return host;
}

/** The refusal of a machine that is no member. */
export function removedFault(): Fault {
  return new Fault("denied", "this machine has been removed from the cluster", {
    hint: "to add it again, start it with a new token: tctl nodes add",
  });
}

function canonical(line: string): string {
  const key = PublicKey.parse(line);
  if (key.type !== "ssh-ed25519") throw new Fault("bad_request", "a machine's key must be ssh-ed25519");
  return key.toString();
}

function aliveUntil(auth: AuthContext): Date {
  return new Date(auth.now().getTime() + ALIVE_MS);
}
