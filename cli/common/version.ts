import packageJson from "../../package.json" with { type: "json" };
import { command, printing } from "../command.ts";
import type { Context } from "../context.ts";

/** `version`: version and platform of this binary. */
export const version = (cx: Context) =>
  command({
    meta: {
      name: "version",
      description: "Print the version",
      examples: [
        [`${cx.tool} version`, ""],
        [`${cx.tool} version --format=json`, "for scripts"],
      ],
    },
    args: { ...printing },
    async run() {
      const value = { version: packageJson.version, platform: `${process.platform}-${process.arch}`, bun: Bun.version };
      await cx.print(value, { text: (v) => `Sallyport ${v.version} ${v.platform}` });
    },
  });
