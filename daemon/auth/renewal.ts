import type { Certificate } from "../../core/cert/certificate.ts";
import type { AuthContext } from "./context.ts";

/** Short compared to a certificate's life, since the machine may be suspended or its clock may be set. Milliseconds. */
const CHECK_EVERY_MS = 60_000;

/**
 * Calls `make` for a certificate of auth itself, and again when half of its life has passed, or when it is not valid yet
 * because the clock was set back. Stops when disposed. @throws the error of the first `make`; later ones are logged.
 */
export async function keepRenewed(auth: AuthContext, make: () => Promise<Certificate>): Promise<Disposable> {
  let current = await make();
  const check = async () => {
    const [begin, end] = [current.validAfter.getTime(), current.validBefore.getTime()];
    const now = auth.now().getTime();
    if (now > (begin + end) / 2 || now < begin) current = await make();
  };
  const timer = setInterval(() => {
    check().catch((error: unknown) => auth.log.error("cannot renew a certificate of auth itself", { error }));
  }, CHECK_EVERY_MS);
  timer.unref();
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
