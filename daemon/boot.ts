import type { RoleName, Settings } from "./config.ts";
import type { Log } from "./log.ts";

/** A role of the daemon: auth, proxy, node or tms, constructed with its dependencies. */
export interface Role {
  readonly name: RoleName;
  /** Resolves when the role accepts traffic. @throws Fault with a hint; everything that was started is stopped again. */
  start(): Promise<Running>;
}

/** A role that accepts traffic. */
export interface Running {
  /** The bound addresses as `ssh://HOST:PORT` and `https://HOST:PORT`. */
  readonly listening: readonly string[];
  /** Applies settings that can change at run time: TLS certificates, labels. @throws Fault and keeps the previous ones. */
  reload?(settings: Settings): Promise<void>;
  /** Stops accepting connections, ends open ones with a message, and releases all resources. */
  stop(): Promise<void>;
}

/** Makes a role from a function that puts its resources on a stack. The stack is disposed when the start fails. */
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

/** The running roles of a process, in start order. */
export interface Booted {
  readonly roles: readonly { readonly name: RoleName; readonly listening: readonly string[] }[];
  /** Reloads every role. A role that fails is logged and keeps its settings. @returns whether all succeeded. */
  reload(settings: Settings): Promise<boolean>;
  /** Stops the roles in reverse order. An exception of one role is logged; the others are stopped, too. */
  stop(): Promise<void>;
}

/** Starts `roles` in order. @throws the error of the first that fails, after stopping the started ones in reverse order. */
export async function boot(roles: readonly Role[], log: Log): Promise<Booted> {
  const started: { readonly name: RoleName; readonly running: Running }[] = [];
  const stop = async () => {
    for (let last = started.pop(); last !== undefined; last = started.pop()) {
      const { name, running } = last;
      await running.stop().catch((error: unknown) => log.child(name).error("did not stop cleanly", { error }));
    }
  };
  try {
    for (const role of roles) started.push({ name: role.name, running: await role.start() });
  } catch (thrown) {
    await stop();
    throw thrown;
  }
  return {
    roles: started.map(({ name, running }) => ({ name, listening: running.listening })),
    stop,
    async reload(settings) {
      let allReloaded = true;
      for (const { name, running } of started)
        await running.reload?.(settings).catch((error: unknown) => {
          allReloaded = false;
          log.child(name).error("cannot reload; going on as before", { error });
        });
      return allReloaded;
    },
  };
}
