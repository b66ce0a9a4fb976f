import { type Command, inTurn, peakMemory, type Sample } from "../measure.ts";
import { type Effort, figure, type Measurements, type Row, ratio, shown } from "../row.ts";
import type { TmsStage } from "./stage.ts";

/** The time of `keycmd`, compared with curl sending the request to the server. */
export function keycmdRows({ quick }: Effort): Measurements<TmsStage> {
  const runs = quick ? 25 : 100;
  return {
    keycmd: async ({ host }) => {
      const curl = Bun.which("curl") === null ? [] : [host.curl];
      const [asks, keeps, curled] = await inTurn([host.call(host.asks), host.call(host.keeps), ...curl], runs);
      const beside = (what: string, { median = Number.NaN }: Partial<Sample> = {}): Row =>
        curled === undefined
          ? shown(what, "ms", median, "curl is not installed here")
          : ratio(`${what} / curl, the same request`, "ms", median, curled.median, 1.5, "most");
      return [
        beside("keycmd over TLS", asks),
        beside("keycmd that keeps what it is told", keeps),
        figure("keycmd, memory at its peak", "MB", (await peakMemory(host.call(host.keeps), 10)) / 1e6, 40, "most"),
      ];
    },
    "keycmd cache": async (stage) => {
      // More runs, as the result is close to the target.
      const [sample] = await whileDown(stage, [stage.host.call(stage.host.keeps)], 4 * runs);
      return [figure("keycmd from its cache, the server down", "ms", sample?.median ?? Number.NaN, 8, "most")];
    },
  };
}

/** Measures `commands` with the server stopped, after each has run once while it was up. */
export async function whileDown(
  { server }: TmsStage,
  commands: readonly Command[],
  runs: number,
): ReturnType<typeof inTurn> {
  await inTurn(commands, 1);
  await server.stop();
  try {
    return await inTurn(commands, runs);
  } finally {
    await server.start();
  }
}
