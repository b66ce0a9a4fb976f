import { Fault } from "../../../core/fault.ts";
import type { ClientIdentity } from "../login/identity.ts";

/** A parsed `[USER@]HOST`. */
export interface Destination {
  readonly login: string | undefined;
  readonly host: string;
}

/** Parses `[USER@]HOST`; the login may contain `@`, the host cannot. @throws Fault `bad_request` */
export function parseDestination(text: string): Destination {
  const at = text.lastIndexOf("@");
  const host = text.slice(at + 1).replace(/^\[(.*)\]$/, "$1");
  if (host === "" || at === 0 || host.startsWith("-") || /[\s\u0000-\u001f\u007f]/.test(host))
    throw new Fault("bad_request", `"${text}" is not [USER@]HOST`);
  return { login: at === -1 ? undefined : text.slice(0, at), host };
}

/** Whether the host is `label=value[,…]`, which selects several machines. */
export function isLabels(host: string): boolean {
  return host.includes("=");
}

/** Whether the host is an IP address; addresses are resolved to nodes, because host certificates may not contain them. */
export function isAddress(host: string): boolean {
  return host.includes(":") || /^[0-9.]+$/.test(host);
}

/**
 * The login name: the given one, or the local user name `own`, or the only login of the certificate.
 * @throws Fault `denied` with the allowed logins if the certificate does not contain it
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
