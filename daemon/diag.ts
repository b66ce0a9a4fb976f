import { type Address, formatAddress } from "./config/address.ts";
import { gauge, renderMetrics } from "./metrics.ts";
import { bindFault } from "./net/listen.ts";

export type State = "starting" | "ready" | "stopping";

export interface Diag {
  /** `http://HOST:PORT`. */
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * Serves `/healthz` (200 while the process runs), `/readyz` (200 when every role accepts traffic, else 503) and
 * `/metrics`. It has no authentication, so it should listen on a loopback address.
 * @throws Fault `failed` with a hint when the address cannot be bound.
 */
export function startDiag(address: Address, version: string, state: () => State): Diag {
  registerProcessMetrics(version);
  const serve = () =>
    Bun.serve({
      hostname: address.host,
      port: address.port,
      fetch: (request) => answer(new URL(request.url).pathname, state()),
    });
  let server: ReturnType<typeof serve>;
  try {
    server = serve();
  } catch (error) {
    throw bindFault(error as Error, { name: "diag", ...address, setting: "--diag-addr" });
  }
  return {
    url: `http://${formatAddress({ host: address.host, port: server.port ?? address.port })}`,
    stop: () => server.stop(true),
  };
}

function answer(path: string, state: State): Response {
  switch (path) {
    case "/healthz":
      return Response.json({ status: "ok" });
    case "/readyz":
      return Response.json({ status: state }, { status: state === "ready" ? 200 : 503 });
    case "/metrics":
      return new Response(renderMetrics(), { headers: { "content-type": "text/plain; version=0.0.4; charset=utf-8" } });
    default:
      return new Response("available: /healthz, /readyz, /metrics\n", { status: 404 });
  }
}

function registerProcessMetrics(version: string): void {
  const single = (value: number) => [[{}, value] as const];
  gauge("sallyport_info", "The version that runs.", () => [[{ version }, 1]]);
  gauge("process_start_time_seconds", "When the process started, Unix time.", () =>
    single(Math.round(Date.now() / 1000 - process.uptime())),
  );
  gauge("process_resident_memory_bytes", "Memory in use.", () => single(process.memoryUsage.rss()));
  const cpu = () => {
    const { user, system } = process.cpuUsage();
    return single((user + system) / 1e6);
  };
  gauge("process_cpu_seconds_total", "Processor time spent.", cpu, "counter");
}
