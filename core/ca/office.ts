/**
 * The principal by which clients know any auth server, or any proxy, of a cluster, whatever address leads to it. No
 * machine can be called this: a host name has no `@`.
 */
export function officeName(office: "auth" | "proxy", cluster: string): string {
  return `@${office}.${cluster.toLowerCase()}`;
}
