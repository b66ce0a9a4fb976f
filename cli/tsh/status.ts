import type { Certificate } from "../../core/cert/certificate.ts";
import { readUserIdentity } from "../../core/cert/identity.ts";
import { Fault } from "../../core/fault.ts";
import { command, printing } from "../command.ts";
import type { Context } from "../context.ts";
import { facts, localTime, roughly, type Style, timestamp } from "../output.ts";
import type { Profile, Profiles } from "../profile.ts";
import { chooseProfile, notLoggedIn, profilesOf } from "./choose.ts";
import { globals } from "./globals.ts";

/** One login as `tsh status` shows it. */
interface Row {
  readonly proxy: string;
  readonly cluster: string;
  readonly user: string;
  readonly roles: readonly string[];
  readonly logins: readonly string[];
  readonly valid_until: string;
  readonly expired: boolean;
  readonly traits: Readonly<Record<string, readonly string[]>>;
  readonly extensions: readonly string[];
  readonly web_addr: string;
  readonly ssh_addr: string;
}

/** `tsh status`: am I in, as whom, until when. */
export const status = (cx: Context) =>
  command({
    meta: {
      name: "status",
      description: "Show who you are logged in as, and until when",
      examples: [
        ["tsh status", ""],
        ["tsh status --format=json | jq -r .active.valid_until", "for scripts"],
        ["tsh status >/dev/null 2>&1 || tsh login", "log in when it is necessary"],
      ],
    },
    args: { ...globals, ...printing },
    async run({ args }) {
      const profiles = profilesOf(cx);
      const chosen = await chooseProfile(profiles, args);
      const rows: Row[] = [];
      for (const profile of await profiles.list()) {
        const row = describe(profiles, profile, cx.now());
        if (row !== undefined) rows.push(row);
      }
      const active = chosen === undefined ? undefined : describe(profiles, chosen, cx.now());
      await cx.print({ active: active ?? null, profiles: rows }, { text: (v, style) => text(v, style, cx.now()) });
      if (active === undefined) throw notLoggedIn(args);
      if (active.expired)
        throw new Fault("unauthenticated", `the certificate expired ${ago(active, cx.now())} ago`, {
          hint: `tsh login --proxy=${active.web_addr} --user=${active.user}`,
        });
    },
  });

/** Undefined where the certificate is missing. */
function describe(profiles: Profiles, profile: Profile, now: Date): Row | undefined {
  const certificate = profiles.certificate(profile);
  if (certificate === undefined) return undefined;
  const { user, roles, traits, cluster, logins, expires } = readUserIdentity(certificate);
  return {
    proxy: profile.proxy,
    cluster,
    user,
    roles,
    logins: logins.filter((login) => !login.startsWith("-")),
    valid_until: timestamp(expires),
    expired: expires <= now,
    traits,
    extensions: extensions(certificate),
    web_addr: profile.web,
    ssh_addr: profile.ssh,
  };
}

/** What OpenSSH knows; our own are shown as roles and traits. */
function extensions(certificate: Certificate): string[] {
  return [...certificate.extensions.keys()].filter((name) => !name.includes("@"));
}

function text(value: { active: Row | null; profiles: readonly Row[] }, style: Style, now: Date): string {
  const others = value.profiles.filter((row) => row.proxy !== value.active?.proxy);
  const blocks = [...(value.active === null ? [] : [block(value.active, "> ", style, now)])];
  return [...blocks, ...others.map((row) => block(row, "  ", style, now))].join("\n\n");
}

function block(row: Row, mark: string, style: Style, now: Date): string {
  const until = new Date(row.valid_until);
  const left = row.expired
    ? style.red(`expired ${ago(row, now)} ago`)
    : style.green(`valid for ${roughly((until.getTime() - now.getTime()) / 1000)}`);
  return facts(
    [
      ["Proxy", row.web_addr],
      ["Cluster", row.cluster],
      ["User", row.user],
      ["Roles", row.roles.join(", ")],
      ["Logins", row.logins.join(", ") || "none"],
      ["Valid until", localTime(until)],
      ["Extensions", row.extensions.join(", ")],
    ],
    style,
  )
    .split("\n")
    .map((line, i) => (i === 0 ? mark : "  ") + (line.includes("Valid until") ? `${line} (${left})` : line))
    .join("\n");
}

function ago(row: Row, now: Date): string {
  return roughly((now.getTime() - new Date(row.valid_until).getTime()) / 1000);
}
