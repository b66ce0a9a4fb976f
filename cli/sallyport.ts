import { group } from "./command.ts";
import type { Context } from "./context.ts";

/** The binary under its own name. */
export const sallyport = (cx: Context) =>
  group({
    meta: {
      name: "sallyport",
      description: "access to machines with short-lived certificates",
      examples: [
        ["sallyport start", "all roles on this machine"],
        ["sallyport tsh login --proxy=access.example.com", "log in as a user"],
        ["sallyport tctl users add alice --logins=alice", "invite a user"],
      ],
    },
    subCommands: {
      tsh: async () => (await import("./tsh/index.ts")).tsh(cx),
      tctl: async () => (await import("./tctl/index.ts")).tctl(cx),
      version: async () => (await import("./common/version.ts")).version(cx),
      completion: async () => (await import("./common/completion.ts")).completion(cx),
    },
  });
