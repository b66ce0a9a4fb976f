import { Fault } from "../fault.ts";
import { compileRegex, type Regex } from "../regex.ts";
import { looksLikeTemplate, parseTemplate, type Template } from "./template.ts";

/** A parsed pattern for a label value. */
export type Pattern =
  | { readonly kind: "any" }
  | { readonly kind: "exact"; readonly value: string }
  | { readonly kind: "regex"; readonly regex: Regex }
  | { readonly kind: "template"; readonly template: Template };

/**
 * Parses `*`, `^…$`, `{{internal.NAME}}` or plain text. Text that resembles a pattern but would never match is an error,
 * because in a role's `deny` it would deny nothing.
 * @throws Fault `bad_request` with the reason.
 */
export function parsePattern(text: string): Pattern {
  if (text === "*") return { kind: "any" };
  if (text.startsWith("^") && !looksLikeTemplate(text)) return { kind: "regex", regex: compileRegex(text) };
  if (looksLikeTemplate(text)) {
    const template = parseTemplate(text);
    if (template === undefined || text.startsWith("^"))
      throw new Fault("bad_request", "expected {{internal.NAME}} or {{external.NAME}}, with plain text around it");
    return { kind: "template", template };
  }
  if (text.includes("*"))
    throw new Fault("bad_request", `only "*" alone stands for any value; write the pattern as ^…$`);
  return { kind: "exact", value: text };
}
