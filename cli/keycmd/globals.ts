import type { Args } from "../command.ts";
import { OWN_FILE } from "./config.ts";

/** What both of keycmd's commands for people read. */
export const globals = {
  config: {
    type: "string",
    valueHint: "file",
    complete: "file",
    description: `Configuration file (default: ${OWN_FILE}; for what is there already also TMS's own)`,
  },
} as const satisfies Args;
