import { describe, expect, test } from "bun:test";
import { z } from "zod";
import {
  type AuditEvent,
  attribute,
  EVENT_NAMES,
  type EventName,
  newEvent,
  parseSubmitted,
  reportText,
} from "../../../core/audit/event.ts";
import { EVENTS } from "../../../core/audit/events.ts";
import type { HostRole } from "../../../core/resource/token.ts";

const HOST = "0a1b2c3d-0000-4000-8000-00000000abcd";
const AT = { now: new Date("2026-01-31T12:00:00.123Z"), cluster: "example.com" };
const by = (...roles: HostRole[]) => ({ server_id: HOST, roles, cluster: "example.com" });
const exec = { server_id: HOST, user: "alice", login: "root", sid: "s", command: "id", success: true };

/** A value of every type that the table knows, as unpleasant as the type allows. */
function worst(schema: z.ZodType): unknown {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodReadonly) return worst(schema.unwrap() as z.ZodType);
  if (schema instanceof z.ZodISODateTime) return "2026-01-31T12:00:00.000Z";
  if (schema instanceof z.ZodString) return "\u0000\n\x1b[2J\u202e\ud800€😀".repeat(20_000);
  if (schema instanceof z.ZodNumber) return Number.MAX_SAFE_INTEGER;
  if (schema instanceof z.ZodBoolean) return false;
  if (schema instanceof z.ZodEnum) return schema.options[0];
  if (schema instanceof z.ZodLiteral) return schema.value;
  if (schema instanceof z.ZodArray) return Array.from({ length: 500 }, () => worst(schema.element as z.ZodType));
  if (schema instanceof z.ZodRecord)
    return Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`${i}\n`, worst(schema.valueType as z.ZodType)]));
  if (schema instanceof z.ZodObject)
    return Object.fromEntries(Object.entries(schema.shape).map(([name, part]) => [name, worst(part as z.ZodType)]));
  throw new Error(`no worst value for ${schema.constructor.name}`);
}

const worstEvent = (name: EventName, fields: object = {}): AuditEvent =>
  newEvent(name, { ...(worst(EVENTS[name].fields) as object), ...fields } as never, AT);

