import { type AuthClient, authClient } from "../core/api/client.ts";
import { type ClientConnection, openChannel } from "../core/ssh/client.ts";

/** Runs `work` with the auth API over an SSH connection to auth, and closes the connection after it. */
export async function useAuthApi<T>(connection: ClientConnection, work: (api: AuthClient) => Promise<T>): Promise<T> {
  const api = authClient(() => openChannel(connection, "auth", 0));
  try {
    return await work(api);
  } finally {
    api.close();
    connection.close();
  }
}
