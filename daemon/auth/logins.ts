import type { RequestOf } from "../../core/api/routes.ts";
import type { UserCertificate } from "../../core/api/schemas.ts";
import { Fault } from "../../core/fault.ts";
import { matchTotp } from "../../core/mfa/totp.ts";
import { userName } from "../../core/names.ts";
import { authorize, refusalFault, uncertifiedIdentity, withUser } from "../../core/policy/authorize.ts";
import type { User } from "../../core/resource/user.ts";
import type { Write } from "../../core/store.ts";
import type { Item } from "../store/collection.ts";
import { admitSource, attemptFailed, beginAttempt, forgetAttempts } from "./attempts.ts";
import { emitEvent } from "./audit.ts";
import { issueUserCertificate, trust } from "./certificates.ts";
import type { AuthContext } from "./context.ts";
import { passwordMatches } from "./passwords.ts";
import { secretCollection, type UserRecord, type UserSecrets, userCollection } from "./schema.ts";

/** Stands in where there is none, so that the arithmetic is the same. */
const NO_SECRET = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

interface Account {
  readonly user: UserRecord;
  readonly secrets: Item<UserSecrets>;
}

/**
 * Password and code for a certificate. A wrong password, a wrong code, a locked account and an unknown user get the same
 * answer after the same time.
 * @throws Fault `unauthenticated`; `denied` when `authorize` refuses the login; `rate_limited` when too many attempts are
 * made at once, or from one address.
 */
export async function login(auth: AuthContext, request: RequestOf<"login">): Promise<UserCertificate> {
  await admitSource(auth, request.remote_addr);
  // One after the other for each name: side by side, the right answers of one user would count as guesses.
  const user = await auth.mutex.run(`login/${request.user}`, () => authenticate(auth, request));
  await requireLogin(auth, user, request.remote_addr);
  const [certificate] = await Promise.all([
    issueUserCertificate(auth, {
      user: user.resource,
      publicKey: request.public_key,
      ttl: request.ttl_seconds,
      via: "login",
      actor: request.user,
    }),
    emitEvent(auth, "user.login", {
      user: request.user,
      success: true,
      method: "local",
      addr_remote: request.remote_addr,
    }),
  ]);
  return { ...trust(auth), user: request.user, certificate };
}

async function authenticate(auth: AuthContext, request: RequestOf<"login">): Promise<UserRecord> {
  const attempt = await beginAttempt(auth, request.user, request.remote_addr);
  const account = await findAccount(auth, request.user);
  const passwordOk = await passwordMatches(request.password, account?.secrets.value.password);
  const step = matchTotp(account?.secrets.value.totp ?? NO_SECRET, request.otp ?? "", auth.now());
  if (account !== undefined && !attempt.locked && passwordOk && (await spendCode(auth, account, step)))
    return account.user;
  const fault = new Fault("unauthenticated", "the user name, the password or the code is wrong", {
    hint: "a code works once, and needs the right time on the device that shows it; after five wrong answers an account is locked for 20 minutes",
  });
  await attemptFailed(auth, attempt, fault);
  throw fault;
}

async function findAccount(auth: AuthContext, name: string): Promise<Account | undefined> {
  if (!userName.safeParse(name).success) return undefined;
  const [user, secret] = await Promise.all([
    userCollection(auth.store).get(name),
    secretCollection(auth.store).get(name),
  ]);
  if (user === undefined || secret === undefined || !user.value.enrolled) return undefined;
  const opened = JSON.parse(auth.seal.open(secret.value.sealed, `/secrets/users/${name}`)) as UserSecrets;
  return { user: user.value, secrets: { name, value: opened, revision: secret.revision } };
}

/**
 * Whether the second factor is satisfied. A code counts once: its step is stored, and the wrong answers before it are
 * forgotten, before anybody is let in.
 */
async function spendCode(auth: AuthContext, account: Account, step: number | undefined): Promise<boolean> {
  const { name, value, revision } = account.secrets;
  const writes: Write[] = [forgetAttempts(auth, name)];
  if (auth.secondFactor !== "off" && (value.totp !== undefined || auth.secondFactor === "otp")) {
    if (value.totp === undefined)
      auth.log.warn("a user without a second factor cannot log in: tctl users reset makes a new link", { user: name });
    if (value.totp === undefined || step === undefined || step <= (value.last_step ?? 0)) return false;
    const sealed = auth.seal.close(JSON.stringify({ ...value, last_step: step }), `/secrets/users/${name}`);
    writes.push(secretCollection(auth.store).put(name, { sealed }, revision));
  }
  try {
    await auth.store.commit(writes);
    return true;
  } catch (error) {
    // A concurrent login used a code, possibly this one, or the password was changed.
    if (error instanceof Fault && error.code === "conflict") return false;
    throw error;
  }
}

/** Locks and addresses are disclosed only here, to a caller that has proven to be the user. @throws Fault `denied` */
async function requireLogin(auth: AuthContext, record: UserRecord, address: string): Promise<void> {
  const { resource, created } = record;
  const user: User = { ...resource, status: { created } };
  const now = auth.now();
  const identity = uncertifiedIdentity(user, auth.cluster, [], now);
  // The record was just read from the store, and may be newer than the view where another auth process wrote it.
  const decision = authorize(identity, { kind: "login" }, withUser(auth.view, user), { now, address });
  if (decision.allow) return;
  await emitEvent(auth, "user.login", {
    user: identity.user,
    success: false,
    method: "local",
    addr_remote: address,
    error: decision.refusal.message,
  });
  throw refusalFault(decision.refusal);
}
