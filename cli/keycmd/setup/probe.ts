import { Fault } from "../../../core/fault.ts";
import { exchange } from "../exchange.ts";

/** Address and TLS settings of a tms server. */
export interface TmsEndpoint {
  /** URL of the key retrieval. */
  readonly url: URL;
  readonly caFile: string | undefined;
  readonly insecure: boolean;
  readonly timeoutMs: number;
}

/** The answer of a tms server to a probe. */
export interface TmsProbe {
  /** Keys that sign statements; undefined for a server without statements, such as TMS. */
  readonly keys: readonly string[] | undefined;
  /** Whether the server accepted the credential; undefined without a credential, or if the server does not check it. */
  readonly accepted: { readonly ok: boolean; readonly said: string } | undefined;
  /** Server clock minus local clock in milliseconds; undefined if the server sends no date. */
  readonly skewMs: number | undefined;
}

/** Requests the keys that sign statements. @throws Fault `unavailable`, `bad_request` or `denied` with the reason */
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
  if ("reason" in answer) throw new Fault("unavailable", answer.reason);
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
