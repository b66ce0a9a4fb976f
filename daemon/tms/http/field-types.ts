import { z } from "@hono/zod-openapi";
import { SHOWABLE } from "../../../core/names.ts";
import { MAX_INT32 } from "../../../core/tms/expiry.ts";

/** Types of fields. One declaration gives validation, the TypeScript type and the entry in the API's description. */

const MAX_LENGTH = 255;

interface Documentation {
  readonly description: string;
  readonly example?: string;
}

/** As in TMS a number or boolean in place of text is converted to text. */
function asText(value: unknown): unknown {
  return typeof value === "number" || typeof value === "boolean" ? String(value) : value;
}

function isName(value: string): boolean {
  return (
    value !== "" &&
    value.length <= MAX_LENGTH &&
    SHOWABLE.test(value) &&
    value.isWellFormed() &&
    !DOT_SEGMENT.test(value)
  );
}

/** URL parsers resolve these in a path, percent-encoded or not: such a record could not be deleted. */
const DOT_SEGMENT = /^\.\.?$/;

/**
 * A name chosen by the caller: 1 to 255 characters without control characters, and not `.` or `..`. It is compared
 * exactly.
 */
export function name(documentation: Documentation) {
  const sentence = `expected text of 1 to ${MAX_LENGTH} characters without control characters, and not . or ..`;
  return z
    .preprocess(asText, z.string().refine(isName, sentence))
    .openapi({ type: "string", minLength: 1, maxLength: MAX_LENGTH, ...documentation });
}

/** Text of at most `max` characters that names no record; it may be empty. */
export function text(documentation: Documentation & { readonly max?: number }) {
  const { max = MAX_LENGTH, ...rest } = documentation;
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

/** The field may be omitted or null. */
export function optional<T extends z.ZodType>(field: T) {
  return field.nullish().transform((value) => value ?? undefined);
}

/** The type of parsed input: a key that is present has a value. */
export type Exact<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** Removes, in place, keys that were null. */
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

/** An unsigned 32-bit integer, clamped to the largest number that is stored (2^31 - 1). */
export function uint32(description: string, example: number) {
  const sentence = "expected a whole number from 0 to 4294967295";
  return z
    .int(sentence)
    .min(0, sentence)
    .max(2 * MAX_INT32 + 1, sentence)
    .transform((value) => Math.min(value, MAX_INT32))
    .openapi({ type: "integer", minimum: 0, maximum: 2 * MAX_INT32 + 1, description, example });
}

/** The lifetime of a new record. */
export const ttlMinutes = int32("Minutes from now. Negative: the longest lifetime. 0: expires at once.", 480);

export function flag(description: string) {
  return z.boolean("expected true or false").openapi({ description, example: true });
}

/** An id in a path. */
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

/** How long a replaced secret stays valid. */
export const graceMinutes = z
  .string()
  .regex(/^\d{1,5}$/, "expected minutes from 0 to 10080")
  .transform(Number)
  .pipe(z.int().max(10_080, "expected minutes from 0 to 10080"))
  .openapi({
    type: "integer",
    minimum: 0,
    maximum: 10_080,
    description: "Minutes for which the old secret stays valid. Default: 0.",
  });

// Fields of responses.

export const id = z
  .int()
  .openapi({ format: "int32", description: "Assigned by the server, never reused.", example: 17 });
export const count = (description: string) => z.int().openapi({ format: "int32", description, example: 1 });
export const word = (description: string, example: string) => z.string().openapi({ description, example });
export const bool = (description: string) => z.boolean().openapi({ description, example: true });

const time = (description: string, example: string) => z.iso.datetime().openapi({ description, example });
export const expires_at = time("The expiry, inclusive. UTC.", "2026-11-20T12:00:00Z");
export const created = time("The time of creation. UTC.", "2026-11-19T12:00:00.123Z");
export const updated = time("The time of the last change. UTC.", "2026-11-19T12:00:00.123Z");

export const fields_updated = count("The number of changed fields.");
export const num_deleted = count("The number of deleted records.");
export const expires_msg = word("The new expiry, or UNCHANGED.", "2026-11-20 12:00:00 UTC");
