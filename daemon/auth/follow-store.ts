import { setTimeout as sleep } from "node:timers/promises";
import type { ClusterView } from "../cluster/view.ts";
import type { AuthContext } from "./context.ts";
import { watchCluster } from "./watch.ts";

/** Between two tries to read the store again: at first, and at most. Milliseconds. */
const BACKOFF_MS = 250;
const BACKOFF_MAX_MS = 5_000;

/**
 * Keeps auth's own view current from the store's watch until it is disposed of; resolves when the view is complete. A
 * commit of this process is in the view before the next request is served: the store tells watchers before `commit`
 * resolves. A commit of another auth process arrives as the store notices it. A watch that is lost is begun anew; the view
 * meanwhile stays as it was.
 * @throws Fault the failure of the first reading.
 */
export async function followStore(
  auth: Pick<AuthContext, "store" | "log">,
  view: ClusterView,
): Promise<AsyncDisposable> {
  const stop = new AbortController();
  const ready = Promise.withResolvers<void>();
  const following = keepFollowing(auth, view, stop.signal, ready);
  const close = async () => {
    stop.abort();
    await following;
  };
  try {
    await ready.promise;
  } catch (error) {
    await close();
    throw error;
  }
  return { [Symbol.asyncDispose]: close };
}

async function keepFollowing(
  { store, log }: Pick<AuthContext, "store" | "log">,
  view: ClusterView,
  signal: AbortSignal,
  ready: PromiseWithResolvers<void>,
): Promise<void> {
  let wait = BACKOFF_MS;
  let lost = false;
  while (!signal.aborted) {
    try {
      await view.follow(watchCluster({ store }, signal), () => {
        if (lost) log.info("the view of the cluster is current again");
        ready.resolve();
        lost = false;
        wait = BACKOFF_MS;
      });
    } catch (error) {
      ready.reject(error);
      if (!lost && !signal.aborted) log.warn("the view of the cluster is out of date; reading it again", { error });
      lost = true;
    }
    await sleep(wait, undefined, { signal, ref: false }).catch(() => {});
    wait = Math.min(BACKOFF_MAX_MS, wait * 2);
  }
}
