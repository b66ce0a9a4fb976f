import { z } from "zod";
import { MAX_LONG_TEXT, MAX_MEMBERS, MAX_TEXT, PRINTABLE } from "./text.ts";

/** The building blocks of the table of event types. */

export const text = z.string().max(MAX_TEXT).regex(PRINTABLE);
/** For the fields in `LONG`. */
export const long = z.string().max(MAX_LONG_TEXT).regex(PRINTABLE);
export const texts = z.array(text).max(MAX_MEMBERS).readonly();
export const labels = z
  .record(text, text)
  .refine((all) => Object.keys(all).length <= MAX_MEMBERS)
  .readonly();
export const count = z.int().min(0);
/** As `Date.toISOString` writes it, so that the order of the texts is the order of the times. */
export const instant = z.iso.datetime({ precision: 3 });

/** Fields whose text may be long. */
export const LONG: ReadonlySet<string> = new Set(["command", "initial_command", "path", "target"]);

/** The acting user, or a substitute: `@admin`, `@host/<uuid>`. */
export const actor = { user: text, addr_remote: text.optional() };
export const outcome = { success: z.boolean(), error: text.optional() };
/** The roles that report events. */
export type EventSource = "auth" | "node" | "proxy" | "tms";

/** A type of events: the roles that may report it, its fields beside the common ones, and its code. */
export interface EventType<Shape extends z.ZodRawShape> {
  readonly by: readonly EventSource[];
  readonly fields: z.ZodObject<Shape, z.core.$strict>;
  readonly code: (fields: z.output<z.ZodObject<Shape>>) => string;
}

export function eventType<const Shape extends z.ZodRawShape>(
  by: readonly EventSource[],
  code: string | EventType<Shape>["code"],
  shape: Shape,
): EventType<Shape> {
  return { by, fields: z.strictObject(shape), code: typeof code === "string" ? () => code : code };
}

/** The code of an event by its `success`. */
export const either = (good: string, bad: string) => (fields: { success: boolean }) => (fields.success ? good : bad);
