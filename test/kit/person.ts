import type { AuthClient } from "../../core/api/client.ts";
import type { Invitation, UserCertificate } from "../../core/api/schemas.ts";
import { PrivateKey } from "../../core/cert/private-key.ts";
import { Fault } from "../../core/fault.ts";
import { totpCode } from "../../core/mfa/totp.ts";
import type { TestAuth } from "./auth.ts";

export const PASSWORD = "correct horse battery";
const ADDRESS = "192.0.2.1";

/** A user that logs in through a proxy. */
export class Person {
  readonly name: string;
  /** TOTP secret in base32. */
  readonly secret: string;
  readonly #auth: TestAuth;
  readonly #proxy: AuthClient;

  constructor(auth: TestAuth, proxy: AuthClient, name: string, secret = "") {
    this.#auth = auth;
    this.#proxy = proxy;
    this.name = name;
    this.secret = secret;
  }

  /** The TOTP code, `steps` of 30 seconds from now. */
  code(steps = 0): string {
    return totpCode(this.secret, new Date(this.#auth.now.getTime() + steps * 30_000));
  }

  /** Logs in, by default with the right password and an unused code. */
  login(more: { password?: string; otp?: string; from?: string; ttl?: number } = {}): Promise<UserCertificate> {
    return this.#proxy.login({
      user: this.name,
      password: more.password ?? PASSWORD,
      ...((more.otp !== undefined || this.secret !== "") && { otp: more.otp ?? this.code() }),
      public_key: PrivateKey.generate().public.toString(),
      remote_addr: more.from ?? ADDRESS,
      ...(more.ttl !== undefined && { ttl_seconds: more.ttl }),
    });
  }

  /** The text of a refused login. */
  async refusal(more: Parameters<Person["login"]>[0] = {}): Promise<Fault> {
    return refusalOf(this.login(more));
  }
}

/** The Fault of a rejected promise. */
export async function refusalOf(promise: Promise<unknown>): Promise<Fault> {
  const outcome = await promise.catch((error: unknown) => error);
  if (!(outcome instanceof Fault)) throw new Error(`not refused: ${String(outcome)}`, { cause: outcome });
  return outcome;
}

/** Accepts an invitation, and advances the clock past the used code. */
export async function signUp(
  auth: TestAuth,
  proxy: AuthClient,
  { token }: Pick<Invitation, "token">,
  password = PASSWORD,
): Promise<Person> {
  const { user, totp } = await proxy.inspectInvite({ token });
  const person = new Person(auth, proxy, user, totp?.secret);
  const otp = totp === undefined ? {} : { otp: person.code() };
  await proxy.acceptInvite({ token, password, ...otp, remote_addr: ADDRESS });
  auth.pass(30_000);
  return person;
}

/** The signed-up user alice and the proxy that she uses. */
export async function withAlice(auth: TestAuth): Promise<{ admin: AuthClient; proxy: AuthClient; alice: Person }> {
  const admin = await auth.admin();
  const { api: proxy } = await auth.host("00000000-0000-4000-8000-00000000000b", ["proxy"], "proxy-1");
  const invitation = await admin.createUser({ name: "alice", traits: { logins: ["alice", "root"] } });
  return { admin, proxy, alice: await signUp(auth, proxy, invitation) };
}
