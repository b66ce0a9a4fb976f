/** `prefix{{internal.NAME}}suffix`: expands to one text for each value of a user trait. */
export interface Template {
  readonly prefix: string;
  /** The trait's name. `internal.` and `external.` refer to the same traits; Teleport's roles use both. */
  readonly trait: string;
  readonly suffix: string;
}

const TEMPLATE = /^([^{}]*)\{\{\s*(?:internal|external)\.([A-Za-z0-9_.:/-]{1,128})\s*\}\}([^{}]*)$/;

/** Whether `text` contains template braces, well formed or not. */
export function looksLikeTemplate(text: string): boolean {
  return text.includes("{{") || text.includes("}}");
}

/** Parses a template. Undefined when `text` is not one, or is malformed. */
export function parseTemplate(text: string): Template | undefined {
  const [, prefix, trait, suffix] = TEMPLATE.exec(text) ?? [];
  return prefix === undefined || trait === undefined || suffix === undefined ? undefined : { prefix, trait, suffix };
}
