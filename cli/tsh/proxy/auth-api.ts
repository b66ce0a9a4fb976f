import type { Duplex } from "node:stream";
import type { AuthClient } from "../../../core/api/client.ts";
import { servicePrincipal } from "../../../core/ca/service-principal.ts";
import { Fault } from "../../../core/fault.ts";
import type { ClientConnection } from "../../../core/ssh/client.ts";
import { useAuthApi } from "../../auth-api.ts";
import type { Context } from "../../context.ts";
import { type ClientIdentity, loadIdentity } from "../login/identity.ts";
import { profilesOf, selectProfile } from "../login/profile-select.ts";
import { connectProxy, connectThrough } from "./through-proxy.ts";

/**
 * Opens an SSH connection to auth as the user, through the proxy. Closing it closes the proxy connection, too.
 * @param socket a TCP connection to the proxy in progress
 */
export async function connectAuth(
  cx: Context,
  identity: ClientIdentity,
  socket?: Promise<Duplex>,
): Promise<ClientConnection> {
  const proxy = await connectProxy(cx, identity, socket);
  try {
    const auth = await connectThrough(proxy, `proxy:@${identity.cluster}`, {
      user: identity.user,
      credential: identity.credential,
      authorities: identity.authorities,
      names: [servicePrincipal("auth", identity.cluster)],
      now: cx.now,
    });
    void auth.closed.then(() => proxy.close());
    return auth;
  } catch (error) {
    proxy.close();
    throw error;
  }
}

/** Runs `work` with the auth API, as the user. @param socket as for `connectAuth` */
export async function withApi<T>(
  cx: Context,
  identity: ClientIdentity,
  work: (api: AuthClient) => Promise<T>,
  socket?: Promise<Duplex>,
): Promise<T> {
  return useAuthApi(await connectAuth(cx, identity, socket), work);
}

/** A connection to auth with the current profile, for tctl; undefined without a login. */
export async function profileConnection(cx: Context): Promise<ClientConnection | undefined> {
  if ((await selectProfile(profilesOf(cx), {})) === undefined) return undefined;
  const identity = await loadIdentity(cx, {});
  if (identity.certificate.validBefore <= cx.now())
    throw new Fault("unauthenticated", "your certificate has expired", { hint: "log in again: tsh login" });
  return connectAuth(cx, identity);
}
