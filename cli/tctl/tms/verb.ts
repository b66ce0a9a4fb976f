import { type Args, command, type Meta, type Outcome, type Parsed, printing } from "../../command.ts";
import type { Context } from "../../context.ts";
import { openTms, type TmsClient } from "./client.ts";
import { type TmsFlags, tmsFlags } from "./flags.ts";

export type Examples = NonNullable<Meta["examples"]>;

interface Verb<A extends Args> {
  readonly name: string;
  readonly description: string;
  readonly examples: Examples;
  /** Beside those that lead to the escrow, and say how to print. */
  readonly args: A;
  readonly run: (tms: TmsClient, args: Parsed<A> & TmsFlags) => Promise<Outcome | void>;
}

/** A command that asks the escrow: the one that its flags speak of, as whom they say. */
export const verb = <const A extends Args>(cx: Context, { args, run, ...meta }: Verb<A>) =>
  command({
    meta,
    args: { ...tmsFlags, ...printing, ...args },
    async run({ args: given }) {
      // No type can tell that the spread above has them all.
      const all = given as unknown as Parsed<A> & TmsFlags;
      return run(await openTms(cx, all), all);
    },
  });
