import { group } from "../command.ts";
import type { Context } from "../context.ts";
import { globals } from "./globals.ts";

/** The tool `tsh`: login and access to machines. */
export const tsh = (cx: Context) =>
  group({
    meta: {
      name: "tsh",
      description: "log in to a cluster and connect to its machines",
      examples: [
        ["tsh login --proxy=access.example.com", "once a day"],
        ["tsh ls env=prod", "list machines"],
        ["tsh ssh root@web-1", "a shell on one of them"],
        ["tsh config >> ~/.ssh/config", "for plain ssh, scp, rsync, git"],
      ],
    },
    args: globals,
    subCommands: {
      signup: async () => (await import("./login/signup.ts")).signup(cx),
      login: async () => (await import("./login/login.ts")).login(cx),
      ls: async () => (await import("./nodes/ls.ts")).ls(cx),
      ssh: async () => (await import("./ssh/ssh.ts")).ssh(cx),
      scp: async () => (await import("./scp/scp.ts")).scp(cx),
      config: async () => (await import("./openssh/config.ts")).config(cx),
      resolve: async () => (await import("./nodes/resolve.ts")).resolve(cx),
      proxy: async () => (await import("./openssh/proxy-command.ts")).proxy(cx),
      status: async () => (await import("./login/status.ts")).status(cx),
      logout: async () => (await import("./login/logout.ts")).logout(cx),
      agent: async () => (await import("./agent.ts")).agent(cx),
      env: async () => (await import("./login/env.ts")).env(cx),
      version: async () => (await import("../common/version.ts")).version(cx),
      completion: async () => (await import("../common/completion.ts")).completion(cx),
    },
  });
