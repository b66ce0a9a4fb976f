import { describe, expect, test } from "bun:test";
import { Fault } from "../../core/fault.ts";
import { formatYaml, parseYaml, parseYamlDocuments } from "../../core/yaml.ts";

const refusal = (text: string): string => {
  try {
    parseYaml(text, "f.yaml");
  } catch (thrown) {
    if (thrown instanceof Fault) return thrown.message;
    throw thrown;
  }
  throw new Error("was accepted");
};

describe("parseYaml()", () => {
  test("reads YAML and JSON", () => {
    expect(parseYaml("a: 1\nb: [x, 'y']\n", "f").value).toEqual({ a: 1, b: ["x", "y"] });
    expect(parseYaml('{\n\t"a": {"b": null}\n}\n', "f").value).toEqual({ a: { b: null } });
    expect(parseYaml("", "f").value).toBeNull();
    expect(parseYaml("# nothing\n", "f").value).toBeNull();
  });

  test("keeps plain words and keys as strings", () => {
    expect(parseYaml("a: yes\n1: x\n", "f").value).toEqual({ a: "yes", "1": "x" });
  });

  test("reads __proto__ as an ordinary key", () => {
    const { value } = parseYaml("__proto__: { polluted: true }\n", "f");
    expect(Object.keys(value as object)).toEqual(["__proto__"]);
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });

  test.each([
    ["a duplicate key", "a: 1\nb:\n  c: 1\n  c: 2\n", 'f.yaml:4:3: the key "c" appears twice'],
    ["a tag of its own", "a: !ruby/object x\n", "f.yaml:1:4: Unresolved tag: !ruby/object"],
    ["a second document", "a: 1\n---\nb: 1\n", "f.yaml:3:1: expected a single document"],
    ["an alias to nothing", "a: *b\n", 'f.yaml:1:4: no anchor "b" before this alias'],
    ["an alias to itself", "a: &a [*a]\n", 'f.yaml:1:8: the alias "a" is inside its own anchor'],
    ["a tab for indentation", "a:\n\tb: 1\n", "f.yaml:2:1: Tabs are not allowed as indentation"],
    [
      "an open bracket",
      "a: [1, 2\n",
      "f.yaml:2:1: Flow sequence in block collection must be sufficiently indented and end with a ]",
    ],
    ["a list for a key", "? [a]\n: 1\n", "f.yaml:1:3: With stringKeys, all keys must be strings"],
  ])("refuses %s", (_name, text, message) => {
    expect(refusal(text)).toBe(message);
  });

  test("refuses an alias bomb", () => {
    const bomb = `a: &a [x,x,x,x,x,x,x,x,x,x]\n${"bcdefghi"
      .split("")
      .map((name, i) => `${name}: &${name} [${Array(10).fill(`*${"abcdefgh"[i]}`)}]`)
      .join("\n")}\n`;
    expect(refusal(bomb)).toContain("used too often");
  });

  test("rejects texts that are nested too deeply or too long", () => {
    expect(refusal("[".repeat(200_000))).toMatch(/^f\.yaml:1:\d+: /);
    expect(refusal("- ".repeat(200_000))).toMatch(/^f\.yaml:1:\d+: /);
    expect(refusal("a".repeat(9 * 1024 * 1024))).toBe("f.yaml: larger than 8 MiB");
  });

  test("reads a map with many keys in linear time", () => {
    const text = Array.from({ length: 50_000 }, (_, i) => `k${i}: ${i}`).join("\n");
    expect(Object.keys(parseYaml(text, "f").value as object)).toHaveLength(50_000);
  });
});

describe("locate()", () => {
  const document = parseYaml("a:\n  b: 1\n  list:\n    - x\n    -  y: 2\nother: &o\n  z: 1\nagain: *o\n", "f");
  test.each([
    [[], 1, 1],
    [["a", "b"], 2, 3],
    [["a", "list", 1, "y"], 5, 8],
    [["a", "list", 0], 4, 7],
    [["a", "missing", "more"], 1, 1],
    [["again", "z"], 7, 3],
  ] as const)("%j", (path, line, column) => {
    expect(document.locate(path)).toEqual({ line, column });
  });

  test("an empty text has no positions", () => {
    expect(parseYaml("", "f").locate(["a"])).toBeUndefined();
  });
});

describe("parseYamlDocuments()", () => {
  test("leaves out empty documents and counts lines over the whole text", () => {
    const documents = parseYamlDocuments("---\na: 1\n---\n---\nb: 2\n---\n", "f");
    expect(documents.map((d) => d.value)).toEqual([{ a: 1 }, { b: 2 }]);
    expect(documents[1]?.locate(["b"])).toEqual({ line: 5, column: 1 });
  });
});

describe("formatYaml()", () => {
  test("parses to the formatted value", () => {
    const shared = { x: "y" };
    const value = {
      a: ["yes", "no", "0o7", "1:30", "null", "~", "# x", "a: b", " lead", "line\nline"],
      b: shared,
      c: shared,
    };
    const text = formatYaml(value);
    expect(parseYaml(text, "f").value).toEqual(value);
    expect(text).toContain('- "yes"');
    expect(text).not.toContain("*");
  });

  test("omits undefined values and does not fold long lines", () => {
    expect(formatYaml({ a: undefined, b: "word ".repeat(60).trim() })).toBe(`b: ${"word ".repeat(60).trim()}\n`);
  });
});
