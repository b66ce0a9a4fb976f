import { describe, expect, test } from "bun:test";
import { matchLabels, mismatch } from "../../../core/policy/labels.ts";
import type { Labels } from "../../../core/resource/resource.ts";
import type { LabelPatterns } from "../../../core/resource/role.ts";
import { aRole } from "./make.ts";

const node: Labels = { env: "prod", region: "eu-1", "rack/row": "7", empty: "" };

describe("a node with env=prod, region=eu-1, rack/row=7 and an empty label", () => {
  test.each<[string, LabelPatterns, boolean]>([
    ["no labels fit no node", {}, false],
    ["'*': '*' fits any", { "*": "*" }, true],
    ["'*': ['*'] is the same", { "*": ["*"] }, true],
    ["one value", { env: "prod" }, true],
    ["another value", { env: "dev" }, false],
    ["another case", { env: "Prod" }, false],
    ["the beginning of a value", { env: "pro" }, false],
    ["one of several values", { env: ["dev", "prod"] }, true],
    ["none of several values", { env: ["dev", "test"] }, false],
    ["all labels must fit", { env: "prod", region: "eu-1" }, true],
    ["one that does not is enough", { env: "prod", region: "us-1" }, false],
    ["one that is not there is enough", { env: "prod", owner: "*" }, false],
    ["'*': '*' with another label still asks for that", { "*": "*", env: "dev" }, false],
    ["any value", { env: "*" }, true],
    ["any value, also an empty one", { empty: "*" }, true],
    ["an empty value", { empty: "" }, true],
    ["an empty value is not a missing label", { owner: "" }, false],
    ["a regular expression", { region: "^eu-[0-9]+$" }, true],
    ["a regular expression fits the whole value", { region: "^eu$" }, false],
    ["alternatives", { env: "^(prod|staging)$" }, true],
    ["a name with a slash", { "rack/row": "7" }, true],
    ["a name that every object has", { constructor: "*" }, false],
    ["… and another", { hasOwnProperty: "*", toString: "*" }, false],
  ])("%s", (_name, patterns, expected) => {
    expect(matchLabels(patterns, node)).toBe(expected);
    expect(mismatch(patterns, node) === undefined).toBe(expected);
  });
});

describe("values out of traits", () => {
  test.each<[string, string, readonly string[], boolean]>([
    ["the value", "{{external.t}}", ["prod"], true],
    ["one of the values", "{{external.t}}", ["dev", "prod"], true],
    ["text around it", "p{{internal.t}}d", ["ro"], true],
    ["blanks inside the braces", "{{ external.t }}", ["prod"], true],
    ["no value", "{{external.t}}", [], false],
    ["a trait that is not there", "{{external.other}}", ["prod"], false],
    ["a name that every object has", "{{external.constructor}}", ["prod"], false],
    ["a star is only a star", "{{external.t}}", ["*"], false],
    ["a regular expression is only text", "{{external.t}}", ["^.*$"], false],
    ["a template is only text", "{{external.t}}", ["{{external.t}}"], false],
  ])("%s", (_name, pattern, values, expected) => {
    expect(matchLabels({ env: pattern }, node, { t: values })).toBe(expected);
  });
});

test("a role's labels are read from a value or a list", () => {
  const role = aRole("r", { allow: { node_labels: { env: "prod", region: ["eu-1", "eu-2"] } } });
  expect(matchLabels(role.spec.allow.node_labels, node)).toBe(true);
});

test("an administrator is told which label does not fit, and how", () => {
  expect(mismatch({}, node)).toBe("it names no labels, and so no node");
  expect(mismatch({ env: ["dev", "test"] }, node)).toBe('env must be dev or test, and is "prod"');
  expect(mismatch({ env: "*", owner: "*" }, node)).toBe("owner must be *, and there is no such label");
});
