import { Fault } from "../../core/fault.ts";

const MIN_LENGTH = 12;

/** Parameters of OWASP's Password Storage Cheat Sheet for argon2id: 19 MiB, two passes, one lane. */
const ARGON2 = { algorithm: "argon2id", memoryCost: 19_456, timeCost: 2 } as const;

/** The hash of a discarded random password, verified for users without a password, so that the reply takes as long. */
const DUMMY_HASH =
  "$argon2id$v=19$m=19456,t=2,p=1$JITncreUrsfQ3B720pbS7KAhmIewFgjGHIxtq59/91A$W5wGRpJJFVPMVpqtz81rgLdJ1ourW9PIkcMLjEoINHw";

/** Bounds on concurrent and queued hashes: each takes 19 MiB and one core. */
const MAX_RUNNING = 4;
const MAX_QUEUED = 200;

/**
 * Hashes a password with argon2id. The only rule for passwords is the minimum length (NIST SP 800-63B §5.1.1.2).
 * @throws Fault `bad_request` when it is too short; `rate_limited` when the queue is full.
 */
export async function hashPassword(password: string): Promise<string> {
  if ([...password].length < MIN_LENGTH)
    throw new Fault("bad_request", `the password is too short: at least ${MIN_LENGTH} characters`);
  return limited(() => Bun.password.hash(normalize(password), ARGON2));
}

/** Verifies a password, in the same time without a hash. @throws Fault `rate_limited` when the queue is full. */
export async function passwordMatches(password: string, hash: string | undefined): Promise<boolean> {
  const matches = await limited(() => Bun.password.verify(normalize(password) || " ", hash ?? DUMMY_HASH));
  return matches && hash !== undefined && password !== "";
}

/** Normalizes to NFKC, so that equal characters match from every keyboard and system (NIST SP 800-63B §5.1.1.2). */
const normalize = (password: string): string => password.normalize("NFKC");

let running = 0;
const queue: (() => void)[] = [];

async function limited<T>(work: () => Promise<T>): Promise<T> {
  if (queue.length >= MAX_QUEUED) throw new Fault("rate_limited", "too many logins at once; try again in a moment");
  if (running >= MAX_RUNNING) await new Promise<void>((resolve) => queue.push(resolve));
  else running++;
  try {
    return await work();
  } finally {
    // Pass the slot to the next in the queue, or release it.
    const next = queue.shift();
    if (next === undefined) running--;
    else next();
  }
}
