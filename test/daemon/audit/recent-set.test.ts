import { expect, test } from "bun:test";
import { RecentSet } from "../../../daemon/audit/recent-set.ts";

test("the newest are remembered, and the oldest go", () => {
  const newest = new RecentSet(3, new Set(["a", "b"]));
  expect(newest.has("a")).toBe(true);
  for (const name of ["c", "d"]) newest.add(name);
  expect(["a", "b", "c", "d"].map((name) => newest.has(name))).toEqual([true, true, true, true]);
  newest.add("e");
  expect(["a", "b", "c", "d", "e"].map((name) => newest.has(name))).toEqual([false, false, true, true, true]);
  for (const name of ["f", "g"]) newest.add(name);
  expect(["c", "d", "e", "f", "g"].every((name) => newest.has(name))).toBe(true);
});
