import type { Duplex } from "node:stream";
import { type AuthClient, authClient } from "../../../core/api/client.ts";
import { servicePrincipal } from "../../../core/ca/service-principal.ts";
import { Fault } from "../../../core/fault.ts";
import { type ClientConnection, openChannel } from "../../../core/ssh/client.ts";
import type { Context } from "../../context.ts";
import { type Acting, actingAs } from "../login/identity.ts";
import { chooseProfile, profilesOf } from "../login/profile-select.ts";
import { connectProxy, connectThrough } from "./through-proxy.ts";

/**
 * An SSH connection to auth as the user, by way of the proxy. Closing it closes the way, too.
 * @param socket to the proxy, when it is being dialled already
 */
export async function connectAuth(cx: Context, acting: Acting, socket?: Promise<Duplex>): Promise<ClientConnection> {
  const proxy = await connectProxy(cx, acting, socket);
  try {
    const auth = await connectThrough(proxy, `proxy:@${acting.cluster}`, {
      user: acting.user,
      credential: acting.credential,
      authorities: acting.authorities,
      names: [servicePrincipal("auth", acting.cluster)],
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
  acting: Acting,
  work: (api: AuthClient) => Promise<T>,
  socket?: Promise<Duplex>,
): Promise<T> {
  const connection = await connectAuth(cx, acting, socket);
  const api = authClient(() => openChannel(connection, "auth", 0));
  try {
    return await work(api);
  } finally {
    api.close();
    connection.close();
  }
}

/** For tctl: auth as whoever the current profile is; undefined when nobody is logged in. */
export async function profileConnection(cx: Context): Promise<ClientConnection | undefined> {
  if ((await chooseProfile(profilesOf(cx), {})) === undefined) return undefined;
  const acting = await actingAs(cx, {});
  if (acting.certificate.validBefore <= cx.now())
    throw new Fault("unauthenticated", "your certificate has expired", { hint: "log in again: tsh login" });
  return connectAuth(cx, acting);
}
