import type { Duplex } from "node:stream";
import type { ClientConnection } from "../../../core/ssh/client.ts";
import type { Context } from "../../context.ts";
import { Sftp } from "../../ssh/sftp.ts";
import type { ClientIdentity } from "../login/identity.ts";
import { connectNode } from "../ssh/connect-node.ts";
import type { Destination } from "../ssh/destination.ts";
import type { FileRef } from "./copy.ts";
import { localFiles } from "./local-files.ts";
import type { FileLocation } from "./location.ts";
import { RemoteFiles } from "./remote-files.ts";

/** Keepalive interval; a machine without an answer for a minute counts as lost. */
const KEEPALIVE_MS = 20_000;

/** One SFTP session for each machine and login. */
export class SftpSessions implements AsyncDisposable {
  readonly #open: (to: Destination) => Promise<RemoteFiles>;
  readonly #known = new Map<string, Promise<RemoteFiles>>();
  readonly #connections: ClientConnection[] = [];
  readonly #sessions: Sftp[] = [];

  /** @param socket a connection to the proxy, used for the first machine */
  constructor(
    cx: Context,
    identity: ClientIdentity,
    usual: { readonly login: string | undefined; readonly port: number },
    socket: Promise<Duplex>,
  ) {
    let dialled: Promise<Duplex> | undefined = socket;
    this.#open = async ({ login = usual.login, host }) => {
      const route = { login, host, port: usual.port, hops: [], keepaliveMs: KEEPALIVE_MS, socket: dialled };
      dialled = undefined;
      const connection = await connectNode(cx, identity, route);
      this.#connections.push(connection);
      for (const banner of connection.banners) cx.tell(banner);
      const sftp = await Sftp.open(connection);
      this.#sessions.push(sftp);
      return new RemoteFiles(sftp, host);
    };
  }

  /** @throws Fault if the machine cannot be connected */
  async resolve({ machine, path }: FileLocation): Promise<FileRef> {
    if (machine === undefined) return { files: localFiles, path };
    const name = `${machine.login ?? ""}@${machine.host}`;
    const known = this.#known.get(name) ?? this.#open(machine);
    this.#known.set(name, known);
    return { files: await known, path };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#sessions.map((sftp) => sftp.finish()));
    for (const connection of this.#connections) connection.close();
  }
}
