import { statSync } from "node:fs";
import { join, resolve } from "node:path";
import { Fault } from "../../../core/fault.ts";
import type { Context } from "../../context.ts";
import { readInput } from "../../input.ts";
import { localDataDir } from "../data-dir.ts";
import type { TmsFlags } from "./flags.ts";

/** The address of a tms server. */
export interface TmsServer {
  /** URL before `/v1`. */
  readonly base: string;
  /** For messages. */
  readonly name: string;
  readonly options: BunFetchRequestInit;
}

/** The local server, by its socket. @throws Fault `unavailable` if none runs in the data directory */
export async function localServer(cx: Context, flags: TmsFlags): Promise<TmsServer> {
  if (flags["ca-file"] !== undefined) throw new Fault("bad_request", "--ca-file needs --server");
  const dataDir = await localDataDir(cx, flags);
  const unix = join(resolve(dataDir), "proc", "tms.sock");
  if (!isThere(unix))
    throw new Fault("unavailable", `no escrow runs in ${dataDir}`, {
      hint: "start one with the role tms, give its data directory with --data-dir or its config file with --config, or a remote escrow with --server",
    });
  return {
    base: "http://escrow",
    name: `the escrow in ${dataDir}`,
    options: { unix },
  };
}

/** Whether the file exists. @throws Fault `denied` without access to its directory */
function isThere(file: string): boolean {
  try {
    return statSync(file, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EACCES") throw error;
    throw new Fault("denied", `${file}: permission denied`, {
      hint: "run tctl as the user that runs the escrow, or as root",
      cause: error,
    });
  }
}

/** A remote server, over HTTPS. @throws Fault `bad_request` */
export async function remoteServer(server: string, caFile: string | undefined): Promise<TmsServer> {
  const url = URL.parse(server.includes("://") ? server : `https://${server}`);
  // Require HTTPS: every request contains secrets.
  if (url?.protocol !== "https:" || url.username !== "" || url.search !== "" || url.hash !== "")
    throw new Fault("bad_request", `--server: "${server}" is not an address of HTTPS`, {
      hint: "write it as https://HOST:3000",
    });
  const { systemAuthorities } = await import("../../tsh/proxy/https.ts");
  const ca = caFile === undefined ? systemAuthorities() : await certificatesIn(caFile);
  return {
    base: `${url.origin}${url.pathname.replace(/\/(?:v1(?:\/.*)?)?$/, "")}`,
    name: url.host,
    // Set explicitly: NODE_TLS_REJECT_UNAUTHORIZED could disable it otherwise.
    options: { tls: { rejectUnauthorized: true, ...(ca !== undefined && { ca }) } },
  };
}

/** Reads a PEM file. @throws Fault `bad_request` for another format, which would fail later without a reason */
async function certificatesIn(file: string): Promise<string> {
  const text = readInput(file);
  const { X509Certificate } = await import("node:crypto");
  try {
    new X509Certificate(text);
  } catch (error) {
    throw new Fault("bad_request", `--ca-file: ${file} is no certificate in PEM`, { cause: error });
  }
  return text;
}
