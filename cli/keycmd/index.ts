import { group } from "../command.ts";
import type { Context } from "../context.ts";

export const keycmd = (cx: Context) =>
  group({
    meta: { name: "keycmd", description: "Tell sshd which key of the escrow may log in" },
    subCommands: {
      version: async () => (await import("../common/version.ts")).version(cx),
    },
  });
