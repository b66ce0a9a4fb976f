import { Fault } from "../../../core/fault.ts";
import type { ClientIdentity } from "../login/identity.ts";

/** `[USER@]HOST` as it was typed. */
export interface Destination {
  readonly login: string | undefined;
  readonly host: string;
}

/** The login may contain `@`, a host cannot. @throws Fault `bad_request`. */
export function parseDestination(text: string): Destination {
  const at = text.lastIndexOf("@");
  const host = text.slice(at + 1).replace(/^\[(.*)\]$/, "$1");
  if (host === "" || at === 0 || host.startsWith("-") || /[\s\u0000-\u001f\u007f]/.test(host))
    throw new Fault("bad_request", `"${text}" is not [USER@]HOST`);
  return { login: at === -1 ? undefined : text.slice(0, at), host };
}

/** `label=value[,…]`: several machines. */
export function isLabels(host: string): boolean {
  return host.includes("=");
}

/** An address is in no certificate of a machine that is reached through a gateway; such are looked up first. */
export function isAddress(host: string): boolean {
  return host.includes(":") || /^[0-9.]+$/.test(host);
}

/**
 * The login name to use: the one asked for, or the `own` of this machine's user, or the only one there is.
 * @throws Fault `denied`, saying which there are, when the certificate is not good for it.
 */
export function chooseLogin(identity: ClientIdentity, asked: string | undefined, own: string): string {
  const logins = identity.certificate.principals.filter((name) => !name.startsWith("-"));
  const name = asked ?? own;
  if (logins.includes(name)) return name;
  const [only, second] = logins;
  if (asked === undefined && only !== undefined && second === undefined) return only;
  throw new Fault("denied", `you may not log in as "${name}"`, {
    hint: only === undefined ? "you have no logins; ask for some" : `your logins are: ${logins.join(", ")}`,
  });
}
