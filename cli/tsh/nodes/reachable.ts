import type { Node } from "../../../core/resource/node.ts";
import type { Context } from "../../context.ts";
import { openTcp } from "../../ssh/tcp.ts";
import type { Acting } from "../login/identity.ts";

/** The machines that the user may reach, as auth says. */
export async function reachableNodes(cx: Context, acting: Acting): Promise<Node[]> {
  // What speaks SSH takes 5 ms to load; the way to the proxy is made meanwhile.
  const socket = openTcp(acting.sshAddr);
  const { withApi } = await import("../proxy/auth-api.ts");
  return withApi(cx, acting, (api) => api.reachable(), socket);
}
