import { type Args, command, type Meta, type Outcome, type Parsed, printing } from "../../command.ts";
import type { Context } from "../../context.ts";
import { openTms, type TmsClient } from "./client.ts";
import { type TmsFlags, tmsFlags } from "./flags.ts";

export type Examples = NonNullable<Meta["examples"]>;

interface Verb<A extends Args> {
  readonly name: string;
  readonly description: string;
  readonly examples: Examples;
  /** Arguments in addition to the tms flags and --format. */
  readonly args: A;
  readonly run: (tms: TmsClient, args: Parsed<A> & TmsFlags) => Promise<Outcome | void>;
}

/** A command that calls the tms server that its flags select. */
export const verb = <const A extends Args>(cx: Context, { args, run, ...meta }: Verb<A>) =>
  command({
    meta,
    args: { ...tmsFlags, ...printing, ...args },
    async run({ args: given }) {
      // TypeScript cannot infer that the spread above contains all fields.
      const all = given as unknown as Parsed<A> & TmsFlags;
      return run(await openTms(cx, all), all);
    },
  });
