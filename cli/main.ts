import { basename } from "node:path";
import { keycmd } from "./keycmd/keycmd.ts";

/**
 * The tools of the binary. A symlink named `tsh`, `tctl` or `keycmd` selects that tool; with any other name the first
 * word selects it. The name is in `argv0`: `argv[0]` is always "bun" in a compiled program.
 */
const NAMES = {
  sallyport: async () => (await import("./sallyport.ts")).sallyport,
  tctl: async () => (await import("./tctl/index.ts")).tctl,
  tsh: async () => (await import("./tsh/index.ts")).tsh,
  keycmd: async () => (await import("./keycmd/index.ts")).keycmd,
} as const;
type Name = keyof typeof NAMES;

/** Hidden subcommands that a node starts for each session. Checked before other modules are loaded. */
const CHILDREN: Readonly<Record<string, () => Promise<{ main(): Promise<void> }>>> = {
  __session: () => import("../daemon/node/child/session.ts"),
  __relay: () => import("../daemon/node/child/relay.ts"),
};

async function main(): Promise<number> {
  const words = process.argv.slice(2);
  const [first = ""] = words;
  const child = Object.hasOwn(CHILDREN, first) ? CHILDREN[first] : undefined;
  if (child !== undefined) {
    optimiseLater();
    await (await child()).main();
    return 0;
  }
  const called = basename(process.argv0);
  const name = isName(called) ? called : "sallyport";
  // `sallyport tsh …` and the symlink `tsh` behave alike, also in the tool name of errors.
  const tool = name === "sallyport" && isName(first) && first !== "sallyport" ? first : name;
  const rest = tool === name ? words : words.slice(1);
  // sshd waits for keycmd at every login: run it without the runner. The module is small enough to load always.
  if (tool === "keycmd" && !isForPeople(rest)) return keycmd(rest);
  optimiseLater();
  const [{ Context }, { run }] = await Promise.all([import("./context.ts"), import("./run.ts")]);
  const cx = new Context(tool, process.env, () => new Date());
  const root = await NAMES[tool]();
  return run(root(cx), [tool], rest, cx);
}

/** Enables the JIT for commands that run longer than 100 ms; before that, the policy of .ci/build.ts applies. */
function optimiseLater(): void {
  setTimeout(() => Bun.unsafe.setJITPolicy(1), 100).unref();
}

function isName(word: string): word is Name {
  return Object.hasOwn(NAMES, word);
}

const FOR_PEOPLE: readonly string[] = ["", "check", "install", "version", "completion", "--help", "-h"];

/** Whether keycmd was called by a person. An account may have the name of a command; then a user id follows. */
function isForPeople(words: readonly string[]): boolean {
  const flags = words[0] === "--config" ? 2 : words[0]?.startsWith("--config=") ? 1 : 0;
  const [first = "", second = ""] = words.slice(flags);
  return FOR_PEOPLE.includes(first) && !/^\d+$/.test(second);
}

void main().then((code) => process.exit(code));
