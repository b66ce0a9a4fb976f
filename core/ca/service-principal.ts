/**
 * The principal by which clients know any auth server, or any proxy, of a cluster, at whatever address. No machine can
 * have this name: a host name has no `@`.
 */
export function servicePrincipal(service: "auth" | "proxy", cluster: string): string {
  return `@${service}.${cluster.toLowerCase()}`;
}
