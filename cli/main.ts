import { basename } from "node:path";
import { Context } from "./context.ts";
import { run } from "./run.ts";

/**
 * One binary, many names. A symlink named `tsh` or `tctl` stands for `sallyport tsh` or `sallyport tctl`; under any
 * other name the first word decides. The name is in `argv0`: `argv[0]` is always "bun" in a compiled program.
 */
const NAMES = {
  sallyport: async () => (await import("./sallyport.ts")).sallyport,
  tctl: async () => (await import("./tctl/index.ts")).tctl,
  tsh: async () => (await import("./tsh/index.ts")).tsh,
} as const;

/** What a node starts for each session, as the session's user. Looked at before anything else is loaded. */
const CHILDREN: Readonly<Record<string, () => Promise<{ main(): Promise<void> }>>> = {
  __session: () => import("../daemon/node/child/session.ts"),
  __relay: () => import("../daemon/node/child/relay.ts"),
};

async function main(): Promise<number> {
  const words = process.argv.slice(2);
  const [first = ""] = words;
  const child = Object.hasOwn(CHILDREN, first) ? CHILDREN[first] : undefined;
  if (child !== undefined) {
    await (await child()).main();
    return 0;
  }
  const called = basename(process.argv0);
  const name = Object.hasOwn(NAMES, called) ? (called as keyof typeof NAMES) : "sallyport";
  // `sallyport tsh …` and the symlink `tsh` are one path through the program, also in what errors are signed with.
  const tool = name === "sallyport" && (first === "tsh" || first === "tctl") ? first : name;
  const cx = new Context(tool, process.env, () => new Date());
  const root = await NAMES[tool]();
  return run(root(cx), [tool], tool === name ? words : words.slice(1), cx);
}

void main().then((code) => process.exit(code));
