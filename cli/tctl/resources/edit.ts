import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Fault } from "../../../core/fault.ts";
import { command } from "../../command.ts";
import type { Context } from "../../context.ts";
import { withAuth } from "../connect.ts";
import { globals } from "../flags.ts";
import { parseName } from "./reference.ts";
import { parseResources, plainText } from "./resource-file.ts";

/** `tctl edit`: changes a resource in an editor; fails if it was changed in the meantime. */
export const edit = (cx: Context) =>
  command({
    meta: {
      name: "edit",
      description: "Change a resource in an editor",
      examples: [
        ["tctl edit role/access", "in $VISUAL, $EDITOR or vi"],
        ["EDITOR='code --wait' tctl edit user/alice", "exit status 6 if it was changed meanwhile"],
      ],
    },
    args: {
      ...globals,
      what: { type: "positional", parse: parseName, valueHint: "kind/name", description: "The resource" },
    },
    async run({ args }) {
      const { kind, name } = args.what;
      const before = await withAuth(cx, args, (api) => api.read(kind, name));
      const text = plainText(before);
      const dir = mkdtempSync(join(cx.env.TMPDIR || tmpdir(), "tctl-edit-"));
      const file = join(dir, `${kind}-${name.replaceAll(/[^\w.@-]/g, "_")}.yaml`);
      writeFileSync(file, text, { mode: 0o600 });
      try {
        await runEditor(cx, file);
        const edited = readFileSync(file, "utf8");
        if (edited === text) cx.tell("nothing was changed");
        else {
          const resource = changed(edited, file, `${kind}/${name}`);
          const { revision } = before.metadata;
          // Use a new connection: the first one may have timed out during the editing.
          await withAuth(cx, args, (api) =>
            api.replace(kind, name, { ...resource, metadata: { ...resource.metadata, revision } }),
          );
          cx.tell(`changed ${kind}/${name}`);
        }
      } catch (error) {
        cx.tell(`your text is kept in ${file}`);
        throw error;
      }
      rmSync(dir, { recursive: true, force: true });
    },
  });

/** Runs the editor without a shell. */
async function runEditor(cx: Context, file: string): Promise<void> {
  const [program = "vi", ...words] = (cx.env.VISUAL || cx.env.EDITOR || "vi")
    .split(/\s+/)
    .filter((word) => word !== "");
  // Ignore Control-C while the editor runs: it is for the editor.
  const ours = process.listeners("SIGINT");
  const leave = () => {};
  process.removeAllListeners("SIGINT").on("SIGINT", leave);
  try {
    const editor = spawn(program, [...words, file], { stdio: "inherit" });
    const [status, signal] = await once(editor, "close");
    if (status === 0) return;
    const end = signal === null ? `with status ${status}` : `by ${signal}`;
    throw new Fault("failed", `the editor ${program} ended ${end}; nothing is changed`);
  } catch (cause) {
    if (cause instanceof Fault) throw cause;
    throw new Fault("failed", `the editor ${program} cannot be run: ${(cause as Error).message}`, {
      hint: "set $EDITOR",
      cause,
    });
  } finally {
    process.off("SIGINT", leave);
    for (const listener of ours) process.once("SIGINT", listener);
  }
}

function changed(text: string, file: string, what: string) {
  const [draft, ...more] = parseResources(text, file);
  if (draft === undefined || more.length > 0) throw new Fault("bad_request", `${file} holds more than one resource`);
  if (`${draft.kind}/${draft.name}` !== what)
    throw new Fault("bad_request", `${file} holds ${draft.kind}/${draft.name}, not ${what}`, {
      hint: "a resource keeps its kind and name; tctl create makes another",
    });
  return draft.resource;
}
