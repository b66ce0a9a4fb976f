import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { completionFiles } from "./scripts.ts";

/** Rewrites `completions/` from the command tree: `bun cli/completion/generate.ts`. */
for (const [name, content] of await completionFiles())
  writeFileSync(resolve(import.meta.dir, "../../completions", name), content);
