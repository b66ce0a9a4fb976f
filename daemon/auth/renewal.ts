import type { Certificate } from "../../core/cert/certificate.ts";
import type { AuthContext } from "./context.ts";

/** Often, since a machine may have slept, or its clock may have been set. Milliseconds. */
const CHECK_MS = 60_000;

/**
 * Makes a certificate of auth's own now, and anew whenever half of its life is over, or it has not begun: the clock was
 * ahead when it was made. @throws what the first `make` throws.
 */
export async function keepRenewed(auth: AuthContext, make: () => Promise<Certificate>): Promise<Disposable> {
  let current = await make();
  const check = async () => {
    const [from, to] = [current.validAfter.getTime(), current.validBefore.getTime()];
    const now = auth.now().getTime();
    if (now > (from + to) / 2 || now < from) current = await make();
  };
  const timer = setInterval(() => {
    check().catch((error: unknown) => auth.log.error("cannot renew a certificate of auth's own", { error }));
  }, CHECK_MS);
  timer.unref();
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
