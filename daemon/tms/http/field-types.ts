import { z } from "@hono/zod-openapi";
import { SHOWABLE } from "../../../core/names.ts";
import { MAX_INT32 } from "../../../core/tms/expiry.ts";

/** The fields of requests and answers. One declaration gives the check, the type and the entry in the API's description. */

const LONGEST = 255;

interface About {
  readonly description: string;
  readonly example?: string;
}

/** As in TMS a number or a boolean that stands where text belongs is its text. */
function asText(value: unknown): unknown {
  return typeof value === "number" || typeof value === "boolean" ? String(value) : value;
}

function isName(value: string): boolean {
  return value !== "" && value.length <= LONGEST && SHOWABLE.test(value) && value.isWellFormed() && !DOTS.test(value);
}

/** In a path they mean the folder and the one above it, however they are written: nobody could ever be removed by them. */
const DOTS = /^\.\.?$/;

/**
 * A name of the caller's choosing: 1 to 255 characters, none of them a control character, and not `.` or `..`. Compared
 * exactly.
 */
export function name(about: About) {
  const sentence = `expected text of 1 to ${LONGEST} characters without control characters, and not . or ..`;
  return z
    .preprocess(asText, z.string().refine(isName, sentence))
    .openapi({ type: "string", minLength: 1, maxLength: LONGEST, ...about });
}

/** Text of at most `max` characters that is not looked up by: it may be empty. */
export function text(about: About & { readonly max?: number }) {
  const { max = LONGEST, ...rest } = about;
  return z
    .preprocess(
      asText,
      z
        .string()
        .max(max, `expected at most ${max} characters`)
        .regex(SHOWABLE, "expected text without control characters"),
    )
    .openapi({ type: "string", maxLength: max, ...rest });
}

/** May be left out, or null. */
export function optional<T extends z.ZodType>(field: T) {
  return field.nullish().transform((value) => value ?? undefined);
}

/** What `optional` fields leave: a key that is there has a value. */
export type Exact<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** Drops, in place, the keys that were null. */
export function exact<T extends object>(value: T): Exact<T> {
  for (const [key, found] of Object.entries(value))
    if (found === undefined) delete (value as Record<string, unknown>)[key];
  return value as unknown as Exact<T>;
}

const INT32 = "expected a whole number from -2147483648 to 2147483647";

export function int32(description: string, example: number) {
  return z
    .int(INT32)
    .min(-MAX_INT32 - 1, INT32)
    .max(MAX_INT32, INT32)
    .openapi({ type: "integer", format: "int32", description, example });
}

/** From 0 up; what is more than the largest number that is stored becomes that one. */
export function uint32(description: string, example: number) {
  const sentence = "expected a whole number from 0 to 4294967295";
  return z
    .int(sentence)
    .min(0, sentence)
    .max(2 * MAX_INT32 + 1, sentence)
    .transform((value) => Math.min(value, MAX_INT32))
    .openapi({ type: "integer", minimum: 0, maximum: 2 * MAX_INT32 + 1, description, example });
}

/** How long something lasts, on creation. */
export const ttlMinutes = int32("Minutes from now. Negative: as long as can be. 0: expired at once.", 480);

export function flag(description: string) {
  return z.boolean("expected true or false").openapi({ description, example: true });
}

/** A number in a path. */
export function idParam(description: string) {
  return z
    .string()
    .regex(/^[+-]?\d{1,10}$/, INT32)
    .transform(Number)
    .pipe(
      z
        .int(INT32)
        .min(-MAX_INT32 - 1, INT32)
        .max(MAX_INT32, INT32),
    )
    .openapi({ type: "integer", format: "int32", description, example: 17 });
}

/** `true` or `false` in a query. */
export function flagParam(description: string) {
  return z
    .enum(["true", "false"], "expected true or false")
    .transform((value) => value === "true")
    .openapi({ type: "boolean", description });
}

/** How long a secret that is replaced still opens. */
export const graceMinutes = z
  .string()
  .regex(/^\d{1,5}$/, "expected minutes from 0 to 10080")
  .transform(Number)
  .pipe(z.int().max(10_080, "expected minutes from 0 to 10080"))
  .openapi({
    type: "integer",
    minimum: 0,
    maximum: 10_080,
    description: "Minutes for which the old secret still opens. Without it the old one is dead at once.",
  });

// What answers are made of.

export const id = z.int().openapi({ format: "int32", description: "Given by the server, never twice.", example: 17 });
export const count = (description: string) => z.int().openapi({ format: "int32", description, example: 1 });
export const word = (description: string, example: string) => z.string().openapi({ description, example });
export const bool = (description: string) => z.boolean().openapi({ description, example: true });

const time = (description: string, example: string) => z.iso.datetime().openapi({ description, example });
export const expires_at = time("Valid until then, this second included. UTC.", "2026-11-20T12:00:00Z");
export const created = time("When it was made. UTC.", "2026-11-19T12:00:00.123Z");
export const updated = time("When it was last changed. UTC.", "2026-11-19T12:00:00.123Z");

export const fields_updated = count("How many fields were changed.");
export const num_deleted = count("How many records were removed.");
export const expires_msg = word("The new end, or UNCHANGED.", "2026-11-20 12:00:00 UTC");
