import { Fault } from "../../core/fault.ts";
import { readKeyLine } from "../../core/tms/key-line.ts";
import type { KeyQuery } from "./arguments.ts";
import { LookupCache } from "./cache/lookup-cache.ts";
import { type Config, readCredential } from "./config.ts";
import { connectionName } from "./connection.ts";
import { exchange, type NoAnswer } from "./exchange.ts";
import type { Response } from "./response.ts";

/** Connection time limits in milliseconds: normal, and shortly after the server was found down. */
const CONNECT_MS = 1_000;
const RECONNECT_MS = 250;
/** Milliseconds reserved for the work after a timeout. */
const RESERVE_MS = 50;

/** The line for authorized_keys. Messages for the operator are added to `notes`, also on success. */
export async function lookUp(query: KeyQuery, config: Config, notes: string[]): Promise<string> {
  // sshd also queries the key inside a certificate, which no line can authorize: do not count a use.
  if (query.keyType.endsWith("-cert-v01@openssh.com")) throw new Fault("not_found", "the escrow has no certificates");
  const connection = connectionName(query.endpoints);
  const cache = new LookupCache(query, config, connection, notes);
  const down = cache.serverIsDown;
  const recalled = down ? await cache.recall("the server was down a moment ago").catch(() => undefined) : undefined;
  if (recalled !== undefined) return recalled;

  const answer = await ask(query, config, connection, cache, down ? RECONNECT_MS : CONNECT_MS);
  if ("reason" in answer) {
    if (answer.unreachable) cache.serverIsUnreachable();
    return cache.recall(answer.reason);
  }
  if (down) cache.serverIsReachable();
  const { status } = answer;
  if (status >= 500 || status === 429 || status === 408) return cache.recall(sayingOf(answer));
  if (status >= 400) {
    cache.refuse(answer.date);
    throw new Fault(status === 404 ? "not_found" : "denied", sayingOf(answer));
  }
  if (status !== 200) throw new Fault("denied", sayingOf(answer));
  return accept(answer, query, cache);
}

function ask(
  { user, uid, fingerprint, keyType }: KeyQuery,
  config: Config,
  connection: string | undefined,
  cache: LookupCache,
  connectMs: number,
): Promise<Response | NoAnswer> {
  // The fields of TMS KeyCmd; a TMS server ignores the others.
  const question = {
    user,
    user_uid: uid,
    host: config.host,
    public_key_fingerprint: fingerprint,
    key_type: keyType,
    connection,
    ...(cache.isOn && { statement: true, offline: cache.unreported() }),
  };
  const totalMs = Math.max(1, Math.round(config.timeoutMs - RESERVE_MS - performance.now()));
  return exchange({
    url: config.url,
    body: JSON.stringify(question),
    headers:
      config.credentialFile === undefined ? {} : { "X-TMS-HOST-CREDENTIAL": readCredential(config.credentialFile) },
    caFile: config.caFile,
    insecure: config.insecure,
    connectMs: Math.min(connectMs, totalMs),
    totalMs,
  });
}

/** @throws Fault `denied` unless the answer is one valid line with the requested key */
function accept({ body }: Response, { fingerprint, keyType }: KeyQuery, cache: LookupCache): string {
  const answer = objectOf(body);
  if (typeof answer?.public_key !== "string") throw new Fault("denied", "the server's answer has no key in it");
  const line = readKeyLine(answer.public_key);
  if (line.fingerprint !== fingerprint)
    throw new Fault("denied", `the server's answer is another key, ${line.fingerprint}`);
  if (line.type !== keyType) throw new Fault("denied", `the server's answer is a key of another type, ${line.type}`);
  const { text, signature } = (answer.statement ?? {}) as Record<string, unknown>;
  if (typeof text === "string" && typeof signature === "string") cache.keep({ text, signature });
  return line.text;
}

/** The status and message of an error answer, for the log. */
function sayingOf({ status, body }: Response): string {
  const said = objectOf(body)?.result_msg;
  return `the server answered ${status}${typeof said === "string" ? ` ${JSON.stringify(said.slice(0, 200))}` : ""}`;
}

function objectOf(body: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
