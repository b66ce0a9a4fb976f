import { group } from "../command.ts";
import type { Context } from "../context.ts";
import { globals } from "./config.ts";

/** The commands of keycmd for people. sshd's call is handled by keycmd.ts and does not load this module (cli/main.ts). */
export const keycmd = (cx: Context) =>
  group({
    meta: {
      name: "keycmd",
      description: "Look up authorized keys in the key escrow for sshd",
      examples: [
        [
          "AuthorizedKeysCommand /usr/local/bin/sallyport keycmd %u %U %f %t",
          "in sshd_config: sshd runs it at each login",
        ],
        ["sallyport keycmd install --url=https://escrow.example.com:3000 --host-name=login1", "configure this host"],
        ["sallyport keycmd check", "check the setup"],
      ],
    },
    args: globals,
    subCommands: {
      check: async () => (await import("./check.ts")).check(cx),
      install: async () => (await import("./install.ts")).install(cx),
      version: async () => (await import("../common/version.ts")).version(cx),
      completion: async () => (await import("../common/completion.ts")).completion(cx),
    },
  });
