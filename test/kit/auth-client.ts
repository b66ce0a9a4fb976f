import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { z } from "zod";
import { type AuthClient, authClient } from "../../core/api/client.ts";
import { faultsOf, isLines, type Route } from "../../core/api/route.ts";
import { ROUTES, type RouteName } from "../../core/api/routes.ts";
import * as schemas from "../../core/api/schemas.ts";
import { parseIdentity } from "../../core/cert/identity-file.ts";
import { Fault } from "../../core/fault.ts";
import { type ClientConnection, type Credential, connectSsh, openChannel } from "../../core/ssh/client.ts";

/** The credential of the operator with this data directory. */
export function adminCredential(dataDir: string): Credential {
  const { key, certificate } = parseIdentity(readFileSync(join(dataDir, "proc/admin"), "utf8"), "admin");
  return { key, certificate };
}

/** An SSH connection to a server started by the test. @param addr `HOST:PORT`. @throws Fault if the server refuses */
export function connectTo(addr: string, user: string, credential: Credential): Promise<ClientConnection> {
  const [host = "", port] = addr.split(":");
  return connectSsh(connect(Number(port), host), { user, credential, verifyHost: () => {} });
}

/** The API over a connection to auth, checked. */
export function apiOver(connection: ClientConnection): AuthClient {
  return checkedApi(authClient(() => openChannel(connection, "auth", 0)));
}

type AnyMethod = (...given: unknown[]) => Promise<unknown> | AsyncGenerator<unknown>;

/** The same API, whose replies and refusals are checked against what the routes declare. */
export function checkedApi(api: AuthClient): AuthClient {
  const methods = Object.entries(ROUTES).map(([name, route]: [string, Route]) => {
    const method = api[name as RouteName] as unknown as AnyMethod;
    const call: AnyMethod = (...given) => {
      const result = method(...given);
      return Symbol.asyncIterator in result
        ? checkedLines(name, route, result)
        : result.then(
            (reply) => checkedReply(name, route.reply, reply),
            (error: unknown) => checkedFault(name, route, error),
          );
    };
    return [name, call];
  });
  return { ...Object.fromEntries(methods), close: api.close };
}

async function* checkedLines(name: string, route: Route, items: AsyncGenerator<unknown>): AsyncGenerator<unknown> {
  try {
    for await (const item of items) yield checkedReply(name, isLines(route.reply) ? route.reply.line : undefined, item);
  } catch (error) {
    checkedFault(name, route, error);
  }
}

function checkedReply(name: string, schema: Route["reply"], reply: unknown): unknown {
  if (typeof schema !== "function") {
    if (reply !== undefined) throw new Error(`${name} has a reply that its entry does not declare`);
    return reply;
  }
  const { data, error } = schema(schemas).safeParse(reply);
  if (error !== undefined) throw new Error(`${name} replies other than it declares: ${z.prettifyError(error)}`);
  // What the schema filled in was not in the reply.
  if (!Bun.deepEquals(data, reply)) throw new Error(`${name} leaves out what it declares: ${JSON.stringify(reply)}`);
  return reply;
}

function checkedFault(name: string, route: Route, error: unknown): never {
  if (error instanceof Fault && !faultsOf(route).includes(error.code))
    throw new Error(`${name} is refused with ${error.code}, which its entry does not declare: ${error.message}`);
  throw error;
}

/**
 * Makes a request on a connection that was open before its user or machine was refused. A server may answer the request or
 * cut the connection, with the reason.
 * @throws Fault the refusal, or the reason of the cut
 */
export async function requestOver<T>(
  connection: ClientConnection,
  request: (api: AuthClient) => Promise<T>,
): Promise<T> {
  try {
    return await request(apiOver(connection));
  } catch (error) {
    const fault = Fault.from(error);
    if (fault.code === "denied" || fault.code === "unauthenticated") throw fault;
    throw (await connection.closed) ?? fault;
  }
}
