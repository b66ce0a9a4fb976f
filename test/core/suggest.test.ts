import { describe, expect, test } from "bun:test";
import { distance, suggest } from "../../core/suggest.ts";
import { dice } from "./policy/make.ts";

test.each<[string, readonly string[]]>([
  ["user", ["users"]],
  ["suers", ["users"]],
  ["n", []],
  ["nods", ["nodes"]],
  ["to", ["tokens"]],
  ["recordings", []],
  ["", []],
])("%p is meant as %p", (typed, expected) => {
  expect(suggest(typed, ["users", "nodes", "tokens", "ls", "users"], 1)).toEqual(expected.slice(0, 1));
});

describe("distance", () => {
  test.each<[string, string, number]>([
    ["", "", 0],
    ["a", "", 1],
    ["abc", "abc", 0],
    ["abc", "acb", 1],
    ["abc", "abd", 1],
    ["abc", "xabc", 1],
    ["kitten", "sitting", 3],
    ["ca", "abc", 3],
  ])("%p to %p is %p", (a, b, expected) => {
    expect(distance(a, b, 5)).toBe(expected);
    expect(distance(b, a, 5)).toBe(expected);
  });
  test("is exact up to the limit and limit + 1 beyond it", () => {
    const word = (roll: ReturnType<typeof dice>): string =>
      Array.from({ length: roll([0, 1, 2, 3, 4, 5, 6, 7]) }, () => roll(["a", "b", "c"])).join("");
    for (let seed = 0; seed < 2000; seed++) {
      const roll = dice(seed);
      const [a, b, limit] = [word(roll), word(roll), roll([0, 1, 2, 3, 4])];
      expect(distance(a, b, limit)).toBe(Math.min(plainDistance(a, b), limit + 1));
    }
  });
});

/** The definition, cell by cell. */
function plainDistance(a: string, b: string): number {
  const table = new Map<string, number>();
  const cell = (i: number, j: number): number => {
    if (i === 0 || j === 0) return i + j;
    const key = `${i},${j}`;
    const known = table.get(key);
    if (known !== undefined) return known;
    const costs = [cell(i - 1, j) + 1, cell(i, j - 1) + 1, cell(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1)];
    if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) costs.push(cell(i - 2, j - 2) + 1);
    const least = Math.min(...costs);
    table.set(key, least);
    return least;
  };
  return cell(a.length, b.length);
}
