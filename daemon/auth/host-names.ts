import { isAddress, splitHostPort } from "../../core/address.ts";
import { Fault } from "../../core/fault.ts";
import { uuid as uuidSchema } from "../../core/names.ts";
import type { AuthContext } from "./context.ts";
import { type HostRecord, hostCollection, proxyCollection } from "./schema.ts";

/** What a machine says it is called. */
interface Called {
  readonly hostname: string;
  readonly addresses: readonly string[];
}

/**
 * A machine is told by the names in its certificate, so it gets none that belongs to another: no id but its own, no
 * proxy's name unless it is one, and as an address not the name of another machine. The cluster's name behind a name
 * makes no difference. Two nodes may share a host name, though: asking for it is then ambiguous.
 * @throws Fault `denied`.
 */
export async function refuseTakenNames(
  auth: AuthContext,
  machine: Pick<HostRecord, "uuid" | "roles">,
  called: Called,
): Promise<void> {
  const suffix = `.${auth.cluster.toLowerCase()}`;
  const bare = (name: string): string => {
    const small = name.toLowerCase();
    return small.endsWith(suffix) ? bare(small.slice(0, -suffix.length)) : small;
  };
  const others: HostRecord[] = [];
  for await (const { value } of hostCollection(auth.store).list()) if (value.uuid !== machine.uuid) others.push(value);
  const proxies = machine.roles.includes("proxy") ? [] : await proxyNames(auth, others);
  const ofProxies = new Set(proxies.map(bare));
  const ofOthers = new Set(others.map(({ hostname }) => bare(hostname)));
  const own = bare(called.hostname);

  const taken = (name: string): boolean => isId(name, machine.uuid) || ofProxies.has(name);
  const wrong = [
    ...(taken(own) ? [called.hostname] : []),
    // Several machines may stand behind one address: by NAT, or as several daemons of one machine.
    ...called.addresses.filter((address) => {
      const name = bare(address);
      if (isAddress(name) || name === "localhost" || name === own) return false;
      return taken(name) || ofOthers.has(name);
    }),
  ];
  if (wrong[0] !== undefined)
    throw new Fault("denied", `this machine cannot be called "${wrong[0]}": that is the name of another`, {
      hint: "choose another name with --nodename, or another address with --public-addr",
    });
}

/** What users call proxies, of those that are up and those that are not. */
async function proxyNames(auth: AuthContext, machines: readonly HostRecord[]): Promise<readonly string[]> {
  const up = (await Array.fromAsync(proxyCollection(auth.store).list())).flatMap(({ value }) => [
    value.hostname,
    ...[value.web_addr, value.ssh_addr].flatMap((address) => splitHostPort(address)?.host ?? []),
  ]);
  const known = machines.filter(({ roles }) => roles.includes("proxy")).map(({ hostname }) => hostname);
  return [...known, ...up].filter((name) => !isAddress(name) && name !== "localhost");
}

function isId(name: string, own: string): boolean {
  return name !== own && uuidSchema.safeParse(name).success;
}
