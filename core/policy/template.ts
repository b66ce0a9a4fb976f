import { isLogin } from "../names.ts";
import { looksLikeTemplate, parseTemplate, type Template } from "../resource/template.ts";
import type { Traits } from "../resource/user.ts";

/**
 * Expands one entry of a role's `logins`. Traits come from outside (an identity provider, another administrator), so an
 * expansion that is not a Unix login name is dropped: no separator, wildcard or option can become a principal. A missing
 * trait expands to nothing.
 */
export function expand(entry: string, traits: Traits): readonly string[] {
  if (!looksLikeTemplate(entry)) return isLogin(entry) ? [entry] : [];
  const template = parseTemplate(entry);
  return template === undefined ? [] : fill(template, traits).filter(isLogin);
}

/** The expansions of a template, one for each value of its trait. */
export function fill({ prefix, trait, suffix }: Template, traits: Traits): readonly string[] {
  const values = Object.hasOwn(traits, trait) ? (traits[trait] ?? []) : [];
  return values.map((value) => `${prefix}${value}${suffix}`);
}
