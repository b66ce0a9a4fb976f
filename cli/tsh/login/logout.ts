import { command, printing } from "../../command.ts";
import type { Context } from "../../context.ts";
import { globals } from "../globals.ts";
import { notLoggedIn, profilesOf, selectProfile } from "./profile-select.ts";

/** `tsh logout`: removes keys and certificates from disk and from the running ssh-agent. */
export const logout = (cx: Context) =>
  command({
    meta: {
      name: "logout",
      description: "Forget keys and certificates",
      examples: [
        ["tsh logout", "all clusters"],
        ["tsh logout --proxy=access.example.com", "one cluster"],
      ],
    },
    args: { ...globals, ...printing },
    async run({ args }) {
      const profiles = profilesOf(cx);
      const one = args.proxy !== undefined || args.user !== undefined;
      const chosen = one ? await selectProfile(profiles, args) : undefined;
      if (one && chosen === undefined) throw notLoggedIn(args);
      const proxies = chosen === undefined ? profiles.proxies() : [chosen.proxy];
      const leaving = proxies.flatMap((proxy) => profiles.logins(proxy));
      for (const proxy of proxies) profiles.remove(proxy);
      if (cx.env.SSH_AUTH_SOCK) {
        const { forgetKeys } = await import("../../ssh-agent/keys.ts");
        await forgetKeys(cx.env.SSH_AUTH_SOCK, leaving).catch((error: Error) => {
          cx.warn(`the keys could not be taken out of the ssh-agent: ${error.message}`);
        });
      }
      await cx.print(leaving, {
        text: (all) =>
          all.map((row) => `${row.user} is logged out of ${row.proxy}.`).join("\n") || "You were not logged in.",
      });
    },
  });
