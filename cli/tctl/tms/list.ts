import { Fault } from "../../../core/fault.ts";
import { listing } from "../../command.ts";
import type { Context } from "../../context.ts";
import { facts, localTime, printable, type Style, table } from "../../output.ts";
import type { TmsClient, TmsRow } from "./client.ts";
import { NO_LIMIT } from "./flags.ts";
import { type Examples, verb } from "./verb.ts";

/** How to list the rows of a noun. */
export interface ListSpec {
  /** Path segments of the list route. */
  readonly path: readonly string[];
  /** The field of the answer that contains the rows. */
  readonly field: string;
  /** Heads of the table with the field of each column. */
  readonly columns: readonly (readonly [head: string, field: string])[];
  /** The name of a row with `--format=names`, as accepted by `get`. */
  readonly name: (row: TmsRow) => string;
}

/** The verb `ls` of a noun. */
export const lsVerb = (cx: Context, listed: ListSpec, description: string, examples: Examples) =>
  verb(cx, {
    name: "ls",
    description,
    examples,
    args: listing,
    async run(tms) {
      const rows = await tms.list(listed.path, listed.field);
      await cx.print<TmsRow[]>(rows, {
        text: (all, style) =>
          table(
            listed.columns.map(([head]) => head),
            all.map((row) => listed.columns.map(([, field]) => cell(field, row[field]))),
            style,
          ),
        names: (all) => all.map(listed.name),
      });
    },
  });

/** The verb `get` of a noun. @param one the singular of the noun, such as `client` */
export const getVerb = (
  cx: Context,
  one: string,
  place: { readonly description: string; readonly valueHint?: string },
  find: (tms: TmsClient, name: string) => Promise<TmsRow>,
  examples: Examples,
) =>
  verb(cx, {
    name: "get",
    description: `Show one ${one}`,
    examples,
    args: { name: { ...place, type: "positional" } },
    async run(tms, args) {
      const row = await orNotFound(`${one} ${args.name}`, find(tms, args.name));
      await cx.print(row, { text: rowText });
    },
  });

/** Finds a row by its name. The name `list` collides with the list route, so that row is searched in the list. */
export const byName =
  (listed: ListSpec, noun: string) =>
  async (tms: TmsClient, name: string): Promise<TmsRow> => {
    if (name !== "list") return tms.get([noun, name]);
    const found = (await tms.list(listed.path, listed.field)).find((row) => listed.name(row) === name);
    if (found === undefined) throw new Fault("not_found", "NOT_FOUND");
    return found;
  };

/** Finds a row by its id. @throws Fault `bad_request` for a word, which could be another route */
export const byNumber =
  (noun: string) =>
  async (tms: TmsClient, id: string): Promise<TmsRow> => {
    if (!/^\d+$/.test(id))
      throw new Fault("bad_request", `"${id}" is not a number`, { hint: "the list has the numbers" });
    return tms.get([noun, id]);
  };

/** The row. @throws Fault `not_found` with a readable message if it does not exist */
export async function orNotFound(what: string, row: Promise<TmsRow>): Promise<TmsRow> {
  try {
    return await row;
  } catch (thrown) {
    if (thrown instanceof Fault && thrown.message === "NOT_FOUND")
      throw new Fault("not_found", `there is no ${what}`, { cause: thrown });
    throw thrown;
  }
}

/** Prints the result of a removal. @throws Fault `not_found` if nothing was removed */
export async function printRemoved(cx: Context, what: string, removal: Promise<TmsRow>): Promise<void> {
  const answer = await orNotFound(what, removal);
  if (answer.num_deleted === 0) throw new Fault("not_found", `there is no ${what}`);
  cx.tell(`removed the ${printable(what)}`);
  await cx.print(answer, { text: () => "" });
}

/** Prints the result of an update. @throws Fault `not_found` if nothing was updated */
export async function printUpdated(cx: Context, what: string, change: Promise<TmsRow>): Promise<void> {
  const answer = await orNotFound(what, change);
  if (answer.fields_updated === 0) throw new Fault("not_found", `there is no ${what}`);
  cx.tell(`updated the ${printable(what)}`);
  await cx.print(answer, { text: () => "" });
}

/** The fields of an update. @throws Fault `bad_request` if there are none */
export function changes(fields: TmsRow, flags: string): TmsRow {
  const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
  if (Object.keys(given).length === 0) throw new Fault("bad_request", "nothing to change", { hint: `give ${flags}` });
  return given;
}

/** Converts `yes` and `no` for the API. */
export function toBoolean(word: "yes" | "no" | undefined): boolean | undefined {
  return word === undefined ? undefined : word === "yes";
}

/** The text form of a row: ids first, times last. */
export function rowText(row: TmsRow, style: Style): string {
  const fields = Object.entries(row).sort(([a], [b]) => rank(a) - rank(b));
  return facts(
    fields.map(([field, value]) => [headOf(field), cell(field, value)] as const),
    style,
  );
}

function rank(field: string): number {
  if (field === "id" || field === "tenant") return 0;
  return 2 + ["expires_at", "created", "updated"].indexOf(field);
}

/** The text form of a field. */
export function cell(field: string, value: unknown): string {
  if (value === undefined || value === null) return "";
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (/_uses$|_minutes$/.test(field) && Number(value) === NO_LIMIT) return "unlimited";
  if (/^(?:expires_at|created|updated)$/.test(field)) return timeText(String(value));
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** Local time, or `never`: the API encodes it as the year 9999, or as the time after the largest number of minutes. */
function timeText(text: string): string {
  const at = new Date(text);
  if (Number.isNaN(at.getTime())) return text;
  return at.getUTCFullYear() >= 6000 ? "never" : localTime(at);
}

/** `public_key_fingerprint` as `Public key fingerprint`. */
function headOf(field: string): string {
  const words = field.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
