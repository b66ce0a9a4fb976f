/** `prefix{{internal.NAME}}suffix`: text with the values of one of the user's traits in it. */
export interface Template {
  readonly prefix: string;
  /** `internal.` and `external.` name the same traits; both are written because Teleport's roles have both. */
  readonly trait: string;
  readonly suffix: string;
}

const TEMPLATE = /^([^{}]*)\{\{\s*(?:internal|external)\.([A-Za-z0-9_.:/-]{1,128})\s*\}\}([^{}]*)$/;

/** Whether `text` means to be a template, well written or not. */
export function looksLikeTemplate(text: string): boolean {
  return text.includes("{{") || text.includes("}}");
}

/** The parts of a template, or undefined where `text` is none, or asks for what does not exist. */
export function parseTemplate(text: string): Template | undefined {
  const [, prefix, trait, suffix] = TEMPLATE.exec(text) ?? [];
  return prefix === undefined || trait === undefined || suffix === undefined ? undefined : { prefix, trait, suffix };
}
