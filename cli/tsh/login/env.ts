import { command, printing } from "../../command.ts";
import type { Context } from "../../context.ts";
import { globals } from "../globals.ts";
import { notLoggedIn, profilesOf, selectProfile } from "./profile-select.ts";

/** `tsh env`: prints shell commands that select the current cluster for one shell. */
export const env = (cx: Context) =>
  command({
    meta: {
      name: "env",
      description: "Print shell commands that select this cluster for the current shell",
      examples: [
        ['eval "$(tsh env)"', "selects this proxy and cluster in this shell"],
        ['eval "$(tsh env --unset)"', "undoes the selection"],
      ],
    },
    args: {
      ...globals,
      ...printing,
      unset: { type: "boolean", description: "Print the commands that undo it" },
    },
    async run({ args }) {
      if (args.unset) {
        const names = ["SALLYPORT_PROXY", "SALLYPORT_CLUSTER"];
        return cx.print(names, { text: (all) => all.map((name) => `unset ${name};`).join("\n") });
      }
      const profile = await selectProfile(profilesOf(cx), args);
      if (profile === undefined) throw notLoggedIn(args);
      // Both values match the alphabets of profile.ts and need no quoting.
      await cx.print(
        { SALLYPORT_PROXY: profile.web, SALLYPORT_CLUSTER: profile.cluster },
        {
          text: (all) =>
            Object.entries(all)
              .map(([name, value]) => `export ${name}=${value};`)
              .join("\n"),
        },
      );
    },
  });
