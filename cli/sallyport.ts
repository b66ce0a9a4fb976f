import { group } from "./command.ts";
import type { Context } from "./context.ts";

/** The tool `sallyport`. */
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
      start: async () => (await import("./start.ts")).start(cx),
      tsh: async () => (await import("./tsh/index.ts")).tsh(cx),
      tctl: async () => (await import("./tctl/index.ts")).tctl(cx),
      keycmd: async () => (await import("./keycmd/index.ts")).keycmd(cx),
      agent: async () => agentGroup(cx),
      config: async () => (await import("./start.ts")).config(cx),
      configure: async () => (await import("./start.ts")).configure(cx),
      systemd: async () => (await import("./start.ts")).systemd(cx),
      version: async () => (await import("./common/version.ts")).version(cx),
      completion: async () => (await import("./common/completion.ts")).completion(cx),
      schema: async () => (await import("./common/schema.ts")).schema(cx),
    },
  });

/** `sallyport agent ssh` is `tsh agent`. */
function agentGroup(cx: Context) {
  return group({
    meta: { name: "agent", description: "Helpers that stay in the background" },
    subCommands: { ssh: async () => (await import("./tsh/agent.ts")).agent(cx) },
  });
}
