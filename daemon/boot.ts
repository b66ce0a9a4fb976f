import type { RoleName, Settings } from "./config.ts";
import type { Log } from "./log.ts";

/** A part of the daemon: auth, proxy, node or tms. What it works with it was constructed with. */
export interface Role {
  readonly name: RoleName;
  /** Resolves when the role accepts traffic. @throws Fault that says what to do; then nothing of it is left running. */
  start(): Promise<Running>;
}

/** A role that accepts traffic. */
export interface Running {
  /** Where, as `ssh://HOST:PORT` and `https://HOST:PORT`, with the ports that were really taken. */
  readonly listening: readonly string[];
  /** Takes over what may change while running: TLS certificates, labels. @throws Fault, and goes on as before. */
  reload?(settings: Settings): Promise<void>;
  /** Stops accepting, says goodbye to who is there, and releases everything. */
  stop(): Promise<void>;
}

/** A role that keeps what it opens on a stack, which is emptied again when it does not come up. */
export function roleOf(name: RoleName, open: (stack: AsyncDisposableStack) => Promise<Running>): Role {
  return {
    name,
    async start() {
      const stack = new AsyncDisposableStack();
      try {
        return await open(stack);
      } catch (thrown) {
        await stack.disposeAsync();
        throw thrown;
      }
    },
  };
}

/** All roles of a process, in the order in which they started. */
export interface Booted {
  readonly roles: readonly { readonly name: RoleName; readonly listening: readonly string[] }[];
  /** Every role takes over what it can; one that cannot is logged and keeps what it had. Whether all could. */
  reload(settings: Settings): Promise<boolean>;
  /** Stops the roles, the last first. What one of them throws is logged and does not keep the others. */
  stop(): Promise<void>;
}

/** Starts `roles` one after the other. If one fails, those already up are stopped, the last first, and the failure is thrown. */
export async function boot(roles: readonly Role[], log: Log): Promise<Booted> {
  const up: { readonly name: RoleName; readonly running: Running }[] = [];
  const stop = async () => {
    for (let last = up.pop(); last !== undefined; last = up.pop()) {
      const { name, running } = last;
      await running.stop().catch((error: unknown) => log.child(name).error("did not stop cleanly", { error }));
    }
  };
  try {
    for (const role of roles) up.push({ name: role.name, running: await role.start() });
  } catch (thrown) {
    await stop();
    throw thrown;
  }
  return {
    roles: up.map(({ name, running }) => ({ name, listening: running.listening })),
    stop,
    async reload(settings) {
      let all = true;
      for (const { name, running } of up)
        await running.reload?.(settings).catch((error: unknown) => {
          all = false;
          log.child(name).error("cannot reload; going on as before", { error });
        });
      return all;
    },
  };
}
