import { Fault } from "../../core/fault.ts";

const MIN_LENGTH = 12;

/** OWASP's parameters for argon2id: 19 MiB, two passes, one lane. */
const ARGON2 = { algorithm: "argon2id", memoryCost: 19_456, timeCost: 2 } as const;

/** Of a random password that nobody has: compared with where there is none, so that the answer takes as long. */
const NOBODY =
  "$argon2id$v=19$m=19456,t=2,p=1$JITncreUrsfQ3B720pbS7KAhmIewFgjGHIxtq59/91A$W5wGRpJJFVPMVpqtz81rgLdJ1ourW9PIkcMLjEoINHw";

/** Each hash takes 19 MiB and a core's time: so many run at once, and so many may wait. */
const AT_ONCE = 4;
const WAITING = 200;

/** @throws Fault `bad_request` when the password is too short. There is no other rule. */
export async function hashPassword(password: string): Promise<string> {
  if ([...password].length < MIN_LENGTH)
    throw new Fault("bad_request", `the password is too short: at least ${MIN_LENGTH} characters`);
  return gate(() => Bun.password.hash(typed(password), ARGON2));
}

/** Whether the password is right; takes the same time where there is no hash. @throws Fault `rate_limited`. */
export async function passwordMatches(password: string, hash: string | undefined): Promise<boolean> {
  const same = await gate(() => Bun.password.verify(typed(password) || " ", hash ?? NOBODY));
  return same && hash !== undefined && password !== "";
}

/** The same characters are the same password on every keyboard and system (NIST SP 800-63B §5.1.1.2). */
const typed = (password: string): string => password.normalize("NFKC");

let running = 0;
const waiting: (() => void)[] = [];

async function gate<T>(work: () => Promise<T>): Promise<T> {
  if (waiting.length >= WAITING) throw new Fault("rate_limited", "too many logins at once; try again in a moment");
  if (running >= AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
  else running++;
  try {
    return await work();
  } finally {
    // The place goes to the next in line, or is given back.
    const next = waiting.shift();
    if (next === undefined) running--;
    else next();
  }
}
