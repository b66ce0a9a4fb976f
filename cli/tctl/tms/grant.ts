import type { Args } from "../../command.ts";
import type { Context } from "../../context.ts";
import { ttl } from "./flags.ts";
import { printRemoved, printUpdated, rowText } from "./list.ts";
import { type Examples, verb } from "./verb.ts";

/** A right with a lifetime that is named by its arguments, such as a delegation. */
export interface Grant<K extends string> {
  /** First path segment of its routes. */
  readonly route: string;
  readonly args: Readonly<Record<K, Args[string] & { readonly type: "positional" }>>;
  /** The request fields that name it. */
  readonly fieldsOf: (args: Readonly<Record<K, string>>) => object;
  /** Its name in messages. */
  readonly nameOf: (args: Readonly<Record<K, string>>) => string;
}

interface VerbText {
  readonly description: string;
  readonly examples: Examples;
}

/** The verb `add` of a grant. */
export const addVerb = <K extends string>(cx: Context, { route, args: named, fieldsOf }: Grant<K>, text: VerbText) =>
  verb(cx, {
    ...text,
    name: "add",
    args: { ttl, ...named },
    async run(tms, args) {
      const body = { tenant: tms.tenant, ...fieldsOf(wordsOf(named, args)), ttl_minutes: args.ttl };
      await cx.print(await tms.post([route], { body }), { text: rowText });
    },
  });

/** The verb `update` of a grant: a new lifetime. */
export const updateVerb = <K extends string>(cx: Context, grant: Grant<K>, text: VerbText) =>
  verb(cx, {
    ...text,
    name: "update",
    args: { ttl, ...grant.args },
    async run(tms, args) {
      const words = wordsOf(grant.args, args);
      const body = { tenant: tms.tenant, ...grant.fieldsOf(words), ttl_minutes: args.ttl };
      await printUpdated(cx, grant.nameOf(words), tms.patch([grant.route, "upd"], { body }));
    },
  });

/** The verb `rm` of a grant. */
export const rmVerb = <K extends string>(cx: Context, grant: Grant<K>, text: VerbText) =>
  verb(cx, {
    ...text,
    name: "rm",
    args: grant.args as Args,
    async run(tms, args) {
      const words = wordsOf(grant.args, args);
      const body = { tenant: tms.tenant, ...grant.fieldsOf(words) };
      await printRemoved(cx, grant.nameOf(words), tms.remove([grant.route, "del"], { body }));
    },
  });

/** The arguments that name a grant. */
function wordsOf<K extends string>(named: Readonly<Record<K, unknown>>, args: object): Readonly<Record<K, string>> {
  const given = Object.entries(args).filter(([name]) => Object.hasOwn(named, name));
  return Object.fromEntries(given) as Record<K, string>;
}
