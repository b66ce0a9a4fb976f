import { isLogin } from "../names.ts";
import { looksLikeTemplate, parseTemplate, type Template } from "../resource/template.ts";
import type { Traits } from "../resource/user.ts";

/**
 * The logins that one entry of a role's `logins` stands for. A trait comes from outside (an identity provider, a
 * colleague's typing), so what is no Unix login name after the values are in is dropped: no separator, wildcard or
 * option can become a principal. A trait that is not there gives nothing.
 */
export function expand(entry: string, traits: Traits): readonly string[] {
  if (!looksLikeTemplate(entry)) return isLogin(entry) ? [entry] : [];
  const template = parseTemplate(entry);
  return template === undefined ? [] : fill(template, traits).filter(isLogin);
}

/** The texts that a template stands for, one for each value of its trait. */
export function fill({ prefix, trait, suffix }: Template, traits: Traits): readonly string[] {
  const values = Object.hasOwn(traits, trait) ? (traits[trait] ?? []) : [];
  return values.map((value) => `${prefix}${value}${suffix}`);
}
