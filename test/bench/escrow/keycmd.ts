import { type Command, inTurn, peakMemory } from "../measure.ts";
import { type Effort, figure, type Measurements, ratio } from "../row.ts";
import type { EscrowStage } from "./stage.ts";

/** What `keycmd` takes by itself, beside curl that asks the same server for the same. */
export function keycmdRows({ quick }: Effort): Measurements<EscrowStage> {
  const runs = quick ? 25 : 100;
  return {
    keycmd: async ({ host, login }) => {
      const [asks, keeps] = [host.call(host.asks, login), host.call(host.keeps, login)];
      const [asked, kept, curled] = await inTurn([asks, keeps, host.curl(login)], runs);
      return [
        ratio("keycmd, TLS and all / curl", "ms", asked?.median, curled?.median, 1.5, "most"),
        ratio("keycmd that keeps what it is told / curl", "ms", kept?.median, curled?.median, 1.5, "most"),
        figure("keycmd, memory at its peak", "MB", (await peakMemory(keeps, 10)) / 1e6, 40, "most"),
      ];
    },
    "keycmd cache": async (stage) => {
      const [sample] = await whileDown(stage, [stage.host.call(stage.host.keeps, stage.login)], runs);
      return [figure("keycmd from its cache, the server down", "ms", sample?.median ?? Number.NaN, 8, "most")];
    },
  };
}

/** `commands` with the escrow stopped, after each was run once while it was up. */
export async function whileDown(
  { escrow }: EscrowStage,
  commands: readonly Command[],
  runs: number,
): ReturnType<typeof inTurn> {
  await inTurn(commands, 1);
  await escrow.stop();
  try {
    return await inTurn(commands, runs);
  } finally {
    await escrow.start();
  }
}