describe("newEvent()", () => {
  test("is flat, says when, where and which, and has a uid of its own", () => {
    const event = newEvent("exec", exec, AT);
    expect(event).toEqual({
      event: "exec",
      code: "T3002I",
      time: "2026-01-31T12:00:00.123Z",
      uid: expect.stringMatching(/^[0-9a-f-]{36}$/) as unknown as string,
      cluster_name: "example.com",
      ...exec,
    });
    expect(newEvent("exec", exec, AT).uid).not.toBe(event.uid);
  });

  test("leaves out what is undefined", () => {
    expect("login" in newEvent("exec", { ...exec, login: undefined }, AT)).toBe(false);
  });

  test.each([
    ["user.login", { success: true }, "T1000I"],
    ["user.login", { success: false }, "T1000W"],
    ["exec", { success: true }, "T3002I"],
    ["exec", { success: false }, "T3002E"],
    ["subsystem", { success: false }, "T3001E"],
    ["port", { success: false }, "T3003E"],
    ["scp", { success: true, action: "download" }, "T3004I"],
    ["scp", { success: true, action: "upload" }, "T3005I"],
    ["scp", { success: false, action: "upload" }, "T3010E"],
    ["sftp", { success: true, action: "open" }, "TS001I"],
    ["sftp", { success: false, action: "rename" }, "TS016E"],
    ["instance.join", { success: false }, "TJ002E"],
    ["cert.create", {}, "TC000I"],
    ["auth", {}, "T3007W"],
    ["user.locked", {}, "S1000W"],
  ] as const)("%s with %j has code %s", (name, fields, code) => {
    expect(worstEvent(name, fields).code).toBe(code);
  });

  test.each(EVENT_NAMES)("%s: whatever it is given, it is printable and bounded", (name) => {
    const json = JSON.stringify(worstEvent(name));
    expect(json).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
    // Nor does anything of that sort stand behind an escape of JSON's.
    expect(json.replaceAll("\\\\", "")).not.toMatch(/\\[^"\\]/);
    expect(json.length).toBeLessThan(512 * 1024);
  });

  test("what is unsafe can be read, and what is cut says so", () => {
    const command = `printf 'a\nb'\x1b[0m \u202e\u{e0041} ä 😀 \ud800 ${"x".repeat(40_000)}`;
    const event = newEvent("exec", { ...exec, command }, AT) as { command?: string };
    expect(event.command).toStartWith("printf 'a\\u000ab'\\u001b[0m \\u202e\\udb40\\udc41 ä 😀 \\ud800 xxx");
    expect(event.command).toEndWith("x…");
    expect(event.command).toHaveLength(32_768);
  });

  test("a cut never parts a character", () => {
    for (const lead of ["", "x"]) {
      const event = newEvent("exec", { ...exec, login: lead + "😀".repeat(2000) }, AT) as { login?: string };
      expect(event.login?.isWellFormed()).toBe(true);
      expect(event.login).toEndWith("😀…");
    }
  });
});

describe("parseSubmitted()", () => {
  const refusal = (json: unknown, who = by("node")): string => {
    try {
      parseSubmitted(json, who);
    } catch (fault) {
      expect((fault as { code?: string }).code).toBe("bad_request");
      return (fault as Error).message;
    }
    throw new Error("it was not refused");
  };

  const hosts: readonly string[] = ["node", "proxy"];
  const submitted = EVENT_NAMES.filter((name) => EVENTS[name].by.every((source) => hosts.includes(source)));
  test.each(submitted)("%s: takes everything that newEvent makes, and gives back the same", (name) => {
    const who = by(...(EVENTS[name].by as readonly HostRole[]));
    const event = worstEvent(name, { server_id: HOST });
    const json = JSON.stringify(event);
    expect(JSON.stringify(parseSubmitted(JSON.parse(json), who))).toBe(json);
  });

  test.each(EVENT_NAMES)("%s: only from those who may report it", (name) => {
    const event = worstEvent(name, { server_id: HOST });
    for (const role of ["node", "proxy", "app"] as const)
      if (!(EVENTS[name].by as readonly string[]).includes(role))
        expect(refusal(event, by(role))).toContain(`not for a ${role} to report`);
  });

  const good = newEvent("exec", exec, AT);
  test.each([
    ["no object", null, "none of this name"],
    ["a list", [], "none of this name"],
    ["no name", {}, "none of this name"],
    ["an unknown name", { ...good, event: "exec2" }, "none of this name"],
    ["a name that every object has", { ...good, event: "constructor" }, "none of this name"],
    ["an unknown field", { ...good, seq: 1 }, "seq"],
    ["a missing field", { ...good, command: undefined }, "command"],
    ["a field of another type", { ...good, success: "true" }, "success"],
    ["a text too long", { ...good, login: "x".repeat(1025) }, "login"],
    ["a command too long", { ...good, command: "x".repeat(32_769) }, "command"],
    ["a line's end", { ...good, command: 'id\n{"seq":9}' }, "command"],
    ["a substitute of auth's for a user", { ...good, user: "@admin" }, "user"],
    ["an escape sequence", { ...good, command: "\x1b[2J" }, "command"],
    ["a C1 control", { ...good, login: "\u009b2J" }, "login"],
    ["text turned round", { ...good, command: "\u202egnp.exe" }, "command"],
    ["another machine", { ...good, server_id: "0a1b2c3d-0000-4000-8000-00000000ffff" }, "server_id"],
    ["no machine", { ...good, server_id: undefined }, "server_id"],
    ["another cluster", { ...good, cluster_name: "elsewhere" }, "cluster_name"],
    ["a code that hides a failure", { ...newEvent("exec", { ...exec, success: false }, AT), code: "T3002I" }, "code"],
    ["no uid", { ...good, uid: "1" }, "uid"],
    ["a time of another form", { ...good, time: "2026-01-31T12:00:00Z" }, "time"],
    ["a time elsewhere", { ...good, time: "2026-01-31T12:00:00.000+01:00" }, "time"],
    ["a time that is none", { ...good, time: "yesterday" }, "time"],
  ])("refuses %s", (_name, json, what) => {
    expect(refusal(json)).toContain(what);
  });
});

describe("attribute()", () => {
  const joined = new Date("2026-01-01T00:00:00.000Z");
  const received = new Date("2026-01-31T12:00:05.000Z");
  const facts = { hostname: "db1", joined, received };
  const at = (time: string, fields: object = exec) =>
    attribute({ ...newEvent("exec", fields as never, AT), time } as AuditEvent, facts);

  test("adds the member's name by its record, and when the event was received", () => {
    const event = { ...newEvent("exec", exec, AT), server_hostname: "bastion" } as AuditEvent;
    expect(attribute(event, facts)).toEqual({
      ...event,
      server_hostname: "db1",
      received: received.toISOString(),
    } as AuditEvent);
  });

  test.each([
    ["of a clock a minute ahead", "2026-01-31T12:01:05.000Z"],
    ["of an event that was kept while auth was away", "2026-01-02T00:00:00.000Z"],
  ])("keeps the time %s", (_title, time) => {
    expect(at(time)).toMatchObject({ time });
    expect(at(time)).not.toHaveProperty("reported_time");
  });

  test.each([
    "1999-01-01T00:00:00.000Z",
    "2025-12-31T23:58:59.999Z",
    "2026-01-31T12:01:05.001Z",
    "2099-01-01T00:00:00.000Z",
  ])("replaces the impossible time %s", (time) => {
    expect(at(time)).toMatchObject({ time: received.toISOString(), reported_time: time });
  });

  test("cuts the times of a session to what is possible", () => {
    const event = newEvent(
      "session.end",
      {
        server_id: HOST,
        user: "alice",
        interactive: true,
        session_start: "1999-01-01T00:00:00.000Z",
        session_stop: "2099-01-01T00:00:00.000Z",
      },
      AT,
    );
    expect(attribute(event, facts)).toMatchObject({
      session_start: "2025-12-31T23:59:00.000Z",
      session_stop: "2026-01-31T12:01:05.000Z",
    });
  });

  test.each(["2026-01-31T12:00:00.123Z", "2099-01-01T00:00:00.000Z"])(
    "one report of %s has one text, whenever it is received",
    (time) => {
      const event = { ...newEvent("exec", exec, AT), time } as AuditEvent;
      const later = { ...facts, received: new Date(received.getTime() + 3600_000) };
      expect(reportText(attribute(event, facts))).toBe(reportText(attribute(event, later)));
    },
  );
});
