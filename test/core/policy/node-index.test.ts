import { describe, expect, test } from "bun:test";
import { NodeIndex, parseLabelQuery, type Resolution } from "../../../core/policy/node-index.ts";
import { type Node, node } from "../../../core/resource/node.ts";
import { parse } from "../../../core/resource/resource.ts";

const now = new Date("2030-01-01T12:00:00Z");
const asking = { cluster: "Example.com", now };
const uuid = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;

function aNode(n: number, hostname: string, more: { addr?: string; labels?: object; expires?: string } = {}): Node {
  const { addr = `10.0.0.${n}:3022`, labels = {}, expires = "2030-01-01T12:00:30Z" } = more;
  return parse(node, {
    kind: "node",
    metadata: { name: uuid(n), labels, expires },
    spec: { hostname, addr, version: "1.0.0" },
  });
}

function index(...nodes: readonly Node[]): NodeIndex {
  const all = new NodeIndex();
  for (const each of nodes) all.put(each);
  return all;
}

/** In a word: `1`, `ambiguous 1 2`, `many 1 2`, `none`, `1 offline`. */
function said(resolution: Resolution): string {
  const number = (each: Node): number => Number(each.metadata.name.slice(-12));
  switch (resolution.found) {
    case "one":
      return `${number(resolution.node)}${resolution.offlineSince ? " offline" : ""}`;
    case "none":
      return "none";
    default:
      return [resolution.found, ...resolution.nodes.map(number)].join(" ");
  }
}

const dead = "2030-01-01T11:59:00Z";
const cluster = index(
  aNode(1, "db-1", { labels: { env: "prod", rack: "7" } }),
  aNode(2, "Web", { labels: { env: "prod" } }),
  aNode(3, "twin", { labels: { env: "dev" } }),
  aNode(4, "twin", { addr: "10.9.9.9:22" }),
  aNode(5, "six", { addr: "[2001:db8::5]:3022" }),
  aNode(6, "10.0.0.1"),
  aNode(7, "reborn", { expires: dead, labels: { env: "prod" } }),
  aNode(8, "reborn"),
  aNode(9, "gone", { expires: dead }),
  aNode(10, "both-gone", { expires: dead }),
  aNode(11, "both-gone", { expires: dead }),
  aNode(12, "shared-1", { addr: "192.0.2.1:3022" }),
  aNode(13, "shared-2", { addr: "192.0.2.1:3023" }),
  aNode(14, "long.example.com"),
  aNode(15, "long"),
  aNode(16, uuid(1)),
);

describe("a name is found", () => {
  test.each([
    [uuid(1), "1"],
    [uuid(1).toUpperCase(), "1"],
    [`${uuid(2)}.example.com`, "2"],
    ["db-1", "1"],
    ["DB-1", "1"],
    ["web", "2"],
    ["db-1.", "1"],
    ["db-1.example.com", "1"],
    ["db-1.EXAMPLE.com.", "1"],
    ["db-1.other.com", "none"],
    ["10.0.0.2", "2"],
    ["10.0.0.2:3022", "2"],
    ["10.0.0.2:22", "none"],
    ["2001:db8::5", "5"],
    ["[2001:db8::5]:3022", "5"],
    ["twin", "ambiguous 3 4"],
    ["10.9.9.9", "4"],
    // One node calls itself what is another's address: neither is chosen.
    ["10.0.0.1", "ambiguous 6 1"],
    // A node cannot call itself another's UUID.
    [uuid(16), "16"],
    ["192.0.2.1", "ambiguous 12 13"],
    ["192.0.2.1:3023", "13"],
    ["long.example.com", "ambiguous 15 14"],
    ["reborn", "8"],
    ["gone", "9 offline"],
    ["both-gone", "ambiguous 10 11"],
    ["db", "none"],
    ["", "none"],
    [".", "none"],
    [".example.com", "none"],
    ["constructor", "none"],
    ["__proto__", "none"],
    // by labels: live ones only
    ["env=prod", "many 2 1"],
    ["env=prod,rack=7", "many 1"],
    ["env=prod, rack=7", "many 1"],
    ["env=Prod", "many"],
    ["env=*", "many"],
    ["constructor=x", "many"],
  ])("%s → %s", (asked, expected) => {
    expect(said(cluster.resolve(asked, asking))).toBe(expected);
  });

  test("of a node that is gone, since when", () => {
    expect(cluster.resolve("gone", asking)).toMatchObject({ found: "one", offlineSince: new Date(dead) });
  });
});

test.each(["=prod", "env=prod,", "env=prod,rack", ",env=prod", "=", " =x"])("%j is not a list of labels", (text) => {
  expect(() => cluster.resolve(text, asking)).toThrow("is not a label");
});
test("a label's value may have blanks and equals signs", () => {
  expect(parseLabelQuery("a=b=c,d=two words")).toEqual({ a: "b=c", d: "two words" });
});

describe("a node that changes", () => {
  test("is found by what it is called now, and by nothing else", () => {
    const nodes = index(aNode(1, "old", { addr: "10.0.0.1:22" }));
    nodes.put(aNode(1, "new", { addr: "10.0.0.2:22" }));
    expect(["old", "10.0.0.1", "new", "10.0.0.2"].map((name) => said(nodes.resolve(name, asking)))).toEqual([
      "none",
      "none",
      "1",
      "1",
    ]);
  });
  test("carries the labels of its last heartbeat", () => {
    const nodes = index(aNode(1, "a", { labels: { env: "dev" } }));
    nodes.put(aNode(1, "a", { labels: { env: "prod" } }));
    expect(said(nodes.resolve("env=prod", asking))).toBe("many 1");
  });
  test("is gone when it is deleted, and its twin is no longer ambiguous", () => {
    const nodes = index(aNode(1, "twin"), aNode(2, "twin"));
    nodes.delete(uuid(1));
    nodes.delete(uuid(1));
    expect([...nodes.uuids()]).toEqual([uuid(2)]);
    expect(said(nodes.resolve("twin", asking))).toBe("2");
    expect(said(nodes.resolve(uuid(1), asking))).toBe("none");
    expect(nodes.size).toBe(1);
  });
});

describe("the nearest names", () => {
  const nodes = index(
    aNode(1, "web-01"),
    aNode(2, "web-02"),
    aNode(3, "db-primary"),
    aNode(4, "Cache"),
    aNode(5, "web-01"),
  );
  test.each<[string, readonly string[]]>([
    ["web01", ["web-01", "web-02"]],
    ["wbe-01", ["web-01", "web-02"]],
    ["web", ["web-01", "web-02"]],
    ["cahce", ["Cache"]],
    ["db-primray", ["db-primary"]],
    ["mail", []],
    ["", []],
    ["x".repeat(10_000), []],
  ])("to %p", (typed, expected) => {
    expect(nodes.suggest(typed)).toEqual(expected);
  });
  test("are no more than asked for", () => expect(nodes.suggest("web", 1)).toEqual(["web-01"]));
  test("are kept back from those who may not know of the node", () => {
    expect(nodes.suggest("web", 3, (each) => each.spec.hostname !== "web-01")).toEqual(["web-02"]);
  });
});
