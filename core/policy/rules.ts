import type { Role, Verb } from "../resource/role.ts";

type Rule = Role["spec"]["allow"]["rules"][number];

/** Whether the roles let their holder `verb` resources of this kind through the API. A `deny` rule of any wins. */
export function mayUse(roles: readonly Role[], resource: string, verb: Verb | "*"): boolean {
  const says = (rules: readonly Rule[]): boolean => rules.some((rule) => applies(rule, resource, verb));
  return !roles.some((role) => says(role.spec.deny.rules)) && roles.some((role) => says(role.spec.allow.rules));
}

function applies(rule: Rule, resource: string, verb: Verb | "*"): boolean {
  const names = (list: readonly string[], name: string): boolean => list.includes("*") || list.includes(name);
  return names(rule.resources, resource) && names(rule.verbs, verb);
}
