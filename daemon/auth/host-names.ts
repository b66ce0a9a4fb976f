import { isAddress, splitHostPort } from "../../core/address.ts";
import { Fault } from "../../core/fault.ts";
import { uuid as uuidSchema } from "../../core/names.ts";
import type { AuthContext } from "./context.ts";
import { type HostRecord, hostCollection, proxyCollection } from "./schema.ts";

/** The names that a machine requests. */
interface RequestedNames {
  readonly hostname: string;
  readonly addresses: readonly string[];
}

/**
 * Checks the names that a machine requests for its certificate. Rejected are UUIDs other than its own, names of proxies
 * unless it is one, and addresses that are host names of other machines, each with or without the cluster as domain. Two
 * nodes may share a host name; connecting by it is then ambiguous.
 * @throws Fault `denied` with the first name that belongs to another machine.
 */
export async function refuseTakenNames(
  auth: AuthContext,
  machine: Pick<HostRecord, "uuid" | "roles">,
  requested: RequestedNames,
): Promise<void> {
  const suffix = `.${auth.cluster.toLowerCase()}`;
  const withoutCluster = (name: string): string => {
    const lower = name.toLowerCase();
    return lower.endsWith(suffix) ? withoutCluster(lower.slice(0, -suffix.length)) : lower;
  };
  const others: HostRecord[] = [];
  for await (const { value } of hostCollection(auth.store).list()) if (value.uuid !== machine.uuid) others.push(value);
  const proxies = machine.roles.includes("proxy") ? [] : await proxyNames(auth, others);
  const proxyNameSet = new Set(proxies.map(withoutCluster));
  const otherNames = new Set(others.map(({ hostname }) => withoutCluster(hostname)));
  const own = withoutCluster(requested.hostname);

  const isReserved = (name: string): boolean => isOtherUuid(name, machine.uuid) || proxyNameSet.has(name);
  const rejected = [
    ...(isReserved(own) ? [requested.hostname] : []),
    // Several machines may share an IP address: behind NAT, or as several daemons on one machine.
    ...requested.addresses.filter((address) => {
      const name = withoutCluster(address);
      if (isAddress(name) || name === "localhost" || name === own) return false;
      return isReserved(name) || otherNames.has(name);
    }),
  ];
  if (rejected[0] !== undefined)
    throw new Fault("denied", `this machine cannot be called "${rejected[0]}": that is the name of another`, {
      hint: "choose another name with --nodename, or another address with --public-addr",
    });
}

/** The host names and public addresses of proxies, including those that are down. */
async function proxyNames(auth: AuthContext, machines: readonly HostRecord[]): Promise<readonly string[]> {
  const up = (await Array.fromAsync(proxyCollection(auth.store).list())).flatMap(({ value }) => [
    value.hostname,
    ...[value.web_addr, value.ssh_addr].flatMap((address) => splitHostPort(address)?.host ?? []),
  ]);
  const known = machines.filter(({ roles }) => roles.includes("proxy")).map(({ hostname }) => hostname);
  return [...known, ...up].filter((name) => !isAddress(name) && name !== "localhost");
}

function isOtherUuid(name: string, own: string): boolean {
  return name !== own && uuidSchema.safeParse(name).success;
}
