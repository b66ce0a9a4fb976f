import { Fault } from "../../../core/fault.ts";
import { command, printing } from "../../command.ts";
import type { Context } from "../../context.ts";
import type { Style } from "../../output.ts";
import type { Profile } from "../../profile.ts";
import { globals } from "../globals.ts";
import { describeLogin, expiredSince, type LoginRow, loginText } from "./describe.ts";
import { notLoggedIn, profilesOf, selectProfile } from "./profile-select.ts";

/** `tsh status`: prints the current logins and their expiry. */
export const status = (cx: Context) =>
  command({
    meta: {
      name: "status",
      description: "Show the current logins and their expiry",
      examples: [
        ["tsh status", ""],
        ["tsh status --format=json | jq -r .active.valid_until", "for scripts"],
        ["tsh status >/dev/null 2>&1 || tsh login", "log in if necessary"],
      ],
    },
    args: { ...globals, ...printing },
    async run({ args }) {
      const profiles = profilesOf(cx);
      const chosen = await selectProfile(profiles, args);
      const rowOf = (profile: Profile) => {
        const certificate = profiles.certificate(profile);
        return certificate && describeLogin(profile, certificate, cx.now());
      };
      const rows = (await profiles.list()).map(rowOf).filter((row) => row !== undefined);
      const active = chosen && rowOf(chosen);
      await cx.print({ active: active ?? null, profiles: rows }, { text: (v, style) => text(v, style, cx.now()) });
      if (active === undefined) throw notLoggedIn(args, chosen);
      if (active.expired)
        throw new Fault("unauthenticated", `the certificate expired ${expiredSince(active, cx.now())} ago`, {
          hint: `tsh login --proxy=${active.web_addr} --user=${active.user}`,
        });
    },
  });

function text(value: { active: LoginRow | null; profiles: readonly LoginRow[] }, style: Style, now: Date): string {
  const others = value.profiles.filter((row) => row.proxy !== value.active?.proxy);
  const active = value.active === null ? [] : [loginText(value.active, "> ", style, now)];
  return [...active, ...others.map((row) => loginText(row, "  ", style, now))].join("\n\n");
}
