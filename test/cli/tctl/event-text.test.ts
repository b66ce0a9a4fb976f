import { expect, test } from "bun:test";
import { styleFor } from "../../../cli/output.ts";
import { checkView, eventsView } from "../../../cli/tctl/event-text.ts";
import type { EventCheck } from "../../../core/api/schemas.ts";

test("events are told whole on a narrow terminal", () => {
  const event = {
    event: "tms.key.retrieve",
    code: "S2173W",
    time: "2026-11-20T16:54:01.085Z",
    user: "alice",
    tenant: "default",
    host: "login1.example.com",
    error: "hosts of this tenant need a credential to ask for keys",
  };
  expect(eventsView.text([event], { ...styleFor(-1, {}), width: 80 })).toEndWith(
    "tenant=default host=login1.example.com error=hosts of this tenant need a credential to ask for keys",
  );
});

const report = (id: string, more: object = {}) => ({ id, ok: true, records: 3, ...more });
const checkText = (check: EventCheck) => checkView.text(check, styleFor(-1, {}));

test("a whole, an altered and a partly verified audit log are told apart", () => {
  expect(checkText({ ok: true, records: 6, logs: [report("a"), report("b")] })).toBe(
    "the audit log is intact: 6 events",
  );
  const altered = { ok: false, records: 3, problem: "record 4 was changed" };
  expect(checkText({ ...altered, logs: [report("a", { ok: false }), report("b", { ok: false, absent: true })] })).toBe(
    "the audit log has been altered: record 4 was changed",
  );
  const partly = { ok: false, records: 3, problem: "the log b is not on this machine" };
  expect(checkText({ ...partly, logs: [report("a"), report("b", { ok: false, absent: true })] })).toBe(
    "3 events are intact, but the audit log is incomplete: the log b is not on this machine",
  );
});
