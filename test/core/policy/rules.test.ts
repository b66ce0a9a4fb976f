import { describe, expect, test } from "bun:test";
import { ROUTES } from "../../../core/api/routes.ts";
import { PRESET_ROLES } from "../../../core/policy/presets.ts";
import { mayUse } from "../../../core/policy/rules.ts";
import { KINDS } from "../../../core/resource/registry.ts";
import { parse } from "../../../core/resource/resource.ts";
import { type Role, RULE_RESOURCES, role, VERBS, type Verb } from "../../../core/resource/role.ts";
import { aRole } from "./make.ts";

const rules = (...list: readonly [string[], string[]][]): object => ({
  rules: list.map(([resources, verbs]) => ({ resources, verbs })),
});
const readUsers = aRole("read-users", { allow: rules([["user"], ["list", "read"]]) });
const allUsers = aRole("all-users", { allow: rules([["user"], ["*"]]) });
const everything = aRole("everything", { allow: rules([["*"], ["*"]]) });
const readAll = aRole("read-all", { allow: rules([["*"], ["read"]]) });
const noDelete = aRole("no-delete", { deny: rules([["*"], ["delete"]]) });
const noUsers = aRole("no-users", { deny: rules([["user"], ["*"]]) });

test.each<[string, readonly Role[], string, Verb, boolean]>([
  ["nobody", [], "user", "read", false],
  ["a role without rules", [aRole("empty")], "user", "read", false],
  ["the resource and the verb", [readUsers], "user", "read", true],
  ["another verb", [readUsers], "user", "delete", false],
  ["another resource", [readUsers], "role", "read", false],
  ["any verb", [allUsers], "user", "delete", true],
  ["any verb, another resource", [allUsers], "role", "list", false],
  ["any resource", [readAll], "node", "read", true],
  ["any resource, another verb", [readAll], "node", "update", false],
  ["anything", [everything], "cert_authority", "update", true],
  ["deny of the verb", [everything, noDelete], "user", "delete", false],
  ["deny of the verb leaves the others", [everything, noDelete], "user", "update", true],
  ["deny of the resource", [noUsers, everything], "user", "list", false],
  ["deny of the resource leaves the others", [noUsers, everything], "role", "list", true],
  ["two roles add up", [readUsers, noDelete, readAll], "user", "list", true],
])("%s", (_who, roles, resource, verb, expected) => {
  expect(mayUse(roles, resource, verb)).toBe(expected);
});

describe("presets", () => {
  const preset = (name: string): readonly Role[] => PRESET_ROLES.filter((each) => each.metadata.name === name);
  const may = (name: string): string[] =>
    RULE_RESOURCES.flatMap((resource) => {
      const verbs = VERBS.filter((verb) => mayUse(preset(name), resource, verb));
      return verbs.length === 0 ? [] : [`${resource}: ${verbs.join(" ")}`];
    });
  const all = VERBS.join(" ");

  test("access: nothing through the API", () => expect(may("access")).toEqual([]));
  test("editor: every resource; authorities only to look at; no audit", () => {
    expect(may("editor")).toEqual([
      `user: ${all}`,
      `role: ${all}`,
      `node: ${all}`,
      `token: ${all}`,
      `lock: ${all}`,
      "cert_authority: list read",
      `cluster_config: ${all}`,
      `app: ${all}`,
      `trusted_cluster: ${all}`,
      `remote_cluster: ${all}`,
      `access_request: ${all}`,
      `oidc: ${all}`,
      `github: ${all}`,
    ]);
  });
  test("auditor: the record of what happened, to read", () => {
    expect(may("auditor")).toEqual(["session: list read", "recording: list read", "event: list read"]);
  });
  test.each(PRESET_ROLES.map((each) => [each.metadata.name, each] as const))(
    "%s is a role like any other",
    (_name, each) => {
      expect(parse(role, each)).toEqual(each);
    },
  );
});

test("a rule can name every kind of resource and everything that a route asks for", () => {
  const asked = Object.values(ROUTES).flatMap((route) => ("needs" in route ? [route.needs.resource] : []));
  for (const name of [...Object.keys(KINDS), ...asked.filter((each) => each !== ":kind")])
    expect(RULE_RESOURCES as readonly string[]).toContain(name);
});
