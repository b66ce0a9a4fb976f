import type { Certificate } from "../../../core/cert/certificate.ts";
import { readUserIdentity } from "../../../core/cert/identity.ts";
import { facts, localTime, type Style, shortDuration, timestamp } from "../../output.ts";
import type { Profile } from "../../profile.ts";

/** A login in the output of `tsh status` and `tsh login`. */
export interface LoginRow {
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

export function describeLogin(profile: Profile, certificate: Certificate, now: Date): LoginRow {
  const { user, roles, traits, cluster, logins, expires } = readUserIdentity(certificate);
  return {
    proxy: profile.proxy,
    cluster,
    user,
    roles,
    // The certificate of a user without logins contains a placeholder that begins with "-".
    logins: logins.filter((login) => !login.startsWith("-")),
    valid_until: timestamp(expires),
    expired: expires <= now,
    traits,
    // OpenSSH's extensions only; ours are shown as roles and traits.
    extensions: [...certificate.extensions.keys()].filter((name) => !name.includes("@")),
    web_addr: profile.web,
    ssh_addr: profile.ssh,
  };
}

export function loginText(row: LoginRow, mark: string, style: Style, now: Date): string {
  const until = new Date(row.valid_until);
  const left = row.expired
    ? style.red(`expired ${expiredSince(row, now)} ago`)
    : style.green(`valid for ${shortDuration((until.getTime() - now.getTime()) / 1000)}`);
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

/** Time since the expiry of a login. */
export function expiredSince(row: LoginRow, now: Date): string {
  return shortDuration((now.getTime() - new Date(row.valid_until).getTime()) / 1000);
}
