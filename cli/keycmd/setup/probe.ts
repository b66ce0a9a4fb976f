import { Fault } from "../../../core/fault.ts";
import { exchange } from "../exchange.ts";

/** How a server is reached. */
export interface TmsEndpoint {
  /** Of the retrieval. */
  readonly url: URL;
  readonly caFile: string | undefined;
  readonly insecure: boolean;
  readonly timeoutMs: number;
}

/** What a server says of itself. */
export interface TmsProbe {
  /** Whose statements hosts may believe; undefined where it makes none, as TMS's own. */
  readonly keys: readonly string[] | undefined;
  /** Of the credential that was shown; undefined where none was, or where the server does not look at it here. */
  readonly accepted: { readonly ok: boolean; readonly said: string } | undefined;
  /** Its clock less ours, in milliseconds; undefined where it does not tell. */
  readonly skewMs: number | undefined;
}

/** Asks for the keys that sign statements. @throws Fault `unavailable`, `bad_request` or `denied` with what is wrong. */
export async function probeTms(reach: TmsEndpoint, host: string, credential: string | undefined): Promise<TmsProbe> {
  const url = new URL(reach.url);
  const path = url.pathname.replace(/\/tms\/pubkeys\/creds\/retrieve$/, "/tms/escrow-keys");
  if (path === url.pathname) return { keys: undefined, accepted: undefined, skewMs: undefined };
  url.pathname = path;
  url.searchParams.set("host", host);
  const answer = await exchange({
    url,
    headers: credential === undefined ? {} : { "X-TMS-HOST-CREDENTIAL": credential },
    caFile: reach.caFile,
    insecure: reach.insecure,
    connectMs: 1_000,
    totalMs: reach.timeoutMs,
  });
  if ("silence" in answer) throw new Fault("unavailable", answer.silence);
  const skewMs = answer.date === undefined ? undefined : answer.date + 500 - Date.now();
  const { keys, host_accepted, result_msg } = fieldsOf(answer.body);
  const said = typeof result_msg === "string" ? result_msg : `HTTP ${answer.status}`;
  if (answer.status === 401 || answer.status === 403) return { keys: undefined, accepted: { ok: false, said }, skewMs };
  if (answer.status !== 200 && answer.status !== 404)
    throw new Fault("unavailable", `${url.host}: the server answered ${answer.status}`);
  const lines = Array.isArray(keys) ? keys.filter((key) => typeof key === "string") : undefined;
  return { keys: lines, accepted: host_accepted === true ? { ok: true, said } : undefined, skewMs };
}

function fieldsOf(body: string): Record<string, unknown> {
  try {
    return (JSON.parse(body) ?? {}) as Record<string, unknown>;
  } catch {
    return {};
  }
}
