import { expect, test } from "bun:test";
import {
  formatTime,
  hasExpired,
  keyExpiry,
  MAX_INT32,
  NEVER,
  recordExpiry,
  retainUntil,
  storedUses,
} from "../../../core/tms/expiry.ts";

const NOW = new Date("2026-11-20T12:00:00.700Z");

test.each([
  [-1, MAX_INT32],
  [-2_147_483_648, MAX_INT32],
  [0, 0],
  [1, 1],
  [MAX_INT32, MAX_INT32],
  [4_294_967_295, MAX_INT32],
])("%d uses are stored as %d", (requested, uses) => {
  expect(storedUses(requested)).toBe(uses);
});

test.each([
  [-1, NEVER, MAX_INT32],
  [0, "2026-11-20T12:00:00Z", 0],
  [90, "2026-11-20T13:30:00Z", 90],
  [MAX_INT32, "6109-12-13T14:07:00Z", MAX_INT32],
])("a key of %d minutes expires at %s", (minutes, expires_at, initial_ttl_minutes) => {
  expect(keyExpiry(NOW, minutes)).toEqual({ expires_at, initial_ttl_minutes });
});

test.each([
  [-1, "6109-12-13T14:07:00Z"],
  [0, "2026-11-20T12:00:00Z"],
  [90, "2026-11-20T13:30:00Z"],
  [4_294_967_295, "6109-12-13T14:07:00Z"],
])("a record of %d minutes expires at %s", (minutes, end) => {
  expect(recordExpiry(NOW, minutes)).toBe(end);
});

test("a record is valid at its expiry, and expired after it", () => {
  const end = formatTime(NOW);
  expect(hasExpired(end, new Date("2026-11-20T11:59:59.999Z"))).toBe(false);
  expect(hasExpired(end, new Date("2026-11-20T12:00:00.000Z"))).toBe(false);
  expect(hasExpired(end, new Date("2026-11-20T12:00:00.001Z"))).toBe(true);
});

test("the store retains expired records for a while, and records without expiry for ever", () => {
  expect(retainUntil("2026-11-20T12:00:00Z", 1000)).toEqual(new Date("2026-11-20T12:00:01Z"));
  expect(retainUntil(NEVER, 1000)).toBeUndefined();
});
