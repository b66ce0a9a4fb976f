import { randomUUID } from "node:crypto";
import { z } from "zod";
import { Fault } from "../fault.ts";
import { uuid } from "../names.ts";
import type { HostRole } from "../resource/token.ts";
import { type EventSource, instant, LONG } from "./event-schema.ts";
import { EVENTS } from "./events.ts";
import { MAX_LONG_TEXT, MAX_MEMBERS, MAX_TEXT, printable } from "./text.ts";

type Events = typeof EVENTS;
export type EventName = keyof Events;
/** The fields of an event beside name, code, time, uid and cluster. */
export type EventFields<N extends EventName> = z.output<Events[N]["fields"]>;

type Common<N extends EventName> = {
  readonly event: N;
  readonly code: string;
  /** As `Date.toISOString` writes it; by the clock of the reporting machine, within bounds (`attribute`). */
  readonly time: string;
  /** A UUID. An event that is delivered again keeps it. */
  readonly uid: string;
  readonly cluster_name: string;
  /** The acting user, if there is one. */
  readonly user?: string | undefined;
  /** Of an event that a node or proxy reported: when auth received it, by auth's clock. */
  readonly received?: string;
  /** The reported time, where it was out of bounds and `time` is that of `received`. */
  readonly reported_time?: string;
};
/** One event, flat, as it is written to the log. */
export type AuditEvent = { [N in EventName]: Common<N> & Readonly<EventFields<N>> }[EventName];

/** When and in which cluster an event happens. */
export interface EventContext {
  readonly now: Date;
  readonly cluster: string;
}

/** A new event. Its texts are made printable and cut to their bounds, so that `parseSubmitted` accepts it. */
export function newEvent<N extends EventName>(
  event: N,
  fields: EventFields<N>,
  { now, cluster }: EventContext,
): AuditEvent {
  const common = {
    event,
    code: rulesOf(event).code(fields),
    time: now.toISOString(),
    uid: randomUUID(),
    cluster_name: cluster,
  };
  return { ...common, ...bounded(fields) } as unknown as AuditEvent;
}

export const EVENT_NAMES = Object.keys(EVENTS) as readonly EventName[];

function isEventName(name: unknown): name is EventName {
  return typeof name === "string" && Object.hasOwn(EVENTS, name);
}

function bounded(fields: object): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields))
    if (value !== undefined) result[name] = boundedValue(value, LONG.has(name) ? MAX_LONG_TEXT : MAX_TEXT);
  return result;
}

function boundedValue(value: unknown, max: number): unknown {
  if (typeof value === "string") return printable(value, max);
  if (Array.isArray(value)) return value.slice(0, MAX_MEMBERS).map((part) => boundedValue(part, MAX_TEXT));
  if (typeof value !== "object" || value === null) return value;
  const parts = Object.entries(value).slice(0, MAX_MEMBERS);
  return Object.fromEntries(parts.map(([name, part]) => [printable(name, MAX_TEXT), boundedValue(part, MAX_TEXT)]));
}

/** The member that submits events, from its certificate. */
export interface Submitter {
  readonly server_id: string;
  readonly roles: readonly HostRole[];
  readonly cluster: string;
}

const schemas = new Map<EventName, z.ZodObject>();

/** The schema of a whole event of this name, created at first use. */
function schemaOf(event: EventName): z.ZodObject {
  let schema = schemas.get(event);
  if (schema === undefined) {
    const common = { code: z.string(), time: instant, uid: uuid, cluster_name: z.string() };
    schema = z.strictObject({ event: z.literal(event), ...common, ...EVENTS[event].fields.shape });
    schemas.set(event, schema);
  }
  return schema;
}

/**
 * Parses an event that a node or proxy submits: as `newEvent` creates it there, and about the submitter itself.
 * @throws Fault `bad_request`, naming the event, the field and why.
 */
export function parseSubmitted(json: unknown, by: Submitter): AuditEvent {
  const name = (json as { event?: unknown } | null)?.event;
  if (!isEventName(name)) throw new Fault("bad_request", "audit event: there is none of this name");
  const rules = rulesOf(name);
  if (!by.roles.some((role) => role !== "app" && rules.by.includes(role)))
    throw new Fault("bad_request", `audit event ${name}: not for a ${by.roles.join(" or ")} to report`);

  const { data, error } = schemaOf(name).safeParse(json);
  if (error !== undefined) throw new Fault("bad_request", `audit event ${name}: ${firstIssue(error)}`);
  const event = data as unknown as AuditEvent & { readonly server_id?: string };
  if (event.server_id !== by.server_id)
    throw new Fault("bad_request", `audit event ${name}: server_id: not the sender's`);
  if (event.cluster_name !== by.cluster)
    throw new Fault("bad_request", `audit event ${name}: cluster_name: not this cluster`);
  if (event.code !== rules.code(data))
    throw new Fault("bad_request", `audit event ${name}: code: not that of what it says`);
  return event;
}

/** Auth's own facts about a report. */
export interface ReportFacts {
  /** Of the member, by its record. */
  readonly hostname: string;
  /** When the member joined. */
  readonly joined: Date;
  readonly received: Date;
}

/** How far the clock of a member may be from auth's. Milliseconds. */
const MAX_SKEW_MS = 60_000;

/** The fields with a time that a member reports, beside `time`. */
const REPORTED_TIMES = ["session_start", "session_stop"] as const;

/**
 * Adds auth's facts to an event that a member submitted: the member's host name by its record, and when the event was
 * received. A time before the member joined or after `received` is not possible: `time` is then that of `received`, and
 * other times are cut to these bounds. Events may be old, since members keep them while auth is away.
 */
export function attribute(event: AuditEvent, { hostname, joined, received }: ReportFacts): AuditEvent {
  const earliest = new Date(joined.getTime() - MAX_SKEW_MS).toISOString();
  const latest = new Date(received.getTime() + MAX_SKEW_MS).toISOString();
  const isPossible = (time: string): boolean => time >= earliest && time <= latest;
  const at = received.toISOString();
  const result: Record<string, unknown> = { ...event, server_hostname: hostname };
  for (const field of REPORTED_TIMES) {
    const time = result[field];
    if (typeof time === "string" && !isPossible(time)) result[field] = time < earliest ? earliest : latest;
  }
  if (!isPossible(event.time)) Object.assign(result, { time: at, reported_time: event.time });
  return { ...result, received: at } as unknown as AuditEvent;
}

/** The text of an event as it was reported: equal for one report that was received twice. */
export function reportText(event: AuditEvent): string {
  const { received: _, reported_time, time, ...reported } = event;
  return JSON.stringify({ ...reported, time: reported_time ?? time });
}

function firstIssue(error: z.ZodError): string {
  const [issue] = error.issues;
  return `${issue?.path.join(".") || "as a whole"}: ${issue?.message ?? "not as expected"}`;
}

/** The event type of this name, without its type parameters. */
function rulesOf(event: EventName): {
  readonly by: readonly EventSource[];
  readonly fields: z.ZodObject;
  readonly code: (fields: object) => string;
} {
  const { by, fields, code } = EVENTS[event];
  return { by, fields, code: code as (fields: object) => string };
}
