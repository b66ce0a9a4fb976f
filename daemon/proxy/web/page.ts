import { createHash } from "node:crypto";
import html from "./page.html" with { type: "text" };

/** One page for everything a browser is shown here, and the policy under which it runs: its own script, and no other. */
export interface Page {
  readonly html: string;
  readonly policy: string;
}

let made: Page | undefined;

export function page(): Page {
  // Imported as text, whatever the type of an HTML import says.
  made ??= withPolicy(html as unknown as string);
  return made;
}

function withPolicy(html: string): Page {
  const directives = [
    "default-src 'none'",
    `script-src ${digestOf(html, "script")}`,
    `style-src ${digestOf(html, "style")}`,
    "img-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ];
  return { html, policy: directives.join("; ") };
}

/** CSP 3 §2.3.1: the digest of exactly what is between the tags. */
function digestOf(html: string, tag: string): string {
  const content = new RegExp(`<${tag}>([^]*?)</${tag}>`).exec(html)?.[1] ?? "";
  return `'sha256-${createHash("sha256").update(content).digest("base64")}'`;
}
