import { group } from "../command.ts";
import type { Context } from "../context.ts";

export const nodes = (cx: Context) =>
  group({
    meta: { name: "nodes", description: "Machines of the cluster" },
    subCommands: {
      add: async () => (await import("./nodes-add.ts")).nodesAdd(cx),
      ls: async () => (await import("./nodes-ls.ts")).nodesLs(cx),
    },
  });
